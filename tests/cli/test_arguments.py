"""Tests of argument parsing: options anywhere, no options after ``--``, and help that fits the width."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import pytest

from chat_tui.cli import usage
from chat_tui.cli.arguments import parse, split_command, whole_number
from chat_tui.cli.main import main
from chat_tui.cli.web import describe as web_arguments
from chat_tui.cli.web import passed_on


def describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "show"), default="list")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--json", action="store_true")


@pytest.mark.parametrize(
    ("argv", "action", "words", "model", "json"),
    [
        ([], "list", [], None, False),
        (["show", "a", "--json", "b"], "show", ["a", "b"], None, True),
        (["--json", "show", "a", "-m", "x", "b"], "show", ["a", "b"], "x", True),
        (
            ["show", "--model=x", "a", "--", "--json", "b", "--", "-c"],
            "show",
            ["a", "--json", "b", "--", "-c"],
            "x",
            False,
        ),
        (["show", "--", "-"], "show", ["-"], None, False),
        (["show", "-mx", "-"], "show", ["-"], "x", False),
        (["--set", "a=1", "show", "--set=b=2"], "show", [], None, False),
        (["show", "--model", ""], "show", [], "", False),
    ],
)
def test_options_may_stand_anywhere_before_two_hyphens(
    argv: Sequence[str], action: str, words: list[str], model: str | None, json: bool
) -> None:
    args = parse("tools", argv, describe)
    assert (args.action, args.words, args.model, args.json) == (action, words, model, json)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--session", ""], "argument --session: NAME|FILE is empty"),
        (["--data-dir="], "argument --data-dir: DIR is empty"),
        (["show", "--set"], "argument --set: expected one argument"),
        (["show", "--set", "--", "a"], "argument --set: expected one argument"),
        (["show", "--nonsense", "a"], "unrecognized arguments: --nonsense"),
        (["--jso"], "unrecognized arguments: --jso"),
        (["show", "--jso", "--", "--x"], "unrecognized arguments: --jso -- --x"),
        (["sing"], "invalid choice: 'sing'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    argv: Sequence[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        parse("tools", argv, describe)
    said = capsys.readouterr().err
    assert stop.value.code == 2
    assert words in said
    assert said.endswith("See: chat-tui tools --help\n")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("argv", "command", "rest"),
    [
        (["send", "hi"], "send", ["hi"]),
        (["--model", "send", "models"], "models", ["--model", "send"]),
        (["--model=m", "-p", "x", "send", "--json"], "send", ["--model=m", "-p", "x", "--json"]),
        (["--attach", "a.png", "send", "hi"], "send", ["--attach", "a.png", "hi"]),
        (["--axis", "n=1,2", "--axis=seed=1", "sweep", "hi"], "sweep", ["--axis", "n=1,2", "--axis=seed=1", "hi"]),
        (["--json", "send", "sweep"], "send", ["--json", "sweep"]),
        (["--json", "sned", "hi", "send"], "sned", ["--json", "hi", "send"]),
        (["--model=m", "sned", "send"], "sned", ["--model=m", "send"]),
        (["--model", "m", "sned", "send"], "sned", ["--model", "m", "send"]),
        (["--json", "sned"], "sned", ["--json"]),
        (["sned", "send", "--json"], "sned", ["send", "--json"]),
        (["--", "send"], None, ["--", "send"]),
        (["--model", "m"], None, ["--model", "m"]),
        ([""], "", []),
    ],
)
def test_the_command_is_the_first_word_that_is_no_options_value(
    argv: Sequence[str], command: str | None, rest: list[str]
) -> None:
    assert split_command(argv) == (command, rest)


@pytest.mark.parametrize("text", ["", "x", "1.5", "-1", "9", "1e2"])
def test_a_number_out_of_bounds_is_named(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"^{text!r} is not a whole number from 0 to 8$"):
        whole_number(0, 8)(text)
    assert whole_number(0)("900") == 900


@pytest.mark.parametrize("command", ["", *usage.COMMANDS])
@pytest.mark.parametrize("columns", ["20", "300"])
def test_every_help_is_at_most_80_columns_wide_and_explains_each_argument(
    command: str, columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main([*([command] if command else []), "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("  -") or (line.startswith("  {") and not line.startswith("   ")):
            assert "  " in line.strip() or following.startswith(" " * 8), f"{line} is not explained"


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["--model", "m", "--version"], ["send", "hi", "--version"]])
def test_the_version_is_told_wherever_it_is_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("chat-tui 0.")


@pytest.mark.parametrize("words", [["help", "send"], ["send", "--help"], ["--model", "m", "send", "-h"]])
def test_the_help_of_a_command_is_told_in_either_order(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("usage: chat-tui send ")


@pytest.mark.parametrize("words", [[], ["help"], ["--model", "m", "--help"]])
def test_the_help_without_a_command_lists_all_of_them(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words or ["-h"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {command}" in shown for command in usage.COMMANDS)


@pytest.mark.parametrize("word", ["", "sned", "help help"])
def test_an_unknown_command_is_wrong_usage(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(word.split() or [word]) == 2
    assert "unknown command" in capsys.readouterr().err


def test_a_served_workbench_gets_the_same_options_in_the_same_order() -> None:
    given = ["--model=m", "--system=", "--set=a=1", "--unset=all", "--set=b=2"]
    assert passed_on(parse("web", [*given, "--port=0"], web_arguments)) == given

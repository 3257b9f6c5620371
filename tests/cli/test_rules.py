"""Command-line tests of every rule and limit in the catalogue: valid requests are sent, invalid ones are reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chat_tui.cli.main import main
from chat_tui.domain.checks import check
from chat_tui.domain.json_values import Json, JsonObject, Unset, dump_json, value_at
from chat_tui.domain.literal import visible
from chat_tui.domain.remedies import for_rule
from chat_tui.domain.settings import SessionSettings
from tests.support.limit_cases import LIMITS, LimitCase
from tests.support.rule_cases import CASES, CATALOGUE, RULES, Case
from tests.support.server import stream, threaded

DRY = ("send", "--dry-run")
OF_STREAMS = ("stream", "stream_options")
"""What chat-tui sets itself."""
KEPT_IN_FILES = [case for case in LIMITS if case.name != "messages[].role" or case.kind == "enum"]
"""A session file has no message without a role, nor one whose role is no text."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing configured, everything under a temporary folder, faults not hidden."""
    for name in ("CHAT_TUI_CONFIG", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CHAT_TUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CHAT_TUI_TRACEBACK", "1")
    return tmp_path


def with_headers(home: Path, case: Case) -> list[str]:
    """Words that give the provider the headers of a case."""
    if not case.headers:
        return []
    file = home / "config.toml"
    headers = ", ".join(f'"{name}" = "{text}"' for name, text in case.headers.items())
    file.write_text(f"[providers.{case.provider}]\nheaders = {{ {headers} }}\n", "utf-8")
    file.chmod(0o600)
    return ["--config", str(file)]


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on stderr."""
    return capsys.readouterr().err


def shown(value: Json | Unset) -> str:
    """The beginning of a value as it is shown."""
    assert not isinstance(value, Unset)
    return visible(dump_json(value))[:50]


def run(provider: str, model: str, body: JsonObject, prompt: str, *words: str) -> int:
    """A dry run of what a body sets; the exit code."""
    texts = {name: value if isinstance(value, str) else dump_json(value) for name, value in body.items()}
    sets = [word for name, text in texts.items() for word in ("--set", f"{name}={text}")]
    unset = [word for name in OF_STREAMS if name not in body for word in ("--unset", name)]
    return main([*DRY, "--provider", provider, "--model", model, *sets, *unset, *words, "--", prompt])


@pytest.mark.parametrize("key", RULES, ids="-".join)
def test_a_rule_lets_through_what_keeps_it_and_names_what_breaks_it(
    key: tuple[str, str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, rule, name = CASES[key], RULES[key], key[0]
    words = with_headers(home, case)
    assert run(case.provider, case.kept_model or case.model, case.kept, case.kept_words or case.words) == 0
    assert rule.text not in told(capsys)
    code, said = run(case.provider, case.model, case.broken, case.words, *words), told(capsys)
    if rule.level == "error" and not rule.family:
        assert code == 2
        assert "--validation warn" in said
    if rule.level != "info":
        value = shown(value_at(case.broken, CATALOGUE.path_of(name)))
        for part in (f"{name} = {value}", rule.text, for_rule(rule, name).rstrip(".")):
            assert part in said
    assert run(case.provider, case.model, case.broken, case.words, *words, "--validation", "warn") == 0
    assert (rule.text in told(capsys)) == (rule.level != "info")
    assert run(case.provider, case.model, case.broken, case.words, *words, "--validation", "off") == 0
    assert told(capsys) == ""


def session_with(home: Path, case: LimitCase, body: JsonObject) -> str:
    """A session whose next request has these members and messages."""
    parameters: JsonObject = {name: value for name, value in body.items() if name != "messages"}
    records: list[JsonObject] = [
        {"type": "session", "version": 1, "id": "s"},
        {"type": "settings", "provider": case.provider, "model": case.model, "parameters": parameters},
    ]
    messages = body.get("messages")
    if isinstance(messages, list):
        records.append({"type": "message", "id": "m", "parent": None, "message": messages[0]})
    file = home / "given.jsonl"
    file.write_text("".join(json.dumps({"t": 0, **record}) + "\n" for record in records), "utf-8")
    return str(file)


def run_limit(home: Path, case: LimitCase, body: JsonObject, *words: str) -> int:
    """A dry run of one side of a case: by ``--set``, or from a session where a word is always text or a message."""
    spec = CATALOGUE.parameters[case.name]
    if "messages" in body or (not spec.nested and "string" in spec.types):
        return main([*DRY, "--session", session_with(home, case, body), *words, "hello"])
    return run(case.provider, case.model, body, "as json", *words)


@pytest.mark.parametrize("case", KEPT_IN_FILES, ids=lambda case: case.id)
def test_a_limit_lets_through_what_keeps_it_and_names_what_breaks_it(
    case: LimitCase, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_limit(home, case, case.kept) == 0
    capsys.readouterr()
    assert run_limit(home, case, case.broken) == 2
    said = told(capsys)
    messages = case.broken.get("messages")
    given = [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    settings = SessionSettings(case.provider, case.model, {k: v for k, v in case.broken.items() if k != "messages"})
    finding = next(
        each
        for each in check(CATALOGUE, CATALOGUE.providers[case.provider], settings, given)
        if (each.name, each.kind) == (case.found, case.kind)
    )
    assert case.says in said
    value = "" if isinstance(finding.value, Unset) else f" = {shown(finding.value)}"
    assert f"{visible(case.found)}{value}" in said
    assert finding.remedy.rstrip(".") in said or (case.kind == "type" and " Write " in said)
    assert run_limit(home, case, case.broken, "--validation", "off") == 0


def test_under_warn_a_broken_value_is_told_and_sent(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with threaded(stream("ok")) as server:
        words = ["--base-url", server.base_url, "--model", "m", "--validation", "warn", "--set", "temperature=3"]
        assert main(["send", *words, "hi"]) == 0
        assert server.requests[0].json()["temperature"] == 3
    out, err = capsys.readouterr()
    assert out == "ok\n"
    assert "temperature = 3: must be between 0 and 2. Use 2 or less." in err


def test_a_rule_about_messages_looks_at_the_prompt_that_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    mode: JsonObject = {"response_format": {"type": "json_object"}}
    assert run("openai", "m", mode, "as JSON, please") == 0
    assert run("openai", "m", mode, "hello") == 2
    assert "Add the word json to a message or the system prompt" in told(capsys)


def test_a_message_is_named_by_its_place_in_the_body(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(each for each in LIMITS if each.kind == "pattern" and "messages" in each.broken)
    file = session_with(home, case, case.broken)
    assert main([*DRY, "--session", file, "--system", "Be brief.", "hello"]) == 2
    assert case.found.replace("[0]", "[1]") in told(capsys)

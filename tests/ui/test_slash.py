"""Slash commands: parsing and completion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.ui.completing import Completion, Source, candidates
from chat_tui.ui.slash import Command, Completes, Message, Refused, parse


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("hello", "hello"),
        ("", ""),
        ("//etc/hosts", "/etc/hosts"),
        ("//", "/"),
        (" /set a 1", " /set a 1"),
    ],
)
def test_text_that_is_a_message(text: str, meaning: str) -> None:
    assert parse(text) == Message(meaning)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/set seed 7", "set", "seed 7"),
        ("/set   seed   7 ", "set", "seed   7"),
        ("/set seed=7", "set", "seed 7"),
        ('/set a.b={"c=d": 1}', "set", 'a.b {"c=d": 1}'),
        ("/set user a=b", "set", "user a=b"),
        ("/set stop =", "set", "stop ="),
        ("/sweep seed=7", "sweep", "seed=7"),
        ("/system one\ntwo words", "system", "one\ntwo words"),
        ("/system\none", "system", "one"),
        ("/new", "new", ""),
        ("/model", "model", ""),
    ],
)
def test_text_that_is_a_command(text: str, name: str, argument: str) -> None:
    meaning = parse(text)
    assert isinstance(meaning, Command)
    assert (meaning.command.name, meaning.argument) == (name, argument)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/", "There is no command /."),
        ("/frobnicate 1", "There is no command /frobnicate"),
        ("/set", "/set needs NAME VALUE"),
        ("/set seed", "/set needs NAME VALUE"),
        ("/set seed=", "/set needs NAME VALUE"),
        ("/unset", "/unset needs"),
        ("/new thing", "/new takes no argument"),
        ("/repeat", "/repeat needs K"),
    ],
)
def test_text_that_is_refused(text: str, words: str) -> None:
    meaning = parse(text)
    assert isinstance(meaning, Refused)
    assert meaning.sentence.startswith(words)


@given(st.text())
def test_every_text_means_something_and_a_doubled_slash_always_sends(text: str) -> None:
    assert isinstance(parse(text), Message | Command | Refused)
    assert parse(f"//{text}") == Message(f"/{text}")


SOURCES: dict[Completes, Source] = {
    "": list,
    "parameter": lambda: ["alpha", "beta", "alphabet"],
    "set_parameter": lambda: ["all", "alpha"],
    "provider": lambda: ["one", "two"],
    "model": list,
    "theme": lambda: ["paper"],
    "session": list,
    "topic": lambda: ["/set", "alpha"],
}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", ()),
        ("hello", ()),
        ("//se", ()),
        ("/se\n", ()),
        ("/uns", ("/unset ",)),
        ("/set al", ("/set alpha ", "/set alphabet ")),
        ("/set BET", ("/set beta ", "/set alphabet ")),
        ("/set alpha t", ("/set alpha true",)),
        ("/unset al", ("/unset all", "/unset alpha")),
        ("/provider t", ("/provider two",)),
        ("/name x", ()),
        ("/what x", ()),
    ],
)
def test_what_tab_offers(text: str, offered: tuple[str, ...]) -> None:
    found = candidates(text, SOURCES, lambda _: ["true", "false"])
    assert tuple(found.text(index) for index in range(len(found.words))) == offered


def test_tab_goes_round_and_typing_begins_anew() -> None:
    completion = Completion(lambda text: candidates(text, SOURCES, lambda _: []))
    texts = ["/set al"]
    for _ in range(3):
        turned = completion.turn(texts[-1], 1)
        assert turned is not None
        texts.append(turned)
    assert texts[1:] == ["/set alpha ", "/set alphabet ", "/set alpha "]
    assert completion.turn(texts[-1], -1) == "/set alphabet "
    completion.edited("/provider t")
    assert completion.words == ("two",)
    assert completion.turn("nothing", 1) is None

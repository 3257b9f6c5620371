"""The user's key bindings: which are taken, which are left out, and what is said of those."""

from __future__ import annotations

import pytest

from chat_tui.ui.action_table import ACTIONS
from chat_tui.ui.keymap import character as named
from chat_tui.ui.keymap import key_name, keymap


@pytest.mark.parametrize(
    ("chosen", "known"),
    [
        ({"send": "f9"}, {"send": "f9"}),
        ({"send": " F9 , ctrl+Space "}, {"send": "f9,ctrl+space"}),
        ({"transcript.drop": "Z, Delete"}, {"transcript.drop": "Z,delete"}),
        ({"transcript.drop": "?"}, {"transcript.drop": "question_mark"}),
        ({"transcript.drop": "Shift+z, ctrl+shift+z"}, {"transcript.drop": "Z,ctrl+shift+z"}),
        ({"transcript.drop": "shift+?, shift+É"}, {"transcript.drop": "question_mark,É"}),
        ({"transcript.leave": "down"}, {"transcript.leave": "down"}),
        ({"theme": "f9"}, {"theme": "f9"}),
        ({"model": "alt+m", "export": "shift+f7"}, {"model": "alt+m", "export": "shift+f7"}),
        ({"new": "ctrl+o", "sessions": "ctrl+n"}, {"new": "ctrl+o", "sessions": "ctrl+n"}),
        ({"model": "ctrl+n", "new": "f9"}, {"model": "ctrl+n", "new": "f9"}),
        ({"request.save": "e"}, {"request.save": "e"}),
        ({"film.leave": "ctrl+n"}, {"film.leave": "ctrl+n"}),
        ({"again": "ctrl+r"}, {"again": "ctrl+r"}),
    ],
)
def test_keys_that_are_taken(chosen: dict[str, str], known: dict[str, str]) -> None:
    assert keymap(chosen) == (known, [])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"nothing": "f9"}, "nothing: no action has this id."),
        ({"pannel": "f9"}, "pannel: no action has this id. Did you mean panel?"),
        ({"send": " , "}, "send: a key is missing, for example enter."),
        ({"theme": ""}, "theme: a key is missing, for example f9."),
        ({"send": "ctlr+n"}, "send: 'ctlr+n' is not the name of a key. Examples: f9, ctrl+b, escape, pageup."),
        ({"send": "f99"}, "send: 'f99' is not the name of a key. Examples: f9, ctrl+b, escape, pageup."),
        ({"transcript.drop": "j"}, "transcript.drop: j moves among the messages; choose another key."),
        ({"transcript.copy": "Enter"}, "transcript.copy: enter moves among the messages; choose another key."),
        (
            {"model": "shift+m"},
            "model: M is a character to type in a message; use a function key, or one with ctrl or alt.",
        ),
        ({"model": "m"}, "model: m is a character to type in a message; use a function key, or one with ctrl or alt."),
        (
            {"send": "space"},
            "send: space is a character to type in a message; use a function key, or one with ctrl or alt.",
        ),
        (
            {"model": "ctrl+n"},
            "model: ctrl+n is the key of new (Start a new session). Choose another key, or give new another one.",
        ),
    ],
)
def test_keys_that_are_left_out(chosen: dict[str, str], said: str) -> None:
    assert keymap(chosen) == ({}, [f"[keys] {said}"])


def test_a_film_has_the_keys_of_the_panel_as_well() -> None:
    known, (sentence,) = keymap({"film.cap": "f2"})
    assert known == {}
    assert sentence.startswith("[keys] film.cap: f2 is the key of panel ")


@pytest.mark.parametrize(("key", "other"), [("D", "transcript.leave_out"), ("ctrl+n", "new"), ("ctrl+q", "quit")])
def test_a_key_that_works_in_the_same_place_belongs_to_one_action(key: str, other: str) -> None:
    known, (sentence,) = keymap({"transcript.copy": key})
    assert known == {}
    assert sentence.startswith(f"[keys] transcript.copy: {key} is the key of {other} ")


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"again": "f7"}, {"parameters.convert": "none-parameters.convert"}),
        ({"again": "insert"}, {"transcript.add": "a"}),
        ({"again": "f7", "parameters.convert": "f6"}, {}),
    ],
)
def test_an_action_that_works_everywhere_takes_the_default_key_of_one_in_a_view(
    chosen: dict[str, str], left: dict[str, str]
) -> None:
    assert keymap(chosen) == (chosen | left, [])


def test_a_chosen_key_of_a_view_is_not_taken_by_one_that_works_everywhere() -> None:
    known, (sentence,) = keymap({"parameters.convert": "f9", "again": "f9"})
    assert known == {"parameters.convert": "f9"}
    assert sentence.startswith("[keys] again: f9 is the key of parameters.convert")


@pytest.mark.parametrize("key", ["left", "enter", "5", "minus", "home"])
def test_a_key_that_moves_among_parameters_or_changes_one_is_left_out(key: str) -> None:
    known, (sentence,) = keymap({"parameters.explain": key})
    assert known == {}
    assert "choose another key" in sentence


def test_of_two_entries_with_one_key_the_first_is_taken() -> None:
    known, (sentence,) = keymap({"model": "f9", "theme": "f9"})
    assert known == {"model": "f9"}
    assert sentence.startswith("[keys] theme: f9 is the key of model")


def test_an_entry_left_out_keeps_its_default_key_from_others() -> None:
    known, sentences = keymap({"new": "ctrl+o", "model": "ctrl+n"})
    assert known == {}
    assert [sentence.split(":")[0] for sentence in sentences] == ["[keys] new", "[keys] model"]


def test_the_default_keys_are_valid_and_free_of_clashes() -> None:
    defaults = {action.id: action.keys for action in ACTIONS if action.keys}
    assert keymap(defaults) == (defaults, [])


@pytest.mark.parametrize("character", [*"abzABZ019?!@#/[]+-_.;:'`~<>=|{}()$%&*^\\\"", "é", "ß"])
def test_the_name_of_a_character_leads_back_to_it(character: str) -> None:
    assert named(key_name(character)) == character

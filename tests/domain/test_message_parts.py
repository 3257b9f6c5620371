"""Hand-written messages."""

from __future__ import annotations

import pytest

from chat_tui.catalogue.forms import load_forms
from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.form_values import begun, form_faults
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.message_forms import message_form
from chat_tui.domain.message_parts import (
    foreign_part,
    is_plain_prompt,
    next_message,
    part_lines,
    plain_text,
    speaker,
    user_message,
    with_text,
)

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        (user_message("x"), True),
        (user_message(""), True),
        ({"role": "assistant", "content": "x"}, False),
        ({"role": "user", "content": "x", "name": "a"}, False),
        ({"role": "user", "content": []}, False),
        ({"role": "user"}, False),
        ({}, False),
    ],
)
def test_a_plain_prompt_is_what_the_composer_would_send(message: JsonObject, plain: bool) -> None:
    assert is_plain_prompt(message) == plain


def test_another_text_leaves_every_other_member() -> None:
    message: JsonObject = {"role": "assistant", "content": "x", "reasoning_content": "hm", "name": "a"}
    assert with_text(message, "y") == {**message, "content": "y"}
    assert plain_text(with_text(message, "y")) == "y"
    assert plain_text({"role": "user", "content": None}) is None


@pytest.mark.parametrize(
    ("before", "role"),
    [
        (None, "user"),
        ({"role": "user"}, "assistant"),
        ({"role": "assistant"}, "user"),
        ({"role": "system"}, "user"),
        ({"role": "tool"}, "assistant"),
        ({"role": 5}, "user"),
        ({}, "user"),
    ],
)
def test_a_new_message_takes_its_turn(before: JsonObject | None, role: str) -> None:
    assert next_message(before) == {"role": role, "content": ""}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"role": "user"}, "you"),
        ({"role": "user", "name": "ann"}, "you · ann"),
        ({"role": "tool", "name": ""}, "tool"),
        ({"role": ["x"]}, "no role"),
        ({}, "no role"),
    ],
)
def test_who_speaks_is_told(message: JsonObject, said: str) -> None:
    assert speaker(message) == said


def test_what_is_no_text_is_told_on_a_line_each() -> None:
    content: list[Json] = [
        {"type": "text", "text": "words"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 10_000, "detail": "low"}},
        {"type": "odd", "text": 5},
        "bare",
        None,
    ]
    lines = list(part_lines({"role": "user", "content": content}))
    assert [line.partition(" ")[0] for line in lines] == ["image_url", "odd", "bare", "null"]
    assert all(len(line) <= 80 for line in lines)
    assert list(part_lines({"role": "user", "content": "words"})) == []


@pytest.mark.parametrize("provider", CATALOGUE.providers)
def test_the_form_has_every_member_the_catalogue_lists(provider: str) -> None:
    form = message_form(load_forms(), CATALOGUE, CATALOGUE.providers[provider])
    named = {each.name for each in form.fields}
    listed = {
        name.removeprefix("messages[].").partition(".")[0] for name in CATALOGUE.parameters if "messages[]." in name
    }
    assert listed <= named
    role = next(each for each in form.fields if each.required)
    assert set(role.enum) == set(CATALOGUE.parameters["messages[].role"].enum)
    assert begun(form) == {role.name: role.enum[0]}
    faults = form_faults(form, {"role": "user", "name": "a b", "tool_call_id": "c" * 41})
    assert set(faults) == {("name",), ("tool_call_id",)}


def test_a_part_from_a_service_names_no_file_of_this_machine() -> None:
    picture: JsonObject = {"type": "image_url", "image_url": {"url": "https://a.test/x.png"}}
    assert foreign_part({**picture, "chat_tui_file": {"path": "/etc/passwd"}, "chat_tui_kept": "m"}) == picture
    assert foreign_part(picture) is picture
    assert foreign_part("chat_tui_file") == "chat_tui_file"

"""The lines of the Request tab."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.literal import visible
from chat_tui.ui.body_lines import BodyLines
from chat_tui.ui.panel.json_lines import json_lines
from chat_tui.ui.request_page import RequestPage, request_lines

BODY: JsonObject = {
    "model": "m",
    "messages": [{"role": "user", "content": 'a\n  "stream": true'}],
    "seed": 1,
    "stream": True,
    "stream_options": {"other": {"include_usage": 1}, "include_usage": True},
}
OWN = frozenset({("stream",), ("stream_options", "include_usage")})


def lines(body: JsonObject = BODY, **members: Any) -> list[str]:
    page = RequestPage(target="POST https://host/v1", body=body, **members)
    return [line.text for line in request_lines(page, BodyLines())]


def test_the_page_says_where_to_and_what() -> None:
    shown = lines()
    assert shown[:4] == ["POST https://host/v1", "▸ headers", "nothing has been sent yet", ""]
    assert "\n".join(shown[4:]) == "\n".join(line.text for line in json_lines(BODY))


def test_what_chat_tui_added_is_marked_where_it_stands_and_nowhere_else() -> None:
    marked = [line for line in lines(own=OWN) if line.endswith("← chat-tui")]
    assert marked == ['  "stream": true,  ← chat-tui', '    "include_usage": true  ← chat-tui']
    assert not any("←" in line for line in lines({"model": "m", "messages": []}, own=OWN))


def test_headers_are_shown_when_unfolded() -> None:
    shown = lines(headers=(("Authorization", "***"), ("X", "[/b]\x1b")), headers_problem="There is no key.")
    assert shown[1:5] == ["▾ headers", "  Authorization: ***", "  X: [/b]␛", "  There is no key."]


def test_the_difference_from_the_last_turn_is_told_and_shown() -> None:
    after: JsonObject = {**BODY, "seed": 2, "messages": [*_messages(BODY), {"role": "assistant", "content": "b"}]}
    assert "2 changes since the last turn: +messages[1] · seed 1→2" in lines(after, before=BODY)
    shown = lines(after, before=BODY, compare=True)
    assert shown[4:] == [
        "+ messages[1]",
        "  + {",
        '  +   "role": "assistant",',
        '  +   "content": "b"',
        "  + }",
        "~ seed  1 → 2",
    ]
    assert lines(before=BODY)[2] == "same as the last turn sent"
    assert lines(before=BODY, compare=True)[4:] == []


def _messages(body: JsonObject) -> list[Json]:
    messages = body["messages"]
    assert isinstance(messages, list)
    return messages


def test_pages_are_the_same_only_when_they_show_the_same() -> None:
    page = RequestPage(target="POST x", body=BODY)
    assert page.same_as(RequestPage(target="POST x", body={**BODY}))
    for other in (
        RequestPage(target="POST y", body=BODY),
        RequestPage(target="POST x", body={**BODY, "seed": True}),
        RequestPage(target="POST x", body=BODY, own=OWN),
        RequestPage(target="POST x", body=BODY, before=BODY),
        RequestPage(target="POST x", body=BODY, compare=True),
        RequestPage(target="POST x", body=BODY, headers=()),
    ):
        assert not page.same_as(other)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(["model", "messages", "stop", "", "a b"]), values, max_size=4)


@given(st.lists(bodies | bodies.map(lambda body: {**body, "messages": [1, {"role": "user"}, [], "x"]}), max_size=4))
def test_lines_made_anew_only_where_needed_are_the_lines_of_the_body(many: list[JsonObject]) -> None:
    lines = BodyLines()
    for body in [*many, *many]:
        assert [line.text for line in lines.of(body)] == [line.text for line in json_lines(body)]


@given(bodies, bodies, st.booleans())
def test_no_page_does_the_terminal_harm(before: JsonObject, body: JsonObject, compare: bool) -> None:
    for line in lines(body, before=before, compare=compare, own=frozenset({("stop",), ("model", "x")})):
        assert visible(line) == line
        assert "\n" not in line


def test_what_a_service_does_not_get_is_told() -> None:
    shown = lines(staying=("messages[2].reasoning_content",))
    assert shown[3] == "not sent, this service does not accept it back: messages[2].reasoning_content"
    page = RequestPage(target="POST x", body=BODY)
    assert not page.same_as(RequestPage(target="POST x", body=BODY, staying=("messages[2].reasoning",)))

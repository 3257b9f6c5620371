"""What a gateway reports to have sent upstream, and how that differs from the request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.upstream import differences, upstream_body

ASKED: JsonObject = {
    "model": "openai/gpt-4o",
    "messages": [{"role": "user", "content": "hi"}],
    "temperature": 0.7,
    "top_k": 40,
    "debug": {"echo_upstream_body": True},
    "stream": True,
}
SENT: JsonObject = {
    "model": "gpt-4o-2024-08-06",
    "messages": [{"role": "user", "content": "hi"}],
    "temperature": 0.7,
    "max_tokens": 4096,
    "stream": True,
}


def chunk(**members: Json) -> StreamEvent:
    return StreamEvent(0.1, dump_json({"id": "gen-1", "choices": [], **members}))


def echo(body: Json) -> StreamEvent:
    return chunk(debug={"echo_upstream_body": body})


WORD = chunk(choices=[{"index": 0, "delta": {"content": "echo_upstream_body"}}])


def test_the_echo_is_found_in_the_first_chunk() -> None:
    assert upstream_body([echo(SENT), WORD]) == SENT
    assert upstream_body([WORD, echo(SENT)]) == SENT
    assert upstream_body([echo(dump_json(SENT))]) == SENT


def test_of_several_attempts_the_last_counts() -> None:
    assert upstream_body([echo({"model": "a"}), echo({"model": "b"}), chunk()]) == {"model": "b"}


def test_without_an_echo_there_is_none() -> None:
    others = [chunk(debug={"other": 1}), chunk(debug="echo_upstream_body"), echo(3), echo("{"), echo(None), WORD]
    assert upstream_body(others) is None
    assert upstream_body([StreamEvent(0.0, "echo_upstream_body"), StreamEvent(0.0, "[DONE]")]) is None


def test_differences_name_place_and_values() -> None:
    assert [each.sentence() for each in differences(ASKED, SENT)] == [
        'model: "openai/gpt-4o" → "gpt-4o-2024-08-06"',
        "top_k: removed (40)",
        'debug: removed ({"echo_upstream_body":true})',
        "max_tokens: added: 4096",
    ]
    assert differences(ASKED, ASKED) == ()


def test_long_values_are_cut() -> None:
    (only,) = differences({"a": "x" * 5000}, {"a": "y" * 5000})
    assert len(only.words) < 200


@given(st.lists(st.text() | st.builds(dump_json, st.dictionaries(st.text(), st.integers()))))
def test_no_data_makes_it_fail(texts: list[str]) -> None:
    events = [StreamEvent(0.0, f'{text}"echo_upstream_body"') for text in texts]
    assert upstream_body(events) is None

"""Which event brought which text: the spans always join to the merged text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.reply import Reply
from chat_tui.domain.text_places import TextName, TextPlaces
from chat_tui.net.sse import CommentLine, SseDecoder

STREAMS = Path(__file__).parents[1] / "fixtures" / "streams"
RECORDINGS = Path(__file__).parents[1] / "fixtures" / "recordings"
FILES = sorted([*STREAMS.glob("*.sse"), *RECORDINGS.glob("*.sse")])


def events_of(data: bytes) -> list[StreamEvent]:
    decoder = SseDecoder()
    items = [*decoder.feed(data), *decoder.end()]
    told = [item for item in items if not isinstance(item, CommentLine)]
    return [StreamEvent(number / 10, item.data, item.name) for number, item in enumerate(told)]


def stream(*chunks: object) -> list[StreamEvent]:
    texts = [chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks]
    return [StreamEvent(float(number), text) for number, text in enumerate(texts)]


def merged_texts(events: Sequence[StreamEvent]) -> dict[TextName, str]:
    """Every text of the closed reply that is not empty, by its name."""
    reply = Reply()
    for event in events:
        reply.apply(event)
    reply.close()
    found: dict[TextName, str] = {}
    for choice in reply.choices:
        index = choice.index
        found[TextName(index, "content")] = choice.text()
        found[TextName(index, "reasoning")] = "".join(choice.reasoning)
        found[TextName(index, "refusal")] = "".join(choice.refusal)
        for number, call in enumerate(choice.tool_calls.states):
            found[TextName(index, "arguments", number)] = call.function.text.text()
            found[TextName(index, "input", number)] = call.custom.text.text() if call.custom else ""
        if choice.function_call is not None:
            found[TextName(index, "function_call")] = choice.function_call.text.text()
    return {name: text for name, text in found.items() if text}


def checked(events: Sequence[StreamEvent], places: TextPlaces) -> None:
    """The stretches of every text follow each other without hole or overlap, from its first to its last character."""
    texts = merged_texts(events)
    assert set(places.names()) == set(texts)
    ends = dict.fromkeys(texts, 0)
    for number in range(len(events)):
        for stretch in places.brought_by(number):
            assert stretch.start == ends[stretch.name] < stretch.end
            ends[stretch.name] = stretch.end
            for offset in (stretch.start, stretch.end - 1):
                assert places.event_at(stretch.name, offset) == number
    assert ends == {name: len(text) for name, text in texts.items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_stretches_of_a_stream_join_to_the_merged_texts(path: Path) -> None:
    events = events_of(path.read_bytes())
    places = TextPlaces()
    places.take(events)
    places.close()
    checked(events, places)


WORDS = st.text(max_size=4)
CALL = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(0, 2),
        "id": st.sampled_from(["a", "b", ""]),
        "function": st.fixed_dictionaries({}, optional={"name": st.sampled_from(["f", "g"]), "arguments": WORDS}),
        "custom": st.fixed_dictionaries({}, optional={"name": st.just("c"), "input": WORDS}),
    },
)
DELTA = st.fixed_dictionaries(
    {},
    optional={
        "role": st.just("assistant"),
        "content": WORDS | st.none() | st.lists(st.fixed_dictionaries({"type": st.just("text"), "text": WORDS})),
        "reasoning": WORDS,
        "reasoning_content": WORDS,
        "refusal": WORDS,
        "tool_calls": st.lists(CALL, max_size=2),
        "function_call": st.fixed_dictionaries({}, optional={"name": st.just("f"), "arguments": WORDS}),
    },
)
CHOICE = st.fixed_dictionaries({"index": st.integers(0, 2)}, optional={"delta": DELTA, "message": DELTA, "text": WORDS})
CHUNK = st.fixed_dictionaries({"choices": st.lists(CHOICE, max_size=2)})


@given(st.lists(CHUNK | st.sampled_from(["[DONE]", "{", "[]"]), max_size=12), st.integers(1, 5))
def test_the_stretches_of_any_stream_join_however_it_is_taken(chunks: list[Any], pieces: int) -> None:
    events = stream(*chunks)
    places = TextPlaces()
    while places.folded < len(events):
        places.take(events, at_most=pieces)
    places.close()
    checked(events, places)


def test_half_a_character_belongs_to_the_event_that_completes_it() -> None:
    halves = ['{"choices":[{"delta":{"content":"a\\ud83d"}}]}', '{"choices":[{"delta":{"content":"\\ude00b"}}]}']
    places = TextPlaces()
    places.take(stream(*halves))
    name = TextName(0, "content")
    assert [places.event_at(name, offset) for offset in range(3)] == [0, 1, 1]


def test_a_place_beyond_the_text_is_its_last_event_and_no_text_has_none() -> None:
    places = TextPlaces()
    places.take(stream({"choices": [{"delta": {"role": "assistant"}}]}, {"choices": [{"delta": {"content": "ab"}}]}))
    assert places.event_at(TextName(0, "content"), 99) == 1
    assert places.event_at(TextName(0, "reasoning"), 0) is None
    assert not places.brought_by(0)
    assert not places.brought_by(7)

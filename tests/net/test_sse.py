"""The server-sent events decoder against the HTML Standard, however the input is split."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.net.sse import CommentLine, Dispatched, Item, SseDecoder

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "fixtures" / "sse_cases.json").read_text())[
    "cases"
]


def pieces(data: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    for start, stop in pairwise(edges):
        yield data[start:stop]


def decode(chunks: Iterable[bytes]) -> tuple[list[Item], SseDecoder]:
    decoder = SseDecoder()
    items: list[Item] = []
    for chunk in chunks:
        items.extend(decoder.feed(chunk))
    return items, decoder


def strictly(chunks: Iterable[bytes]) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Events and end state as the standard has them."""
    items, decoder = decode(chunks)
    items += [item for item in decoder.end() if not (isinstance(item, Dispatched) and item.unterminated)]
    events: list[dict[str, object]] = [
        {"event": item.name, "data": item.data, "id": item.id, "retry": item.retry}
        for item in items
        if isinstance(item, Dispatched)
    ]
    return events, {"last_event_id": decoder.last_event_id, "retry": decoder.retry}


def texts(data: bytes) -> list[str]:
    return [item.data for item in decode([data])[0] if isinstance(item, Dispatched)]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_standard_case_gives_its_events_at_every_cut(case: dict[str, Any]) -> None:
    data = base64.b64decode(case["input"])
    expected = (case["expect"], case["end"])
    assert strictly(pieces(data, case["chunks"])) == expected
    assert strictly([data]) == expected
    assert strictly(data[at : at + 1] for at in range(len(data))) == expected
    if len(data) <= 400:
        for cut in range(len(data) + 1):
            assert strictly([data[:cut], data[cut:]]) == expected
            assert strictly([b"", data[:cut], b"", b"", data[cut:], b""]) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                b"data: {}",
                b"data:x",
                b"data",
                b"event: e",
                b"id: 1",
                b"retry: 7",
                b": c",
                b":",
                b"",
                b"\xef\xbb\xbf",
                "data: é\u2028😀".encode(),
                b"data: \xf0\x9f",
            ]
        ).flatmap(lambda line: st.sampled_from([b"\n", b"\r", b"\r\n", b""]).map(lambda end: line + end)),
        max_size=20,
    ).map(b"".join),
    st.lists(st.integers(0, 300), max_size=12),
)
def test_cuts_never_change_what_is_decoded(data: bytes, cuts: list[int]) -> None:
    whole, first = decode([data])
    cut, second = decode(pieces(data, cuts))
    assert cut == whole
    assert second.end() == first.end()
    assert (second.last_event_id, second.retry, second.unterminated) == (
        first.last_event_id,
        first.retry,
        first.unterminated,
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"id: 1\0\ndata: a\n\n", ""),
        (b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", "1"),
        (b"id: \xff\ndata: a\n\n", "\ufffd"),
        (b"id:  7 \ndata: a\n\n", " 7 "),
        (b"id\ndata: a\n\n", ""),
    ],
)
def test_an_id_is_kept_as_it_came_unless_it_holds_nul(data: bytes, expected: str) -> None:
    assert decode([data])[1].last_event_id == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        ("007", 7),
        ("9" * 30, int("9" * 30)),
        ("9" * 5000, None),
        ("\u0661", None),
        ("\u00b2", None),
        ("1 ", None),
        ("", None),
    ],
)
def test_retry_is_ascii_digits_only(value: str, expected: int | None) -> None:
    assert decode([f"retry: {value}\n".encode()])[1].retry == expected


def test_comments_come_in_their_place_without_colon_and_one_space() -> None:
    items, _ = decode([b": a\ndata: 1\n:  b\n\n:\n:c: d\n\n"])
    assert items == [CommentLine("a"), CommentLine(" b"), Dispatched("1"), CommentLine(""), CommentLine("c: d")]


def test_a_mark_within_the_stream_is_no_byte_order_mark() -> None:
    assert texts(b"\xef\xbb\xbfdata: \xef\xbb\xbfa\n\n") == ["\ufeffa"]


@pytest.mark.parametrize(
    ("tail", "data"),
    [
        (b"data: [DONE]", "[DONE]"),
        (b"data: [DONE]\n", "[DONE]"),
        (b"data:  [DONE] \r", " [DONE] "),
        (b'data: {"a":\ndata: 1}', '{"a":\n1}'),
        (b"data: 17\n", "17"),
    ],
)
def test_a_whole_event_without_its_blank_line_is_returned_flagged(tail: bytes, data: str) -> None:
    items, decoder = decode([b"id: 1\ndata: a\n\nid: 2\n" + tail])
    assert items == [Dispatched("a", id="1")]
    assert decoder.end() == [Dispatched(data, id="2", unterminated=True)]
    assert decoder.unterminated
    assert decoder.last_event_id == "1"
    assert decoder.end() == []


@pytest.mark.parametrize("tail", [b'data: {"a":', b"data: [DON", b"data: hello\n", b"data", b"data: " + b"[" * 100_000])
def test_an_event_that_was_cut_in_its_data_is_dropped_and_told(tail: bytes) -> None:
    _, decoder = decode([b"data: a\n\n" + tail])
    assert decoder.end() == []
    assert decoder.unterminated


@pytest.mark.parametrize("tail", [b"", b"event: ping\n", b"dat", b"id: 3", b": comm"])
def test_a_tail_without_data_is_no_event(tail: bytes) -> None:
    _, decoder = decode([b"data: a\n\n" + tail])
    assert [item for item in decoder.end() if isinstance(item, Dispatched)] == []
    assert not decoder.unterminated


def test_a_reconnection_time_without_a_line_end_does_not_count() -> None:
    _, decoder = decode([b"retry: 5\nretry: 6"])
    decoder.end()
    assert decoder.retry == 5


def in_pieces(decoder: SseDecoder, data: bytes, size: int) -> list[Item]:
    return [item for at in range(0, len(data), size) for item in decoder.feed(data[at : at + size])]


@pytest.mark.parametrize("size", [1, 7, 4096, 10**9])
@pytest.mark.parametrize(
    "body",
    [b"data: " + b"z" * 3001 + b"\n", b"data:" + b"z" * 3001 + b"\n", b"data: zz\n" * 1001, b"data\n" * 3002],
    ids=["one line", "no space", "many lines", "empty lines"],
)
def test_an_event_over_the_bound_is_cut_and_flagged_and_the_next_one_is_whole(body: bytes, size: int) -> None:
    decoder = SseDecoder(max_event_bytes=3000)
    big, small = in_pieces(decoder, b"event: e\n" + body + b"\ndata: next\n\n", size)
    assert isinstance(big, Dispatched)
    assert big.oversized
    assert big.name == "e"
    assert len(big.data) == 1024
    assert small == Dispatched("next")


@pytest.mark.parametrize("size", [1, 7, 10**9])
def test_an_event_at_the_bound_is_whole(size: int) -> None:
    decoder = SseDecoder(max_event_bytes=3000)
    line = b"data: " + b"z" * 1499 + b"\n"
    assert in_pieces(decoder, line + line + b"data\n\n", size) == [Dispatched("z" * 1499 + "\n" + "z" * 1499 + "\n")]


@pytest.mark.parametrize("size", [1, 1000, 10**9])
def test_an_overlong_line_of_another_kind_is_ignored(size: int) -> None:
    decoder = SseDecoder(max_event_bytes=3000)
    lines = [name + b"z" * 4000 + b"\n" for name in (b"event: ", b"id: ", b"unknown: ", b"")]
    assert in_pieces(decoder, b"".join(lines) + b"data: a\n\n", size) == [Dispatched("a")]


@pytest.mark.parametrize("size", [1000, 10**9])
def test_an_endless_comment_is_cut_and_costs_no_event(size: int) -> None:
    decoder = SseDecoder(max_event_bytes=3000)
    comment, event = in_pieces(decoder, b": " + b"c" * 500_000 + b"\ndata: a\n\n", size)
    assert comment == CommentLine("c" * (64 * 1024 - 2))
    assert event == Dispatched("a")


@pytest.mark.parametrize(("line", "bound"), [(b"data: ", 3100), (b": ", 64 * 1024), (b"zzzzzz", 3100)])
def test_a_line_without_end_keeps_no_more_than_its_bound(line: bytes, bound: int) -> None:
    decoder = SseDecoder(max_event_bytes=3000)
    for _ in range(1000):
        assert decoder.feed(line + b"z" * 1000) == []
    assert len(decoder._line) <= bound

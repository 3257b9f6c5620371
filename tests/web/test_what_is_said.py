"""Tests the messages between page, server and workbench process, well-formed or not."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.web import packets
from chat_tui.web.tab import heard, side

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


async def read(*pieces: bytes) -> list[tuple[bytes, bytes]]:
    stream = asyncio.StreamReader()
    for piece in pieces:
        stream.feed_data(piece)
    stream.feed_eof()
    return [packet async for packet in packets.packets(stream)]


@pytest.mark.parametrize(
    ("said", "packet", "answer"),
    [
        (["stdin", "Hé\r"], b"D\0\0\0\x04H\xc3\xa9\r", ""),
        (["stdin", "\ud800"], b"D\0\0\0\x01?", ""),
        (["resize", {"width": 90, "height": 30}], packets.size(90, 30), ""),
        (["resize", {"width": 10**9, "height": "30"}], packets.size(1000, 30), ""),
        (["resize", {"width": None, "height": 30}], b"", ""),
        (["resize", {"width": 0, "height": -3}], b"", ""),
        (["focus"], packets.meta("focus"), ""),
        (["blur"], packets.meta("blur"), ""),
        (["ping", "17"], b"", '["pong", "17"]'),
        (["quit"], b"", ""),
        (["deliver_chunk_request", {"key": "x"}], b"", ""),
    ],
)
def test_what_the_page_says(said: object, packet: bytes, answer: str) -> None:
    assert heard(json.dumps(said)) == (packet, answer)


@given(JSON.map(json.dumps) | st.text() | st.lists(JSON, max_size=3).map(lambda rest: json.dumps(["resize", *rest])))
def test_whatever_else_it_says_is_no_fault(text: str) -> None:
    packet, _ = heard(text)
    assert packet[:1] in (b"", packets.DATA, packets.META)


def test_deeply_nested_messages_are_ignored() -> None:
    nested = "[" * 100_000 + "]" * 100_000
    assert heard(nested) == (b"", "")
    assert packets.address_to_open(nested.encode()) is None


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        ("80", 80),
        (80, 80),
        (None, 24),
        ("", 24),
        ("undefined", 24),
        ("NaN", 24),
        ("-1", 24),
        (True, 1),
        ("99999", 1000),
    ],
)
def test_a_side_is_a_number_of_cells(value: object, cells: int) -> None:
    assert side(value, 24) == cells


async def test_packets_come_whole_whatever_came_before_the_first() -> None:
    stream = b"a warning\n__GANGLION__\n" + packets.data("one") + packets.meta("exit")
    assert await read(*(stream[at : at + 1] for at in range(len(stream)))) == [
        (b"D", b"one"),
        (b"M", b'{"type": "exit"}'),
    ]


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"no packets\n",
        b"x" * 100_000,
        *(b"__GANGLION__\n" + rest for rest in (b"", b"D\0\0", b"D\0\0\0\x05abc", b"D\xff\xff\xff\xffabc")),
    ],
)
async def test_a_stream_that_ends_anywhere_ends_the_packets(stream: bytes) -> None:
    assert await read(stream) == []


@pytest.mark.parametrize(
    ("payload", "address"),
    [
        (b'{"type": "open_url", "url": "https://example.org/", "new_tab": false}', "https://example.org/"),
        (b'{"type": "open_url", "url": 7}', None),
        (b'{"type": "deliver_file_start", "url": "https://example.org/"}', None),
        (b"[]", None),
        (b"{", None),
        (b"\xff", None),
    ],
)
def test_only_an_address_is_asked_of_the_page(payload: bytes, address: str | None) -> None:
    assert packets.address_to_open(payload) == address

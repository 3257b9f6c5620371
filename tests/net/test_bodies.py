"""Detecting and decompressing bodies, masking them, and parsing model lists."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.secrets import Secret
from chat_tui.net.encodings import CorruptBodyError, body_decoder
from chat_tui.net.masking import Mask
from chat_tui.net.model_lists import model_entries
from chat_tui.net.sniffing import sniff
from tests.support.exchanges import KEY


def test_all_that_can_be_decompressed_so_far_is_passed_on() -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(bytes(600_000)) + packer.flush()
    for cut in range(2, len(packed)):
        decoder = body_decoder("gzip")
        assert decoder is not None
        got = sum(len(piece) for piece in decoder.feed(packed[:cut]))
        assert got == len(zlib.decompressobj(wbits=31).decompress(packed[:cut])), cut


@pytest.mark.parametrize(
    ("start", "content_type", "kind"),
    [
        (b"data: {}", "", "stream"),
        (b"data: {}", "text/html", "stream"),
        (b"data", "application/json", None),
        (b"da", "", None),
        (b": ping", "text/plain", "stream"),
        (b":", "", "stream"),
        (b"event: x\n", "", "stream"),
        (b"id\n", "", "stream"),
        (b"retry: 1\n", "", "stream"),
        (b"\xef\xbb\xbfdata: 1", "", "stream"),
        (b"\xef\xbb", "", None),
        (b"\xef\xbb\xbf", "", None),
        (b"\r\n\r\ndata: 1", "", "stream"),
        (b"unknown: 1\n", "text/event-stream; charset=utf-8", "stream"),
        (b"unknown: 1\n", "text/plain", "other"),
        (b"{", "text/event-stream", "json"),
        (b"\n\n\n  [", "", "json"),
        (b"{", "application/x-ndjson", "lines"),
        (b"<!doctype", "text/event-stream", "page"),
        (b"\n<html", "", "page"),
        (b"hello", "text/plain", "other"),
        (b"\n\n\n", "application/json", None),
        (b"", "", None),
        (b" " * 70_000, "", "other"),
    ],
)
def test_the_first_bytes_tell_what_a_body_is(start: bytes, content_type: str, kind: str | None) -> None:
    assert sniff(start, content_type, at_end=False) == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "empty"), (b"\n \n", "empty"), (b"\xef\xbb\xbf", "empty"), (b"da", "other"), (b"data", "other")],
)
def test_at_the_end_there_is_always_an_answer(body: bytes, kind: str) -> None:
    assert sniff(body, "", at_end=True) == kind


@given(st.binary(max_size=40), st.sampled_from(["", "text/event-stream", "application/json", "text/html"]))
def test_more_bytes_never_change_what_a_body_is(body: bytes, content_type: str) -> None:
    whole = sniff(body, content_type, at_end=True)
    assert whole is not None
    for cut in range(len(body)):
        early = sniff(body[:cut], content_type, at_end=False)
        assert early in (None, whole)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


TEXT = b"data: hello\n\n" * 500
GZIPPED = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", GZIPPED), ("deflate", zlib.compress(TEXT)), ("deflate", raw_deflate(TEXT)), ("", TEXT),
     ("identity", TEXT), ("GZIP, identity", GZIPPED)],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_compressed_body_is_undone_however_it_is_cut(encoding: str, packed: bytes, size: int) -> None:
    decoder = body_decoder(encoding)
    assert decoder is not None
    pieces = [b"".join(decoder.feed(packed[at : at + size])) for at in range(0, len(packed), size)]
    decoder.end()
    assert b"".join(pieces) == TEXT


def test_a_bomb_comes_out_in_small_pieces_and_whole() -> None:
    size = 20 * 1024 * 1024
    decoder = body_decoder("gzip")
    assert decoder is not None
    sizes = [len(piece) for piece in decoder.feed(gzip.compress(bytes(size)))]
    assert max(sizes) <= 256 * 1024
    assert sum(sizes) == size


def test_damage_and_an_early_end_are_told() -> None:
    decoder = body_decoder("gzip")
    assert decoder is not None
    list(decoder.feed(gzip.compress(TEXT)[:40]))
    with pytest.raises(CorruptBodyError, match="compressed data is incomplete"):
        decoder.end()
    for junk in (b"\x1f\x8b\x08\x00junkjunkjunkjunkjunk", b"not compressed at all"):
        other = body_decoder("gzip")
        assert other is not None
        with pytest.raises(CorruptBodyError, match="damaged"):
            list(other.feed(junk))


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("after", [b"", b"\x1f", bytes(20), b"junk"])
def test_gzip_may_have_several_members_and_something_after_them(size: int, after: bytes) -> None:
    data = gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(TEXT) + after
    decoder = body_decoder("gzip")
    assert decoder is not None
    pieces = (data[place : place + size] for place in range(0, len(data), size))
    assert b"".join(found for piece in pieces for found in decoder.feed(piece)) == TEXT + TEXT
    decoder.end()


def test_a_second_member_that_is_cut_off_is_told() -> None:
    decoder = body_decoder("gzip")
    assert decoder is not None
    assert b"".join(decoder.feed(gzip.compress(TEXT) + gzip.compress(TEXT)[:-4])).startswith(TEXT)
    with pytest.raises(CorruptBodyError, match="incomplete"):
        decoder.end()


@pytest.mark.parametrize("encoding", ["br", "zstd", "banana", "gzip, gzip"])
def test_an_unknown_compression_has_no_decoder(encoding: str) -> None:
    assert body_decoder(encoding) is None


@pytest.mark.parametrize(
    "text", [f"Bearer {KEY}", f"key={KEY}&x", f'"{KEY}"', f"{KEY}{KEY}", f"no {KEY.upper()}"]
)  # fmt: skip
def test_a_key_is_masked_also_without_its_scheme(text: str) -> None:
    mask = Mask({"Authorization": Secret(f"Bearer {KEY}"), "X-Title": "Bearer"})
    assert KEY not in mask(text)
    assert KEY not in mask.reply(text)


def test_escaped_spellings_of_a_key_are_masked() -> None:
    mask = Mask({"x-api-key": Secret('k/"quoted"+key==')})
    for spelling in (
        'k/\\"quoted\\"+key==',
        'k\\/\\"quoted\\"+key==',
        "k%2F%22quoted%22%2Bkey%3D%3D",
        "k/%22quoted%22%2Bkey%3D%3D",
    ):
        assert mask(f"a {spelling} b") == "a *** b"


def test_placeholders_are_left_in_replies_and_tiny_keys_everywhere() -> None:
    assert Mask({"a": Secret("Bearer ollama")}).reply("ollama runs") == "ollama runs"
    assert Mask({"a": Secret("Bearer ollama")})("bad ollama") == "bad ***"
    assert Mask({"a": Secret("x")})("extra") == "extra"
    assert Mask({"a": "plain"})("plain") == "plain"


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ({"object": "list", "data": [{"id": "a"}, {"id": "b", "owned_by": "x"}]}, ["a", "b"]),
        ([{"id": "a"}], ["a"]),
        ({"models": [{"id": "a"}]}, ["a"]),
        ({"data": None, "models": ["a", "b"]}, ["a", "b"]),
        ({"data": [{"id": "a"}, {"id": 1}, {"id": None}, {"id": ""}, {}, None, 3, [], {"id": "a"}]}, ["a"]),
        ({"data": []}, []),
        ({"data": {"id": "a"}}, None),
        ({"error": "x"}, None),
        ("a", None),
        (None, None),
    ],
)
def test_model_lists_of_every_shape_are_read(value: Any, ids: list[str] | None) -> None:
    entries = model_entries(value)
    assert (None if entries is None else [entry["id"] for entry in entries]) == ids

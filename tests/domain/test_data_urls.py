"""Decoding ``data:`` URLs in every valid form, and rejecting anything else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.attachments import part_words
from chat_tui.domain.data_urls import coded_size, data_url, decoded, decoded_head
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply_media import media_of_parts
from tests.support.media_files import gif, jpeg, png


def image(url: str) -> JsonObject:
    return {"type": "image_url", "image_url": {"url": url}}


WRITINGS = [
    lambda data: base64.b64encode(data).decode(),
    lambda data: base64.b64encode(data).decode().rstrip("="),
    lambda data: base64.urlsafe_b64encode(data).decode(),
    lambda data: base64.encodebytes(data).decode(),
    lambda data: base64.encodebytes(data).decode().replace("\n", "\r\n "),
]


@given(st.binary(max_size=400), st.sampled_from(WRITINGS))
def test_each_way_to_write_base64_is_read(data: bytes, write: object) -> None:
    assert callable(write)
    assert decoded(write(data)) == data


@given(st.binary(max_size=400), st.sampled_from(WRITINGS), st.integers(1, 40).map(lambda third: 3 * third))
def test_the_head_is_the_beginning_of_the_whole(data: bytes, write: object, most: int) -> None:
    assert callable(write)
    head = decoded_head(f"url,{write(data)}", 4, most)
    assert head is not None
    assert data.startswith(head)
    assert len(head) <= most


@pytest.mark.parametrize("text", ["§§", "A", "A*==", "AAAA=AAAA", "é"])
def test_what_is_no_base64_has_no_data(text: str) -> None:
    assert decoded(text) is None


@given(st.binary(max_size=100))
def test_the_size_is_told_without_decoding(data: bytes) -> None:
    assert coded_size("x" + base64.b64encode(data).decode(), 1) == len(data)


@pytest.mark.parametrize(
    ("head", "data"),
    [
        ("data:image/png;base64,", base64.b64encode(png()).decode()),
        ("DATA:Image/PNG;charset=utf-8;BASE64,", base64.b64encode(png()).decode()),
        ("data:;base64,", base64.b64encode(png()).decode()),
        ("data:image/png;base64,\n", base64.encodebytes(png()).decode()),
    ],
)
def test_each_way_to_write_the_head_is_read(head: str, data: str) -> None:
    (medium,) = media_of_parts([image(head + data)])
    assert (medium.data, medium.suffix) == (png(), "png")
    assert part_words(image(head + data)).startswith("png 3×2")


def test_percent_encoded_data_are_read_and_are_what_they_say_only_where_that_runs_nowhere() -> None:
    (medium,) = media_of_parts([image("data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E")])
    assert (medium.data, medium.suffix) == (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg")
    assert not medium.opened
    assert part_words(image("data:image/svg+xml,%3Csvg/%3E")) == "svg+xml, 6 bytes"


@pytest.mark.parametrize(
    "text", ["", "data:", "data:image/png", f"data:{'x' * 200},", "https://x.org/data:,", " data:,x"]
)
def test_any_other_text_is_no_data(text: str) -> None:
    assert data_url(text) is None


@pytest.mark.parametrize(
    ("mime", "data", "suffix", "opened"),
    [
        ("image/png", jpeg(), "jpg", True),
        ("text/html", gif(), "gif", True),
        ("image/png", b"\0\1\2\3", "bin", False),
        ("text/html", b"<script>alert(1)</script>", "html", False),
        ("text/plain", b"words", "txt", False),
        ("application/x-desktop", b"[Desktop Entry]", "bin", False),
        ("image/../../.x", b"\0\1\2\3", "bin", False),
    ],
)
def test_a_file_is_named_and_opened_by_what_it_is(mime: str, data: bytes, suffix: str, opened: bool) -> None:
    (medium,) = media_of_parts([image(f"data:{mime};base64,{base64.b64encode(data).decode()}")])
    assert (medium.suffix, medium.opened) == (suffix, opened)

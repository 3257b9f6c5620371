"""Tests of attachments as message parts."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.attachments import (
    address_attachment,
    file_attachment,
    is_address,
    part_words,
    size_words,
)
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.message_parts import part_lines, user_message
from chat_tui.domain.problems import ProblemError
from tests.support.media_files import PDF, jpeg, mp3, png, wav


def inside(part: JsonObject, *path: str) -> bytes:
    """The bytes behind base64 or a data URL."""
    value = value_at(part, path)
    assert isinstance(value, str)
    return base64.b64decode(value.rpartition(",")[2], validate=True)


def test_an_image_goes_as_a_data_url() -> None:
    found = file_attachment("rain.png", png(640, 480)).with_detail("low")
    url = value_at(found.part, ("image_url", "url"))
    assert isinstance(url, str)
    assert url.startswith("data:image/png;base64,")
    assert inside(found.part, "image_url", "url") == png(640, 480)
    assert found.part["type"] == "image_url"
    assert value_at(found.part, ("image_url", "detail")) == "low"
    assert found.words().startswith("rain.png · png 640×480 · 2.")
    assert found.words().endswith("KB · detail low")


def test_a_detail_that_was_not_said_is_not_sent() -> None:
    assert file_attachment("a.jpg", jpeg()).part["image_url"] == {
        "url": "data:image/jpeg;base64," + base64.b64encode(jpeg()).decode()
    }


@pytest.mark.parametrize(("data", "form"), [(wav(), "wav"), (mp3(), "mp3")])
def test_a_sound_goes_as_bare_base64_with_its_format(data: bytes, form: str) -> None:
    part = file_attachment(f"a.{form}", data).part
    assert part == {"type": "input_audio", "input_audio": {"data": base64.b64encode(data).decode(), "format": form}}


def test_a_pdf_goes_as_a_file_with_its_name() -> None:
    part = file_attachment("notes.pdf", PDF).part
    assert inside(part, "file", "file_data") == PDF
    assert part == {
        "type": "file",
        "file": {
            "filename": "notes.pdf",
            "file_data": "data:application/pdf;base64," + base64.b64encode(PDF).decode(),
        },
    }


def test_a_text_file_goes_as_text() -> None:
    assert file_attachment("a.md", "# Grüße\n".encode()).part == {"type": "text", "text": "# Grüße\n"}


def test_an_address_stays_one() -> None:
    found = address_attachment("https://example.com/a.png?x=1#y").with_detail("high")
    assert found.part == {
        "type": "image_url",
        "image_url": {"url": "https://example.com/a.png?x=1#y", "detail": "high"},
    }
    assert "not fetched" in found.words()


@pytest.mark.parametrize("address", ["https://x.org/a.PDF", "http://x.org/a.wav?b", "https://x.org/a.mp3#t"])
def test_only_images_go_by_address(address: str) -> None:
    with pytest.raises(ProblemError, match="only images"):
        address_attachment(address)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.org/a", True),
        ("HTTP://x", True),
        ("https://", False),
        ("ftp://x", False),
        ("https://x y", False),
        ("https://x\ny", False),
        ("a/https://x", False),
        ("javascript:x", False),
    ],
)
def test_what_an_address_is(text: str, address: bool) -> None:
    assert is_address(text) == address


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.png", b"", "a.png is empty"),
        ("a.bmp", b"BM" + bytes(60), "a BMP image"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(9), "a HEIC image"),
        ("a.bin", bytes(20), "cannot be attached: unknown format"),
    ],
)
def test_what_no_message_can_hold_is_refused(name: str, data: bytes, words: str) -> None:
    with pytest.raises(ProblemError, match=words):
        file_attachment(name, data)


def test_a_sound_takes_no_detail() -> None:
    with pytest.raises(ProblemError, match="not an image"):
        file_attachment("a.wav", wav()).with_detail("low")


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("a.jpg", png(), "contains png data and is sent as png"),
        ("a.wav", mp3(), "contains mp3 data and is sent as mp3"),
        ("a.png", png()[:-20], "looks truncated"),
        ("a.png", png()[:14] + png()[-20:], "cannot read its size"),
        ("a.wav", wav()[:-9], "looks truncated"),
    ],
)
def test_doubts_are_told_and_hold_nothing_up(name: str, data: bytes, note: str) -> None:
    found = file_attachment(name, data)
    assert any(note in each for each in found.notes), found.notes


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "png", ".png", "a.b", "a"])
def test_a_fitting_or_unknown_ending_is_no_doubt(name: str) -> None:
    assert file_attachment(name, png()).notes == ()


def test_a_name_is_shown_with_marks_and_can_always_be_sent() -> None:
    found = file_attachment("a\x1b[31m\n\u202e.pdf", PDF)
    assert found.words().isprintable()
    assert value_at(found.part, ("file", "filename")) == "a\x1b[31m\n\u202e.pdf"
    assert value_at(file_attachment("\udcff.pdf", PDF).part, ("file", "filename")) == "?.pdf"


def test_a_message_tells_of_each_part() -> None:
    parts = [file_attachment("x.png", png(640, 480)).with_detail("low").part]
    parts += [file_attachment(name, data).part for name, data in (("a.wav", wav(1.5)), ("b.pdf", PDF))]
    parts.append(address_attachment("https://x.org/a.png").part)
    lines = list(part_lines(user_message("look", parts)))
    assert [line.partition(" ")[0] for line in lines] == ["image_url", "input_audio", "file", "image_url"]
    assert lines[0].startswith("image_url (png 640×480, ")
    assert lines[0].endswith(", detail low)")
    assert lines[1] == "input_audio (wav 1.5 s, 24.1 KB)"
    assert lines[2] == f"file (b.pdf, pdf, {size_words(len(PDF))})"
    assert lines[3] == "image_url (https://x.org/a.png)"


@given(st.integers(0, 100))
def test_the_size_of_data_is_told_to_the_byte(count: int) -> None:
    data = png()[:24] + bytes(count)
    part: JsonObject = {"type": "image_url", "image_url": {"url": "data:;base64," + base64.b64encode(data).decode()}}
    assert part_words(part) == f"png 3×2, {24 + count} bytes"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "text", "text": "x"}, ""),
        ({"type": "image_url", "image_url": 5}, ""),
        ({"type": "image_url", "image_url": {"url": None}}, ""),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,!!"}}, "png, not base64"),
        ({"type": "image_url", "image_url": {"url": "data:image/x;base64,AAAA"}}, "x, 3 bytes"),
        ({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}, "wav, 0 bytes"),
        ({"type": "input_audio", "input_audio": {"data": "é"}}, "not base64"),
        ({"type": "file", "file": {"file_id": "f"}}, ""),
    ],
)
def test_parts_from_elsewhere_are_told_too(part: dict[str, Json], words: str) -> None:
    assert part_words(part) == words


def test_what_is_told_of_a_huge_part_is_bounded() -> None:
    url = "data:image/" + "x" * 10_000 + ";base64," + "A" * 1_000_000
    assert len(part_words({"type": "image_url", "image_url": {"url": url, "detail": "low"}})) < 200


def test_text_goes_before_the_parts_and_may_be_missing() -> None:
    part = address_attachment("https://x.org/a.png").part
    assert user_message("look", [part])["content"] == [{"type": "text", "text": "look"}, part]
    assert user_message("", [part])["content"] == [part]
    assert user_message("look") == {"role": "user", "content": "look"}


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 KB"), (999_949, "999.9 KB"), (999_999, "1.0 MB")],
)
def test_sizes_are_told_in_powers_of_ten(size: int, words: str) -> None:
    assert size_words(size) == words

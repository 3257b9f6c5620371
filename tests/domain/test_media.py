"""Detecting a file's media type from its bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.media import HEAD_BYTES, Media, foreign_name, media_of
from tests.support.media_files import PDF, gif, jpeg, mp3, png, wav, webp

WHOLE = {
    "png": png(),
    "jpeg": jpeg(),
    "gif": gif(),
    "webp": webp(),
    "webp lossless": webp("VP8L"),
    "webp lossy": webp("VP8"),
    "wav": wav(),
    "mp3": mp3(),
    "pdf": PDF,
    "text": "Grüße\n".encode(),
}


def told(data: bytes, size: int | None = None) -> Media:
    found = media_of(data, size)
    assert found is not None
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_is_known_by_its_bytes(name: str) -> None:
    found = told(WHOLE[name])
    assert found.kind == name.split(maxsplit=1)[0]
    assert not found.cut


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        (png(3, 2), (3, 2)),
        (png(4000, 1), (4000, 1)),
        (jpeg(640, 480), (640, 480)),
        (gif(7, 5), (7, 5)),
        (webp("VP8X", 300, 200), (300, 200)),
        (webp("VP8L", 300, 200), (300, 200)),
        (webp("VP8", 300, 200), (300, 200)),
    ],
)
def test_pixels_are_read_from_the_header(data: bytes, pixels: tuple[int, int]) -> None:
    found = told(data)
    assert (found.width, found.height) == pixels
    assert (found.modality, found.mime) == ("image", f"image/{found.kind}")


def test_seconds_are_read_from_a_wav_file() -> None:
    assert told(wav(2.5)).seconds == 2.5
    assert told(wav(2.5)[:200], len(wav(2.5))).seconds == 2.5


def test_a_wav_file_written_as_it_came_tells_the_sound_that_is_there() -> None:
    data = wav(1.0)
    at = data.index(b"data") + 4
    for length in (0, 0xFFFFFFFF):
        found = told(data[:at] + length.to_bytes(4, "little") + data[at + 4 :])
        assert (found.seconds, found.cut) == (1.0, False)


@pytest.mark.parametrize("name", ["png", "jpeg", "gif", "webp", "wav", "pdf"])
def test_a_file_that_ends_too_early_says_so(name: str) -> None:
    data = WHOLE[name]
    found = told(data[: len(data) - 8])
    assert found.kind == name
    assert found.cut
    assert not told(data[: len(data) - 8], len(data)).cut, "of a head alone that cannot be said"


@pytest.mark.parametrize("name", WHOLE)
def test_any_beginning_of_a_file_is_read_without_fault(name: str) -> None:
    for length in range(min(700, len(WHOLE[name]))):
        media_of(WHOLE[name][:length])
        media_of(WHOLE[name][:length], len(WHOLE[name]))


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 2**32))
def test_a_damaged_file_is_read_without_fault(name: str, seed: int) -> None:
    noise = random.Random(seed)
    data = bytearray(WHOLE[name])
    for _ in range(5):
        data[noise.randrange(len(data))] = noise.randrange(256)
    found = media_of(bytes(data))
    assert found is None or found.width is None or found.width > 0


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_fault(data: bytes) -> None:
    found = media_of(data)
    if found is not None and found.kind == "text":
        assert data.decode("utf-8")


def test_a_header_of_endless_steps_is_given_up() -> None:
    looping = b"\xff\xd8\xff" + b"\xff" * 1_000_000
    assert told(looping).width is None
    chunks = b"RIFF\0\0\0\0WAVE" + b"LIST\0\0\0\0" * 100_000
    assert told(chunks).seconds is None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"BM" + bytes(50), "a BMP image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC image"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "an MP4 video or audio file"),
        (b"\xff\xfeh\0i\0", "UTF-16 text"),
        (b"PK\x03\x04\x14\0", "a ZIP archive or an Office document"),
        (b"\0\1\2\3", ""),
    ],
)
def test_what_no_part_takes_is_nothing_and_has_a_name(data: bytes, name: str) -> None:
    assert media_of(data) is None
    assert foreign_name(data) == name


def test_a_text_is_no_text_with_controls_or_other_bytes() -> None:
    assert media_of(b"a\0b") is None
    assert media_of(b"\xe9t\xe9") is None
    assert media_of(b"") is None
    letters = "ä".encode() * HEAD_BYTES
    assert told(letters[:HEAD_BYTES], len(letters)).kind == "text"


def test_an_mp3_file_tells_its_seconds_by_its_count_of_frames_or_by_its_rate() -> None:
    plain = media_of(mp3(frames=100))
    assert plain is not None
    assert plain.seconds == pytest.approx(100 * 1152 / 44100, rel=0.01)
    counted = bytearray(mp3(frames=4))
    counted[36:48] = b"Xing" + (1).to_bytes(4, "big") + (383).to_bytes(4, "big")
    for data in (bytes(counted), b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + bytes(counted)):
        found = media_of(data)
        assert found is not None
        assert found.seconds == pytest.approx(383 * 1152 / 44100)
    for data in (b"ID3", b"ID3\x04\0\0\0\0\x7f\x7f" + bytes(10), b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb"):
        found = media_of(data)
        assert found is not None
        assert found.seconds is None

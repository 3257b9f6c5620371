"""Extract audio and images from replies and messages as files, and describe them. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.attachments import media_words, size_words
from chat_tui.domain.data_urls import data_url, decoded
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.media import media_of
from chat_tui.domain.message_parts import part_lines

if TYPE_CHECKING:
    from chat_tui.domain.merging.choice import ChoiceState

PCM_RATE: Final = 24_000
"""Sample rate of streamed audio in Hz: mono, 16 bits, little-endian."""
_RAW: Final = ("", "pcm16")
_RIFF: Final = b"RIFF"
_HEADER: Final = 44
_UNKNOWN: Final = (0, 0xFFFFFFFF)
_SUFFIXES: Final = {"jpeg": "jpg", "text": "txt", "plain": "txt"}
_ALWAYS_KNOWN: Final = frozenset({"png", "jpeg", "jpg", "gif", "webp", "wav", "pdf", "flac", "opus", "ogg"})
"""Formats that the content alone identifies; a declared type among these is not trusted."""
_MAGIC: Final = ((b"fLaC", "flac"), (b"OggS", "opus"), (b"\xff\xf1", "aac"), (b"\xff\xf9", "aac"), (b"<svg", "svg"))


class Medium(Struct, frozen=True):
    """One audio clip, image or document as file content."""

    data: bytes
    suffix: str
    """Detected from the content, not from the declared type: ``wav``, ``png``, … ``bin`` if unknown."""

    @property
    def sound(self) -> bool:
        """Whether an audio player can play it."""
        return self.suffix in ("wav", "mp3", "flac", "opus", "aac")

    @property
    def opened(self) -> bool:
        """Whether it may be opened with the system's default program: its content shows that it is not executable."""
        return self.sound or self.suffix in ("png", "jpg", "gif", "webp", "pdf")

    def words(self) -> str:
        """Describe it: ``png 640×480, 12.0 KB``; safe to display."""
        media = media_of(self.data)
        known = media is not None and media.kind != "text"
        told = media_words(media) if media is not None and known else self.suffix
        return f"{told}, {size_words(len(self.data))}"


def media_of_reply(choice: ChoiceState, asked: Mapping[str, Json]) -> tuple[Medium, ...]:
    """Return the audio of a choice, then its images; URLs are skipped, and nothing is fetched.

    Args:
        choice: A choice of a reply, possibly incomplete.
        asked: The request body; it specifies the audio format.
    """
    sound = choice.audio.sound() if choice.audio is not None else b""
    found = [_sound(sound, _asked_form(asked))] if sound else []
    return (*found, *media_of_parts([*choice.images, *choice.content_parts]))


def media_of_parts(parts: Sequence[Json]) -> tuple[Medium, ...]:
    """Return the data in the parts of a message, in order."""
    return tuple(medium for part in parts if isinstance(part, dict) for medium in _media_in(part))


def media_lines(choice: ChoiceState, asked: Mapping[str, Json]) -> tuple[str, ...]:
    """Return one display line for the audio and one for each image; the audio is not decoded."""
    size = choice.audio.size if choice.audio is not None else 0
    form = _asked_form(asked)
    if choice.audio is not None and choice.audio.head(len(_RIFF)) == _RIFF:
        form = "wav"
    lines = []
    if size and form in _RAW:
        lines.append(f"♪ audio ({size / (2 * PCM_RATE):.1f} s, {size_words(size)})")
    elif size:
        lines.append(f"♪ audio ({form}, {size_words(size)})")
    return (*lines, *part_lines({"content": [*choice.images, *choice.content_parts]}))


def wav_of(samples: bytes, rate: int = PCM_RATE) -> bytes:
    """Return mono 16-bit samples as a WAV file; an incomplete sample at the end is dropped."""
    samples = samples[: len(samples) // 2 * 2]
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    size = len(samples)
    return b"RIFF" + struct.pack("<I", size + _HEADER - 8) + b"WAVEfmt " + struct.pack("<I", 16) + form + (
        b"data" + struct.pack("<I", size) + samples
    )  # fmt: skip


def _sound(data: bytes, form: str) -> Medium:
    media = media_of(data)
    if media is not None and media.kind == "wav":
        return Medium(_with_sizes(data), "wav")
    if form == "pcm16" or (not form and _suffix(data, "") == "bin"):
        return Medium(wav_of(data), "wav")
    return Medium(data, _suffix(data, form))


def _with_sizes(data: bytes) -> bytes:
    """Fill in the lengths of a WAV file that was streamed before its length was known."""
    at = 12
    whole = bytearray(data)
    while at + 8 <= len(data):
        length: int = struct.unpack_from("<I", data, at + 4)[0]
        if data[at : at + 4] == b"data":
            if length in _UNKNOWN or at + 8 + length > len(data):
                struct.pack_into("<I", whole, at + 4, len(data) - at - 8)
                struct.pack_into("<I", whole, 4, len(data) - 8)
            break
        at += 8 + length + length % 2
    return bytes(whole)


def _media_in(part: JsonObject) -> Iterator[Medium]:
    url = value_at(part, ("image_url", "url"))
    sound, form = value_at(part, ("input_audio", "data")), value_at(part, ("input_audio", "format"))
    inline, written = value_at(part, ("file", "file_data")), part.get("b64_json")
    for address in (url, part.get("image_url"), inline):
        head = data_url(address) if isinstance(address, str) else None
        if isinstance(address, str) and head is not None:
            yield from _medium(head.data(address), head.mime.rpartition("/")[2])
    if isinstance(sound, str):
        yield from _medium(decoded(sound), form if isinstance(form, str) else "")
    if isinstance(written, str):
        yield from _medium(decoded(written), "")


def _medium(data: bytes | None, said: str) -> Iterator[Medium]:
    if data:
        yield Medium(data, _suffix(data, said))


def _suffix(data: bytes, said: str) -> str:
    """Return the file suffix: detected from the content; else the declared one if it is plausible; else ``bin``."""
    media = media_of(data)
    if media is not None and media.kind != "text":
        return _SUFFIXES.get(media.kind, media.kind)
    known = _by_magic(data)
    if known:
        return known
    said = said.lower().removesuffix("+xml")
    said = _SUFFIXES.get(said, said)
    usable = said.isascii() and said.isalnum() and len(said) <= 5 and said not in _ALWAYS_KNOWN
    return said if usable else "bin"


def _by_magic(data: bytes) -> str:
    return next((suffix for magic, suffix in _MAGIC if data.startswith(magic)), "")


def _asked_form(asked: Mapping[str, Json]) -> str:
    audio = asked.get("audio")
    form = audio.get("format") if isinstance(audio, dict) else None
    return form if isinstance(form, str) else ""

"""Embed images, audio and documents of a message in an HTML page, if their type cannot execute code."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from chat_tui.domain.attachments import media_words, size_words
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.parts import kind_of
from chat_tui.domain.json_values import Json, value_at
from chat_tui.domain.literal import visible_line
from chat_tui.domain.media import media_of
from chat_tui.domain.message_parts import part_lines
from chat_tui.domain.reply_media import Medium, media_of_parts

_SOUNDS = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "opus": "audio/ogg", "aac": "audio/aac"}


def part_html(part: Json, node_id: str, losses: Losses) -> Iterator[str]:
    """Yield the HTML of one part: embedded if its data is available, else described."""
    media = media_of_parts([part])
    medium = media[0] if media else None
    element = _element(medium, _name_of(part)) if medium is not None else ""
    if element:
        yield element
        return
    losses.add(f"content of type {kind_of(part)}", node_id)
    for line in part_lines({"content": [part]}):
        yield f'<p class="part">{escape(visible_line(line))}</p>'


def sound_html(sound: Medium, node_id: str, losses: Losses) -> Iterator[str]:
    """Yield the HTML of a reply's audio."""
    element = _element(sound, "")
    if not element:
        losses.add("content of type audio", node_id)
    yield element or f'<p class="part">audio ({escape(visible_line(sound.words()))})</p>'


def _element(medium: Medium, name: str) -> str:
    """Return an element by the data's detected type, ignoring the declared one; empty if a page cannot show it."""
    media = media_of(medium.data)
    if media is not None and media.modality == "image":
        words = f"{media_words(media)}, {size_words(len(medium.data))}"
        return f'<p><img alt="{escape(words)}" src="{_url(media.mime, medium.data)}"></p>'
    if medium.suffix in _SOUNDS:
        sound = f'<audio controls preload="metadata" src="{_url(_SOUNDS[medium.suffix], medium.data)}"></audio>'
        return f'<p>{sound}<span class="part">{escape(visible_line(medium.words()))}</span></p>'
    if media is not None and media.kind == "pdf":
        shown = escape(visible_line(name or "document.pdf"))
        link = f'<a download="{shown}" href="{_url(media.mime, medium.data)}">{shown}</a>'
        return f'<p class="part">{link} ({escape(visible_line(medium.words()))})</p>'
    return ""


def _url(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def _name_of(part: Json) -> str:
    name = value_at(part, ("file", "filename")) if isinstance(part, dict) else ""
    return name if isinstance(name, str) else ""

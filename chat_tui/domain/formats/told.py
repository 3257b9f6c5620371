"""Readable content of one message: text, reasoning, parts, audio, sources, and other members. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.facts import choice_of, exchange_of, reasoning_of
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.links import citation_lines, noted
from chat_tui.domain.message_parts import parts_of
from chat_tui.domain.reply_media import Medium, media_of_reply
from chat_tui.domain.session import Session
from chat_tui.domain.think_tags import Parted, parted

_TOLD: Final = frozenset({"role", "content", "refusal", "name", "reasoning", "reasoning_content", "images"})


class Told(Struct, frozen=True, kw_only=True):
    """The content of a message, including what its reply contained that is not sent again."""

    text: str
    """Content, refusal or audio transcript, without reasoning between tags."""
    reasoning: str
    parts: tuple[Json, ...]
    """Content parts other than text, then the images of a reply; in wire format."""
    spoken: Medium | None
    """The audio of a reply."""
    sources: tuple[str, ...]
    """One numbered line for each source."""
    others: JsonObject
    """Members not covered by the other fields."""


def told(session: Session, node: Node) -> Told:
    """Return all readable content of a message."""
    message, choice, exchange = node.message, choice_of(session, node), exchange_of(session, node)
    said, reasoning = text_of(message), reasoning_of(session, node)
    parts = [part for part in parts_of(message) if not (isinstance(part, dict) and isinstance(part.get("text"), str))]
    spoken = None
    if choice is not None and exchange is not None:
        said = said or "".join(choice.said())
        media = media_of_reply(choice, exchange.asked) if choice.audio is not None and choice.audio.size else ()
        spoken = media[0] if media else None
        parts += [*([] if message.get("images") else choice.images), *choice.content_parts]
    both = Parted(said) if reasoning else parted(said)
    known = noted(message, choice)
    return Told(
        text=both.answer,
        reasoning=reasoning or both.thinking,
        parts=tuple(parts),
        spoken=spoken,
        sources=citation_lines(known),
        others=_others(known, spoken=spoken is not None),
    )


def _others(message: Mapping[str, Json], *, spoken: bool) -> JsonObject:
    """Return the other members, without empty ones and without annotations shown as sources."""
    others: JsonObject = {
        name: value for name, value in message.items() if name not in _TOLD and value not in (None, [], "", {})
    }
    notes = others.pop("annotations", None)
    rest = [note for note in notes if not _names_source(note)] if isinstance(notes, list) else notes
    if rest:
        others["annotations"] = rest
    if spoken:
        others.pop("audio", None)
    return others


def _names_source(note: Json) -> bool:
    return isinstance(note, dict) and bool(isinstance(value_at(note, ("url_citation", "url")), str))

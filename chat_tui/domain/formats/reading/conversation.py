"""Data types of imports: conversations read from a file, and an account of what was lost."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.labels import Labels


class ImportedConversation(Struct, frozen=True, kw_only=True):
    """One imported conversation."""

    title: str = ""
    created_s: float | None = None
    """In seconds since the epoch."""
    provider: str = ""
    """The other program's name for the service; used if there is a provider of that id."""
    url: str = ""
    """URL of its requests, without any key; empty if unknown."""
    model: str = ""
    system: str | None = None
    parameters: JsonObject = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    """Parents come before children; siblings are in order."""
    head: str | None = None
    records: tuple[JsonObject, ...] = ()
    """Session records in order; they replace all fields above except the title."""
    labels: Labels = Labels()

    @property
    def ended_s(self) -> float | None:
        """When its last message was written, in seconds since the epoch, if known."""
        times = [node.at_ms for node in self.nodes if node.at_ms is not None]
        times += [t for record in self.records if isinstance(t := record.get("t"), int) and not isinstance(t, bool)]
        return moment_s(max(times)) if times else self.created_s

    @property
    def messages(self) -> int:
        """Number of messages."""
        return len(self.nodes) + sum(record.get("type") == "message" for record in self.records)


class Reading(Struct, frozen=True, kw_only=True):
    """The result of reading a file."""

    form: str
    """Id of its format."""
    conversations: tuple[ImportedConversation, ...] = ()
    losses: Mapping[str, int] = field(default_factory=dict)
    """Number of things that could not be imported, by kind; kinds are plural nouns."""
    notes: tuple[str, ...] = ()
    """Sentences about parts of the file that could not be read. They may contain unsanitised text."""

    def loss_notes(self) -> tuple[str, ...]:
        """Return a sentence about what could not be imported; empty if nothing was lost."""
        listed = ", ".join(f"{kind} ({count})" for kind, count in self.losses.items())
        return (f"Not imported: {listed}.",) if listed else ()


class Account:
    """Counts what could not be imported while a file is read."""

    def __init__(self) -> None:
        self.losses: dict[str, int] = {}
        self.notes: dict[str, None] = {}

    def lose(self, kind: str, count: int = 1) -> None:
        """Count losses of a kind, given as a plural noun: ``attached files``."""
        if count:
            self.losses[kind] = self.losses.get(kind, 0) + count

    def say(self, sentence: str) -> None:
        """Add a note; duplicates are dropped."""
        self.notes[sentence] = None


def text_at(value: Mapping[str, Json], *names: str) -> str:
    """Return the first of these members that is a non-empty string; else an empty string."""
    return next((text for name in names if isinstance(text := value.get(name), str) and text), "")


def object_at(value: Mapping[str, Json], name: str) -> JsonObject:
    """Return a member that is an object; else an empty object."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def list_at(value: Mapping[str, Json], name: str) -> list[Json]:
    """Return a member that is a list; else an empty list."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def objects(values: list[Json]) -> list[JsonObject]:
    """Return the objects in a list."""
    return [value for value in values if isinstance(value, dict)]


_EARLIEST_S, _LATEST_S = 0.0, 32_503_680_000.0
_MILLISECONDS_FROM = 100_000_000_000.0


def moment_s(value: Json) -> float | None:
    """Convert a time to seconds since the epoch.

    Args:
        value: Seconds, milliseconds or nanoseconds since the epoch (distinguished by magnitude), or ISO 8601; a time
            without a zone is UTC.

    Returns:
        None if it is not a time between 1970 and 3000.
    """
    if isinstance(value, str):
        return _iso_s(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    while value >= _MILLISECONDS_FROM and value < 1e22:
        value /= 1000
    return float(value) if _EARLIEST_S < value < _LATEST_S else None


def moment_ms(value: Json) -> int | None:
    """Convert like ``moment_s``, to milliseconds."""
    moment = moment_s(value)
    return None if moment is None else round(moment * 1000)


def _iso_s(text: str) -> float | None:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
        found = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return found if _EARLIEST_S < found < _LATEST_S else None


def image_part(url: str) -> JsonObject:
    """Return an image as a content part. Its URL is never fetched."""
    return {"type": "image_url", "image_url": {"url": url}}


def text_part(text: str) -> JsonObject:
    """Return a text as a content part."""
    return {"type": "text", "text": text}


def content_of(text: str, more: list[JsonObject]) -> Json:
    """Return message content: the text alone, or a list of parts if there are more."""
    if not more:
        return text
    return [*([text_part(text)] if text else []), *more]


def message_of(role: str, content: Json, more: list[JsonObject]) -> JsonObject:
    """Return a message with attachments; images of a reply stand beside its content, where services write them.

    Args:
        role: Of the message.
        content: The text, or a list of parts.
        more: The attachments as content parts.
    """
    images = [part for part in more if role == "assistant" and "image_url" in part]
    rest = [part for part in more if part not in images]
    found: Json = [*content, *rest] if isinstance(content, list) else content_of(str(content or ""), rest)
    return {"role": role, "content": found, **({"images": [*images]} if images else {})}

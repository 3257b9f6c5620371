"""What a file of another program holds, in our terms: conversations, and what of them could not be carried."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.labels import Labels


class ImportedConversation(Struct, frozen=True, kw_only=True):
    """One conversation from elsewhere."""

    title: str = ""
    created_s: float | None = None
    """Seconds since the epoch."""
    provider: str = ""
    """What the other program calls the service; counts where one of that id is known."""
    url: str = ""
    """Where its requests went, without any key; empty where the file does not tell."""
    model: str = ""
    system: str | None = None
    parameters: JsonObject = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    """Each after its parent; siblings in their order."""
    head: str | None = None
    records: tuple[JsonObject, ...] = ()
    """Instead of all above but the title: the records of a session, in order."""
    labels: Labels = Labels()

    @property
    def ended_s(self) -> float | None:
        """When its last message was written, in seconds since the epoch, as far as the file tells."""
        times = [node.at_ms for node in self.nodes if node.at_ms is not None]
        times += [t for record in self.records if isinstance(t := record.get("t"), int) and not isinstance(t, bool)]
        return moment_s(max(times)) if times else self.created_s

    @property
    def messages(self) -> int:
        """How many there are."""
        return len(self.nodes) + sum(record.get("type") == "message" for record in self.records)


class Reading(Struct, frozen=True, kw_only=True):
    """What was read from a file."""

    form: str
    """Id of its format."""
    conversations: tuple[ImportedConversation, ...] = ()
    losses: Mapping[str, int] = field(default_factory=dict)
    """What could not be carried, counted by kind: words in the plural."""
    notes: tuple[str, ...] = ()
    """Sentences about the file: what of it could not be read. They may hold foreign text."""

    def loss_notes(self) -> tuple[str, ...]:
        """A sentence for what could not be carried; none where everything was."""
        listed = ", ".join(f"{kind} ({count})" for kind, count in self.losses.items())
        return (f"Not carried: {listed}.",) if listed else ()


class Account:
    """Counts, while a file is read, what of it cannot be carried."""

    def __init__(self) -> None:
        self.losses: dict[str, int] = {}
        self.notes: dict[str, None] = {}

    def lose(self, kind: str, count: int = 1) -> None:
        """Something has no place here. ``kind`` is in the plural: ``attached files``."""
        if count:
            self.losses[kind] = self.losses.get(kind, 0) + count

    def say(self, sentence: str) -> None:
        """Tell something; once, however often it is said."""
        self.notes[sentence] = None


def text_at(value: Mapping[str, Json], *names: str) -> str:
    """The first of these members that is a text with something in it; else an empty one."""
    return next((text for name in names if isinstance(text := value.get(name), str) and text), "")


def object_at(value: Mapping[str, Json], name: str) -> JsonObject:
    """A member that is an object; else an empty one."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def list_at(value: Mapping[str, Json], name: str) -> list[Json]:
    """A member that is a list; else an empty one."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def objects(values: list[Json]) -> list[JsonObject]:
    """Those of a list that are objects."""
    return [value for value in values if isinstance(value, dict)]


_EARLIEST_S, _LATEST_S = 0.0, 32_503_680_000.0
_MILLISECONDS_FROM = 100_000_000_000.0


def moment_s(value: Json) -> float | None:
    """A time in seconds since the epoch.

    Args:
        value: Seconds, milliseconds or nanoseconds since the epoch (told by their size), or ISO 8601; a time without a
            zone is in UTC.

    Returns:
        None for what is no time between 1970 and 3000.
    """
    if isinstance(value, str):
        return _iso_s(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    while value >= _MILLISECONDS_FROM and value < 1e22:
        value /= 1000
    return float(value) if _EARLIEST_S < value < _LATEST_S else None


def moment_ms(value: Json) -> int | None:
    """Like ``moment_s``, in milliseconds."""
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
    """A picture as a content part. What its address leads to is never fetched."""
    return {"type": "image_url", "image_url": {"url": url}}


def text_part(text: str) -> JsonObject:
    """A text as a content part."""
    return {"type": "text", "text": text}


def content_of(text: str, more: list[JsonObject]) -> Json:
    """A text alone, or with further parts after it."""
    if not more:
        return text
    return [*([text_part(text)] if text else []), *more]

"""Parse session search queries: words and phrases to find in the text, and filters on properties."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from chat_tui.domain.session import SessionSummary
from chat_tui.domain.text_search import Term

Order: TypeAlias = Literal["modified", "created", "title", "size"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
_PIECE: Final = re.compile(
    r'(model|provider|tag|is|before|after):(?:"([^"]*)"?|([^\s"]*))|"([^"]*)"?|([^\s"]+)', re.IGNORECASE
)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_MOST_TERMS: Final = 64
_FLAGS: Final = ("starred", "archived", "cut")


class SessionQuery(Struct, frozen=True, kw_only=True):
    """A search query. A session matches if every condition holds."""

    terms: tuple[Term, ...] = ()
    """Must occur in title, tags or text; each has at least one token."""
    models: tuple[str, ...] = ()
    """Substrings of the model id."""
    providers: tuple[str, ...] = ()
    """Prefixes of the provider name."""
    tags: tuple[str, ...] = ()
    """Prefixes of a tag."""
    flags: frozenset[str] = frozenset()
    """Any of ``starred``, ``archived``, ``cut``."""
    before_s: float | None = None
    """Last modified before this time, in seconds since the epoch."""
    after_s: float | None = None
    """Last modified at this time or later, in seconds since the epoch."""
    notes: tuple[str, ...] = ()
    """Parts of the query without effect, and why."""

    @property
    def filters(self) -> bool:
        """Whether it has conditions other than words."""
        filtered = self.models or self.providers or self.tags or self.flags
        return bool(filtered) or self.before_s is not None or self.after_s is not None

    def allows(self, session: SessionSummary) -> bool:
        """Return whether a session passes the filters; its text and its archived state are not checked."""
        model, provider = session.model.casefold(), session.provider.casefold()
        tags = [tag.casefold() for tag in session.tags]
        return (
            ("starred" not in self.flags or session.starred)
            and ("cut" not in self.flags or session.cut)
            and all(part in model for part in self.models)
            and all(provider.startswith(part) for part in self.providers)
            and all(any(tag.startswith(part) for tag in tags) for part in self.tags)
            and (self.before_s is None or session.modified_s < self.before_s)
            and (self.after_s is None or session.modified_s >= self.after_s)
        )


def parse_query(text: str) -> SessionQuery:
    """Parse a query. Any text is valid; the last word also matches as a prefix.

    Supported are words; ``"phrases"``; ``model:``, ``provider:``, ``tag:``, ``is:starred`` (``archived``, ``cut``);
    ``before:`` and ``after:`` with a year, month or day such as 2026-01-31, in local time.
    """
    reading = _Reading()
    for match in _PIECE.finditer(text):
        field, quoted, value, phrase, word = match.groups()
        if field:
            reading.take_filter(field.lower(), (quoted or value or "").casefold())
        elif phrase is not None:
            reading.take_words(phrase, prefix=False)
        else:
            reading.take_words(word, prefix=match.end() == len(text))
    return reading.query()


def sort_key(order: Order) -> Callable[[SessionSummary], tuple[object, ...]]:
    """Return the sort key for an order: newest or largest first, titles alphabetically."""
    keys: dict[Order, Callable[[SessionSummary], tuple[object, ...]]] = {
        "modified": lambda session: (-session.modified_s, session.id),
        "created": lambda session: (_reversed(session.created), session.id),
        "title": lambda session: (session.title.casefold(), -session.modified_s),
        "size": lambda session: (-session.size, session.id),
    }
    return keys[order]


class _Reading:
    """The query parsed so far."""

    def __init__(self) -> None:
        self._terms: list[Term] = []
        self._parts: dict[str, list[str]] = {"model": [], "provider": [], "tag": []}
        self._flags: set[str] = set()
        self._moments: dict[str, float] = {}
        self._notes: list[str] = []

    def take_words(self, text: str, *, prefix: bool) -> None:
        term = Term(text, prefix)
        if term.tokens:
            self._terms.append(term)
        elif text.strip():
            self._notes.append(f"{text} has no letters or digits and is ignored")

    def take_filter(self, field: str, value: str) -> None:
        if field in self._parts:
            self._parts[field].append(value.lstrip("#") if field == "tag" else value)
        elif field == "is":
            self._take_flag(value)
        else:
            moment = _moment_s(value)
            if moment is None:
                self._notes.append(f"{field}: takes a year, month or day, such as 2026-01-31")
            else:
                self._moments[field] = moment

    def _take_flag(self, value: str) -> None:
        if value in _FLAGS:
            self._flags.add(value)
        else:
            self._notes.append(f"is: takes {', '.join(_FLAGS)}")

    def query(self) -> SessionQuery:
        return SessionQuery(
            terms=tuple(self._terms[:_MOST_TERMS]),
            models=tuple(self._parts["model"]),
            providers=tuple(self._parts["provider"]),
            tags=tuple(self._parts["tag"]),
            flags=frozenset(self._flags),
            before_s=self._moments.get("before"),
            after_s=self._moments.get("after"),
            notes=tuple(self._notes),
        )


def _moment_s(text: str) -> float | None:
    """Return the start of a year, month or day in local time, in seconds since the epoch."""
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        day = date(*(int(part or 1) for part in match.groups()))
        return datetime.combine(day, time()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _reversed(text: str) -> Sequence[int]:
    """Return a key that sorts later texts first and empty ones last."""
    return tuple(-ord(character) for character in text) or (0,)

"""Parse and apply filters over stream events: words, kinds, limits on gap and size. All terms must match."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.arrivals import Arrival, raw_text
from chat_tui.domain.event_meaning import KINDS
from chat_tui.domain.events import StreamEvent

_TOKEN: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_BOUND: Final = re.compile(r"(gap|size)([<>])(\d*\.?\d*)")
_OWN_WORDS: Final = ("comment", "bad")
"""Kinds that may be written without ``kind:``."""

_What: TypeAlias = Literal["word", "kind", "gap", "size"]


class Term(Struct, frozen=True):
    """One condition."""

    what: _What
    text: str = ""
    """A lower-case word, or a prefix of a kind's name."""
    above: bool = True
    """Whether the bound is a lower bound; else an upper one."""
    bound: float = 0.0
    """In seconds for a gap, in bytes for a size."""
    wanted: bool = True
    """False: exclude what the term matches."""


class EventFilter(Struct, frozen=True):
    """A parsed filter."""

    terms: tuple[Term, ...] = ()

    def accepts(self, arrival: Arrival, gap_s: float, kinds: Callable[[], frozenset[str]]) -> bool:
        """Return whether every term matches.

        Args:
            arrival: An event or a comment.
            gap_s: Seconds since the item before it.
            kinds: Returns its kinds; called only if a term needs them.
        """
        return all(_holds(term, arrival, gap_s, kinds) == term.wanted for term in self.terms)


def parse_filter(text: str) -> EventFilter:
    """Parse a filter expression; incomplete terms (``kind:``, ``gap>``) are ignored.

    Terms are ``kind:usage`` (or a prefix of a kind), ``comment``, ``bad``, ``gap>0.5``, ``gap<0.1`` and ``size>1000``.
    Anything else is a word to find in data or event name, ignoring case; it is quoted if it contains spaces or would
    be read as another term. A ``-`` before a term excludes what it matches.
    """
    found = (_term(*match.groups()) for match in _TOKEN.finditer(text))
    return EventFilter(tuple(term for term in found if term is not None))


def _term(minus: str, quoted: str | None, plain: str | None) -> Term | None:
    wanted = not minus
    if quoted is not None or plain is None:
        return Term("word", (quoted or "").casefold(), wanted=wanted) if quoted else None
    if bound := _BOUND.fullmatch(plain):
        number = bound[3].strip(".")
        above = bound[2] == ">"
        what: _What = "gap" if bound[1] == "gap" else "size"
        return Term(what, above=above, bound=float(bound[3]), wanted=wanted) if number else None
    kind = plain.lower() if plain.lower() in _OWN_WORDS else plain.lower().removeprefix("kind:")
    if plain.lower() in _OWN_WORDS or plain.lower().startswith("kind:"):
        return Term("kind", kind, wanted=wanted) if kind else None
    return Term("word", plain.casefold(), wanted=wanted)


def _holds(term: Term, arrival: Arrival, gap_s: float, kinds: Callable[[], frozenset[str]]) -> bool:
    if term.what == "kind":
        found = kinds()
        return term.text in found if term.text in KINDS else any(kind.startswith(term.text) for kind in found)
    if term.what == "word":
        name = arrival.name if isinstance(arrival, StreamEvent) else ""
        return term.text in raw_text(arrival).casefold() or term.text in name.casefold()
    value = gap_s if term.what == "gap" else len(raw_text(arrival).encode("utf-8", "replace"))
    return value > term.bound if term.above else value < term.bound

"""What a search in the library of sessions finds, and how far the library is up to date."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from chat_tui.domain.session import SessionSummary


class Found(Struct, frozen=True, kw_only=True):
    """The sessions that fit a query."""

    sessions: Sequence[SessionSummary] = ()
    """In the order asked for."""
    total: int = 0
    """Sessions there are, those put away included."""
    archived: int = 0
    """Sessions that would fit too but are put away."""
    notes: tuple[str, ...] = ()
    """What of the query has no effect; why the search is slow."""


class Progress(Struct, frozen=True):
    """Files read, of those that have to be."""

    done: int
    total: int

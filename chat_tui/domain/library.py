"""Result types of the session library: search results and indexing progress."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from chat_tui.domain.session import SessionSummary


class Found(Struct, frozen=True, kw_only=True):
    """The sessions that match a query."""

    sessions: Sequence[SessionSummary] = ()
    """In the requested order."""
    total: int = 0
    """Total number of sessions, archived ones included."""
    archived: int = 0
    """Number of sessions that match but are archived."""
    notes: tuple[str, ...] = ()
    """Parts of the query without effect, and reasons why the search is slow."""


class Progress(Struct, frozen=True):
    """Number of files read, and of files to read."""

    done: int
    total: int

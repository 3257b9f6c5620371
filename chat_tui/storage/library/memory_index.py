"""In-memory index, used when no index can be stored on disk; searches by scanning all texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock

from chat_tui.domain.session import SessionSummary
from chat_tui.domain.text_search import Term, bare
from chat_tui.storage.library.survey import Survey
from chat_tui.storage.library.surveying import Stamp, Surveyed, summary_of


class _Known:
    """One indexed session."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.stamp = Stamp(0, 0, 0)
        self.survey = Survey()
        self.texts: list[str] = []
        self.cut_text = ""
        self.bare = ""
        """Title, tags and texts in normalised form for searching."""


class MemoryIndex:
    """Drop-in replacement for ``SqliteIndex`` that lasts as long as the process.

    Args:
        folder: The sessions folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sessions: dict[str, _Known] = {}
        self._cards: dict[int, SessionSummary] = {}
        self._last = 0
        self._lock = Lock()

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamps of the indexed sessions by file name, as of when they were read."""
        with self._lock:
            return {name: known.stamp for name, known in self._sessions.items()}

    def known(self, names: Iterable[str]) -> dict[str, tuple[Stamp, Survey]]:
        """Return stamps and surveys of some sessions."""
        with self._lock:
            found = {name: self._sessions.get(name) for name in names}
            return {name: (known.stamp, known.survey) for name, known in found.items() if known is not None}

    def put(self, sessions: Sequence[Surveyed], before: Mapping[str, Stamp]) -> None:  # noqa: ARG002 - no other writes
        """Add or update sessions that were read."""
        with self._lock:
            self._cards = dict(self._cards)
            for session in sessions:
                self._put(session)

    def drop(self, names: Iterable[str]) -> None:
        """Remove sessions."""
        with self._lock:
            gone = [known for name in names if (known := self._sessions.pop(name, None))]
            numbers = {known.number for known in gone}
            self._cards = {number: card for number, card in self._cards.items() if number not in numbers}

    def cards(self) -> Mapping[int, SessionSummary]:
        """Return summaries by session number. A new object whenever one of them changed."""
        return self._cards

    def matching(self, terms: Sequence[Term]) -> set[int]:
        """Return the numbers of the sessions whose title, tags or text contain every term."""
        patterns = [re.compile(term.pattern) for term in terms]
        with self._lock:
            sessions = [*self._sessions.values()]
        return {known.number for known in sessions if all(pattern.search(known.bare) for pattern in patterns)}

    def texts(self, number: int) -> list[str]:
        """Return the texts of a session, without its title."""
        with self._lock:
            found = [known for known in self._sessions.values() if known.number == number]
            return [text for known in found for text in (*known.texts, known.cut_text) if text]

    def close(self) -> None:
        """Do nothing."""

    def _put(self, session: Surveyed) -> None:
        known = self._sessions.get(session.name)
        if known is None:
            self._last += 1
            known = self._sessions[session.name] = _Known(self._last)
        known.stamp, known.survey, known.cut_text = session.stamp, session.survey, session.cut_text
        known.texts = [*known.texts, *session.texts] if session.grown else [*session.texts]
        title = [session.survey.shown_title, *session.survey.labels.tags]
        known.bare = bare("\n".join([*title, *known.texts, known.cut_text]))
        self._cards[known.number] = summary_of(
            str(self._folder / session.name),
            session.survey,
            modified_s=session.stamp.modified_ns / 1e9,
            size=session.stamp.size,
        )

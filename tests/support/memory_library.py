"""An in-memory session library for screen tests: searched by scanning, with a trash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.library import Found, Progress
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import label_record, title_record
from chat_tui.domain.session import SessionSummary
from chat_tui.domain.session_query import Order, parse_query, sort_key
from chat_tui.domain.text_search import Excerpt, bare, excerpt

if TYPE_CHECKING:
    from tests.support.engine_doubles import MemoryJournal
    from tests.support.fakes import MemoryStore


class MemoryLibrary:
    """A library of the sessions in the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._trash: dict[str, MemoryJournal] = {}

    def refreshing(self) -> Iterator[Progress]:
        return iter(())

    def search(self, text: str, order: Order = "modified") -> Found:
        query = parse_query(text)
        sessions = sorted(self._store.recent(), key=sort_key(order))
        patterns = [re.compile(term.pattern) for term in query.terms]
        fitting = [
            each
            for each in sessions
            if query.allows(each) and all(pattern.search(bare(self._text(each.path))) for pattern in patterns)
        ]
        shown = [each for each in fitting if each.archived == ("archived" in query.flags)]
        return Found(sessions=shown, total=len(sessions), archived=len(fitting) - len(shown), notes=query.notes)

    def excerpts(self, paths: Sequence[str], text: str) -> Mapping[str, Excerpt]:
        terms = parse_query(text).terms
        found = {path: excerpt(self._text(path, title=False), terms) for path in paths} if terms else {}
        return {path: each for path, each in found.items() if each is not None}

    def rename(self, path: str, title: str) -> None:
        self._journal(path).append(title_record(title))

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        self._journal(path).append(label_record(tags=tags, starred=starred, archived=archived))

    def delete(self, path: str) -> str:
        self._trash[path] = self._journal(path)
        del self._store.journals[path]
        return path.replace("/sessions/", "/trash/")

    def restore(self, name: str) -> str:
        path = name.replace("/trash/", "/sessions/")
        self._store.journals[path] = self._trash.pop(path)
        return path

    def trashed(self) -> Sequence[SessionSummary]:
        return ()

    def duplicate(self, path: str) -> str:
        copy = self._store.create()
        copy.records.extend(self._journal(path).records)
        assert copy.path is not None
        return copy.path

    def close(self) -> None:
        pass

    def _journal(self, path: str) -> MemoryJournal:
        if path not in self._store.journals:
            raise ProblemError(Problem(kind="session", what=f"{path} does not exist"))
        return self._store.journals[path]

    def _text(self, path: str, *, title: bool = True) -> str:
        session = self._store.load(path)
        words = [str(node.message.get("content")) for node in session.conversation.nodes.values()]
        return "\n".join([session.title, *session.labels.tags, *words] if title else words)

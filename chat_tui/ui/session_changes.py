"""The changes the session list makes to the session under its cursor: name, tags, star, archive, copy, trash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from chat_tui.domain.labels import tag_words
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import SessionSummary
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.sessions import SessionsScreen
    from chat_tui.ui.session_shelf import SessionShelf


Change: TypeAlias = Literal["name", "tags", "star", "archive", "duplicate", "delete", "undo"]


class SessionChanges:
    """Makes one change at a time; each is on disk before the list reports it. A failure is reported instead."""

    def __init__(self, screen: SessionsScreen, shelf: SessionShelf) -> None:
        self._screen = screen
        self._shelf = shelf
        self._busy = False
        self._asked_about = ""
        self._deleted: list[str] = []
        self._table: dict[Change, Callable[[], None]] = {
            "name": self._ask_name,
            "tags": self._ask_tags,
            "star": self._star,
            "archive": self._archive,
            "duplicate": self._duplicate_it,
            "delete": self._ask_to_delete,
            "undo": self._undo,
        }

    def start(self, change: Change) -> None:
        """Start a change; some ask the user first."""
        self._table[change]()

    def _ask_name(self) -> None:
        """Ask for a name."""
        session = self._session()
        if session is not None:
            self._ask("Name of this session", session.title, lambda title: self._rename(session, title))

    def _ask_tags(self) -> None:
        """Ask for the tags."""
        session = self._session()
        if session is not None:
            words = " ".join(session.tags)
            self._ask("Tags, separated by spaces", words, lambda tags: self._tag(session, tags))

    def _star(self) -> None:
        """Add or remove the star."""
        session = self._session()
        if session is not None:
            self._run(self._label(session, starred=not session.starred))

    def _archive(self) -> None:
        """Archive, or bring back from the archive."""
        session = self._session()
        if session is not None:
            told = "Restored from the archive" if session.archived else "Archived; is:archived shows it"
            self._run(self._label(session, archived=not session.archived, told=told))

    def _duplicate_it(self) -> None:
        """Copy the session."""
        session = self._session()
        if session is not None:
            self._run(self._duplicate(session))

    def _ask_to_delete(self) -> None:
        """Ask on the first call, delete on the second."""
        session = self._session(keep_question=True)
        if session is None:
            return
        if self._asked_about == session.path:
            self.confirm()
        else:
            self._asked_about = session.path
            self._screen.say(f"Move “{_name(session)}” to the trash? enter: yes, esc: no", refused=True)

    def confirm(self) -> bool:
        """Carry out the deletion that was asked about; return whether there was one."""
        session, asked = self._screen.session, self._asked_about
        self._asked_about = ""
        if not asked or session is None or session.path != asked:
            return False
        self._run(self._delete(session))
        return True

    def forget(self) -> bool:
        """Withdraw the question; return whether there was one."""
        asked, self._asked_about = self._asked_about, ""
        if asked:
            self._screen.say("")
        return bool(asked)

    def _undo(self) -> None:
        """Restore the session deleted last."""
        if self._busy:
            return
        if self._deleted:
            self._run(self._restore(self._deleted.pop()))
        else:
            self._screen.say("There is no deletion to undo.")

    def _session(self, *, keep_question: bool = False) -> SessionSummary | None:
        if not keep_question:
            self.forget()
        return None if self._busy else self._screen.session

    def _ask(self, question: str, answer: str, then: Callable[[str], Awaitable[None]]) -> None:
        from chat_tui.ui.screens.ask import Ask

        def answered(text: str | None) -> None:
            if text is not None:
                self._run(then(text))

        self._screen.app.push_screen(Ask(question, answer), answered)

    def _run(self, change: Awaitable[None]) -> None:
        self._busy = True
        start_worker(self._screen, partial(self._carry_out, change), group="library-change")

    async def _carry_out(self, change: Awaitable[None]) -> None:
        try:
            await change
        except ProblemError as error:
            self._screen.say(error.problem.sentence(), refused=True)
        finally:
            self._busy = False
        if self._screen.is_mounted:
            await self._screen.refresh_library()

    async def _rename(self, session: SessionSummary, title: str) -> None:
        if not title.strip():
            return
        if self._shelf.is_open(session.path):
            self._shelf.rename_open(title.strip())
        else:
            await asyncio.to_thread(self._shelf.library.rename, session.path, title.strip())
        self._screen.say("")

    async def _tag(self, session: SessionSummary, words: str) -> None:
        await asyncio.to_thread(self._shelf.library.label, session.path, tags=tag_words(words))
        self._screen.say("")

    async def _label(
        self, session: SessionSummary, *, starred: bool | None = None, archived: bool | None = None, told: str = ""
    ) -> None:
        label = self._shelf.library.label
        await asyncio.to_thread(label, session.path, starred=starred, archived=archived)
        self._screen.say(f"{told}." if told else "")

    async def _duplicate(self, session: SessionSummary) -> None:
        copy = await asyncio.to_thread(self._shelf.library.duplicate, session.path)
        title = f"{_name(session)} (copy)"
        await asyncio.to_thread(self._shelf.library.rename, copy, title)
        self._screen.say(f"Copied as “{title}”.")

    async def _delete(self, session: SessionSummary) -> None:
        if self._shelf.is_open(session.path):
            await self._shelf.leave_open()
        self._deleted.append(await asyncio.to_thread(self._shelf.library.delete, session.path))
        self._screen.say(f"“{_name(session)}” is in the trash. ctrl+z restores it.")

    async def _restore(self, path: str) -> None:
        try:
            restored = await asyncio.to_thread(self._shelf.library.restore, path)
        except ProblemError:
            self._deleted.insert(0, path)  # it can be retried, after the others
            raise
        self._screen.say(f"{Path(restored).stem} is restored.")


def _name(session: SessionSummary) -> str:
    return session.title or session.id

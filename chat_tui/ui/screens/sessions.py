"""The session library: search as you type, open, name, tag, copy, archive, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from chat_tui.domain.library import Found
from chat_tui.domain.session import SessionSummary
from chat_tui.domain.session_query import ORDERS, Order
from chat_tui.domain.text_search import Excerpt
from chat_tui.ui.literal import literal, literal_line
from chat_tui.ui.screens.list_overlay import ListOverlay
from chat_tui.ui.session_changes import Change, SessionChanges
from chat_tui.ui.session_preview import SessionPreview
from chat_tui.ui.session_search import SessionSearch
from chat_tui.ui.session_shelf import SessionShelf
from chat_tui.ui.widgets.line_input import LineInput
from chat_tui.ui.widgets.session_list import SessionList

_WIDE: Final = 110
_KEYS: Final = "^r name · ^t tags · ^b star · ^k archive · ^d copy · ^x trash · ^z undo · ^l sort · tab: letter keys"
_LETTERS: Final = "r name · t tags · * star · a archive · c copy · d trash · u undo · s sort · / search"


class SessionsScreen(ListOverlay):
    """Returns the path of the session to open, or None."""

    AUTO_FOCUS = "#session-filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "leave", show=False, priority=True),
        Binding("ctrl+home", "edge(0)", show=False, priority=True),
        Binding("ctrl+end", "edge(1)", show=False, priority=True),
        Binding("ctrl+r,ctrl+s", "change('name')", show=False, priority=True),
        Binding("ctrl+t", "change('tags')", show=False, priority=True),
        Binding("ctrl+b", "change('star')", show=False, priority=True),
        Binding("ctrl+k", "change('archive')", show=False, priority=True),
        Binding("ctrl+x", "change('delete')", show=False, priority=True),
        Binding("ctrl+d", "change('duplicate')", show=False, priority=True),
        Binding("ctrl+z", "change('undo')", show=False, priority=True),
        Binding("ctrl+l", "order", show=False, priority=True),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    SessionsScreen #session-body { width: auto; height: 100%; }
    SessionsScreen #session-head { height: 1; }
    SessionsScreen #session-head .title { width: 1fr; }
    SessionsScreen #session-count { width: auto; color: $foreground 60%; }
    SessionsScreen SessionList { height: 1fr; margin-top: 1; }
    SessionsScreen #session-note { max-height: 4; margin: 1 0; }
    SessionsScreen #session-preview {
        display: none; width: 1fr; height: 100%; background: $surface; padding: 1 2; overflow: hidden;
        border-right: outer $panel;
    }
    SessionsScreen.-wide #session-body { width: 100%; }
    SessionsScreen.-wide #session-preview { display: block; }
    """

    def __init__(self, shelf: SessionShelf, current: str) -> None:
        """Create the screen.

        Args:
            shelf: The sessions and the operations on them.
            current: The path of the open session.
        """
        super().__init__(classes="-side")
        self._shelf = shelf
        self._order: Order = ORDERS[0]
        self._found, self._shown_for = Found(), ""
        self._message, self._refused = "", False
        self._changes = SessionChanges(self, shelf)
        self._filter = LineInput(placeholder="search · model: tag: is:starred before:2026", id="session-filter")
        self._list = SessionList(id="session-list")
        self._list.current, self._list.now_s = current, shelf.now_s()
        self._count = Static(id="session-count", markup=False)
        self._note = Static(id="session-note", classes="quiet", markup=False)
        self._preview = SessionPreview(shelf.load, id="session-preview")
        self._search = SessionSearch(self, shelf.library)

    @property
    def typed(self) -> str:
        """The search text."""
        return self._filter.value

    @property
    def order(self) -> Order:
        """The selected order."""
        return self._order

    @property
    def in_view(self) -> Sequence[str]:
        """Paths of the sessions in view."""
        return [each.path for each in self._list.in_view]

    @property
    def session(self) -> SessionSummary | None:
        """The session under the cursor."""
        return self._list.session

    def compose(self) -> ComposeResult:
        """Compose the title with the count, the search, the list and the note; beside them the preview."""
        with Horizontal(id="session-body"):
            with Vertical(classes="window"):
                with Horizontal(id="session-head"):
                    yield Static("Sessions", classes="title", markup=False)
                    yield self._count
                yield self._filter
                yield self._list
                yield self._note
            yield self._preview

    def on_mount(self) -> None:
        """Show the indexed sessions at once, then read what changed on disk."""
        self._search.open()

    async def refresh_library(self) -> None:
        """Read what changed on disk."""
        await self._search.refresh()

    def show_excerpts(self, excerpts: Mapping[str, Excerpt]) -> None:
        """Show excerpts with the words of the search."""
        self._list.show_excerpts(excerpts)

    def say(self, text: str, *, refused: bool = False) -> None:
        """Show a sentence below the list."""
        self._message, self._refused = text, refused
        self._show_note()

    def action_leave(self) -> None:
        """Withdraw a pending question, else close."""
        if not self._changes.forget():
            self.dismiss(None)

    def action_take(self) -> None:
        """Carry out the deletion that was asked about, else open the session under the cursor."""
        if self._changes.confirm():
            return
        if (session := self.session) is not None:
            self.dismiss(session.path)

    def action_move(self, lines: int) -> None:
        """Move the cursor, wrapping around at the ends."""
        if self._list.sessions:
            self._list.move_to((self._list.cursor + lines) % len(self._list.sessions))
            self._moved()

    def action_page(self, pages: int) -> None:
        """Move the cursor by the height of the list."""
        self._list.move_to(self._list.cursor + pages * self._list.page)
        self._moved()

    def action_edge(self, end: int) -> None:
        """Move to the first or the last session."""
        self._list.move_to(end * (len(self._list.sessions) - 1))
        self._moved()

    def action_order(self) -> None:
        """Switch to the next order."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._search.seek()

    def action_search(self) -> None:
        """Focus the search input."""
        self._filter.focus()

    def action_change(self, change: Change) -> None:
        """Change the session under the cursor."""
        self._changes.start(change)

    @on(LineInput.Changed)
    def _typing(self, event: LineInput.Changed) -> None:
        event.stop()
        self._changes.forget()
        self._message = ""
        self._search.seek()

    @on(LineInput.Submitted)
    @on(SessionList.Taken)
    def _taken(self, event: LineInput.Submitted | SessionList.Taken) -> None:
        event.stop()
        self.action_take()

    @on(SessionList.Scrolled)
    def _scrolled(self, event: SessionList.Scrolled) -> None:
        event.stop()
        self._search.explain()

    def on_descendant_focus(self) -> None:
        """Update the note, which shows the keys that work with the current focus."""
        self._show_note()

    def show(self, found: Found) -> None:
        """Show search results; for an unchanged search the cursor stays on its session."""
        text, held = self._filter.value, self.session
        place = self._list.cursor if text == self._shown_for else 0
        if text == self._shown_for or not text.strip():
            path = held.path if held is not None else self._list.current
            place = next((place for place, each in enumerate(found.sessions) if each.path == path), place)
        self._shown_for = text
        before = self._found.sessions
        same = len(before) == len(found.sessions) and all(map(_same_file, before, found.sessions))
        self._found = found
        if not same or not self._filter.value.strip():
            self._list.excerpts = {}
        self._list.show(found.sessions, place)
        shown, total = len(found.sessions), found.total
        by = "" if self._order == ORDERS[0] else f" · by {self._order}"
        self._count.update(literal_line(f"{shown:,}{f' of {total:,}' if shown != total else ''}{by}" if total else ""))
        self._show_note()
        self._preview.follow(self.session)

    def _moved(self) -> None:
        self._changes.forget()
        self._message = ""
        self._show_note()
        self._preview.follow(self.session)

    def _show_note(self) -> None:
        note = self._message or self._search.progress or self._state()
        self._note.set_class(bool(self._message) and self._refused, "refused")
        self._note.update(literal(note))

    def _state(self) -> str:
        """Return the notes on the search, or the keys if there are none."""
        facts = [*self._found.notes]
        if not self._found.sessions:
            facts.append("no match" if self._found.total else "no sessions yet")
        if self._found.archived and (self._filter.value.strip() or not self._found.sessions):
            facts.append(f"{self._found.archived:,} more archived: is:archived")
        return " · ".join(facts) or (_LETTERS if self._list.has_focus else _KEYS)


def _same_file(one: SessionSummary, other: SessionSummary) -> bool:
    return one.path == other.path

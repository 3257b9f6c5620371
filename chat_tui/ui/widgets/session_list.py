"""The lines of the session list, in a virtual view that renders only visible lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from chat_tui.domain.counts import counted
from chat_tui.domain.model_words import token_count
from chat_tui.domain.session import SessionSummary
from chat_tui.domain.text_search import Excerpt
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView

_ROWS: Final = 2
"""Lines per session: its title, and its details or an excerpt."""
_MARK: Final = 2


class SessionList(InkedView, can_focus=True):
    """Shows sessions and a cursor. While it has the focus, single letters act on the session under the cursor."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.take", show=False),
        Binding("r", "screen.change('name')", show=False),
        Binding("t", "screen.change('tags')", show=False),
        Binding("asterisk", "screen.change('star')", show=False),
        Binding("a", "screen.change('archive')", show=False),
        Binding("d,delete", "screen.change('delete')", show=False),
        Binding("c", "screen.change('duplicate')", show=False),
        Binding("u", "screen.change('undo')", show=False),
        Binding("s", "screen.order", show=False),
        Binding("slash", "screen.search", show=False),
    ]

    class Taken(Message):
        """A session was clicked."""

    class Scrolled(Message):
        """Other sessions are in view, or the cursor moved."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.sessions: Sequence[SessionSummary] = ()
        self.excerpts: Mapping[str, Excerpt] = {}
        """Excerpts with the words of the search, by path."""
        self.cursor = 0
        self.current = ""
        """The path of the open session."""
        self.now_s = 0.0

    @property
    def session(self) -> SessionSummary | None:
        """The session under the cursor; None in an empty list."""
        return self.sessions[self.cursor] if self.cursor < len(self.sessions) else None

    @property
    def in_view(self) -> Sequence[SessionSummary]:
        """The sessions in view."""
        first = self.scroll_offset.y // _ROWS
        return self.sessions[first : first + self.size.height // _ROWS + 2]

    @property
    def page(self) -> int:
        """Number of sessions that fit in the view."""
        return max(1, self.size.height // _ROWS)

    def show(self, sessions: Sequence[SessionSummary], cursor: int) -> None:
        """Show sessions, with the cursor on one of them."""
        self.sessions = sessions
        self.virtual_size = Size(self.width, _ROWS * len(sessions))
        self.move_to(cursor)

    def move_to(self, place: int) -> None:
        """Move the cursor to a session and scroll it into view."""
        self.cursor = max(0, min(place, len(self.sessions) - 1))
        top, first, window = self.scroll_offset.y, _ROWS * self.cursor, max(_ROWS, self.size.height)
        target = max(min(top, first), first + _ROWS - window)
        if target != top:
            self.scroll_to(y=target, animate=False, force=True)
        self.refresh()
        self.post_message(self.Scrolled())

    def show_excerpts(self, excerpts: Mapping[str, Excerpt]) -> None:
        """Show excerpts with the words of the search."""
        self.excerpts = excerpts
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render one line of a session."""
        place, row = divmod(y + self.scroll_offset.y, _ROWS)
        if place >= len(self.sessions):
            return LineBuilder(self.ink, self.width).strip()
        session = self.sessions[place]
        line = LineBuilder(self.ink, self.width, "current" if place == self.cursor else "")
        return self._title(session, line, place) if row == 0 else self._details(session, line)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked session; if it is there already, post ``Taken``."""
        offset = event.get_content_offset(self)
        place = (offset.y + self.scroll_offset.y) // _ROWS if offset is not None else len(self.sessions)
        if place < len(self.sessions):
            again = place == self.cursor
            self.move_to(place)
            if again:
                self.post_message(self.Taken())

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.show(self.sessions, self.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Post ``Scrolled`` after scrolling."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def _title(self, session: SessionSummary, line: LineBuilder, place: int) -> Strip:
        line.put("●" if session.path == self.current else "", "accent").to(_MARK)
        when = moment(session.modified_s, self.now_s)
        end = self.width - cell_len(when) - 1
        if session.starred:
            line.put("★ ", "warn")
        ink = "error" if session.problem else "value" if place == self.cursor else "text"
        line.put(session.title or "(untitled)", ink, limit=max(8, end - line.column - 1))
        return line.to(end).put(when, "quiet").strip()

    def _details(self, session: SessionSummary, line: LineBuilder) -> Strip:
        line.to(_MARK)
        found = self.excerpts.get(session.path)
        if found is None:
            return _about(session, line).strip()
        place = 0
        for begin, end in found.found:
            line.put(found.text[place:begin], "quiet").put(found.text[begin:end], "accent")
            place = end
        return line.put(found.text[place:], "quiet").strip()


def moment(then_s: float, now_s: float) -> str:
    """Format a time briefly: the hour for today, day and hour for this year, else the date."""
    try:
        then, now = datetime.fromtimestamp(then_s).astimezone(), datetime.fromtimestamp(now_s).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{then:%d %b %H:%M}" if then.year == now.year else f"{then:%d %b %Y}"


def _about(session: SessionSummary, line: LineBuilder) -> LineBuilder:
    facts = [session.model.rsplit("/", 1)[-1], counted(session.messages, "message")]
    if session.tokens:
        facts.append(f"{token_count(session.tokens)} tok")
    if session.cost:
        facts.append(f"${session.cost:.2g}" if session.cost < 1 else f"${session.cost:,.2f}")
    line.put(" · ".join(fact for fact in facts if fact), "quiet")
    if session.cut:
        line.put(" · cut off", "warn")
    if session.archived:
        line.put(" · archived", "quiet")
    for tag in session.tags:
        line.put(f" #{tag}", "name")
    return line

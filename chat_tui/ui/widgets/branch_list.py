"""The branches of a session as a tree, one line each, in a virtual view that renders only visible lines."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from chat_tui.ui.branch_lines import BranchLine, BranchTable
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView

_MARK = 2
_TIME, _OUTCOME, _COUNT = 8, 9, 9
_SHARED = 24
"""A narrow view has one column for how a branch ended, or else for the parameters that differ."""
_GUIDES_SHARE = 3
"""The tree's connectors take at most one third of the line."""


class Columns(Struct, frozen=True):
    """The start of each column; columns without room start at the right edge."""

    width: int
    model: int
    turned: int
    outcome: int
    count: int
    time: int

    @classmethod
    def within(cls, width: int) -> Columns:
        """Compute the columns of a view of ``width`` cells; the text column gets what the others do not need."""
        time = width - _TIME if width >= 48 else width
        count = time - _COUNT if width >= 84 else time
        outcome = count - (_SHARED if 60 <= width < 84 else _OUTCOME)
        turned = outcome - (24 if width >= 100 else 18) if width >= 84 else outcome
        model = turned - (20 if width >= 84 else 16)
        return cls(width, model, turned, outcome, count, time)


class BranchList(InkedView):
    """Shows the branches' lines and a cursor."""

    ALLOW_SELECT = False

    class Taken(Message):
        """A line was clicked."""

    def __init__(self, table: BranchTable, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._table = table
        self.places: Sequence[int] = range(len(table.branches))
        """Indexes of the branches that are shown."""
        self.cursor = table.current

    @property
    def place(self) -> int | None:
        """Index of the branch under the cursor."""
        return self.places[self.cursor] if self.cursor < len(self.places) else None

    def show(self, places: Sequence[int], cursor: int) -> None:
        """Show some of the branches, with the cursor on one of the lines."""
        self.places = places
        self.virtual_size = Size(self.width, len(places))
        self.move_to(cursor)

    def move_to(self, line: int) -> None:
        """Move the cursor to a line and scroll it into view."""
        self.cursor = max(0, min(line, len(self.places) - 1))
        top, window = self.scroll_offset.y, max(1, self.size.height)
        target = max(min(top, self.cursor), self.cursor - window + 1)
        if target != top:
            self.scroll_to(y=target, animate=False, force=True)
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.show(self.places, self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked line and post ``Taken``."""
        place = event.get_content_offset(self)
        if place is not None and place.y + self.scroll_offset.y < len(self.places):
            self.move_to(place.y + self.scroll_offset.y)
            self.post_message(self.Taken())

    def render_line(self, y: int) -> Strip:
        """Render one branch: connectors, first words, model, parameter changes, outcome, length, time."""
        index = y + self.scroll_offset.y
        if index >= len(self.places):
            return LineBuilder(self.ink, self.width).strip()
        place, chosen = self.places[index], index == self.cursor
        branch, line, columns = self._table.branches[place], self._table.line(place), Columns.within(self.width)
        built = LineBuilder(self.ink, self.width, "current" if chosen else "")
        built.put("●" if branch.current is not None else "", "accent").to(_MARK)
        built.put(shortened(branch.guides, columns.width // _GUIDES_SHARE), self._guide_ink(place))
        built.put(_speaker_mark(line.said_by), "faint")
        words = "value" if chosen else "text" if branch.first.id in self._table.path else "quiet"
        built.put(line.words or "(empty)", words, limit=max(0, columns.model - built.column - 2)).to(columns.model)
        _put_facts(built, line, columns)
        return built.strip()

    def _guide_ink(self, place: int) -> str:
        return "accent" if self._table.branches[place].first.id in self._table.path else "faint"


def shortened(guides: str, most: int) -> str:
    """Cut the tree's connectors to ``most`` cells, at the end farthest from the branch."""
    return guides if len(guides) <= most else "…" + guides[len(guides) - most + 1 :]


def _put_facts(built: LineBuilder, line: BranchLine, columns: Columns) -> None:
    built.put(line.model, "name", limit=columns.turned - columns.model - 2).to(columns.turned)
    if columns.turned < columns.outcome:
        built.put(line.turned, "warn", limit=columns.outcome - columns.turned - 2).to(columns.outcome)
    shared = columns.turned == columns.outcome and not line.outcome
    ended, ink = (line.turned, "warn") if shared else (line.outcome, "error")
    built.put(ended, ink, limit=columns.count - columns.outcome - 1).to(columns.count)
    if columns.count < columns.time:
        count = f"{line.messages:,} msg"
        built.to(columns.time - cell_len(count) - 1).put(count, "faint").to(columns.time)
    if columns.time < columns.width:
        built.to(columns.width - cell_len(line.time)).put(line.time, "faint")


def _speaker_mark(role: str) -> str:
    return {"user": "› ", "assistant": "‹ "}.get(role, f"{role[:1]} " if role else "")

"""The branches of the session, one per line, to jump to."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.literal import visible_line
from chat_tui.ui.branch_lines import BranchTable
from chat_tui.ui.screens.list_overlay import ListOverlay
from chat_tui.ui.widgets.branch_list import BranchList
from chat_tui.ui.widgets.line_input import LineInput

_EXCERPT = 4


class TreeScreen(ListOverlay):
    """Returns the id of the chosen branch's last message, or None. Typing filters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "move(-1000000)", show=False, priority=True),
        Binding("ctrl+end", "move(1000000)", show=False, priority=True),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (30, "-tall")]  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    TreeScreen .window { width: 120; height: 88%; }
    TreeScreen #tree-head { height: 1; }
    TreeScreen #tree-head .title { width: 1fr; }
    TreeScreen #tree-count { width: auto; color: $foreground 60%; }
    TreeScreen BranchList { height: 1fr; margin-top: 1; }
    TreeScreen #tree-excerpt { height: 5; margin: 1 0 0 2; color: $foreground 75%; }
    TreeScreen #tree-keys { height: 1; margin-top: 1; color: $foreground 60%; }
    TreeScreen.-flat .window { height: 100%; max-height: 100%; }
    TreeScreen.-flat BranchList { margin-top: 0; }
    TreeScreen.-flat #tree-keys { margin-top: 0; }
    """

    def __init__(self, table: BranchTable) -> None:
        super().__init__()
        self._table = table
        self._list = BranchList(table, id="tree-list")
        self._count = Static(id="tree-count", markup=False)
        self._excerpt = Static(id="tree-excerpt", markup=False)

    def compose(self) -> ComposeResult:
        """Compose the title with the count, the filter, the branches, the excerpt and the keys."""
        with Vertical(classes="window"):
            with Horizontal(id="tree-head"):
                yield Static(Content("Branches"), classes="title", markup=False)
                yield self._count
            yield LineInput(placeholder="type to filter: words, model, parameter, failed", id="tree-filter")
            yield self._list
            yield self._excerpt
            yield Static(Content("↑↓ move · enter switch · esc close"), id="tree-keys", markup=False)

    def on_mount(self) -> None:
        """Show the excerpt of the selected path's branch."""
        self._list.can_focus = False
        self._tell()

    def on_resize(self) -> None:
        """Cut the excerpt to the new width."""
        self.call_after_refresh(self._tell)

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._list.move_to(self._list.cursor + lines)
        self._tell()

    def action_page(self, pages: int) -> None:
        """Move the cursor by the height of the list."""
        self.action_move(pages * max(1, self._list.size.height - 1))

    @on(LineInput.Changed)
    def _filter(self, event: LineInput.Changed) -> None:
        event.stop()
        here = self._list.place
        places = self._table.fitting(event.value)
        self._list.show(places, places.index(here) if here in places else 0)
        self._tell()

    @on(LineInput.Submitted)
    def _take(self, event: LineInput.Submitted) -> None:
        event.stop()
        self._chosen()

    @on(BranchList.Taken)
    def _clicked(self) -> None:
        self._chosen()

    def _chosen(self) -> None:
        place = self._list.place
        if place is not None:
            self.dismiss(self._table.branches[place].leaf.id)

    def _tell(self) -> None:
        """Update the count, and the excerpt of the branch under the cursor."""
        total, shown = len(self._table.branches), len(self._list.places)
        self._count.update(Content(f"{total:,}" if shown == total else f"{shown:,} of {total:,}"))
        place = self._list.place
        self._excerpt.update(Content("no match") if place is None else self._about(place))

    def _about(self, place: int) -> Content:
        branch = self._table.branches[place]
        turned = self._table.line(place).turned
        head = f"{branch.shared:,} shared · {len(branch.own):,} own"
        lines = [Content.assemble((head if branch.shared else f"{branch.length:,} messages", "$foreground 50%"))]
        if turned:
            lines[0] = Content.assemble(lines[0], (f" · {visible_line(turned)}", "$text-warning"))
        for speaker, words in self._table.excerpt(place, _EXCERPT):
            lines.append(Content.assemble((f"{visible_line(speaker)}  ", "$accent"), visible_line(words)))
        return Content("\n").join(
            line.truncate(max(8, self._excerpt.size.width or 70), ellipsis=True) for line in lines
        )

"""Asks whether a tool's command may run: shows all of it, and runs nothing without an explicit key."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar, Literal, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from chat_tui.domain.tool_definitions import Approval, Via
from chat_tui.ui.panel.lines_view import Line, LinesView
from chat_tui.ui.screens.overlay import Overlay

Answer: TypeAlias = Literal["once", "always"] | None
_QUESTIONS: dict[Via, str] = {"command": "Run this command?", "mcp": "Call this MCP server's tool?"}
_ANSWERS: dict[str, Answer] = {"y": "once", "A": "always"}


class ApprovalLines(LinesView, inherit_bindings=False):
    """Shows all that would be run with control characters visible; it handles only the keys that scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [*ScrollableContainer.BINDINGS]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Return the number of rows."""
        return self.rows_within(width)


class ToolApproval(Overlay[Answer]):
    """Returns ``once``, ``always`` or None. Keys typed before everything was painted are ignored."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,n,enter", "refuse", "Do not run it", show=False)]

    DEFAULT_CSS = """
    ToolApproval .window { width: 90%; max-width: 110; padding: 0 2; }
    ToolApproval ApprovalLines { height: auto; max-height: 60vh; margin-bottom: 1; }
    """

    def __init__(self, approval: Approval, *, ran: bool = False) -> None:
        """Create the screen.

        Args:
            approval: What would be run.
            ran: Whether it was run before for the same call.
        """
        super().__init__()
        self._approval = approval
        self._ran = ran
        self._shown_at_s: float | None = None

    def compose(self) -> ComposeResult:
        """Compose the title, everything that would be run, and the keys."""
        again = " It was already run for this call." if self._ran else ""
        with Vertical(classes="window"):
            yield Static(
                Content(f"{_QUESTIONS[self._approval.via]} It runs only if you press y or A.{again}"), classes="title"
            )
            yield ApprovalLines([Line(((line, "text"),)) for line in self._approval.lines()], id="approval-lines")
            yield Static(self._keys(0), id="approval-keys")

    def on_mount(self) -> None:
        """Accept answers only after the first paint."""
        self.query_one(ApprovalLines).focus()
        self.call_after_refresh(self._shown)

    def on_key(self, event: events.Key) -> None:
        """Accept an approving key if it was pressed after the question was shown."""
        answer = _ANSWERS.get(event.character or "")
        if answer is None:
            return
        event.stop()
        if self._shown_at_s is not None and event.time > self._shown_at_s:
            self.dismiss(answer)

    def action_refuse(self) -> None:
        """Run nothing."""
        self.dismiss(None)

    def _shown(self) -> None:
        self._shown_at_s = monotonic()
        self.query_one("#approval-keys", Static).update(self._keys(self._rows_if_more()))

    def _rows_if_more(self) -> int:
        """Return the number of rows if not all of them fit on the screen, else 0."""
        lines = self.query_one(ApprovalLines)
        return lines.virtual_size.height if lines.max_scroll_y else 0

    def _keys(self, rows: int) -> Content:
        more = f"down, pagedown, end: {rows:,} rows in all" if rows else ""
        return Content.assemble(
            ("n, esc, enter", "$accent"),
            "  do not run it     ",
            ("y", "$accent"),
            "  run it once\n",
            ("A", "$accent"),
            "  always run this command for this tool in this session",
            (f"\n{more}" if more else "", "$warning"),
        )

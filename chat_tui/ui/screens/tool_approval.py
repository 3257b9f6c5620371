"""Asks whether a tool's command may be run: all of it is shown, and the answer is no unless a key says otherwise."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar, Literal, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.tool_definitions import Approval, Via
from chat_tui.ui.screens.overlay import Overlay

Answer: TypeAlias = Literal["once", "always"] | None
_QUESTIONS: dict[Via, str] = {"command": "Run this command?", "mcp": "Call this tool of this MCP server?"}
_ANSWERS: dict[str, Answer] = {"y": "once", "A": "always"}


class ToolApproval(Overlay[Answer]):
    """Answers ``once``, ``always`` or None. A key that was typed before all of it was on the screen counts as none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,n,enter", "refuse", "Do not run it", show=False)]

    DEFAULT_CSS = """
    ToolApproval .window { width: 90%; max-width: 110; padding: 0 2; }
    ToolApproval VerticalScroll { height: auto; max-height: 60vh; margin-bottom: 1; }
    """

    def __init__(self, approval: Approval, *, ran: bool = False) -> None:
        """Make the question.

        Args:
            approval: What would be run.
            ran: It was run before for this very call.
        """
        super().__init__()
        self._approval = approval
        self._ran = ran
        self._shown_at_s: float | None = None

    def compose(self) -> ComposeResult:
        """Title, everything that would be run, keys."""
        again = " It was run before for this call." if self._ran else ""
        with Vertical(classes="window"):
            yield Static(Content(f"{_QUESTIONS[self._approval.via]} No, unless you press y.{again}"), classes="title")
            with VerticalScroll(id="approval-lines"):
                yield Static(Content("\n".join(self._approval.lines())), markup=False)
            yield Static(
                Content.assemble(
                    ("n, esc, enter", "$accent"),
                    "  do not run it     ",
                    ("y", "$accent"),
                    "  run it, this once\n",
                    ("A", "$accent"),
                    "  always: this command, for this tool, in this session",
                )
            )

    def on_mount(self) -> None:
        """Everything counts from the first paint on."""
        self.query_one(VerticalScroll).focus()
        self.call_after_refresh(self._shown)

    def on_key(self, event: events.Key) -> None:
        """Agree, where the key came after the question."""
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

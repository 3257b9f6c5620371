"""The rerun screen: what would be sent, and the progress; escape cancels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.problems import ProblemError
from chat_tui.engine.rerun import Rerun
from chat_tui.engine.rerun_words import announcement, progress
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.rerun_lines import plan_lines, running_lines
from chat_tui.ui.screens.batch import BatchScreen

if TYPE_CHECKING:
    from chat_tui.engine.rerun_plan import RerunPlan
    from chat_tui.engine.workbench import Workbench


class Wish(Struct, frozen=True):
    """How to send the turns again."""

    follow: bool = False
    """Whether new replies become the history of the following turns."""
    as_set_now: bool = False
    """Whether to use the current settings instead of those recorded for each turn."""


class RerunScreen(BatchScreen[Rerun | None]):
    """Asks before sending; nothing is sent before enter. Returns the rerun once it is over; None if nothing was sent.

    Args:
        bench: The session.
        plan: Returns the plan for a wish.
        wish: The initial choice.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel or close", show=False, priority=True),
        Binding("enter", "begin", "Begin", show=False),
        Binding("f", "follow", "Go on from the new replies", show=False),
        Binding("p", "panel", "With what is set now", show=False),
    ]

    DEFAULT_CSS = """
    RerunScreen .window { width: 100; height: 80%; }
    """

    def __init__(self, bench: Workbench, plan: Callable[[Wish], RerunPlan], wish: Wish) -> None:
        super().__init__()
        self._bench = bench
        self._make_plan = plan
        self._wish = wish
        self._plan = plan(wish)
        self._rerun: Rerun | None = None
        self._shown: tuple[int, ...] = ()
        """Number of finished turns, followed by the running ones, when the lines were last drawn."""

    @property
    def sent(self) -> Rerun | None:
        """The rerun once it has been started."""
        return self._rerun

    def compose(self) -> ComposeResult:
        """Compose the title, the plan's summary, the state, one line per turn, and the keys."""
        with Vertical(classes="window"):
            yield Static(Content("Rerun: send each turn again"), classes="title")
            yield Static(id="asked", classes="quiet")
            yield Static(id="state")
            yield LinesView(id="rerun-lines")
            yield Static(id="keys", classes="quiet")

    def on_mount(self) -> None:
        """Show the plan."""
        self.query_one(LinesView).focus()
        self._show_plan()

    def action_leave(self) -> None:
        """Cancel a running rerun, else close."""
        if not self.stopped():
            self.dismiss(self._rerun)

    def action_follow(self) -> None:
        """Switch between new replies and recorded ones as the history."""
        self._wished(replace(self._wish, follow=not self._wish.follow))

    def action_panel(self) -> None:
        """Switch between the current settings and the recorded ones."""
        self._wished(replace(self._wish, as_set_now=not self._wish.as_set_now))

    def action_begin(self) -> None:
        """Send the requests."""
        if self._rerun is not None:
            return
        try:
            self._rerun = Rerun(self._bench, self._plan, self._changed)
        except ProblemError as error:
            self.show_problem(error)
            return
        self.show_keys("esc cancel; replies so far are saved")
        self._changed(self._rerun)

    def _wished(self, wish: Wish) -> None:
        if self._rerun is not None:
            return
        try:
            self._plan = self._make_plan(wish)
        except ProblemError as error:
            self.show_problem(error)
            return
        self._wish = wish
        self._show_plan()

    def _show_plan(self) -> None:
        self.show_asked(announcement(self._plan))
        self.show_state(Content("Nothing is sent until you press enter. New replies are added as branches."))
        self.query_one(LinesView).set_lines(plan_lines(self._plan))
        history = "recorded history" if self._wish.follow else "new replies as history"
        values = "recorded settings" if self._wish.as_set_now else "current settings"
        self.show_keys(f"enter send · f {history} · p {values} · esc close")

    def _changed(self, rerun: Rerun) -> None:
        if self.gone:
            return
        if rerun.done:
            self.dismiss(rerun)
            return
        self.show_progress(len(rerun.results) / len(rerun.plan.turns), progress(rerun))
        shown = (len(rerun.results), *rerun.running)
        if shown != self._shown:
            self._shown = shown
            lines = self.query_one(LinesView)
            lines.set_lines(running_lines(rerun))
            lines.scroll_to(y=max(0, shown[0] - lines.size.height // 2), animate=False, immediate=True)

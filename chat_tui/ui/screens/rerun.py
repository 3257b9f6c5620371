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

from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.rerun import Rerun
from chat_tui.engine.rerun_words import announcement, progress
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.progress import progress_bar
from chat_tui.ui.rerun_lines import plan_lines, running_lines
from chat_tui.ui.screens.overlay import Overlay

if TYPE_CHECKING:
    from chat_tui.engine.rerun_plan import RerunPlan
    from chat_tui.engine.workbench import Workbench

_BAR_CELLS = 24


class Wish(Struct, frozen=True):
    """How to send the turns again."""

    follow: bool = False
    """Whether new replies become the history of the following turns."""
    as_set_now: bool = False
    """Whether to use the current settings instead of those recorded for each turn."""


class RerunScreen(Overlay[Rerun | None]):
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
    #rerun-asked { height: auto; max-height: 4; margin-bottom: 1; }
    #rerun-state { height: auto; max-height: 3; margin-bottom: 1; }
    RerunScreen LinesView { height: 1fr; }
    #rerun-keys { height: 1; }
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
        self._gone = False

    def compose(self) -> ComposeResult:
        """Compose the title, the plan's summary, the state, one line per turn, and the keys."""
        with Vertical(classes="window"):
            yield Static(Content("Rerun: send each turn again"), classes="title")
            yield Static(id="rerun-asked", classes="quiet")
            yield Static(id="rerun-state")
            yield LinesView(id="rerun-lines")
            yield Static(id="rerun-keys", classes="quiet")

    def on_mount(self) -> None:
        """Show the plan."""
        self.query_one(LinesView).focus()
        self._show_plan()

    async def on_unmount(self) -> None:
        """Stop the rerun when the window closes."""
        self._gone = True
        if self._rerun is not None:
            self._rerun.stop()
            await self._rerun.wait()

    def action_leave(self) -> None:
        """Cancel a running rerun, else close."""
        if self._rerun is not None and not self._rerun.done:
            self._rerun.stop()
        else:
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
            self._problem(error)
            return
        self._keys("esc cancel; replies so far are saved")
        self._changed(self._rerun)

    def _wished(self, wish: Wish) -> None:
        if self._rerun is not None:
            return
        try:
            self._plan = self._make_plan(wish)
        except ProblemError as error:
            self._problem(error)
            return
        self._wish = wish
        self._show_plan()

    def _show_plan(self) -> None:
        self.query_one("#rerun-asked", Static).update(Content(visible_line(announcement(self._plan))))
        self._state(Content("Nothing is sent until you press enter. New replies are added as branches."))
        self.query_one(LinesView).set_lines(plan_lines(self._plan))
        history = "recorded history" if self._wish.follow else "new replies as history"
        values = "recorded settings" if self._wish.as_set_now else "current settings"
        self._keys(f"enter send · f {history} · p {values} · esc close")

    def _changed(self, rerun: Rerun) -> None:
        if self._gone:
            return
        if rerun.done:
            self.dismiss(rerun)
            return
        bar = progress_bar(len(rerun.results) / len(rerun.plan.turns), _BAR_CELLS)
        self._state(Content.assemble(bar, f"  {visible_line(progress(rerun))}"))
        shown = (len(rerun.results), *rerun.running)
        if shown != self._shown:
            self._shown = shown
            lines = self.query_one(LinesView)
            lines.set_lines(running_lines(rerun))
            lines.scroll_to(y=max(0, shown[0] - lines.size.height // 2), animate=False, immediate=True)

    def _problem(self, error: ProblemError) -> None:
        self._state(Content.styled(visible_line(error.problem.sentence()), "$error"))

    def _state(self, content: Content) -> None:
        self.query_one("#rerun-state", Static).update(content)

    def _keys(self, words: str) -> None:
        self.query_one("#rerun-keys", Static).update(Content(words))

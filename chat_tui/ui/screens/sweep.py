"""The sweep window: the requests to be sent, a table of replies as they arrive, and the comparison of two replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.sweep_words import announcement, estimate, label, progress, summary
from chat_tui.engine.sweeping import Sweep, SweepRun, runs_of
from chat_tui.ui.notes import copy_text, note
from chat_tui.ui.panel.cells import fitted
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.screens.batch import BAR_CELLS, BatchScreen
from chat_tui.ui.sweep_lines import SweepColumns, comparison, detail, key_words, known_of, plan_detail

if TYPE_CHECKING:
    from chat_tui.engine.sweep_plan import PlannedSweep
    from chat_tui.engine.workbench import Workbench

_AROUND: Final = 14
"""Lines of the window other than the table; four of them are for the answer."""
_FRAME_S: Final = 0.1
"""Minimum seconds between two updates of the table."""


class SweepEnd(Struct, frozen=True, eq=False):
    """The result of the window."""

    sweep: Sweep
    node: str | None = None
    """Id of the reply to go to, if one was chosen."""
    beside: bool = False
    """Whether to show the other replies beside it."""


class SweepScreen(BatchScreen[SweepEnd | None]):
    """The sweep window. It sends nothing before enter; its result is None if nothing was sent.

    Args:
        bench: The session.
        planned: The sweep to send.
        sweep: A finished sweep to show again; None for a new one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Stop or close", show=False, priority=True),
        Binding("d,space", "base", "Compare", show=False),
        Binding("s", "beside", "Side by side", show=False),
        Binding("y", "copy", "Copy the answer", show=False),
        Binding("pageup,shift+up", "scroll_detail(-1)", "Scroll the answer", show=False, priority=True),
        Binding("pagedown,shift+down", "scroll_detail(1)", "Scroll the answer", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    SweepScreen .window { width: 100%; height: 100%; max-height: 100%; border: none; padding: 0 1; }
    SweepScreen #asked { max-height: 2; margin: 0; }
    #sweep-heading { height: 1; text-wrap: nowrap; }
    #sweep-runs {
        height: auto; min-height: 3;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    #sweep-about { height: 1; margin-top: 1; text-wrap: nowrap; text-overflow: ellipsis; color: $foreground 60%; }
    #sweep-detail { min-height: 3; }
    """

    def __init__(self, bench: Workbench, planned: PlannedSweep, sweep: Sweep | None = None) -> None:
        super().__init__()
        self._bench = bench
        self._planned = planned
        self._sweep = sweep
        self._runs = sweep.runs if sweep is not None else tuple(runs_of(planned))
        self._estimate = estimate(bench, planned)
        self._base: SweepRun | None = None
        self._columns = SweepColumns(planned, 80)
        self._known: frozenset[str] = frozenset()
        """The optional columns shown; see ``known_of``."""
        self._changed: set[int] = set()
        """Indexes of the requests whose lines must be redrawn."""
        self._frame: Timer | None = None
        self._follows = True
        """Whether the table scrolls to the running requests; not once the user has moved to another line."""

    @property
    def sent(self) -> Sweep | None:
        """The sweep once it has been started."""
        return self._sweep

    def compose(self) -> ComposeResult:
        """Create title, announcement, state, table, details of the highlighted request, and keys."""
        with Vertical(classes="window"):
            repeats = not self._planned.plan.axes
            words = f"{'Repeat' if repeats else 'Sweep'}: {self._planned.prompt_words}"
            yield Static(Content(visible_line(words)), classes="title")
            words = announcement(self._planned, self._estimate)
            yield Static(Content(visible_line(words)), id="asked", classes="quiet")
            yield Static(id="state")
            yield Static(id="sweep-heading")
            yield OptionList(id="sweep-runs", compact=True, markup=False)
            yield Static(id="sweep-about")
            yield LinesView(id="sweep-detail")
            yield Static(id="keys", classes="quiet")

    def on_mount(self) -> None:
        """Show the planned requests, or the results of a finished sweep."""
        runs = self.query_one("#sweep-runs", OptionList)
        runs.focus()
        self._draw_all()
        runs.highlighted = 0
        self._show_state()

    def on_resize(self) -> None:
        """Fit the columns to the width, and leave room for the answer below the table."""
        runs = self.query_one("#sweep-runs", OptionList)
        runs.styles.max_height = max(3, min(self.size.height * 3 // 5, self.size.height - _AROUND))
        self._draw_all()

    def action_leave(self) -> None:
        """Stop a running sweep, else close the window."""
        if not self.stopped():
            self.dismiss(SweepEnd(self._sweep) if self._sweep is not None else None)

    def action_base(self) -> None:
        """Compare the others with the highlighted reply; a second time on the same reply ends the comparison."""
        run = self._chosen()
        if self._sweep is None or run is None:
            return
        before, self._base = self._base, None if run is self._base else run
        self._changed |= {each.number - 1 for each in (before, run) if each is not None}
        self._draw_changed()
        self._show_detail()
        self._show_keys()

    def action_beside(self) -> None:
        """Close the window, go to the highlighted reply and show all replies side by side."""
        if self._sweep is not None and self._sweep.done:
            self._go(beside=True)

    def action_copy(self) -> None:
        """Copy the text below the table: the answer or comparison, or the request before it is sent."""
        copy_text(self, self.query_one(LinesView).copied_text())

    def action_scroll_detail(self, pages: int) -> None:
        """Scroll the answer by a number of pages; negative scrolls up."""
        view = self.query_one(LinesView)
        view.scroll_relative(y=pages * max(1, view.size.height - 1), animate=False)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._follows = self._follows and event.option_index == 0
        self._show_detail()
        self.query_one(LinesView).scroll_home(animate=False, immediate=True)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        """Send the requests; once all are over, go to the highlighted reply."""
        if self._sweep is None:
            self._begin()
        elif not self._sweep.done:
            note(self, "Replies are still arriving; press esc to stop.", severity="warning")
        else:
            self._go()

    def _go(self, *, beside: bool = False) -> None:
        run = self._chosen()
        if self._sweep is not None and run is not None and run.node is not None:
            self.dismiss(SweepEnd(self._sweep, run.node, beside))
        else:
            note(self, "No reply arrived, so there is no message to go to.", severity="warning")

    def _begin(self) -> None:
        try:
            self._sweep = Sweep(self._bench, self._planned, self._told, jobs=self._planned.usual_jobs)
        except ProblemError as error:
            self.show_problem(error)
            return
        self._runs = self._sweep.runs
        self._draw_all()
        self._show_state()
        self._show_detail()

    def _told(self, sweep: Sweep, run: SweepRun | None) -> None:
        if self.gone:
            return
        if run is not None:
            self._changed.add(run.number - 1)
        if sweep.done:
            self._draw_all()
            self.query_one("#sweep-runs", OptionList).scroll_to_highlight()
            self._show_state()
            self._show_detail()
        elif self._frame is None:
            self._frame = self.set_timer(_FRAME_S, self._draw_frame)

    def _draw_frame(self) -> None:
        self._frame = None
        chosen = self._chosen()
        shown = chosen is not None and chosen.number - 1 in self._changed
        self._changed |= {run.number - 1 for run in self._runs if run.state == "running"}
        self._draw_changed()
        self._show_state()
        if shown:
            self._show_detail()
        if self._follows:
            self._keep_in_view(max((run.number for run in self._runs if run.state == "running"), default=1))

    def _keep_in_view(self, number: int) -> None:
        """Scroll down until a line is visible; never scroll up."""
        runs = self.query_one("#sweep-runs", OptionList)
        top = number - runs.size.height
        if top > runs.scroll_offset.y:
            runs.scroll_to(y=top, animate=False, immediate=True)

    def _draw_changed(self) -> None:
        changed, self._changed = self._changed, set()
        runs = self.query_one("#sweep-runs", OptionList)
        if any(known_of(self._runs[place]) - self._known for place in changed):
            self._draw_all()
            return
        for place in changed:
            runs.replace_option_prompt_at_index(place, self._line(self._runs[place]))

    def _draw_all(self) -> None:
        runs = self.query_one("#sweep-runs", OptionList)
        self._known = frozenset({"cost"} if self._estimate.prompt_cost is not None else ())
        self._known = self._known.union(*map(known_of, self._runs))
        self._columns = SweepColumns(self._planned, max(40, self.size.width - 3), self._known)
        self.query_one("#sweep-heading", Static).update(self._columns.heading())
        self._changed = set()
        if runs.option_count != len(self._runs):
            runs.set_options(Option(self._line(run)) for run in self._runs)
            return
        for place, run in enumerate(self._runs):
            runs.replace_option_prompt_at_index(place, self._line(run))

    def _line(self, run: SweepRun) -> Content:
        return self._columns.line(run, base=run is self._base)

    def _chosen(self) -> SweepRun | None:
        place = self.query_one("#sweep-runs", OptionList).highlighted
        return self._runs[place] if place is not None and place < len(self._runs) else None

    def _show_detail(self) -> None:
        run, view = self._chosen(), self.query_one(LinesView)
        if run is None:
            return
        if self._sweep is None:
            about, lines = f"request of {label(run)}", plan_detail(self._planned, run)
        elif self._base is not None and self._base is not run:
            about, lines = f"{label(run)}, compared with {label(self._base)}", comparison(self._base, run)
        else:
            about, lines = label(run), detail(run)
        self.query_one("#sweep-about", Static).update(Content(visible_line(about)))
        view.set_lines(lines)

    def _show_state(self) -> None:
        if self._sweep is None:
            self.show_state(Content("Nothing is sent until you press enter. Replies are added as branches."))
        elif not self._sweep.done:
            words = fitted(progress(self._sweep), self.size.width - BAR_CELLS - 4)
            self.show_progress(self._sweep.over / len(self._runs), words)
        else:
            self.show_state(Content(visible_line(summary(self._runs))))
        self._show_keys()

    def _show_keys(self) -> None:
        self.show_keys(key_words(self._sweep, len(self._runs), comparing=self._base is not None))

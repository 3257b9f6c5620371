"""The probe screen: what the probe costs, its progress, and the resulting card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.literal import visible_line
from chat_tui.domain.probing.words import announcement, progress, summary, whom
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.times import ago
from chat_tui.engine.probe import Probe
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.probe_lines import card_lines, plan_lines
from chat_tui.ui.screens.batch import BatchScreen

if TYPE_CHECKING:
    from chat_tui.domain.probing.card import ProbeCard
    from chat_tui.domain.probing.cases import ProbePlan
    from chat_tui.engine.services import Services


class ProbeScreen(BatchScreen[None]):
    """Shows the stored card, or asks whether to start; nothing is sent before enter. Escape cancels, then closes.

    Args:
        services: The services to probe with.
        plan: Returns the plan; ``True`` includes parameters that have lasting effects or cost more.
        ended: Called when a probe has ended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel or close", show=False, priority=True),
        Binding("enter", "begin", "Begin", show=False),
        Binding("r", "again", "Ask again", show=False),
        Binding("a", "everything", "All parameters", show=False),
    ]

    DEFAULT_CSS = """
    ProbeScreen .window { width: 100; height: 90%; }
    """

    def __init__(self, services: Services, plan: Callable[[bool], ProbePlan], ended: Callable[[], None]) -> None:
        super().__init__()
        self._services = services
        self._make_plan = plan
        self._plan = plan(False)
        self._everything = False
        self._asks = False
        """Whether the plan is shown and nothing was sent yet."""
        self._ended = ended
        self._probe: Probe | None = None
        self._kept = services.probe_cards.card(self._plan.base_url, self._plan.model)

    @property
    def sent(self) -> Probe | None:
        """The probe once it has been started."""
        return self._probe

    def compose(self) -> ComposeResult:
        """Compose the title, the cost, the state, the lines and the keys."""
        with Vertical(classes="window"):
            yield Static(Content(visible_line(f"Probe {whom(self._plan)}")), classes="title")
            yield Static(id="asked", classes="quiet")
            yield Static(id="state")
            yield LinesView(id="probe-lines")
            yield Static(id="keys", classes="quiet")

    def on_mount(self) -> None:
        """Show the stored card if there is one, else the plan."""
        self.query_one(LinesView).focus()
        if self._kept is not None:
            self._show_card(self._kept, f"probed {ago(self._kept.at_ms, self._now_ms())} · {summary(self._kept)}")
        else:
            self._show_plan()

    def action_leave(self) -> None:
        """Cancel a running probe, else close."""
        if not self.stopped():
            self.dismiss()

    def action_again(self) -> None:
        """Go from a card to the plan of a new probe."""
        if not self.running and not self._asks:
            self._show_plan()

    def action_everything(self) -> None:
        """Include or exclude parameters that have lasting effects or cost more."""
        if self._asks:
            self._everything = not self._everything
            self._plan = self._make_plan(self._everything)
            self._show_plan()

    def action_begin(self) -> None:
        """Send the requests."""
        if not self._asks:
            return
        self._asks = False
        try:
            self._probe = Probe(self._services, self._plan, self._changed)
        except ProblemError as error:
            self.show_problem(error)
            self.show_keys("esc close")
            return
        self.show_keys("esc cancel; results so far are saved")
        self._changed(self._probe)

    def _show_plan(self) -> None:
        self._asks = True
        self.show_asked(announcement(self._plan))
        self.show_state(Content("Nothing is sent until you press enter. Failed requests may be retried."))
        self.query_one(LinesView).set_lines(plan_lines(self._plan))
        self.query_one(LinesView).scroll_home(animate=False, immediate=True)
        more = "a default parameters" if self._everything else "a all parameters"
        self.show_keys(f"enter send · {more} · esc close")

    def _show_card(self, card: ProbeCard, words: str) -> None:
        self.show_asked(words)
        self.show_state(Content(""))
        self.query_one(LinesView).set_lines(card_lines(card))
        self.show_keys("r probe again · y copy · esc close")

    def _changed(self, probe: Probe) -> None:
        if self.gone:
            return
        if probe.done:
            self._show_card(probe.card, summary(probe.card))
            self.query_one(LinesView).scroll_home(animate=False, immediate=True)
            if probe.problem is not None:
                self.show_state(Content.styled(visible_line(probe.problem.sentence()), "$error"))
            elif probe.card.ended == "cancelled":
                self.show_state(Content.styled("Canceled. The remaining parameters were not tested.", "$warning"))
            self._ended()
            return
        share = len(probe.card.rows) / max(1, len(probe.plan.cases))
        self.show_progress(share, progress(probe.card, probe.plan, probe.now, probe.waiting))
        lines = self.query_one(LinesView)
        lines.set_lines(card_lines(probe.card))
        lines.scroll_to(y=lines.max_scroll_y, animate=False, immediate=True)

    def _now_ms(self) -> int:
        return round(self._services.clock.now_s() * 1000)

"""Sweeps from the screen: from the words of the command to the branch one goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.sweep_text import MOST, AxisText, read_axes
from chat_tui.engine.sweep_plan import plan_sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat_tui.engine.sweep_plan import PlannedSweep
    from chat_tui.engine.sweeping import Sweep
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.sweep import SweepEnd

_ASKED = "Sweep: NAME=VALUES … as temperature=0,0.5,1 seed=1..3"


class Sweeping:
    """Asks, runs, shows; keeps the last sweep of the session to be shown again."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._last: Sweep | None = None
        self._asked = ""

    def command(self, argument: str) -> bool:
        """``/sweep NAME=VALUES …`` asks the last prompt again; without axes they are asked for.

        Returns:
            Whether a window opened; a problem is told.
        """
        if not argument:
            self._ask("")
            return True
        return self._open(argument, "")

    def repeat(self, argument: str) -> bool:
        """``/repeat K`` asks the last prompt K times. Returns as ``command``."""
        return self._open_repeat(argument, "")

    def of_axis(self, axis: str) -> None:
        """Ask with each value of an axis; of which prompt as of ``ask``."""
        self._open(axis, self._draft())

    def ask(self) -> None:
        """Ask for the axes; a message in the composer is the prompt, else the last one is."""
        self._ask(self._draft())

    def ask_repeat(self) -> None:
        """Ask how often; of which prompt as of ``ask``."""
        draft = self._draft()

        def given(answer: str | None) -> None:
            if answer:
                self._open_repeat(answer, draft)

        self._screen.windows.ask("Repeat: how often?", "3", given)

    def results(self) -> None:
        """Show the table of the last sweep again."""
        if self._last is None or self._last.bench is not self._screen.bench:
            self._screen.tell("Nothing was swept in this session since it was opened.", severity="warning")
            return
        self._show(self._last.planned, "", self._last)

    def _ask(self, draft: str) -> None:
        def given(answer: str | None) -> None:
            if answer:
                self._asked = answer
                self._open(answer, draft)

        self._screen.windows.ask(_ASKED, self._asked, given)

    def _draft(self) -> str:
        """What is in the composer, where it is a message."""
        text = self._screen.composer.whole_text
        return "" if text.startswith("/") or not text.strip() else text

    def _open(self, argument: str, draft: str) -> bool:
        if not self._screen.keys.ready(lambda: self._open(argument, draft)):
            return True
        try:
            return self._plan(read_axes(argument), 1, draft)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return False

    def _open_repeat(self, argument: str, draft: str) -> bool:
        if not self._screen.keys.ready(lambda: self._open_repeat(argument, draft)):
            return True
        try:
            return self._plan((), _times(argument), draft)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return False

    def _plan(self, axes: Sequence[AxisText], repeat: int, draft: str) -> bool:
        """Open the window on what would be sent.

        Raises:
            ProblemError: As of ``plan_sweep``.
        """
        parts = self._screen.attaching.parts if draft else ()
        planned = plan_sweep(self._screen.bench, axes, repeat, text=draft, parts=parts)
        varied = {axis.name for axis in planned.plan.axes}
        for finding in planned.doubts:
            if finding.name in varied:  # of what is set, the panel tells
                self._screen.tell(finding.sentence(), severity="warning")
        self._show(planned, draft)
        return True

    def _show(self, planned: PlannedSweep, draft: str, sweep: Sweep | None = None) -> None:
        from chat_tui.ui.screens.sweep import SweepScreen

        def ended(end: SweepEnd | None) -> None:
            if end is not None:
                self._ended(end, draft)

        self._screen.app.push_screen(SweepScreen(self._screen.bench, planned, sweep), ended)

    def _ended(self, end: SweepEnd, draft: str) -> None:
        screen = self._screen
        self._last = end.sweep
        if draft and screen.composer.whole_text == draft:
            screen.composer.remember(draft)
            screen.composer.empty()
            screen.drafting.forget()
            screen.attaching.take()
        if end.node is not None and end.node in screen.bench.conversation.nodes and screen.messages.free():
            screen.messages.go_to(end.node)
            if end.beside:
                screen.transcript.focus()
                screen.transcript.show_message(end.node)
                screen.beside.compare()
        else:
            screen.views.conversation()
            screen.views.settings()


def _times(text: str) -> int:
    """How often.

    Raises:
        ProblemError: It is no number from 2 on.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 2:
        what = f"{text!r} is no number of replies" if text else "How many replies is not said"
        raise ProblemError(Problem(kind="usage", what=what, hint=f"Say 2 to {MOST}: /repeat 3"))
    return number

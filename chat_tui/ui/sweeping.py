"""Opens sweeps: parses the command, opens the windows, jumps to the chosen branch."""

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

_ASKED = "Sweep: NAME=VALUES …, for example temperature=0,0.5,1 seed=1..3"


class Sweeping:
    """Opens sweeps and their results; remembers the session's last sweep so that its table can be shown again."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._last: Sweep | None = None
        self._asked = ""

    def command(self, argument: str) -> bool:
        """Carry out ``/sweep NAME=VALUES …`` on the last prompt; without an argument, ask for the axes.

        Returns:
            Whether a window opened, or will once the key was found; if not, the problem was shown.
        """
        if not argument:
            self._ask("")
            return True
        return self._open(argument, "")

    def repeat(self, argument: str) -> bool:
        """Carry out ``/repeat K``: send the last prompt K times. Returns the same as ``command``."""
        return self._open_repeat(argument, "")

    def of_axis(self, axis: str) -> None:
        """Sweep over the values of one axis, with the same prompt as ``ask``."""
        self._open(axis, self._draft())

    def ask(self) -> None:
        """Ask for the axes; the prompt is the message in the composer, else the last one."""
        self._ask(self._draft())

    def ask_repeat(self) -> None:
        """Ask for the number of repetitions; the prompt is the same as for ``ask``."""
        draft = self._draft()

        def given(answer: str | None) -> None:
            if answer:
                self._open_repeat(answer, draft)

        self._screen.windows.ask("Repeat: how many times?", "3", given)

    def results(self) -> None:
        """Show the table of the last sweep again."""
        if self._last is None or self._last.bench is not self._screen.bench:
            self._screen.tell("No sweep since this session was opened.", severity="warning")
            return
        self._show(self._last.planned, "", self._last)

    def _ask(self, draft: str) -> None:
        def given(answer: str | None) -> None:
            if answer:
                self._asked = answer
                self._open(answer, draft)

        self._screen.windows.ask(_ASKED, self._asked, given)

    def _draft(self) -> str:
        """Return the composer's text if it is a message, else an empty string."""
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
        """Open the window with the plan.

        Raises:
            ProblemError: As ``plan_sweep``.
        """
        parts = self._screen.attaching.parts if draft else ()
        planned = plan_sweep(self._screen.bench, axes, repeat, text=draft, parts=parts)
        varied = {axis.name for axis in planned.plan.axes}
        for finding in planned.doubts:
            if finding.name in varied:  # findings about other parameters are shown in the panel
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
    """Parse the number of repetitions.

    Raises:
        ProblemError: The text is not a number of at least 2.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number < 2:
        what = f"{text!r} is not a number of replies" if text else "The number of replies is missing"
        raise ProblemError(
            Problem(kind="usage", what=what, hint=f"Use a number from 2 to {MOST}, for example /repeat 3")
        )
    return number

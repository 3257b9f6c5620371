"""Reruns the session's turns: parses the command, opens the windows, jumps to the chosen branch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.json_values import Json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.values import parse_value
from chat_tui.engine.refusing import BlockedError
from chat_tui.engine.rerun_plan import RerunPlan, plan_rerun
from chat_tui.engine.user_files import read_text

if TYPE_CHECKING:
    from chat_tui.domain.findings import Finding
    from chat_tui.engine.rerun import Rerun
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.rerun import Wish

_BETWEEN: Final = re.compile(r"\s+(?=[\w.]+=)")
_MODEL: Final = "model"


class _Values(Struct, frozen=True):
    """The values a command sets on top of the recorded ones."""

    model: str = ""
    values: tuple[tuple[Sequence[str], Json], ...] = ()


class Rerunning:
    """Opens the rerun and its results; remembers the last rerun so that its results can be shown again."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._last: Rerun | None = None

    def open(self, argument: str = "") -> bool:
        """Ask whether to send; nothing is sent yet.

        Args:
            argument: ``NAME=VALUE`` pairs, applied on top of what was set at each turn; ``model=ID`` is allowed.

        Returns:
            Whether the window opened, or will once the key was found; if not, the problem was shown.
        """
        from chat_tui.ui.screens.rerun import RerunScreen, Wish

        if not self._screen.keys.ready(lambda: self.open(argument)):
            return True
        try:
            values = self._values(argument)
            window = RerunScreen(self._screen.bench, lambda wish: self._plan(values, wish), Wish())
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return False
        self._screen.app.push_screen(window, self._ended)
        return True

    def results(self) -> None:
        """Show the results of the last rerun again."""
        if self._last is None or self._last.bench is not self._screen.bench:
            self._screen.tell("No rerun since this session was opened.", severity="warning")
            return
        from chat_tui.ui.screens.rerun_results import RerunResults

        self._screen.app.push_screen(RerunResults(self._last), self._jump)

    def _ended(self, rerun: Rerun | None) -> None:
        if rerun is None:
            return
        self._screen.views.conversation()
        self._screen.views.settings()
        if rerun.results:
            self._last = rerun
            self.results()

    def _jump(self, node: str | None) -> None:
        if node is not None and node in self._screen.bench.conversation.nodes and self._screen.messages.free():
            self._screen.messages.go_to(node)

    def _plan(self, values: _Values, wish: Wish) -> RerunPlan:
        bench = self._screen.bench

        def change(settings: SessionSettings) -> SessionSettings:
            return _over(bench.settings if wish.as_set_now else settings, values)

        return plan_rerun(bench, change, follow=wish.follow)

    def _values(self, argument: str) -> _Values:
        """Parse the command's argument.

        Raises:
            ProblemError: A word is not of the form NAME=VALUE, or a value has the wrong type.
        """
        screen = self._screen
        found = _Values()
        errors: list[Finding] = []
        for word in filter(None, _BETWEEN.split(argument.strip())):
            name, equals, text = word.partition("=")
            if not equals or not name:
                raise ProblemError(Problem(kind="usage", what=f"{word} is not of the form NAME=VALUE"))
            if name == _MODEL:
                found = replace(found, model=text)
                continue
            catalogue = screen.services.catalogue
            value, finding = parse_value(catalogue, screen.bench.provider, name, text, read_file=read_text)
            if finding is not None and finding.level == "error":
                errors.append(finding)
            found = replace(found, values=(*found.values, (catalogue.path_of(name), value)))
        if errors and screen.services.options.validation == "block":
            raise BlockedError(errors)
        return found


def _over(settings: SessionSettings, values: _Values) -> SessionSettings:
    """Return the settings with the command's values applied."""
    if values.model:
        settings = replace(settings, model=values.model)
    for path, value in values.values:
        settings = settings.set(path, value)
    return settings

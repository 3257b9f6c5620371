"""Carries out slash commands on the workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.formats.table import FORMATS
from chat_tui.domain.json_values import UNSET, dump_json, value_at
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.values import parse_value
from chat_tui.engine.user_files import read_text
from chat_tui.ui.completing import Source
from chat_tui.ui.slash import COMMANDS, Command, Completes
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Commands:
    """One method per command. A successful command empties the composer; a refused one leaves its text."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._table: dict[str, Callable[[str], bool]] = {
            "set": self._set,
            "unset": self._unset,
            "model": self._model,
            "provider": self._provider,
            "system": self._system,
            "preset": self._preset,
            "attach": self._screen.attaching.command,
            "schema": self._screen.format_view.use_file,
            "tool": self._screen.tooling.command,
            "new": self._new,
            "open": self._open,
            "name": self._name,
            "tree": self._tree,
            "import": self._import,
            "export": self._export,
            "replay": lambda _: self._screen.replaying.open(),
            "theme": self._theme,
            "panel": self._panel,
            "probe": self._probe,
            "rerun": self._rerun,
            "sweep": self._screen.sweeping.command,
            "repeat": self._screen.sweeping.repeat,
            "help": self._help,
            "quit": self._quit,
        }

    def run(self, command: Command) -> None:
        """Run a command and show its problem, if any."""
        typed = self._screen.composer.whole_text
        try:
            done = self._table[command.command.name](command.argument)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        if done and self._screen.composer.whole_text == typed:
            self._screen.composer.empty()
            self._screen.composer.remember(typed)

    def sources(self) -> dict[Completes, Source]:
        """Return the completion sources; each is evaluated when completion is requested."""
        services = self._screen.services
        return {
            "parameter": lambda: [spec.name for spec in services.catalogue.parameters.values() if spec.settable],
            "set_parameter": lambda: ["all", *self._set_names()],
            "provider": lambda: list(services.providers),
            "model": self._screen.choosing.model_ids,
            "theme": self._screen.chat_app.theme_names,
            "session": lambda: [summary.title or summary.id for summary in services.store.recent(50)],
            "preset": self._screen.presetting.names,
            "format": lambda: FORMATS,
            "topic": lambda: [*(f"/{each.name}" for each in COMMANDS), *services.catalogue.parameters],
        }

    def values(self, name: str) -> Iterable[str]:
        """Return the known values of a parameter, in the form the user types them."""
        spec = self._screen.services.catalogue.parameters.get(name)
        if spec is None:
            return ()
        if "boolean" in spec.types and not spec.enum:
            return ("true", "false")
        return [value if isinstance(value, str) else dump_json(value) for value in spec.enum]

    def _set(self, argument: str) -> bool:
        screen = self._screen
        name, text = argument.split(None, 1)
        value, finding = parse_value(screen.services.catalogue, screen.bench.provider, name, text, read_file=read_text)
        if finding is not None:
            screen.tell(finding.sentence(), severity="error" if finding.level == "error" else "warning")
            if finding.level == "error" and screen.services.options.validation == "block":
                return False
        screen.change(screen.bench.settings.set(screen.services.catalogue.path_of(name), value))
        self._tell_findings(name)
        return True

    def _unset(self, argument: str) -> bool:
        screen = self._screen
        settings = screen.bench.settings
        if argument == "all":
            screen.change(settings.unset_all())
            return True
        path = screen.services.catalogue.path_of(argument)
        if value_at(settings.parameters, path) is UNSET:
            screen.tell(f"{argument} is not set.", severity="warning")
            return False
        screen.change(settings.unset(path))
        return True

    def _model(self, argument: str) -> bool:
        if argument:
            self._screen.choosing.use_model(argument)
        else:
            self._screen.choosing.choose_model()
        return True

    def _provider(self, argument: str) -> bool:
        if argument:
            self._screen.choosing.use_provider(argument)
        else:
            self._screen.choosing.choose_provider()
        return not argument or self._screen.bench.settings.provider == argument

    def _system(self, argument: str) -> bool:
        text = read_text(argument[1:]) if argument.startswith("@") else argument
        self._screen.change(replace(self._screen.bench.settings, system=text or None))
        self._screen.views.conversation()
        return True

    def _preset(self, argument: str) -> bool:
        return self._screen.presetting.command(argument)

    def _new(self, _: str) -> bool:
        start_worker(self._screen, self._screen.opening.new, group="opening")
        return True

    def _open(self, argument: str) -> bool:
        if argument:
            path = self._screen.services.store.find(argument)
            start_worker(self._screen, partial(self._screen.opening.open, path), group="opening")
        else:
            self._screen.opening.choose()
        return True

    def _name(self, argument: str) -> bool:
        if argument:
            self._screen.opening.rename(argument)
        else:
            self._screen.opening.ask_name()
        return True

    def _tree(self, _: str) -> bool:
        self._screen.tree_view.open()
        return True

    def _import(self, argument: str) -> bool:
        return self._screen.importing.file(argument)

    def _export(self, argument: str) -> bool:
        return self._screen.exporting.command(argument)

    def _theme(self, argument: str) -> bool:
        if argument:
            self._screen.choosing.use_theme(argument)
        else:
            self._screen.choosing.choose_theme()
        return not argument or self._screen.app.theme == argument

    def _panel(self, _: str) -> bool:
        self._screen.call_later(self._screen.windows.toggle_panel)
        return True

    def _probe(self, _: str) -> bool:
        self._screen.probing.open()
        return True

    def _rerun(self, argument: str) -> bool:
        return self._screen.rerunning.open(argument)

    def _help(self, argument: str) -> bool:
        return self._screen.windows.help(argument)

    def _quit(self, _: str) -> bool:
        start_worker(self._screen, partial(self._screen.app.run_action, "app.quit"), group="quit")
        return True

    def _set_names(self) -> list[str]:
        """Names of the set parameters, and of the set members of objects that the catalogue knows."""
        screen = self._screen
        parameters = screen.bench.settings.parameters
        known = [
            spec.name
            for spec in screen.services.catalogue.parameters.values()
            if spec.nested and value_at(parameters, spec.path) is not UNSET
        ]
        return [*parameters, *known]

    def _tell_findings(self, name: str) -> None:
        for finding in self._screen.panel_view.findings():
            if finding.name == name and finding.level != "info":
                self._screen.tell(finding.sentence(), severity="error" if finding.level == "error" else "warning")

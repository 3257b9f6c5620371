"""Computes shell completions of ``chat-tui …``, after ``chat-tui completion SHELL`` has set them up."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Final, TypeAlias, cast

import argcomplete
from argcomplete.completers import FilesCompleter, SuppressCompleter

from chat_tui.cli import start
from chat_tui.cli.usage import COMMANDS, SHARED, attribute
from chat_tui.domain.formats.reading.detection import SOURCES
from chat_tui.domain.formats.table import FORMATS
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.wiring import Setup

MOST: Final = 500
"""Maximum number of completions: a gateway lists thousands of models."""

Offers: TypeAlias = Callable[[Setup, str], Mapping[str, str] | Iterable[str]]


def answer(modules: Mapping[str, str]) -> None:
    """Write the matching completions for the shell, and exit.

    Args:
        modules: Command to the name of its module, which defines ``describe(parser)``.
    """
    argcomplete.autocomplete(parser(modules), always_complete_options=False)


def parser(modules: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return one parser with all commands, whose arguments have completers."""
    whole = argparse.ArgumentParser(prog="chat-tui")
    _share(whole, {})
    whole.add_argument("--version", action="store_true", help="print the version")
    commands = whole.add_subparsers(dest="command")
    for name, words in COMMANDS.items():
        one = commands.add_parser(name, help=words)
        import_module(f"chat_tui.cli.{modules[name]}").describe(one)
        _share(one, {"default": argparse.SUPPRESS})
        for action in one._actions:  # noqa: SLF001 - argparse has no public list of its actions
            _complete(action, name)
    for action in whole._actions:  # noqa: SLF001 - as above
        _complete(action, "")
    return whole


def _share(parser: argparse.ArgumentParser, more: Mapping[str, Any]) -> None:
    """Add the shared options; on a command's parser they keep values given before the command."""
    for names, settings in SHARED:
        parser.add_argument(*names, **{**cast("dict[str, Any]", settings), **more})


def _complete(action: argparse.Action, command: str) -> None:
    """Attach a completer to an argument: choices, stored items, files, or none for free text."""
    if action.choices is not None or action.nargs == 0:
        return
    offers = _BY_COMMAND.get((command, action.dest)) or _BY_METAVAR.get(str(action.metavar or ""))
    offers = _BY_OPTION.get(action.option_strings[0]) or offers if action.option_strings else offers
    if offers is not None:
        _attach(action, _completer(offers))
    else:
        files = "FILE" in str(action.metavar or "") or "DIR" in str(action.metavar or "")
        _attach(action, FilesCompleter() if files else SuppressCompleter())


def _attach(action: argparse.Action, completer: object) -> None:
    action.completer = completer  # type: ignore[attr-defined]  # where argcomplete looks for it


def _completer(offers: Offers) -> Callable[..., Mapping[str, str] | list[str]]:
    """Return a completer that uses the options already typed. Words with control characters are never offered."""

    def complete(prefix: str, parsed_args: argparse.Namespace, **_: object) -> Mapping[str, str] | list[str]:
        known = {attribute(names, given): given.get("default") for names, given in SHARED}
        try:
            found = offers(start.setup(argparse.Namespace(**(known | vars(parsed_args)))), prefix)
        except ProblemError:
            return []
        fit = [word for word in found if word.startswith(prefix) and word == visible_line(word)][:MOST]
        return {word: visible_line(found[word]) for word in fit} if isinstance(found, Mapping) else fit

    return complete


def _sessions(ready: Setup, _: str) -> Mapping[str, str]:
    return {each.id: each.title for each in ready.services.store.recent(MOST)}


def _providers(ready: Setup, _: str) -> Mapping[str, str]:
    return {name: provider.title for name, provider in ready.services.providers.items()}


def _models(ready: Setup, _: str) -> Iterable[str]:
    """Return the models of the selected service, from its cached list."""
    services = ready.services
    provider = services.providers[ready.choose().provider]
    return [card.id for card in services.model_lists.cards(provider.base_url)]


def _parameters(ready: Setup, _: str) -> Mapping[str, str]:
    return {name: spec.help for name, spec in ready.services.catalogue.parameters.items()}


def _settings(ready: Setup, prefix: str) -> Iterable[str]:
    """Return ``NAME=`` completions, then the values of a parameter with a fixed set of them."""
    name, equals, _ = prefix.partition("=")
    parameters = ready.services.catalogue.parameters
    if not equals:
        return [f"{each}=" for each in parameters]
    spec = parameters.get(name)
    return [f"{name}={value if isinstance(value, str) else dump_json(value)}" for value in spec.enum] if spec else []


def _presets(ready: Setup, _: str) -> Iterable[str]:
    return ready.services.presets.names()


def _themes(ready: Setup, _: str) -> Iterable[str]:
    return sorted({path.stem for folder in ready.services.options.theme_dirs for path in folder.glob("*.toml")})


def _tools(ready: Setup, _: str) -> Iterable[str]:
    return [each.name for each in ready.services.tools.definitions()]


def _formats(_: Setup, __: str) -> Mapping[str, str]:
    return {name: each.title for name, each in FORMATS.items()}


def _sources(_: Setup, __: str) -> Iterable[str]:
    return SOURCES


_BY_METAVAR: Final[Mapping[str, Offers]] = {"SESSION": _sessions}
_BY_OPTION: Final[Mapping[str, Offers]] = {
    "--model": _models,
    "--provider": _providers,
    "--set": _settings,
    "--unset": _parameters,
    "--preset": _presets,
    "--session": _sessions,
    "--theme": _themes,
    "--approve": _tools,
    "--to": _formats,
    "--from": _sources,
}
_BY_COMMAND: Final[Mapping[tuple[str, str], Offers]] = {
    ("params", "name"): _parameters,
    ("presets", "name"): _presets,
    ("sessions", "words"): _sessions,
    ("tools", "words"): _tools,
    ("probe", "only"): _parameters,
}

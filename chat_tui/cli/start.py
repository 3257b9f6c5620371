"""Builds services, settings and a workbench from command-line options."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.cli import diagnostics
from chat_tui.domain.json_values import UNSET, Json, value_at
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import OWN_USAGE, SessionSettings
from chat_tui.domain.shortening import shortened
from chat_tui.domain.values import parse_value
from chat_tui.engine.opening import first_settings, new_workbench, open_workbench
from chat_tui.engine.refusing import BlockedError
from chat_tui.engine.services import Services
from chat_tui.engine.user_files import read_text
from chat_tui.engine.workbench import Workbench

if TYPE_CHECKING:
    from chat_tui.wiring import Setup


def setup(args: argparse.Namespace) -> Setup:
    """Build the services for these options; configuration errors are reported on stderr."""
    from chat_tui.wiring import Launch, build

    ready = build(
        Launch(
            environment=dict(os.environ),
            config_file=args.config,
            data_dir=args.data_dir,
            provider=args.provider,
            model=args.model,
            base_url=args.base_url,
            api_key_env=args.api_key_env,
            theme=args.theme,
            validation=args.validation,
            offline=args.offline,
        )
    )
    for notice in ready.services.options.notices:
        diagnostics.note(notice)
    return ready


def workbench(
    args: argparse.Namespace, ready: Setup, *, keep: bool = True, latest: bool = False, sends: bool = False
) -> Workbench:
    """Open the session these options select (named, latest or new) and apply their settings.

    Args:
        args: The options.
        ready: The services.
        keep: Save the session.
        latest: Select the latest session if none is named.
        sends: The conversation is sent at once: only to its own provider, or to one that is named.

    Raises:
        ProblemError: An unknown session or provider, an invalid or blocked value.
    """
    services = ready.services
    path = _session_path(args.session, services, latest=latest)
    if path is None or not Path(path).exists():
        settings = _first_settings(args, ready)
        bench = new_workbench(services, with_options(args, settings, services), keep=keep, path=path)
        if args.session and path is None:
            bench.name_when_kept(args.session)
        return bench
    choice = ready.choose()
    first = first_settings(services, choice.provider, choice.model)
    named = args.provider or args.base_url or args.preset or args.offline
    bench = open_workbench(services, path, first, keep=keep, same_provider=sends and not named)
    bench.change(going_on(args, ready, bench.settings))
    return bench


def going_on(args: argparse.Namespace, ready: Setup, settings: SessionSettings) -> SessionSettings:
    """Return a session's settings with the options applied: preset, service, model, values.

    Raises:
        ProblemError: An unknown provider or preset, an invalid or blocked value.
    """
    if args.preset:
        from chat_tui.cli.preset_option import go_on_with_preset

        settings = go_on_with_preset(args, settings, ready.services)
    if args.provider or args.model or args.base_url:
        choice = ready.choose(default_provider=settings.provider)
        settings = replace(settings, provider=choice.provider, model=choice.model or settings.model)
    return with_options(args, settings, ready.services)


def _first_settings(args: argparse.Namespace, ready: Setup) -> SessionSettings:
    if args.preset:
        from chat_tui.cli.preset_option import first_with_preset

        return first_with_preset(args, ready)
    choice = ready.choose()
    return first_settings(ready.services, choice.provider, choice.model)


def _session_path(name: str | None, services: Services, *, latest: bool) -> str | None:
    if name:
        if name.endswith(".jsonl"):
            return name
        found = services.store.find_or_none(name)
        if (
            found is not None
            and not found.endswith(".jsonl")
            and Path(found).is_file()
            and not Path(found).stat().st_size
        ):
            what = f"{found} is empty and may not be a session file"
            raise ProblemError(
                Problem(kind="session", what=what, hint="The name of a new session file must end in .jsonl.")
            )
        return found
    if latest:
        recent = services.store.recent(1)
        if not recent:
            raise ProblemError(Problem(kind="session", what="No session to continue", hint="Send a prompt first."))
        return recent[0].path
    return None


def with_options(args: argparse.Namespace, settings: SessionSettings, services: Services) -> SessionSettings:
    """Return settings with ``--system`` applied, then each ``--set`` and ``--unset`` in their order."""
    if args.system is not None:
        system = read_text(args.system[1:]) if args.system.startswith("@") else args.system
        settings = replace(settings, system=system or None)
    given: list[str] = []
    for option, text in args.changes:
        if option == "set":
            given.append(text)
            continue
        settings, given = with_values(given, settings, services), []
        settings = settings.unset_all() if text == "all" else _without(text, settings, services)
    return with_values(given, settings, services)


def _without(name: str, settings: SessionSettings, services: Services) -> SessionSettings:
    """Return settings with one parameter unset. A name that is neither set nor in the catalogue is reported."""
    path = services.catalogue.path_of(name)
    if value_at(settings.parameters, path) is UNSET and name not in services.catalogue.parameters:
        from chat_tui.domain.similar_names import similar_names

        near = similar_names(name, services.catalogue.parameters)
        hint = f" Did you mean {near[0]}?" if near else ""
        diagnostics.note(f"--unset {name}: it is neither set nor a known parameter.{hint}")
    return settings.unset(path)


def over_imported(
    args: argparse.Namespace, settings: SessionSettings, current: SessionSettings, services: Services
) -> SessionSettings:
    """Return imported settings, overridden by the command-line options.

    Args:
        args: The command-line options.
        settings: The settings from the file.
        current: Provider and model selected by the command line.
        services: Give the parameters.
    """
    if args.provider or args.base_url:
        settings = replace(settings, provider=current.provider)
    if args.model:
        settings = replace(settings, model=current.model)
    return with_options(args, settings, services)


def with_values(words: Sequence[str], settings: SessionSettings, services: Services) -> SessionSettings:
    """Return settings with each ``NAME=VALUE`` set.

    Raises:
        ProblemError: No ``=``, an unreadable ``@FILE``, or (under validation ``block``) a value of the wrong type.
    """
    findings = []
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise ProblemError(Problem(kind="usage", what=f"--set {word}: must have the form NAME=VALUE"))
        provider = services.providers[settings.provider]
        value, finding = parse_value(services.catalogue, provider, name, text, read_file=read_text)
        if finding is not None and finding.level == "error":
            findings.append(finding)
        settings = settings.set(services.catalogue.path_of(name), value)
    if findings and services.options.validation == "block":
        raise BlockedError(findings)
    if services.options.validation == "warn":
        for finding in findings:
            diagnostics.note(finding.sentence())
    return settings


def without_stream(settings: SessionSettings) -> SessionSettings:
    """Return settings that request a non-streamed response, without the streaming options."""
    return settings.unset(OWN_USAGE[:1]).unset(("stream",))


def prompt_text(words: Sequence[str], *, needed: bool = True) -> str:
    """Return the prompt: the positional arguments, or standard input if there are none (or ``-``).

    Args:
        words: The positional arguments.
        needed: Whether an empty prompt is an error.

    Raises:
        ProblemError: There is no prompt, or it is not text.
    """
    if words and list(words) != ["-"]:
        if needed and not any(words):
            raise ProblemError(Problem(kind="usage", what="The prompt is empty"))
        return " ".join(words)
    if sys.stdin.isatty() and not words:
        if not needed:
            return ""
        raise ProblemError(
            Problem(kind="usage", what="No prompt", hint="Give it as an argument, or on standard input.")
        )
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError(Problem(kind="usage", what="The prompt on standard input is not UTF-8 text")) from None
    if not text.strip():
        if not needed:
            return ""
        raise ProblemError(Problem(kind="usage", what="The prompt on standard input is empty"))
    return text.removesuffix("\n")


def compact(value: Json, limit: int = 60) -> str:
    """Serialise a value on one line, truncated to a length."""
    from chat_tui.domain.json_values import dump_json

    text = dump_json(value)
    return shortened(text, limit)

"""Implements the commands that change a stored session: rename, tag, star, archive, delete, restore, duplicate."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from chat_tui.cli import diagnostics, output
from chat_tui.domain.labels import tag_words
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.services import Services


def change(services: Services, args: argparse.Namespace) -> int:
    """Perform one change; its result, if any, is written to stdout.

    Raises:
        ProblemError: Not exactly one session matches, or its file cannot be changed.
    """
    return _CHANGES[args.action](services, args)


def _rename(services: Services, args: argparse.Namespace) -> int:
    title = " ".join(args.words[1:]).strip()
    if not title:
        raise ProblemError(Problem(kind="usage", what="sessions rename: NAME and the new TITLE are required"))
    services.library.rename(services.store.find(args.words[0]), title)
    return diagnostics.OK


def _tag(services: Services, args: argparse.Namespace) -> int:
    given = tag_words(" ".join(args.words[1:]))
    if not given:
        raise ProblemError(Problem(kind="usage", what="sessions tag: NAME and at least one TAG are required"))
    path = services.store.find(args.words[0])
    labels = services.store.load(path).labels
    tags = labels.with_tags((), given) if args.remove else labels.with_tags(given)
    services.library.label(path, tags=tags)
    output.line(" ".join(f"#{tag}" for tag in tags))
    return diagnostics.OK


def _star(services: Services, args: argparse.Namespace) -> int:
    services.library.label(_only(services, args), starred=not args.remove)
    return diagnostics.OK


def _archive(services: Services, args: argparse.Namespace) -> int:
    services.library.label(_only(services, args), archived=not args.remove)
    return diagnostics.OK


def _delete(services: Services, args: argparse.Namespace) -> int:
    output.line(services.library.delete(_only(services, args)))
    return diagnostics.OK


def _restore(services: Services, args: argparse.Namespace) -> int:
    _refuse_more(args)
    output.line(services.library.restore(args.words[0]))
    return diagnostics.OK


def _duplicate(services: Services, args: argparse.Namespace) -> int:
    path = services.store.find(args.words[0])
    copy = services.library.duplicate(path)
    title = " ".join(args.words[1:]).strip() or f"{services.store.load(path).title or Path(path).stem} (copy)"
    services.library.rename(copy, title)
    output.line(copy)
    return diagnostics.OK


def _only(services: Services, args: argparse.Namespace) -> str:
    _refuse_more(args)
    return services.store.find(args.words[0])


def _refuse_more(args: argparse.Namespace) -> None:
    if len(args.words) > 1:
        raise ProblemError(
            Problem(kind="usage", what=f"sessions {args.action}: give one session; put a title with spaces in quotes")
        )


_CHANGES: Final[dict[str, Callable[[Services, argparse.Namespace], int]]] = {
    "rename": _rename,
    "tag": _tag,
    "star": _star,
    "archive": _archive,
    "delete": _delete,
    "restore": _restore,
    "duplicate": _duplicate,
}

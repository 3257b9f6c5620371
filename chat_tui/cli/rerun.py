"""Implements ``chat-tui rerun``: sends every turn of a session again and compares the replies."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse, whole_number
from chat_tui.cli.stop_signals import StopSignals
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.reply_checks import Check, has_schema
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.opening import first_settings, open_workbench, unkept_workbench

if TYPE_CHECKING:
    from chat_tui.engine.rerun import Rerun
    from chat_tui.engine.rerun_plan import RerunPlan, Span
    from chat_tui.engine.workbench import Workbench
    from chat_tui.wiring import Setup

_MORE: Final = """\
Each turn of the selected path is sent again with the settings it was recorded with, changed by the options given here:
--set, --unset, --model, --provider, --base-url, --system, --preset. The new replies become branches beside the recorded
ones. A turn that fails is reported; the others are still sent.

A turn is the same if content, refusal, tool calls (except their ids) and finish reason are equal in every choice.
Other criteria: --json-equal: content and tool arguments are equal as JSON (the order of members does not matter, 1 and
1.0 differ). --schema: the new content fits the JSON schema of its request, and tool arguments fit their tool's schema;
the old reply is ignored. --similarity X: twice the number of words that both replies share in the same order, divided
by the total number of words, is at least X (0 to 1; punctuation marks count as words).

Exit code: 0 done; 1 a turn failed, or with --check one did not pass; 2 wrong usage, nothing was sent; 130 interrupted.
"""


def run(command: str, argv: list[str]) -> int:
    """Announce the requests, send them, and print the differences."""
    from chat_tui.engine.rerun_plan import plan_rerun

    args = parse(command, argv, describe)
    _refuse_contradictions(args)
    ready = start.setup(args)
    bench = _bench(args, ready)
    plan = plan_rerun(bench, _change(args, ready), follow=args.follow, span=args.turns)
    check = _check(args, plan)
    if args.dry_run:
        return _dry_run(plan)
    import asyncio

    return asyncio.run(_rerun(bench, plan, check, args))


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("name", nargs="?", metavar="SESSION", help="title, id or file of a session")
    parser.add_argument(
        "--follow", action="store_true", help="build later turns on the new replies, not the recorded ones"
    )
    parser.add_argument("--turns", type=_span, metavar="N..M", help="send only these turns: 3, 2..4, 2.., ..4")
    parser.add_argument(
        "--jobs", type=whole_number(1, 16), metavar="N", default=1, help="parallel requests (default: 1)"
    )
    parser.add_argument("--stop-on-error", action="store_true", help="stop after the first turn that fails")
    parser.add_argument("--no-save", action="store_true", help="do not save the new replies")
    parser.add_argument("--check", action="store_true", help="exit with code 1 if a turn does not pass")
    passes = parser.add_mutually_exclusive_group()
    passes.add_argument("--exact", action="store_true", help="a turn passes if it is the same (default)")
    passes.add_argument("--json-equal", action="store_true", help="… if it is equal as JSON")
    passes.add_argument("--schema", action="store_true", help="… if it fits the JSON schema of its request")
    passes.add_argument("--similarity", type=_ratio, metavar="X", help="… if its similarity is at least X, 0 to 1")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object with every turn")
    shape.add_argument("--dry-run", action="store_true", help="print the bodies that would be sent; send nothing")


def _span(text: str) -> Span:
    from chat_tui.engine.rerun_plan import Span

    try:
        return Span.of(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a turn number of at least 1, or N..M") from None


def _ratio(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return number


def _refuse_contradictions(args: argparse.Namespace) -> None:
    if not (args.name or args.session):
        raise _usage("No session given", "List all sessions with: chat-tui sessions list")
    if args.name and args.session:
        raise _usage("Two sessions given", "Give only one.")
    if args.follow and args.jobs > 1:
        raise _usage("--jobs cannot be combined with --follow", "Each turn needs the reply before it.")


def _bench(args: argparse.Namespace, ready: Setup) -> Workbench:
    services = ready.services
    choice = ready.choose()
    opened = unkept_workbench if args.no_save or args.dry_run else open_workbench
    path = services.store.find(args.name or args.session)
    bench = opened(services, path, first_settings(services, choice.provider, choice.model))
    for notice in bench.notices:
        diagnostics.note(notice)
    return bench


def _change(args: argparse.Namespace, ready: Setup) -> Callable[[SessionSettings], SessionSettings]:
    """Return a function that applies the options to a turn's settings, cached for turns with equal settings."""
    known: list[tuple[SessionSettings, SessionSettings]] = []

    def change(settings: SessionSettings) -> SessionSettings:
        for before, after in known:
            if before == settings:
                return after
        if settings.provider not in ready.services.providers and not (args.provider or args.base_url):
            return settings
        known.append((settings, start.going_on(args, ready, settings)))
        return known[-1][1]

    return change


def _check(args: argparse.Namespace, plan: RerunPlan) -> Check:
    if args.similarity is not None:
        return Check("similarity", args.similarity)
    if args.schema and not any(has_schema(turn.body) for turn in plan.turns):
        raise _usage("No turn's request has a JSON schema", "There is nothing to check the replies against.")
    return Check("json" if args.json_equal else "schema" if args.schema else "exact")


def _dry_run(plan: RerunPlan) -> int:
    if plan.follow:
        diagnostics.note("the recorded replies stand in for the new ones")
    output.json_line([turn.body for turn in plan.turns], indent=2)
    return diagnostics.OK


async def _rerun(bench: Workbench, plan: RerunPlan, check: Check, args: argparse.Namespace) -> int:
    from chat_tui.cli.rerun_report import print_json, print_report
    from chat_tui.engine.rerun import Rerun
    from chat_tui.engine.rerun_words import announcement, progress

    line = diagnostics.ProgressLine()

    def tell(rerun: Rerun) -> None:
        if line.live:
            line.show(progress(rerun))

    diagnostics.note(announcement(plan))
    rerun = Rerun(bench, plan, tell, jobs=args.jobs, stop_on_error=args.stop_on_error)
    signals = StopSignals(rerun.stop)
    try:
        await rerun.wait()
    finally:
        await bench.close()
        await bench.services.backend.aclose()
        line.clear()
    (print_json if args.json else print_report)(rerun, check)
    return _end(rerun, check, signals, checked=args.check)


def _end(rerun: Rerun, check: Check, signals: StopSignals, *, checked: bool) -> int:
    from chat_tui.engine.rerun_words import judged

    for result in rerun.results:
        if result.state == "failed" and result.problem is not None:
            diagnostics.note(f"turn {result.turn.number}: {result.problem.sentence()}")
    if rerun.bench.save_problem is not None:
        diagnostics.note(f"the new replies could not be saved: {rerun.bench.save_problem}")
    if signals.seen:
        diagnostics.note("stopped; what arrived is saved")
        return signals.exit_code
    if any(result.state == "failed" for result in rerun.results):
        return diagnostics.FAILED
    passed = all(judged(result, check).ok for result in rerun.results)
    return diagnostics.OK if passed or not checked else diagnostics.FAILED


def _usage(what: str, hint: str) -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, hint=hint))

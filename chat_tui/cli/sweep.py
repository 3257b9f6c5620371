"""Implements ``chat-tui sweep``: sends one prompt for every combination of values, as branches of one session."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from chat_tui.cli import attach_option, diagnostics, output, start
from chat_tui.cli.arguments import parse, whole_number
from chat_tui.domain.sweep_text import MOST, UNSET_WORD, AxisText, read_axis

if TYPE_CHECKING:
    from chat_tui.cli.stop_signals import StopSignals
    from chat_tui.engine.sweep_plan import PlannedSweep
    from chat_tui.engine.sweeping import Sweep, SweepRun
    from chat_tui.engine.workbench import Workbench

_MODEL: Final = "model"
_MORE: Final = f"""\
Each combination of the axes' values is one cell of the grid, with the last axis changing fastest. Each cell is sent
with the other options applied, and its reply becomes a branch below the prompt, in one session. Without PROMPT, the
last prompt of --session or --continue is sent again. A sweep sends at most {MOST} requests.

VALUES of an axis, separated by commas:

  0,0.5,1            values as for --set: JSON, text, @FILE
  0..2:0.5           from, to, step: 0, 0.5, 1, 1.5, 2 (2..0:0.5 counts down;
                     the default step is 1)
  "a,b","c"          text that contains a comma, in quotes
  unset              not sent at all ("unset" in quotes is the text)

NAME is a parameter, a member with dots (reasoning.effort), any other name, or model.

All cells are checked first; if one breaks a rule, nothing is sent. A request that fails is reported, and the others
continue. In --csv, text that a spreadsheet would run as a formula starts with an apostrophe, and control characters
are made visible; --json contains every text unchanged. A column of results with the name of an axis is called
reply.NAME, such as reply.model.

Exit code: 0 all replies arrived; 1 a request failed; 2 wrong usage or a broken rule, nothing was sent; 130
interrupted, what arrived is saved.
"""


def run(command: str, argv: list[str]) -> int:
    """Announce the requests and their cost, send them, print the results."""
    from chat_tui.engine.sweep_plan import plan_sweep

    args = parse(command, argv, describe)
    axes = [read_axis(text) for text in args.axis]
    prompt = start.prompt_text(args.prompt, needed=not (args.attach or args.session or args.go_on))
    args.model = args.model or _first_model(axes)
    ready = start.setup(args)
    bench = start.workbench(args, ready, keep=not args.no_save and not args.dry_run, latest=args.go_on, sends=True)
    for notice in bench.notices:
        diagnostics.note(notice)
    if args.no_stream:
        bench.change(start.without_stream(bench.settings))
    parts = attach_option.parts_of(args, bench)
    axes = _as_the_service_spells(axes, args.model, bench.settings.model)
    planned = plan_sweep(bench, axes, args.repeat, text=prompt, parts=parts)
    for finding in planned.doubts:
        diagnostics.note(finding.sentence())
    if args.dry_run:
        return _dry_run(bench, planned)
    import asyncio

    return asyncio.run(_sweep(bench, planned, args))


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="the prompt (default: standard input)")
    parser.add_argument(
        "--axis",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="parameter to vary, and its values (repeatable)",
    )
    parser.add_argument(
        "--repeat", type=whole_number(1, MOST), metavar="K", default=1, help="send each cell K times (default: 1)"
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 16),
        metavar="N",
        default=0,
        help="parallel requests (default: 4; embedded model: 1); seeds may not repeat under load",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object: plan, cells, every reply")
    shape.add_argument("--csv", action="store_true", help="print CSV (RFC 4180), one row per request")
    shape.add_argument("--dry-run", action="store_true", help="print the bodies that would be sent; send nothing")
    attach_option.describe(parser)
    parser.add_argument("--no-stream", action="store_true", help="request complete responses instead of streams")
    parser.add_argument("--no-save", action="store_true", help="do not save the session")
    parser.add_argument("--continue", dest="go_on", action="store_true", help="continue the latest session")


def _first_model(axes: Iterable[AxisText]) -> str | None:
    """Return the first model of the axes, which selects the service if no option does; None if there is none."""
    ids = (item for axis in axes if axis.name == _MODEL for item in axis.items)
    return next((item for item in ids if item != UNSET_WORD and not item.startswith('"')), None)


def _as_the_service_spells(axes: list[AxisText], named: str | None, used: str) -> list[AxisText]:
    """Strip the service's prefix from the models of the axes if the setup stripped it from the selected model."""
    prefix = (named or "").removesuffix(used)
    if not (used and prefix.endswith("/")):
        return axes
    return [
        replace(axis, items=tuple(item.removeprefix(prefix) for item in axis.items)) if axis.name == _MODEL else axis
        for axis in axes
    ]


def _dry_run(bench: Workbench, planned: PlannedSweep) -> int:
    from chat_tui.engine.kept_files import whole_body
    from chat_tui.engine.sweep_words import announcement, estimate

    diagnostics.note(f"would send {announcement(planned, estimate(bench, planned))}")
    output.json_line([whole_body(planned.body(cell)) for cell in planned.cells], indent=2)
    return diagnostics.OK


async def _sweep(bench: Workbench, planned: PlannedSweep, args: argparse.Namespace) -> int:
    from chat_tui.cli import sweep_report
    from chat_tui.cli.stop_signals import StopSignals
    from chat_tui.engine.sweep_words import announcement, estimate, progress
    from chat_tui.engine.sweeping import Sweep

    line = diagnostics.ProgressLine()

    def tell(sweep: Sweep, _run: SweepRun | None) -> None:
        if line.live:
            line.show(progress(sweep))

    estimated = estimate(bench, planned)
    sweep = Sweep(bench, planned, tell, jobs=args.jobs or planned.usual_jobs)
    signals = StopSignals(sweep.stop)
    diagnostics.note(announcement(planned, estimated))
    try:
        await sweep.wait()
    finally:
        await bench.close()
        await bench.services.backend.aclose()
        line.clear()
    if args.json:
        output.json_line(sweep_report.as_json(sweep, estimated), indent=2)
    elif args.csv:
        output.write(sweep_report.as_csv(sweep))
    else:
        sweep_report.print_table(sweep)
    return _end(sweep, signals)


def _end(sweep: Sweep, signals: StopSignals) -> int:
    from chat_tui.engine.sweep_words import label

    failed: dict[str, list[SweepRun]] = {}
    for run in sweep.runs:
        if run.state == "failed":
            words = run.problem.sentence() if run.problem is not None else "The reply is incomplete."
            failed.setdefault(words, []).append(run)
    for words, runs in failed.items():
        others = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
        diagnostics.note(f"{label(runs[0])}{others}: {words}")
    adapted = (run.exchange.adapted for run in sweep.runs if run.exchange is not None)
    for words in dict.fromkeys(words for each in adapted if each is not None for words in each.notes):
        diagnostics.note(words)
    bench = sweep.bench
    if bench.save_problem is not None:
        diagnostics.note(f"the replies could not be saved in {bench.path}: {bench.save_problem}")
    elif bench.path is not None:
        diagnostics.note(f"the replies are saved as branches in {bench.path}")
    if signals.seen:
        diagnostics.note("stopped; what arrived is saved")
        return signals.exit_code
    return diagnostics.FAILED if failed else diagnostics.OK

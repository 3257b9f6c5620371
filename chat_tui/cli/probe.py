"""Implements ``chat-tui probe``: finds out by requests how a service treats each parameter."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse, whole_number
from chat_tui.cli.stop_signals import StopSignals
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.config.choice import Choice
    from chat_tui.domain.probing.card import ProbeCard
    from chat_tui.domain.probing.cases import ProbePlan
    from chat_tui.engine.probe import Probe
    from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """Announce the cost, ask for confirmation, probe the service and print the card."""
    from chat_tui.engine.probe import plan_probe

    args = parse(command, argv, describe)
    ready = start.setup(args)
    choice = ready.choose()
    if args.show:
        return _show(ready.services, choice, as_json=args.json)
    plan = plan_probe(ready.services, choice.provider, choice.model, only=args.only, everything=args.all)
    if args.list:
        return _list(plan, as_json=args.json)
    ready.services.endpoints.endpoint(choice.provider)  # reports a missing key before asking the user
    if not _agreed(plan, yes=args.yes):
        diagnostics.note("nothing was sent")
        return diagnostics.USAGE
    import asyncio

    return asyncio.run(_probe(ready.services, plan, args))


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the results as one JSON object")
    parser.add_argument("--yes", "-y", action="store_true", help="send without asking for confirmation")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="test only these parameters")
    parser.add_argument(
        "--all", action="store_true", help="also test parameters that store data, identify a person or cost more"
    )
    parser.add_argument(
        "--jobs", type=whole_number(1, 16), metavar="N", default=1, help="parallel requests (default: 1)"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="print the planned requests; send nothing")
    what.add_argument("--show", action="store_true", help="print the saved results; send nothing")


def _agreed(plan: ProbePlan, *, yes: bool) -> bool:
    """Announce the cost and ask for confirmation on the terminal.

    Raises:
        ProblemError: There is no terminal to ask on, and ``--yes`` was not given.
    """
    from chat_tui.domain.probing.words import announcement, whom

    diagnostics.note(f"{whom(plan)}: {announcement(plan)}; a failed request may be retried")
    if yes:
        return True
    if not diagnostics.can_ask():
        hint = "Use --yes to send these requests."
        raise ProblemError(Problem(kind="usage", what="Cannot ask for confirmation without a terminal", hint=hint))
    return diagnostics.agreed("Send them?")


async def _probe(services: Services, plan: ProbePlan, args: argparse.Namespace) -> int:
    from chat_tui.domain.probing.words import progress
    from chat_tui.engine.probe import Probe

    line = diagnostics.ProgressLine()

    def tell(probe: Probe) -> None:
        if line.live:
            line.show(progress(probe.card, probe.plan, probe.now, probe.waiting))

    probe = Probe(services, plan, tell, jobs=args.jobs)
    signals = StopSignals(probe.stop)
    try:
        await probe.wait()
    finally:
        await services.backend.aclose()
        line.clear()
    _print(probe.card, as_json=args.json)
    if signals.seen:
        diagnostics.note("stopped; the results so far are saved")
        return signals.exit_code
    if probe.problem is None:
        return diagnostics.OK
    code = diagnostics.report(probe.problem)
    return diagnostics.FAILED if probe.card.rows or probe.problem.status is not None else code


def _show(services: Services, choice: Choice, *, as_json: bool) -> int:
    provider = services.providers[choice.provider]
    card = services.probe_cards.card(provider.base_url, choice.model)
    if card is None:
        what = f"No saved probe results for {choice.model or 'this model'} at {provider.id}"
        raise ProblemError(Problem(kind="usage", what=what, hint="Run: chat-tui probe"))
    if not as_json:
        from chat_tui.domain.times import ago

        diagnostics.note(f"probed {ago(card.at_ms, round(services.clock.now_s() * 1000))}")
    _print(card, as_json=as_json)
    return diagnostics.OK


def _print(card: ProbeCard, *, as_json: bool) -> None:
    if as_json:
        output.json_line(card.as_json(), indent=2)
        return
    from chat_tui.domain.probing.words import remarks, summary

    output.table([(row.name, row.verdict.label, visible_line(row.verdict.why)) for row in card.rows])
    if card.left_out:
        output.line("\nnot tested:")
        output.table([(f"  {each.name}", each.reason) for each in card.left_out])
    output.line(f"\n{summary(card)}")
    for remark in remarks(card):
        output.line(visible_line(remark))


def _list(plan: ProbePlan, *, as_json: bool) -> int:
    from chat_tui.domain.probing.words import announcement

    left_out: list[Json] = [{"name": each.name, "reason": each.reason} for each in plan.left_out]
    if as_json:
        cases: list[Json] = [
            {"name": case.name, "values": list(case.values), "judge": case.judge} for case in plan.cases
        ]
        form: JsonObject = {"requests": plan.requests, "most_tokens": plan.most_tokens}
        output.json_line({**form, "cases": cases, "left_out": left_out}, indent=2)
        return diagnostics.OK
    output.table(
        [(case.name, case.judge, " · ".join(start.compact(value) for value in case.values)) for case in plan.cases]
    )
    if plan.left_out:
        output.line("\nnot tested:")
        output.table([(f"  {each.name}", each.reason) for each in plan.left_out])
    output.line(f"\n{announcement(plan)}")
    return diagnostics.OK

"""Implements ``chat-tui send``: runs one exchange and writes the reply to stdout."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chat_tui.cli import attach_option, diagnostics, output, reply_text, start, tool_options
from chat_tui.cli.arguments import parse
from chat_tui.cli.stop_signals import StopSignals
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.refusing import BlockedError, blocked, no_model
from chat_tui.engine.workbench import Workbench

if TYPE_CHECKING:
    from chat_tui.cli.tool_rounds import ToolRounds
    from chat_tui.domain.findings import Finding
    from chat_tui.engine.exchange import Exchange


FORMATS: Final = ("body", "curl", "python", "httpx")
"""The formats a dry run can print."""


def run(command: str, argv: list[str]) -> int:
    """Parse the arguments and send; return the exit code."""
    args = parse(command, _with_format(argv), describe)
    prompt = start.prompt_text(args.prompt, needed=not (args.attach or tool_options.may_answer(args)))
    ready = start.setup(args)
    bench = start.workbench(args, ready, keep=not args.no_save and not args.dry_run, latest=args.go_on, sends=True)
    for notice in bench.notices:
        diagnostics.note(notice)
    if args.no_stream:
        bench.change(start.without_stream(bench.settings))
    if args.schema:
        from chat_tui.cli.format_report import with_schema

        bench.change(with_schema(bench.settings, args.schema))
    parts = attach_option.parts_of(args, bench)
    tools = tool_options.tools_of(args, bench)
    if not prompt and not parts:
        tool_options.refuse_nothing_open(bench)
    if args.dry_run:
        if tools is not None and not prompt and not parts:
            tools.answer_given()
        return _dry_run(bench, prompt, parts, args.dry_run)
    if args.check_format:
        from chat_tui.cli.format_report import refuse_unchecked

        refuse_unchecked(bench.body(prompt))
    import asyncio

    return asyncio.run(_send(bench, prompt, parts, args, tools))


def _with_format(argv: list[str]) -> list[str]:
    """Insert the default format after ``--dry-run``, unless the next argument is a format."""
    words = list(argv)
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--dry-run" and (place + 1 == len(words) or words[place + 1] not in FORMATS):
            words[place] = f"--dry-run={FORMATS[0]}"
    return words


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="the prompt (default: standard input)")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object: request, reply, timing, outcome")
    shape.add_argument("--events", action="store_true", help="print each event as it arrives, one JSON object per line")
    shape.add_argument(
        "--dry-run",
        nargs="?",
        const="body",
        choices=FORMATS,
        help="print the body that would be sent (default), or a program that sends it; send nothing",
    )
    parser.add_argument("--schema", metavar="FILE", help="request JSON: FILE is a schema, an example, or FILE.py:CLASS")
    parser.add_argument(
        "--check-format", action="store_true", help="exit with code 1 if the reply is not the requested JSON"
    )
    attach_option.describe(parser)
    parser.add_argument(
        "--save-media", metavar="NAME", help="save sounds and images of the reply as NAME.wav, NAME-1.png, …"
    )
    tool_options.describe(parser)
    parser.add_argument("--no-stream", action="store_true", help="request one complete response instead of a stream")
    parser.add_argument("--no-save", action="store_true", help="do not save the session")
    parser.add_argument("--continue", dest="go_on", action="store_true", help="continue the latest session")


def _dry_run(bench: Workbench, prompt: str, parts: Sequence[JsonObject], form: str) -> int:
    if not bench.settings.model and bench.provider.key_required:
        raise ProblemError(no_model(bench.provider))
    findings = bench.findings(prompt, parts)
    errors = [finding for finding in findings if finding.level == "error"]
    blocks = bench.services.options.validation == "block"
    if blocks and any(finding.kind != "rule" for finding in errors):
        raise BlockedError(errors)
    _tell_doubts(bench, findings)
    from chat_tui.engine.kept_files import whole_body

    body = whole_body(bench.body(prompt, parts))
    if form == FORMATS[0]:
        output.json_line(body, indent=2)
    else:
        from chat_tui.engine.exporting import program

        output.write(program(bench.services, bench.provider, form, body))
    if blocks and errors:
        return diagnostics.report(blocked(errors))
    return diagnostics.OK


async def _send(
    bench: Workbench,
    prompt: str,
    parts: Sequence[JsonObject],
    args: argparse.Namespace,
    tools: ToolRounds | None,
) -> int:
    from chat_tui.cli.reply_writer import ReplyWriter

    writer = ReplyWriter("events" if args.events else "summary" if args.json else "text")
    exchange = bench.send(prompt, writer.listener(), parts=parts) if prompt or parts else None
    signals = StopSignals(exchange.stop if exchange is not None else lambda: None)
    try:
        if exchange is not None:
            _tell_doubts(bench, bench.findings())
            await exchange.wait()
        if tools is not None:
            exchange = await tools.go_round(
                exchange, writer.listener, signals, lambda: _tell_doubts(bench, bench.findings())
            )
    finally:
        await bench.close()
        await bench.services.backend.aclose()
        _tell_unsaved(bench)
    if writer.fault is not None:
        raise writer.fault
    if exchange is None:
        return signals.exit_code or diagnostics.USAGE
    if args.json:
        output.json_line(summary(exchange, bench) | ({"rounds": tools.rounds} if tools is not None else {}))
    elif not args.events:
        reply_text.finish(exchange)
    code = _tell_end(exchange, signals) or (tools.code if tools is not None else diagnostics.OK)
    if args.save_media:
        code = reply_text.save_media(exchange, args.save_media) or code
    if args.check_format:
        from chat_tui.cli.format_report import tell_format

        return code or tell_format(exchange)
    return code


def _tell_unsaved(bench: Workbench) -> None:
    if bench.save_problem is not None:
        hint = "What arrived is only on standard output. Choose another folder with --data-dir, or use --no-save."
        diagnostics.note(f"The session {bench.path} could not be saved: {bench.save_problem.rstrip('.')}. {hint}")


def _tell_doubts(bench: Workbench, findings: Sequence[Finding]) -> None:
    """Write warnings about the request to stderr; errors that block it are reported by the refusal."""
    if bench.services.options.validation == "off":
        return
    told = {"warn"} if bench.services.options.validation == "block" else {"warn", "error"}
    for finding in findings:
        if finding.level in told:
            diagnostics.note(finding.sentence())


def summary(exchange: Exchange, bench: Workbench) -> JsonObject:
    """Return the object printed by ``--json``.

    ``adapted`` is present only if the body sent differs from ``request``, ``format`` only if JSON was requested.
    """
    reply = exchange.reply
    adapted: JsonObject = {"adapted": exchange.adapted.body} if exchange.adapted is not None else {}
    return {
        "request": exchange.call.body,
        "url": exchange.call.endpoint.shown_url,
        "status": exchange.status,
        "headers": dict(exchange.headers),
        "outcome": reply.outcome,
        "completion": reply.completion(),
        "error": reply.error,
        "problem": exchange.problem.as_json() if exchange.problem is not None else None,
        "warnings": list(reply.warnings),
        "timing": exchange.timing(),
        "comments": [comment.text for comment in exchange.comments],
        "bad_events": reply.bad_events,
        "session": bench.path if bench.save_problem is None else None,
        **adapted,
        **({"format": exchange.format.as_json()} if exchange.format is not None else {}),
    }


def _tell_end(exchange: Exchange, signals: StopSignals) -> int:
    if signals.seen:
        diagnostics.note("stopped; what arrived is saved")
        return signals.exit_code
    if exchange.problem is not None:
        code = diagnostics.report(exchange.problem)
        return diagnostics.FAILED if exchange.status is not None else code
    return diagnostics.OK if exchange.reply.outcome == "complete" else diagnostics.FAILED

"""Prints the results of a rerun: a table of turns, the differing words, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from chat_tui.cli import output
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.literal import visible_line
from chat_tui.domain.reply_facts import ReplyFacts
from chat_tui.domain.session import first_words
from chat_tui.domain.word_diff import Kind, Piece, marked
from chat_tui.engine.rerun_words import judged, summary

if TYPE_CHECKING:
    from chat_tui.domain.reply_checks import Check
    from chat_tui.domain.reply_comparison import ReplyComparison
    from chat_tui.engine.rerun import Rerun, TurnResult

_INKS: Final[dict[Kind, output.Ink]] = {"same": "", "removed": "red", "added": "green"}
_HEADINGS: Final = ("turn", "result", "similar", "old", "new", "other changes")
_CELL: Final = 24
"""Maximum number of characters of a reply in the table."""
_AROUND: Final = 120
"""Number of unchanged characters shown on either side of a change."""


def print_report(rerun: Rerun, check: Check) -> None:
    """Print the table, the differences of each turn that has any, and a summary line."""
    output.table([_HEADINGS, *(_row(result, check) for result in rerun.results)])
    for result in rerun.results:
        if result.note or (result.comparison is not None and not result.comparison.same):
            _print_turn(result)
    output.line(f"\n{summary(rerun.results, len(rerun.plan.turns), check)}")


def print_json(rerun: Rerun, check: Check) -> None:
    """Print one object; its ``turns`` are those that were sent."""
    results = rerun.results
    turns: list[JsonObject] = [_turn_as_json(result, check) for result in results]
    output.json_line(
        {
            "session": rerun.bench.path,
            "follow": rerun.plan.follow,
            "check": check.words(),
            "planned": len(rerun.plan.turns),
            "same": sum(result.state == "same" for result in results),
            "differs": sum(result.state == "differs" for result in results),
            "failed": sum(result.state == "failed" for result in results),
            "ok": not rerun.stopped and all(judged(result, check).ok for result in results),
            "turns": [*turns],
        },
        indent=2,
    )


def _turn_as_json(result: TurnResult, check: Check) -> JsonObject:
    verdict = judged(result, check)
    compared = result.comparison.as_json() if result.comparison is not None else {}
    return {
        "turn": result.turn.number,
        "result": result.state,
        "ok": verdict.ok,
        "why": verdict.why,
        "note": result.note,
        "message": result.turn.node.id,
        "new_message": result.node,
        "request": result.body,
        "problem": result.problem.as_json() if result.problem is not None else None,
        **compared,
    }


def _row(result: TurnResult, check: Check) -> tuple[str, ...]:
    verdict, compared = judged(result, check), result.comparison
    old = new = alike = ""
    others = verdict.why
    if compared is not None:
        old, new, alike = _words(compared.old), _words(compared.new), f"{compared.likeness:.2f}"
        reason = [verdict.why] if check.kind != "exact" or result.state in ("failed", "stopped") else []
        others = " · ".join([*filter(None, reason), *compared.changes()])
    cells = (str(result.turn.number), verdict.word, alike, old, new, others)
    return tuple(visible_line(cell) for cell in cells)


def _words(facts: ReplyFacts) -> str:
    return first_words(facts.choices[0].text(), _CELL) if facts.choices else ""


def _print_turn(result: TurnResult) -> None:
    output.line()
    output.inked_line([(f"turn {result.turn.number}: {visible_line(result.turn.prompt)}", "bold")])
    if result.note:
        output.line(f"  {result.note}.")
    if result.comparison is not None:
        _print_differences(result.comparison)


def _print_differences(compared: ReplyComparison) -> None:
    for choice in compared.choices:
        if len(compared.choices) > 1:
            output.line(f"  choice {choice.index + 1}")
        for pieces in (choice.content, choice.reasoning):
            if any(piece.kind != "same" for piece in pieces):
                if pieces is choice.reasoning:
                    output.line("  reasoning:")
                output.inked_line(_indented(pieces))
    for words in compared.changes():
        output.line(f"  {visible_line(words)}")


def _indented(pieces: Iterable[Piece]) -> Iterator[tuple[str, output.Ink]]:
    """Yield the diff with its marks and every line indented; long unchanged stretches are shortened."""
    yield "  ", ""
    for place, piece in enumerate(found := list(pieces)):
        text = marked([_cut(piece, first=place == 0, last=place == len(found) - 1)])
        yield text.replace("\n", "\n  "), _INKS[piece.kind]


def _cut(piece: Piece, *, first: bool, last: bool) -> Piece:
    """Shorten an unchanged piece to the text next to changes."""
    if piece.kind != "same" or len(piece.text) <= 2 * _AROUND + 20:
        return piece
    begin = "" if first else piece.text[:_AROUND]
    end = "" if last else piece.text[-_AROUND:]
    return Piece("same", f"{begin} … {end}")

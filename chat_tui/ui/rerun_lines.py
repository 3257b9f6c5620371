"""A rerun as lines: its plan, the result of each turn, old and new side by side, other differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal

from chat_tui.domain.change_lines import told
from chat_tui.domain.reply_facts import Said
from chat_tui.domain.word_diff import Kind, Piece
from chat_tui.engine.rerun_words import changes_of, judged
from chat_tui.ui.panel.lines_view import Line

if TYPE_CHECKING:
    from chat_tui.domain.reply_comparison import ChoiceComparison
    from chat_tui.engine.rerun import Rerun, TurnResult
    from chat_tui.engine.rerun_plan import RerunPlan

STATE_INKS: Final = {"same": "literal", "differs": "warn", "failed": "error", "stopped": "warn"}
_STATE_CELLS: Final = 9
_INKS: Final[dict[Kind, str]] = {"same": "text", "removed": "error", "added": "literal"}


def plan_lines(plan: RerunPlan) -> list[Line]:
    """Build one line per turn: its number, the prompt it answers, what is changed in the request."""
    lines = []
    for turn in plan.turns:
        changed = told(changes_of(turn), most=8)
        lines.append(
            Line.prose(
                (f"{turn.number:>3}  ", "quiet"),
                (turn.prompt, "text"),
                (f"  {changed}" if changed else "", "warn"),
                indent=5,
            )
        )
    return lines


def running_lines(rerun: Rerun) -> list[Line]:
    """Build one line per turn: its result, a sign that it is running, or nothing yet."""
    results = {result.turn.number: result for result in rerun.results}
    lines = []
    for turn in rerun.plan.turns:
        result = results.get(turn.number)
        if result is not None:
            word, ink = judged(result).word, STATE_INKS[result.state]
        else:
            word, ink = ("…", "accent") if turn.number in rerun.running else ("", "quiet")
        lines.append(
            Line.prose(
                (f"{turn.number:>3}  ", "quiet"), (word.ljust(_STATE_CELLS), ink), (turn.prompt, "text"), indent=14
            )
        )
    return lines


def side_lines(result: TurnResult, side: Literal["old", "new"]) -> list[Line]:
    """Build the lines of one side of a comparison, with text that only this side has marked."""
    lines: list[Line] = []
    choices = result.comparison.choices if result.comparison is not None else ()
    for choice in choices:
        if len(choices) > 1:
            lines.append(Line.of((f"choice {choice.index + 1}", "heading")))
        said = choice.old if side == "old" else choice.new
        lines += [Line.of(("none", "quiet"))] if said is None else _said_lines(choice, said, side)
    if side == "new" and result.problem is not None:
        lines.append(Line.prose((result.problem.sentence(), "error")))
    elif side == "new" and result.state == "stopped":
        lines.append(Line.prose(("stopped", "warn")))
    return lines


def change_lines(result: TurnResult) -> list[Line]:
    """List what was changed in the request, what else differs in the reply, and the note on the message history."""
    asked = told(changes_of(result.turn), most=8)
    lines = [Line.prose(("sent with  ", "quiet"), (asked, "value"), indent=2)] if asked else []
    if result.comparison is not None:
        lines += [Line.prose((words, "text"), indent=2) for words in result.comparison.changes()]
    if result.note:
        lines.append(Line.prose((result.note, "warn"), indent=2))
    return lines or [Line.of(("nothing", "quiet"))]


def _said_lines(choice: ChoiceComparison, said: Said, side: Literal["old", "new"]) -> Iterator[Line]:
    other: Kind = "added" if side == "old" else "removed"
    if any(piece.kind != other for piece in choice.reasoning):
        yield Line.of(("reasoning", "quiet"))
        yield from _text_lines(choice.reasoning, other)
        yield Line.of()
    yield from _text_lines(choice.content, other)
    changed = {change.place for change in choice.calls}
    for place, call in enumerate(said.calls):
        ink = _INKS["removed" if side == "old" else "added"] if place in changed else "text"
        yield Line.prose(("→ ", "quiet"), (f"{call.name}({call.arguments})", ink), indent=2)


def _text_lines(pieces: Iterable[Piece], without: Kind) -> Iterator[Line]:
    """Build the lines of one side's text."""
    row: list[tuple[str, str]] = []
    for piece in pieces:
        if piece.kind == without:
            continue
        first, *others = piece.text.split("\n")
        row.append((first, _INKS[piece.kind]))
        for text in others:
            yield Line.prose(*row)
            row = [(text, _INKS[piece.kind])]
    if any(text for text, _ in row):
        yield Line.prose(*row)

"""A sweep as a table, one line per request with the values that vary, and the details of one request below it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content

from chat_tui.domain.costs import money
from chat_tui.domain.reply_comparison import ReplyComparison
from chat_tui.domain.sweep import value_words
from chat_tui.engine.sweep_words import label
from chat_tui.ui.figures import count, seconds
from chat_tui.ui.format_lines import checked_words
from chat_tui.ui.panel.cells import fitted
from chat_tui.ui.panel.json_lines import json_lines
from chat_tui.ui.panel.lines_view import Drawable, Line

if TYPE_CHECKING:
    from chat_tui.domain.word_diff import Kind, Piece
    from chat_tui.engine.sweep_plan import PlannedSweep
    from chat_tui.engine.sweeping import State, Sweep, SweepRun

_GAP: Final = 2
_LEAST_TEXT: Final = 20
"""Minimum number of cells for the answer; columns are dropped in its favour."""
_MARKS: Final[dict[State, tuple[str, str]]] = {
    "waiting": ("·", "$foreground 40%"),
    "running": ("▸", "$accent"),
    "done": ("✓", "$success"),
    "failed": ("✗", "$error"),
    "stopped": ("■", "$warning"),
}
_FIGURES: Final = (("tok", 5), ("tok/s", 5), ("time", 7), ("cost", 8), ("finish", 10), ("fits", 4))
_AT_TIMES: Final = frozenset({"cost", "fits"})
"""Columns shown only if any request has a value for them."""
_WORDS: Final = frozenset({"finish", "fits"})
"""Columns with text instead of numbers; they are left-aligned."""
_FIRST_TO_GO: Final = ("tok/s", "finish", "time", "cost", "tok", "fits")
_INKS: Final[dict[Kind, tuple[str, str, str]]] = {
    "same": ("", "", "text"),
    "removed": ("[-", "-]", "error"),
    "added": ("{+", "+}", "literal"),
}


class SweepColumns:
    """The table's columns for a given width.

    Args:
        planned: The planned sweep.
        width: Width of a line in cells.
        known: The optional columns to show, as returned by ``known_of``.
    """

    def __init__(self, planned: PlannedSweep, width: int, known: Collection[str] = ()) -> None:
        plan = planned.plan
        self._several = plan.repeat > 1
        self._number = len(str(plan.size)) if plan.axes else 0
        self._names = [axis.name for axis in plan.axes]
        most = max(6, min(20, width // (3 + len(plan.axes))))
        self._axes = [
            min(most, max(cell_len(name) for name in (axis.name, *map(value_words, axis.values)))) for axis in plan.axes
        ]
        self._figures = [(name, cells) for name, cells in _FIGURES if name in known or name not in _AT_TIMES]
        for name in _FIRST_TO_GO:
            if self._text_cells(width) >= _LEAST_TEXT:
                break
            self._figures = [each for each in self._figures if each[0] != name]
        self._text = max(1, self._text_cells(width))

    def heading(self) -> Content:
        """Return the column headings."""
        quiet = "$foreground 60%"
        cells = [*_pieces("", quiet, 3 + self._number)]
        for name, width in zip(self._names, self._axes, strict=True):
            cells += _pieces(name, quiet, width)
        cells += _pieces("reply", quiet, 5) if self._several else []
        for name, width in self._figures:
            cells += _pieces(name, quiet, width, right=name not in _WORDS)
        return Content.assemble(*cells, ("answer", quiet))

    def line(self, run: SweepRun, *, base: bool) -> Content:
        """Format the line of one request.

        Args:
            run: The request.
            base: Whether the others are compared with it.
        """
        mark, colour = _MARKS[run.state]
        number = str(run.planned.cell.number) if self._number else ""
        cells: list[str | tuple[str, str]] = [("◆" if base else " ", "$accent"), (mark, colour), " "]
        cells += _pieces(number, "$foreground 60%", self._number, right=True)
        for value, width in zip(run.planned.cell.values, self._axes, strict=True):
            cells += _pieces(value_words(value), "bold", width)
        cells += _pieces(str(run.turn), "bold", 5) if self._several else []
        for name, width in self._figures:
            cells += _pieces(_figure(run, name), "$foreground 70%", width, right=name not in _WORDS)
        text, ink = _answer(run)
        return Content.assemble(*cells, (fitted(text, self._text), ink))

    def _text_cells(self, width: int) -> int:
        taken = [3 + self._number, *self._axes, *([5] if self._several else []), *(cells for _, cells in self._figures)]
        return width - sum(taken) - _GAP * len(taken)


def known_of(run: SweepRun) -> frozenset[str]:
    """Return the optional columns for which a request has a value."""
    return frozenset(name for name in _AT_TIMES if _figure(run, name))


def plan_detail(planned: PlannedSweep, run: SweepRun) -> list[Drawable]:
    """Return the request body of a cell, shown before sending."""
    return [*json_lines(planned.body(run.planned))]


def detail(run: SweepRun) -> list[Drawable]:
    """Return the whole result of a request."""
    lines: list[Drawable] = []
    choices = run.facts.choices if run.facts is not None else ()
    for said in choices:
        lines += [Line.of((f"choice {said.index + 1}", "heading"))] if len(choices) > 1 else []
        lines += [Line.prose((text, "text")) for text in said.text().split("\n")]
        checked, fits = checked_words(run.exchange.format if run.exchange is not None else None, said.index)
        lines += [Line.prose((checked, "literal" if fits else "error"), indent=2)] if checked else []
    if not choices:
        lines += [Line.prose((text, "text")) for text in run.text.split("\n") if run.text]
    if run.problem is not None:
        lines.append(Line.prose((run.problem.sentence(), "error")))
    if run.state == "stopped":
        lines.append(Line.prose(("stopped", "warn")))
    return lines or [Line.of(("not sent" if run.state == "waiting" else "no text yet", "quiet"))]


def comparison(base: SweepRun, run: SweepRun) -> list[Drawable]:
    """Compare a reply with the base: ``[-words only there-]{+words only here+}``, then the other differences."""
    if base.facts is None or run.facts is None:
        return [Line.prose((f"There is no reply to {label(run if base.facts else base)} to compare.", "quiet"))]
    compared = ReplyComparison(base.facts, run.facts)
    lines: list[Drawable] = [Line.of(("identical text", "quiet"))] if compared.same else []
    for choice in compared.choices:
        lines += [Line.of((f"choice {choice.index + 1}", "heading"))] if len(compared.choices) > 1 else []
        lines += _diff_lines(choice.content)
    changes = compared.changes()
    return [*lines, Line.of(), *(Line.prose((words, "quiet"), indent=2) for words in changes)] if changes else lines


def key_words(sweep: Sweep | None, requests: int, *, comparing: bool) -> str:
    """Return the line of keys: before sending (no sweep yet), while replies arrive, and after the last one."""
    if sweep is None:
        return f"enter send {requests} · ↑↓ select request · pgup pgdn scroll · esc close"
    end = "enter go to reply · s side by side · y copy · esc close"
    if not sweep.done:
        end = "pgup pgdn scroll · esc stop; replies so far are saved"
    return f"{'d stop comparing' if comparing else 'd compare'} · {end}"


def _diff_lines(pieces: tuple[Piece, ...]) -> Iterator[Line]:
    row: list[tuple[str, str]] = []
    for piece in pieces:
        before, after, ink = _INKS[piece.kind]
        first, *others = f"{before}{piece.text}{after}".split("\n")
        row.append((first, ink))
        for text in others:
            yield Line.prose(*row)
            row = [(text, ink)]
    if any(text for text, _ in row):
        yield Line.prose(*row)


def _answer(run: SweepRun) -> tuple[str, str]:
    """Return the beginning of the answer, or why there is none, with its colour."""
    if run.problem is not None and not run.text:
        return run.problem.sentence(), "$error"
    return " ".join(run.text[:2000].split()), "$accent" if run.state == "running" else "$foreground"


def _figure(run: SweepRun, name: str) -> str:
    """Return the text of a column; empty if unknown."""
    exchange, facts = run.exchange, run.facts
    if exchange is None:
        return ""
    if name == "time":
        return seconds(exchange.elapsed_s())
    if name == "tok/s":
        speed = exchange.timing().get("tokens_per_s") if exchange.done else None
        return f"{speed:.0f}" if isinstance(speed, int | float) else ""
    if facts is None:
        return ""
    checked = exchange.format
    known = {
        "fits": "" if checked is None else "yes" if checked.valid else "no",
        "tok": count(facts.completion_tokens) if facts.completion_tokens is not None else "",
        "cost": money(facts.cost) if facts.cost is not None else "",
        "finish": facts.choices[0].finish_reason or "",
    }
    return known[name]


def _pieces(text: str, ink: str, width: int, *, right: bool = False) -> list[str | tuple[str, str]]:
    """Return a table cell with the gap after it; blanks are separate pieces: screenshots position words by them."""
    shown = fitted(text, width)
    blank = " " * (width - cell_len(shown))
    return [blank, (shown, ink), " " * _GAP] if right else [(shown, ink), blank + " " * _GAP]

"""A probe's plan and results as lines: name, verdict, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.probing.card import ProbeCard
from chat_tui.domain.probing.cases import LeftOut, ProbePlan
from chat_tui.domain.probing.verdicts import Outcome
from chat_tui.domain.probing.words import remarks
from chat_tui.domain.shortening import shortened
from chat_tui.ui.panel.lines_view import Line

_INKS: Final[dict[Outcome, str]] = {
    "honoured": "literal",
    "ignored": "warn",
    "accepted": "text",
    "refused": "error",
    "broken": "error",
    "unknown": "quiet",
}
_LABEL_CELLS: Final = 11
_WIDEST_NAME: Final = 30
_LONGEST_VALUE: Final = 60


def card_lines(card: ProbeCard) -> list[Line]:
    """Build one line for each remark, for each verdict, and for each parameter that was not probed."""
    notes = [] if card.ended == "running" else [Line.prose((remark, "quiet")) for remark in remarks(card)]
    width = _width((*(row.name for row in card.rows), *card.unasked))
    rows = [
        Line.prose(
            (f"{row.name}  ".ljust(width), "name"),
            (row.verdict.label.ljust(_LABEL_CELLS), _INKS[row.outcome]),
            (row.verdict.why, "text"),
            indent=width + _LABEL_CELLS,
        )
        for row in card.rows
    ]
    left_out = card.left_out if card.ended != "running" else ()
    return [*notes, *([Line.of()] if notes else []), *rows, *_left_out(left_out)]


def plan_lines(plan: ProbePlan) -> list[Line]:
    """Build one line for each parameter with the values to be sent, and for each that would not be probed."""
    width = _width(case.name for case in plan.cases)
    cases = [
        Line.prose(
            (f"{case.name}  ".ljust(width), "name"), (" · ".join(map(_short, case.values)), "quiet"), indent=width
        )
        for case in plan.cases
    ]
    return [*cases, *_left_out(plan.left_out)]


def _left_out(those: Iterable[LeftOut]) -> Iterator[Line]:
    named = list(those)
    if not named:
        return
    width = _width(each.name for each in named)
    yield Line.of()
    yield Line.of(("not tested", "heading"))
    for each in named:
        yield Line.prose((f"{each.name}  ".ljust(width), "name"), (each.reason, "quiet"), indent=width)


def _short(value: Json) -> str:
    text = dump_json(value)
    return shortened(text, _LONGEST_VALUE)


def _width(names: Iterable[str]) -> int:
    return 2 + min(_WIDEST_NAME, max(map(len, names), default=0))

"""What the keys of a row make of its value: a turn of the knob, a typed text. Pure."""

from __future__ import annotations

import re

from chat_tui.domain.json_values import UNSET, Json, Unset
from chat_tui.domain.values import parse_value
from chat_tui.ui.panel.controls import choices, stepped, turned
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.rows import ParameterRow, Shown
from chat_tui.ui.panel.value_text import typed_text

_NUMBERS = ("slider", "number")
_BARE_POINT = re.compile(r"(-?)(?!\.$)(\d*)\.(\d*)")
"""A number as people type it: ``.5``, ``-.5``, ``1.``."""


def takes_digits(row: ParameterRow) -> bool:
    """A digit, sign or point begins an exact value in this row."""
    return row.spec.control in _NUMBERS


def turned_value(row: ParameterRow, steps: int) -> Json | Unset:
    """The value after ``steps`` to the right (negative: to the left); the same one where there is nothing to turn."""
    if row.spec.control in _NUMBERS:
        return stepped(row.spec, row.value, steps)
    direction = 1 if steps > 0 else -1
    if row.spec.control == "switch":
        return turned((True, False), row.value, direction)
    if row.spec.control == "select" and (options := choices(row.spec)):
        return turned(options, row.value, direction)
    return row.value


def draft_of(row: ParameterRow) -> LineDraft | None:
    """The row's value as a line to type in; ``None`` where another editor serves better."""
    control = row.spec.control
    if control in _NUMBERS or (control == "select" and not choices(row.spec)):
        return LineDraft.of(typed_text(row.value))
    if control == "text" and (isinstance(row.value, str | Unset)):
        return LineDraft.of(typed_text(row.value))
    return None


def typed_value(row: ParameterRow, shown: Shown, text: str) -> tuple[Json | Unset, str]:
    """The value a typed line stands for, and why it stands for none (empty if it does).

    Nothing typed into an unset row leaves it unset. In a text row the text is taken exactly as it is; in a number's
    row emptiness is unset, and what is no number is refused. A number out of range is a value: it is marked, not lost.
    """
    if not text and (row.spec.control != "text" or not row.is_set):
        return UNSET, ""
    if row.spec.control == "text":
        return text, ""
    if takes_digits(row) and (bare := _BARE_POINT.fullmatch(text.strip())):
        text = f"{bare[1]}{bare[2] or 0}.{bare[3] or 0}"
    value, finding = parse_value(shown.catalogue, shown.provider, row.spec.name, text)
    if takes_digits(row) and finding is not None and finding.kind == "type":
        return UNSET, finding.text
    return value, ""


def is_several(row: ParameterRow, shown: Shown, text: str) -> bool:
    """Whether a typed line holds several values of a number, as a sweep takes them: ``0,0.5,1``, ``0..2:0.5``."""
    from chat_tui.domain.problems import ProblemError
    from chat_tui.domain.sweep import axis_of
    from chat_tui.domain.sweep_text import read_axis

    if not takes_digits(row):
        return False
    try:
        axis, findings = axis_of(read_axis(f"{row.spec.name}={text}"), shown.catalogue, shown.provider)
    except ProblemError:
        return False
    return len(axis.values) > 1 and not findings

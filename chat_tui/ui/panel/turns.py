"""The effect of a row's keys and of typed text on its value. Pure."""

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
"""A number in a common notation that JSON does not allow: ``.5``, ``-.5``, ``1.``."""


def takes_digits(row: ParameterRow) -> bool:
    """Return whether a digit, sign or point starts typing a value in this row."""
    return row.spec.control in _NUMBERS


def turned_value(row: ParameterRow, steps: int) -> Json | Unset:
    """Return the value after ``steps`` to the right (negative: left); unchanged if it cannot be stepped."""
    if row.spec.control in _NUMBERS:
        return stepped(row.spec, row.value, steps)
    direction = 1 if steps > 0 else -1
    if row.spec.control == "switch":
        return turned((True, False), row.value, direction)
    if row.spec.control == "select" and (options := choices(row.spec)):
        return turned(options, row.value, direction)
    return row.value


def draft_of(row: ParameterRow) -> LineDraft | None:
    """Return the row's value as an editable line; None if it needs another editor."""
    control = row.spec.control
    if control in _NUMBERS or (control == "select" and not choices(row.spec)):
        return LineDraft.of(typed_text(row.value))
    if control == "text" and (isinstance(row.value, str | Unset)):
        return LineDraft.of(typed_text(row.value))
    return None


def typed_value(row: ParameterRow, shown: Shown, text: str) -> tuple[Json | Unset, str]:
    """Parse a typed line; return the value, and why the text is invalid (empty if it is valid).

    Empty text leaves an unset row unset. In a text row the text is taken literally; in a number row empty text means
    unset, and text that is not a number is rejected. A number out of range is accepted: it is marked as wrong later.
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
    """Return whether a typed line holds several numbers in the notation of a sweep: ``0,0.5,1``, ``0..2:0.5``."""
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

"""The text of a form line: its value, or a short summary of its contents. Pure."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, Unset
from chat_tui.ui.panel.editors.form_rows import FormLine
from chat_tui.ui.panel.editors.form_typing import as_parameter, line_of
from chat_tui.ui.panel.value_text import value_text

_LONGEST: Final = 400
"""Maximum number of characters of a string that are processed; no form is wider."""


def words_of(line: FormLine) -> str:
    """Return a value as it is typed, a summary of a folded group, or nothing for an unfolded one. Not made literal."""
    if isinstance(line.value, Unset):
        return ""
    if line.kind == "value":
        text = isinstance(line.value, str) and line_of(line.spec, line.value[:_LONGEST])
        return text or value_text(as_parameter(line.spec), line.value)
    return _summary(line, line.value) if line.kind in ("group", "kind") else ""


def _summary(line: FormLine, value: Json) -> str:
    if line.open and isinstance(value, dict):
        return ""
    if line.kind == "group":
        return value_text(as_parameter(line.spec), value)
    if isinstance(value, dict):
        rest = {key: item for key, item in value.items() if key != line.spec.tag}
        return value_text(as_parameter(line.spec), rest) if rest else ""
    return value_text(as_parameter(line.spec), value) if isinstance(value, list) and not line.open else ""

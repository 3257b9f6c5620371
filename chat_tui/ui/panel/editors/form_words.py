"""How a line of a form reads: its value, or what is inside it, in a few words. Pure."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.json_values import Json, Unset
from chat_tui.ui.panel.editors.form_rows import FormLine
from chat_tui.ui.panel.editors.form_typing import as_parameter, line_of
from chat_tui.ui.panel.value_text import value_text

_LONGEST: Final = 400
"""Characters of a text that are looked at; no form is wider."""


def words_of(line: FormLine) -> str:
    """A value as it would be typed; of what is folded a summary, of what is open nothing. Not made literal."""
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

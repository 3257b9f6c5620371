"""The value of a form field after a key press or a typed line. Pure."""

from __future__ import annotations

from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import UNSET, Json, Unset, parse_json
from chat_tui.domain.limits import choice_words
from chat_tui.domain.values import fits, type_words
from chat_tui.ui.panel.controls import is_number, stepped, turned
from chat_tui.ui.panel.editors.texts import Fault, read_entry, write_entry
from chat_tui.ui.panel.value_text import typed_text


def as_parameter(spec: FieldSpec) -> ParameterSpec:
    """Convert a field to a parameter spec, to reuse the code for stepping and painting parameters."""
    sliding = spec.control == "number" and spec.minimum is not None and spec.maximum is not None
    return ParameterSpec(
        name=spec.name,
        path=(spec.name,),
        title=spec.title,
        types=spec.types,
        group="",
        control="slider" if sliding else spec.control,
        help=spec.help,
        default=spec.start,
        default_text=spec.default_text,
        minimum=spec.minimum,
        maximum=spec.maximum,
        step=spec.step,
        enum=spec.enum,
        enum_open=spec.enum_open,
    )


def turned_field(spec: FieldSpec, value: Json | Unset, steps: int) -> Json | Unset:
    """Return the value after a number of steps to the right (negative: left); unchanged if it cannot be stepped.

    Stepping never unsets a required field.
    """
    if spec.control == "number":
        steps_on = is_number(value) or not _is_set(value)
        return _whole(spec, stepped(as_parameter(spec), value, steps)) if steps_on else value
    direction = 1 if steps > 0 else -1
    options: tuple[Json, ...] = ()
    if spec.control == "switch":
        options = (True, False)
    elif spec.control == "select":
        options = spec.enum
    if not options:
        return value
    new = turned(options, value, direction)
    return turned(options, new, direction) if isinstance(new, Unset) and spec.required else new


def _is_set(value: Json | Unset) -> bool:
    """Return whether there is a value."""
    return not isinstance(value, Unset)


def _whole(spec: FieldSpec, number: float) -> Json:
    """Convert a number reached by integral steps to an integer."""
    return int(number) if isinstance(spec.step, int) and number == int(number) else number


def line_of(spec: FieldSpec, value: Json | Unset) -> str:
    """Return a value as it is typed on one line."""
    if isinstance(value, str):
        return write_entry(value) if spec.escapes else value
    return typed_text(value)


def typed_field(spec: FieldSpec, text: str, before: Json | Unset) -> Json | Unset | Fault:
    """Parse a typed line, or return why it is invalid. Empty text leaves an unset value unset."""
    if not text and (isinstance(before, Unset) or spec.control not in ("text", "textarea")):
        return UNSET
    if spec.control in ("text", "textarea") and (not spec.types or "string" in spec.types):
        return read_entry(text, 1, 1) if spec.escapes else text
    if spec.control == "select":
        return _chosen(spec, text)
    return _parsed(spec, text)


def _chosen(spec: FieldSpec, text: str) -> Json | Fault:
    for option in spec.enum:
        if typed_text(option) == text:
            return option
    if not spec.enum_open:
        return Fault(choice_words(spec.enum))
    parsed = _parsed(spec, text)
    return text if isinstance(parsed, Fault) and "string" in spec.types else parsed


def _parsed(spec: FieldSpec, text: str) -> Json | Fault:
    words = text.strip()
    if spec.control == "number" and words.lstrip("-").startswith("."):
        words = words.replace(".", "0.", 1)
    try:
        value = parse_json(words)
    except ValueError as error:
        if "string" in spec.types:
            return text
        return Fault(f"must be {type_words(spec.types)}" if spec.types else str(error))
    if spec.types and not fits(value, spec.types):
        return text if "string" in spec.types else Fault(f"must be {type_words(spec.types)}")
    return value

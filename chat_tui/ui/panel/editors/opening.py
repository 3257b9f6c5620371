"""Chooses the editor for a parameter, and for a value inside a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen

from chat_tui.domain.json_values import Json, Unset
from chat_tui.ui.panel.controls import choices
from chat_tui.ui.panel.editors.dialog import Edited
from chat_tui.ui.panel.editors.texts import JSON_FORM, PLAIN_FORM, Form, write_json
from chat_tui.ui.panel.rows import ParameterRow, Shown

if TYPE_CHECKING:
    from chat_tui.domain.forms import FieldSpec
    from chat_tui.ui.panel.editors.tokens import TokenSource
    from chat_tui.ui.panel.editors.writing import WritingScreen


def editor_for(
    shown: Shown, row: ParameterRow, *, as_json: bool, tokens: TokenSource | None = None
) -> ModalScreen[Edited | None]:
    """Create the editor screen for a row; ``as_json`` requests the JSON view for any control."""
    from chat_tui.catalogue.forms import load_forms
    from chat_tui.domain.forms import form_of

    forms = load_forms()
    form = form_of(forms, shown.catalogue, shown.provider, row.spec)
    if form is not None and form.control in ("json", "schema"):
        return writing_for(row.spec.name, form, row.value)
    if form is not None:
        from chat_tui.ui.panel.editors.form_offers import with_offers
        from chat_tui.ui.panel.editors.form_screen import FormScreen

        conversion = forms.conversion(row.spec.name)
        return FormScreen(
            row.spec.name,
            with_offers(form, shown.settings.parameters),
            row.value,
            about=row.spec.help,
            as_json=as_json,
            conversion=conversion.title if conversion is not None else "",
            tokens=tokens,
        )
    if not as_json and row.spec.control == "select" and choices(row.spec):
        from chat_tui.ui.panel.editors.choosing import ChoosingScreen

        return ChoosingScreen(shown, row)
    from chat_tui.ui.panel.editors.writing import WritingScreen

    plain = not as_json and row.spec.control in ("text", "textarea") and isinstance(row.value, str | Unset)
    return WritingScreen(row.spec.name, row.spec.help, row.value, PLAIN_FORM if plain else JSON_FORM)


def writing_for(name: str, spec: FieldSpec, value: Json | Unset) -> WritingScreen:
    """Create the editor for a text, a schema or an arbitrary JSON value inside a form."""
    from chat_tui.domain.form_values import begun
    from chat_tui.ui.panel.editors.writing import Repair, WritingScreen

    form: Form = PLAIN_FORM if spec.control in ("text", "textarea") and isinstance(value, str | Unset) else JSON_FORM
    start = "" if form is PLAIN_FORM or spec.control == "json" else write_json(begun(spec))
    is_schema = spec.control == "schema"
    check = _schema_fault if is_schema else None
    repair = Repair("strict", _made_strict, "fits strict mode") if is_schema else None
    return WritingScreen(name, spec.help, value, form, check=check, start=start, repair=repair)


def _made_strict(value: Json) -> tuple[Json, str]:
    """Convert a schema for strict mode; return it with the first remaining issue, or with what was removed."""
    from chat_tui.domain.schema_lint import lint
    from chat_tui.domain.strict_schema import strict
    from chat_tui.domain.strict_value import lost_words

    try:
        made = strict(value) if isinstance(value, dict) else value
    except RecursionError:
        made = value
    return made, next((f"strict mode: {found.sentence()}" for found in lint(made)), "") or lost_words([value])


def _schema_fault(value: Json) -> str:
    """Return the first reason why a value is not a valid JSON Schema."""
    from chat_tui.domain.json_schema import schema_faults

    try:
        return next(schema_faults(value), "")
    except RecursionError:
        return "is nested too deeply to be checked"

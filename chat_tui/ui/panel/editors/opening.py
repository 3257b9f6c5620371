"""Which editor opens for a parameter."""

from __future__ import annotations

from textual.screen import ModalScreen

from chat_tui.domain.json_values import Unset
from chat_tui.ui.panel.controls import choices
from chat_tui.ui.panel.editors.dialog import Edited
from chat_tui.ui.panel.editors.forms import JSON_FORM, PLAIN_FORM, Form, list_form, map_form
from chat_tui.ui.panel.rows import ParameterRow, Shown


def form_for(row: ParameterRow) -> Form:
    """The form a row's value is edited in; JSON where its own form cannot hold what is set."""
    forms = {
        "list": list_form(row.spec.item_types),
        "map": map_form(row.spec.value_types),
        "textarea": PLAIN_FORM,
        "text": PLAIN_FORM,
    }
    form = forms.get(row.spec.control, JSON_FORM)
    return form if isinstance(row.value, Unset) or form.takes(row.value) else JSON_FORM


def editor_for(shown: Shown, row: ParameterRow, *, as_json: bool) -> ModalScreen[Edited | None]:
    """The screen to push for a row; ``as_json`` for the JSON editor whatever its control."""
    if not as_json and row.spec.control in ("select", "multiselect") and choices(row.spec):
        from chat_tui.ui.panel.editors.choosing import ChoosingScreen

        return ChoosingScreen(shown, row)
    from chat_tui.ui.panel.editors.writing import WritingScreen

    return WritingScreen(row, JSON_FORM if as_json else form_for(row))

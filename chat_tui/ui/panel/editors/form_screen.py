"""The editor for structured values: shows a value as a form or as JSON."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from chat_tui.domain.form_values import form_faults, same_json
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import Json, Unset, dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.domain.places import place_words
from chat_tui.domain.strict_value import held_schemas, lost_words, made_strict, strict_faults
from chat_tui.ui.notes import note
from chat_tui.ui.panel.editors.dialog import Converted, Dialog, Edited, line
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_remarks import key_line, remark, within
from chat_tui.ui.panel.editors.form_tokens import FormTokens
from chat_tui.ui.panel.editors.opening import writing_for
from chat_tui.ui.panel.editors.texts import JSON_FORM, Fault
from chat_tui.ui.panel.editors.tokens import TokenSource
from chat_tui.ui.panel.editors.written import Written, measure

_LONGEST = 60
_PAUSE_S = 0.15
"""Validation waits for a pause in typing this long."""


class FormScreen(Dialog[Edited | None]):
    """Edits one value. Both views show the same value; the JSON must parse before the form is shown again."""

    DEFAULT_CSS = """
    FormScreen {
        & > .dialog--box { height: 90%; max-height: 34; }
        & FormEdit { height: 1fr; }
        & #remark { height: auto; min-height: 2; max-height: 4; margin-top: 1; color: $foreground 60%; }
        & #remark.-fault { color: $error; }
        & Written { display: none; }
        &.-json Written { display: block; }
        &.-json FormEdit, &.-json #remark { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f5", "save", "Save", show=False, priority=True),
        Binding("f6,ctrl+t", "view", "Form or JSON", show=False, priority=True),
        Binding("f7", "convert", "Convert", show=False, priority=True),
        Binding("f8", "strict", "Make strict", show=False, priority=True),
        Binding("ctrl+f", "tokens", "Find tokens", show=False, priority=True),
    ]

    def __init__(
        self,
        name: str,
        spec: FieldSpec,
        value: Json | Unset,
        *,
        about: str = "",
        as_json: bool = False,
        conversion: str = "",
        tokens: TokenSource | None = None,
    ) -> None:
        """Create the editor.

        Args:
            name: The parameter's wire name.
            spec: The field specification of its value.
            value: The current value.
            about: What the parameter does.
            as_json: Whether to start with the JSON view.
            conversion: What F7 does, in words; empty: nothing.
            tokens: The model's tokenizer, for a map whose keys are token ids.
        """
        super().__init__()
        self._parameter = name
        self._spec = spec
        self._before = value
        self._about = about or spec.help
        self._as_json = as_json
        self._conversion = conversion
        self._form = FormEdit(spec, value, id="form")
        self._tokens = FormTokens(self._form, tokens) if tokens is not None and spec.tokens else None
        self._written: Written | None = None
        self._warned = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose the title, the description, the view, a remark on the line, the state and the keys."""
        title = self._parameter + (f"  {self._spec.title}" if self._spec.title else "")
        with Vertical(classes="dialog--box"):
            yield line(title, "title")
            yield line(self._about, "about")
            yield self._form
            yield Static(markup=False, id="remark")
            yield line("", "state", id="state")
            yield line("", "keys", id="keys")

    def on_mount(self) -> None:
        """Show the value and its errors."""
        self._form.focus()
        self._check()
        if self._tokens is not None:
            self._tokens.look_up()
        if self._as_json:
            self.call_later(self.action_view)
        self._tell()

    def on_resize(self) -> None:
        """Fit the line of keys to the new width."""
        self.call_after_refresh(self._tell)

    @property
    def in_json(self) -> bool:
        """Whether the JSON view is shown."""
        return self.has_class("-json")

    async def action_view(self) -> None:
        """Switch between the form and the JSON view."""
        if not self.in_json:
            if self._form.leave_draft():
                await self._to_json()
            return
        written = self._written
        value = written.read() if written is not None else self._form.value
        if isinstance(value, Fault) and written is not None:
            written.go_to(value)
            return
        if not isinstance(value, Fault):
            self._form.apply(value)
        self.remove_class("-json")
        self._form.focus()
        self._check()
        self._tell()

    async def _to_json(self) -> None:
        if self._written is None:
            self._written = Written(JSON_FORM, self._form.value, blank=True, check=self._wrong)
            await self.query_one(".dialog--box").mount(self._written, before="#remark")
        else:
            self._written.show(self._form.value)
        self.add_class("-json")
        self._written.area.focus()
        self._tell()

    def action_save(self) -> None:
        """Close with the value; stay if it is not valid."""
        value = self._value()
        if isinstance(value, Fault):
            return
        self.dismiss(None if same_json(value, self._before) else Edited(value))

    def action_close(self) -> None:
        """Cancel typing, else close the editor; a changed value needs a second escape."""
        if not self.in_json and self._form.draft is not None:
            self._form.end_draft()
            return
        if self._warned or not self._changed():
            self.dismiss(None)
            return
        self._warned = True
        self._say("not saved: ctrl+s saves, esc again discards the changes", fault=True)

    def action_convert(self) -> None:
        """Close, and convert the parameter to its successor."""
        value = self._value() if self._conversion else Fault("")
        if not isinstance(value, Fault):
            self.dismiss(Converted(value))

    def action_strict(self) -> None:
        """Adapt the schemas in the value to strict mode, and mark them as strict."""
        value = self._value()
        if isinstance(value, Fault):
            return
        made = made_strict(self._parameter, value)
        if isinstance(made, Unset) or same_json(made, value):
            return
        if lost := lost_words(held.schema for held in held_schemas(self._parameter, value)):
            note(self, f"{lost}.", severity="warning")
        if self.in_json and self._written is not None:
            self._written.change(made)
        self._form.apply(made)
        self._check()
        self._tell()

    def action_tokens(self) -> None:
        """Look up the tokens of a text, to add them."""
        if self._tokens is not None and not self.in_json and self._form.leave_draft():
            self._tokens.find()

    def _value(self) -> Json | Unset | Fault:
        """Return the value of the current view; on an error, move the cursor to it."""
        if self.in_json and self._written is not None:
            value = self._written.read()
            if isinstance(value, Fault):
                self._written.go_to(value)
            return value
        return self._form.value if self._form.leave_draft() else Fault("")

    def _changed(self) -> bool:
        if self.in_json and self._written is not None:
            value = self._written.read()
            return isinstance(value, Fault) or not same_json(value, self._before)
        return not same_json(self._form.value, self._before)

    @on(FormEdit.Changed)
    def _edited(self, event: FormEdit.Changed) -> None:
        event.stop()
        self._warned = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE_S, self._check)
        if self._tokens is not None:
            self._tokens.look_up()
        self._tell()

    @on(FormEdit.Moved)
    def _moved(self, event: FormEdit.Moved) -> None:
        event.stop()
        self._tell()

    @on(FormEdit.Opened)
    def _open(self, event: FormEdit.Opened) -> None:
        event.stop()
        opened = event.line

        def take(edited: Edited | None) -> None:
            if edited is not None:
                self._form.put(opened.place, edited.value)

        name = place_words((self._parameter, *opened.place))
        self.app.push_screen(writing_for(name, opened.spec, opened.value), take)

    @on(Written.Told)
    def _told(self, event: Written.Told) -> None:
        event.stop()
        if not event.text:
            self._warned = False
        self._say(event.text, fault=event.fault)

    def _check(self) -> None:
        value = self._form.value
        self._form.show_faults({**strict_faults(self._parameter, value), **form_faults(self._spec, value)})

    def _wrong(self, value: Json) -> str:
        """Return the first error of a value, with its place."""
        for place, fault in form_faults(self._spec, value).items():
            return f"{place_words(place)}: {fault}" if place else fault
        return ""

    def _tell(self) -> None:
        form = self._form
        words, fault = remark(form)
        said = self.query_one("#remark", Static)
        said.update(Content(visible_line(words)))
        said.set_class(fault, "-fault")
        if not self.in_json:
            self._say(_sum(form.value), fault=False)
        keys = key_line(
            form,
            json=self.in_json,
            tokens=self._tokens is not None,
            conversion=self._conversion,
            strict=any(held_schemas(self._parameter, form.value)),
        )
        shown = self.query_one("#keys", Static)
        shown.update(Content(within(keys, shown.size.width or len(keys))))

    def _say(self, text: str, *, fault: bool) -> None:
        state = self.query_one("#state", Static)
        state.update(Content(visible_line(text)))
        state.set_class(fault, "-fault")


def _sum(value: Json | Unset) -> str:
    """Summarise the form's value: its size, or the value itself if it is short."""
    if isinstance(value, dict | list | Unset):
        return measure(value)
    text = dump_json(value)
    return text if len(text) <= _LONGEST else measure(value)

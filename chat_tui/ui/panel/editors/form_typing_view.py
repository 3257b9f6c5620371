"""Typing in a form: values in place, entries at the end of a list, names of keys and members."""

from __future__ import annotations

from typing import Literal, TypeAlias

from textual import events
from textual.message import Message

from chat_tui.domain.form_values import begun
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import UNSET, Json, Unset, parse_json
from chat_tui.domain.places import Place, dropped, inserted, put_in, renamed, value_in
from chat_tui.ui.panel.controls import same
from chat_tui.ui.panel.editing_keys import run_own_binding
from chat_tui.ui.panel.editors.form_rows import CONTAINERS, FormLine
from chat_tui.ui.panel.editors.form_typing import line_of, typed_field
from chat_tui.ui.panel.editors.form_view import FormView
from chat_tui.ui.panel.editors.texts import Fault
from chat_tui.ui.panel.line_draft import LineDraft

Typing: TypeAlias = Literal["value", "entry", "key", "member", "name"]
"""What is typed: a line's value, a new list entry, a new key of a map, a new member of a record, or a new name."""
_UNDO = 200
_SCALARS = ("text", "textarea", "number", "select", "json")


class FormTyping(FormView):
    """A form view in which one line can be edited; every change of the value goes through ``apply``."""

    class Changed(Message):
        """The value changed."""

    def __init__(self, spec: FieldSpec, value: Json | Unset, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(spec, value, id=id)
        self._typing: Typing = "value"
        self._fresh: Literal["", "key", "member"] = ""
        """Whether the value being typed belongs to a key or a member that was just named."""
        self._undone: list[Json | Unset] = []

    def apply(self, value: Json | Unset) -> None:
        """Change the value on behalf of the user; ``action_undo`` restores the previous one."""
        if not same(value, self.value):
            self._undone = [*self._undone[-_UNDO:], self.value]
            self.value = value
            self.rebuild()
            self.post_message(self.Changed())

    async def on_key(self, event: events.Key) -> None:
        """Pass keys to the line being typed; a character starts typing where allowed; other keys run bindings."""
        if self.draft is not None and self._typed_key(event.key, event.character):
            event.stop()
            event.prevent_default()
            return
        character, line = event.character, self.current
        printable = character is not None and character.isprintable()
        if self.draft is None and character is not None and printable and line is not None and _takes(line, character):
            event.stop()
            self._begin(LineDraft.of(character))
        else:
            await run_own_binding(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the line being typed, or start typing with the pasted text."""
        event.stop()
        if self.draft is None and self.current is not None and _takes(self.current, "0"):
            self._begin(LineDraft())
        if self.draft is not None:
            self._draft_to(self.draft.typed(event.text))

    def on_blur(self) -> None:
        """Accept the typed text if it is valid."""
        self.leave_draft()

    def leave_draft(self) -> bool:
        """Try to accept the typed text; return False if it is invalid and remains."""
        if self.draft is not None:
            self.take_draft()
        return self.draft is None

    def end_draft(self) -> None:
        """Discard the typed text."""
        self.draft, self.naming, self._fresh = None, False, ""
        if self.extra is not None:
            self.extra = None
            self.rebuild()
        self._typing = "value"
        self.refresh()
        self.post_message(self.Moved())

    def begin_value(self, *, fresh: Literal["", "key", "member"] = "") -> None:
        """Start typing the value of the current line."""
        if self.current is not None:
            self._typing, self._fresh = "value", fresh
            self._draft_to(LineDraft.of("" if fresh else line_of(self.current.spec, self.current.value)))

    def begin_name(self, typing: Typing, text: str = "") -> None:
        """Start typing a name: ``key``, ``member`` or ``name``."""
        self._typing, self.naming = typing, True
        self._draft_to(LineDraft.of(text))

    def begin_entry(self) -> None:
        """Start typing a new entry, or a map's new key, on the line that adds one."""
        self._begin(LineDraft())

    def asked(self) -> str:
        """Describe what is being typed; empty for a value."""
        spec = None if self.current is None else self.current.spec
        words = {"key": spec.key_title or "key" if spec else "key", "member": "name of the member", "name": "new name"}
        return words.get(self._typing, "")

    def _begin(self, draft: LineDraft) -> None:
        line = self.current
        if line is not None and line.kind == "add":
            self.naming = line.spec.control == "map"
            self._typing = "key" if self.naming else "entry"
        else:
            self._typing = "value"
        self._draft_to(draft)

    def _draft_to(self, draft: LineDraft) -> None:
        began = self.draft is None
        self.draft = draft
        self.refresh_line(self._cursor)
        if began or draft.fault:
            self.post_message(self.Moved())

    def _typed_key(self, key: str, character: str | None) -> bool:
        """Apply a key to the line being typed; return whether it was handled."""
        draft = self.draft
        if draft is None:
            return False
        if key == "enter":
            self.take_draft()
        elif key == "escape":
            self.end_draft()
        elif key == "ctrl+j" and not self.naming:
            self._draft_to(draft.typed("\n"))
        elif key in ("up", "down", "tab", "shift+tab"):
            self.take_draft()
            return self.draft is not None
        elif (edited := draft.pressed(key, character)) is not None:
            self._draft_to(edited)
        else:
            return False
        return True

    def take_draft(self) -> None:
        """Accept the typed text; invalid text stays, with the reason below it."""
        line, draft = self.current, self.draft
        if line is None or draft is None:
            self.end_draft()
            return
        take = {
            "value": self._take_value,
            "entry": self._take_entry,
            "key": self._take_key,
            "member": self._take_key,
            "name": self._take_name,
        }[self._typing]
        fault = take(line, draft.text)
        if fault:
            self._draft_to(draft.refused(fault))

    def _take_value(self, line: FormLine, text: str) -> str:
        fresh, container = self._fresh, line.container
        value = _free(text) if fresh == "member" else typed_field(line.spec, text, line.value)
        if isinstance(value, Fault):
            return value.message
        self.end_draft()
        if not isinstance(value, Unset):
            self.apply(self._put(line.place, value))
        elif not fresh:
            self.apply(dropped(self.value, line.place))
        if fresh == "key" and container is not None:
            self.put_cursor_on(container, kind="add")
        return ""

    def _take_entry(self, line: FormLine, text: str) -> str:
        item = line.items
        value = UNSET if item is None or not text else typed_field(item, text, UNSET)
        if isinstance(value, Fault):
            return value.message
        self.end_draft()
        if not isinstance(value, Unset):
            self._insert(line.place, value)
            self.put_cursor_on(line.place, kind="add")
        return ""

    def _take_key(self, line: FormLine, text: str) -> str:
        """Create a new key or member, and start typing its value."""
        held = value_in(self.value, line.place)
        if isinstance(held, dict) and text in held:
            return "already exists"
        items, member = line.items, self._typing == "member"
        self.end_draft()
        if not text:
            return ""
        place = (*line.place, text)
        self.apply(self._put(place, "" if member or items is None else begun(items)))
        if self.put_cursor_on(place) and (member or (items is not None and items.control in _SCALARS)):
            self.begin_value(fresh="member" if member else "key")
        return ""

    def _take_name(self, line: FormLine, text: str) -> str:
        around = value_in(self.value, line.place[:-1])
        if isinstance(around, dict) and text in around and text != line.place[-1]:
            return "already exists"
        self.end_draft()
        if text and text != line.place[-1]:
            self.apply(renamed(self.value, line.place, text))
            self.put_cursor_on((*line.place[:-1], text))
        return ""

    def _put(self, place: Place, value: Json) -> Json:
        """Return the whole value with a value at a place; records created on the way get their fixed members."""
        whole = self.value
        for length in range(len(place)):
            head = place[:length]
            if isinstance(value_in(whole, head), Unset):
                start = self._start_of(head)
                if start is not None:
                    whole = put_in(whole, head, start)
        return put_in(whole, place, value)

    def _start_of(self, place: Place) -> Json:
        """Return the initial value of a record at a place: its tag and the required members with a single option."""
        line = next((each for each in self.lines if each.place == place and each.kind == "group"), None)
        spec = line.spec if line is not None else self.spec if not place else None
        if spec is None or spec.control != "record":
            return None
        fixed = {
            each.name: each.enum[0]
            for each in spec.fields
            if each.required and each.control == "select" and len(each.enum) == 1
        }
        return {**({spec.tag: spec.word} if spec.tag else {}), **fixed} or None

    def _insert(self, place: Place, value: Json) -> None:
        held = value_in(self.value, place)
        self.apply(inserted(self.value, place, len(held) if isinstance(held, list) else 0, value))


def _takes(line: FormLine, character: str) -> bool:
    """Return whether typing this character starts editing the line."""
    if line.kind == "add":
        item = line.spec.item
        scalar = item is not None and item.control in _SCALARS
        return (scalar or line.spec.control == "map") and character != "+"
    if line.kind != "value":
        return False
    spec = line.spec
    if spec.control == "number":
        return character in "0123456789-."
    if spec.control == "textarea":
        return not line.is_set or line.value == ""
    return spec.control == "text" or (spec.control == "select" and spec.enum_open and character != " ")


def _free(text: str) -> Json:
    """Parse a value the form does not define: as JSON if it is valid JSON, else as text."""
    try:
        return parse_json(text)
    except ValueError:
        return text


def is_scalar(spec: FieldSpec | None) -> bool:
    """Return whether a value is typed on one line instead of unfolded."""
    return spec is not None and spec.control in _SCALARS and spec.control not in CONTAINERS

"""Typing in the parameter list: the filter line, and values in place."""

from __future__ import annotations

from abc import abstractmethod

from textual import events

from chat_tui.domain.json_values import Json, Unset
from chat_tui.ui.panel.editing_keys import run_own_binding
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_list import RowList
from chat_tui.ui.panel.rows import ParameterRow
from chat_tui.ui.panel.turns import draft_of, is_several, takes_digits, typed_value


class RowTyping(RowList):
    """The list with one line that can be edited; accepted values are passed to ``change``."""

    @abstractmethod
    def change(self, row: ParameterRow, value: Json | Unset) -> None:
        """Set or unset a parameter."""

    @abstractmethod
    def sweep(self, row: ParameterRow, text: str) -> None:
        """Request a sweep over several values of a parameter."""

    async def on_key(self, event: events.Key) -> None:
        """Pass keys to the line being typed; a digit starts typing a value; the list's own keys act at once."""
        if self.draft is not None and self._typed_key(event.key, event.character):
            event.stop()
            event.prevent_default()
        elif self.draft is not None:
            await run_own_binding(self, event)
        elif event.character is not None and event.character in "0123456789-.":
            if isinstance(row := self.current, ParameterRow) and takes_digits(row):
                event.stop()
                self.type_in(LineDraft.of(event.character))
        elif event.key == "escape" and self.filter:
            event.stop()
            self.filter = ""
        else:
            await run_own_binding(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the line being typed, or start typing with the pasted text."""
        event.stop()
        row = self.current
        if self.draft is None and isinstance(row, ParameterRow) and self.shown is not None:
            self.draft = draft_of(row) and LineDraft()
        if self.draft is not None:
            self._draft_to(self.draft.typed(event.text))

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Accept the typed text if it is valid, and hide the cursor."""
        self.leave_draft()
        self.refresh()

    def type_in(self, draft: LineDraft) -> None:
        """Start or continue typing a line."""
        self.draft = draft
        self.refresh()

    def _draft_to(self, draft: LineDraft) -> None:
        self.type_in(draft)
        if self.filtering:
            self.filter = draft.text

    def _typed_key(self, key: str, character: str | None) -> bool:
        """Apply a key to the line being typed; return whether it was handled."""
        draft = self.draft
        if draft is None:
            return False
        if key == "escape":
            if self.filtering:
                self.filter = ""
            self._end_draft()
        elif key == "enter":
            self._take_draft(several=True)
        elif key in ("up", "down", "tab", "shift+tab"):
            self._take_draft()
            return self.draft is not None
        elif (edited := draft.pressed(key, character)) is not None:
            self._draft_to(edited)
        else:
            return False
        return True

    def _take_draft(self, *, several: bool = False) -> None:
        """Set the typed value; invalid text stays, with the reason next to it.

        Args:
            several: Whether several values are accepted, as a sweep.
        """
        row, draft = self.current, self.draft
        if self.filtering or draft is None or self.shown is None or not isinstance(row, ParameterRow):
            self._end_draft()
            return
        value, fault = typed_value(row, self.shown, draft.text)
        if fault and several and is_several(row, self.shown, draft.text):
            self._end_draft()
            self.sweep(row, draft.text)
        elif fault:
            self.type_in(draft.refused(fault))
        else:
            self._end_draft()
            self.change(row, value)

    def leave_draft(self) -> None:
        """Accept the typed text if it is valid, and stop typing in any case."""
        if self.draft is not None:
            self._take_draft()
            self._end_draft()

    def _end_draft(self) -> None:
        self.draft = None
        self.filtering = False
        self.refresh()

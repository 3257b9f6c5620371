"""The editor of a message, as form or JSON, with a choice of what happens to the messages after it."""

from __future__ import annotations

from typing import cast

from chat_tui.domain.form_values import same_json
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import JsonObject
from chat_tui.ui.panel.editors.dialog import Edited
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.texts import Fault


class Saved(Edited, frozen=True):
    """The message, and whether copies of the messages after it are kept."""

    keep: bool = False

    @property
    def message(self) -> JsonObject:
        """The message in wire shape."""
        return cast("JsonObject", self.value)


class MessageForm(FormScreen):
    """Saving creates a branch. A message must be a JSON object; anything else cannot be saved."""

    def __init__(self, name: str, form: FieldSpec, message: JsonObject, *, following: int, fresh: bool) -> None:
        """Create the editor.

        Args:
            name: The message's place in the body.
            form: The fields of a message; its title names the speaker.
            message: The current message.
            following: The number of messages after it.
            fresh: Whether it is a new message: saving then writes it even if unchanged.
        """
        count = "the next message" if following == 1 else f"the {following} messages after it"
        about = f"^s saves it as the last message of a new branch; F7 also copies {count}." if following else form.help
        conversion = "Save with the messages after it" if following else ""
        super().__init__(name, form, message, about=about, conversion=conversion)
        self._fresh = fresh

    def action_save(self) -> None:
        """Close with the message; the messages after it stay on their own branch."""
        self._close_with(keep=False)

    def action_convert(self) -> None:
        """Close with the message, and copy the messages after it to the new branch."""
        if self._conversion:
            self._close_with(keep=True)

    def _close_with(self, *, keep: bool) -> None:
        value = self._value()
        if isinstance(value, Fault):
            return
        if not isinstance(value, dict):
            self._say("a message must be a JSON object", fault=True)
        elif same_json(value, self._before) and not self._fresh:
            self.dismiss(None)
        else:
            self.dismiss(Saved(value, keep))

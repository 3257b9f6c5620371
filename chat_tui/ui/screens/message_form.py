"""The editor of one message: its form and its JSON, and what becomes of the messages after it."""

from __future__ import annotations

from typing import cast

from chat_tui.domain.form_values import same_json
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import JsonObject
from chat_tui.ui.panel.editors.dialog import Edited
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.texts import Fault


class Saved(Edited, frozen=True):
    """The message, and whether those after it come along."""

    keep: bool = False

    @property
    def message(self) -> JsonObject:
        """Wire shape."""
        return cast("JsonObject", self.value)


class MessageForm(FormScreen):
    """Saving makes a branch. What is no object cannot be saved: a message is one."""

    def __init__(self, name: str, form: FieldSpec, message: JsonObject, *, following: int, fresh: bool) -> None:
        """Make an editor.

        Args:
            name: Its place in the body.
            form: What a message is made of; its title tells who speaks.
            message: As it is now.
            following: How many messages stand after it.
            fresh: It is not written yet: saving writes it even as it is.
        """
        count = "the next message" if following == 1 else f"the {following} messages after it"
        about = f"^s saves it as the last message of a branch; F7 takes {count} along." if following else form.help
        conversion = "Save with what follows" if following else ""
        super().__init__(name, form, message, about=about, conversion=conversion)
        self._fresh = fresh

    def action_save(self) -> None:
        """Close with the message; what followed stays on its branch."""
        self._close_with(keep=False)

    def action_convert(self) -> None:
        """Close with the message; copies of what follows come along."""
        if self._conversion:
            self._close_with(keep=True)

    def _close_with(self, *, keep: bool) -> None:
        value = self._value()
        if isinstance(value, Fault):
            return
        if not isinstance(value, dict):
            self._say("a message is an object, with members", fault=True)
        elif same_json(value, self._before) and not self._fresh:
            self.dismiss(None)
        else:
            self.dismiss(Saved(value, keep))

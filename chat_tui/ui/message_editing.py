"""Edits the transcript: a message's text, a whole message, a new message, the system prompt. Each edit is a branch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.message_parts import is_plain_prompt, next_message, place_name, plain_text, speaker, with_text
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.editing import following_of, insert_after, replace_message
from chat_tui.ui.conversation_view import SYSTEM_KEY

if TYPE_CHECKING:
    from chat_tui.ui.panel.editors.dialog import Edited
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.message_form import Saved


class MessageEditing:
    """Opens the right editor and writes the result. The original message stays in the tree."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def text(self) -> None:
        """Edit the text: a prompt in the composer, other text in a window; a message with other parts as a whole."""
        node = self._node()
        if node is None or not self._screen.messages.free():
            return
        text = plain_text(node.message)
        if is_plain_prompt(node.message):
            self._recall(node, text or "")
        elif text is None:
            self.whole()
        else:
            self._write(speaker(node.message), text, lambda new: self._replace(node, with_text(node.message, new)))

    def whole(self) -> None:
        """Edit the whole message (role, name, parts, calls, any other member) as a form or as JSON."""
        node = self._node()
        if node is not None and self._screen.messages.free():
            bench = self._screen.bench
            following = len(following_of(bench, node.id))
            self._form(
                len(bench.conversation.path()) - following - 1,
                speaker(node.message),
                node.message,
                following,
                lambda saved: self._replace(node, saved.message, keep=saved.keep),
            )

    def add(self) -> None:
        """Write a message of any role after the current one; on the system prompt, as the first message."""
        if not self._screen.messages.free():
            return
        node = None if self._at_system else self._screen.messages.current()
        node_id = None if node is None else node.id
        following = len(following_of(self._screen.bench, node_id))
        self._form(
            len(self._screen.bench.conversation.path()) - following,
            "new message",
            next_message(None if node is None else node.message),
            following,
            lambda saved: self._done(
                lambda: insert_after(self._screen.bench, node_id, saved.message, keep_following=saved.keep)
            ),
            fresh=True,
        )

    def _node(self) -> Node | None:
        """Return the current message; if that is the system prompt, open its editor and return None."""
        if self._at_system:
            self._write("system prompt", self._screen.bench.settings.system or "", self._set_system)
            return None
        return self._screen.messages.current()

    @property
    def _at_system(self) -> bool:
        return self._screen.transcript.cursor == SYSTEM_KEY

    def _recall(self, node: Node, text: str) -> None:
        """Put a prompt back into the composer; sending it creates the branch."""
        self._screen.messages.go_to(node.parent, "passing")
        self._screen.composer.put(f"/{text}" if text.startswith("/") else text)
        self._screen.composer.focus()

    def _write(self, title: str, text: str, then: Callable[[str], None]) -> None:
        """Open a window to edit a text; ``then`` is called if it was changed."""
        from chat_tui.ui.panel.editors.texts import PLAIN_FORM
        from chat_tui.ui.panel.editors.writing import WritingScreen

        def take(edited: Edited | None) -> None:
            if edited is not None and isinstance(edited.value, str):
                then(edited.value)

        self._screen.app.push_screen(WritingScreen(title, "", text, PLAIN_FORM), take)

    def _form(
        self,
        position: int,
        title: str,
        message: JsonObject,
        following: int,
        then: Callable[[Saved], None],
        *,
        fresh: bool = False,
    ) -> None:
        """Open the form for the message at a position of the path; ``then`` is called with what is saved."""
        from chat_tui.catalogue.forms import load_forms
        from chat_tui.domain.message_forms import message_form
        from chat_tui.ui.screens.message_form import MessageForm, Saved

        screen = self._screen
        form = message_form(load_forms(), screen.services.catalogue, screen.panel_view.provider())
        name = place_name(position + bool(screen.bench.settings.system))

        def take(saved: Edited | None) -> None:
            if isinstance(saved, Saved):
                then(saved)

        editor = MessageForm(name, replace(form, title=title), message, following=following, fresh=fresh)
        screen.app.push_screen(editor, take)

    def _replace(self, node: Node, message: JsonObject, *, keep: bool = False) -> None:
        self._done(lambda: replace_message(self._screen.bench, node.id, message, keep_following=keep))

    def _done(self, write: Callable[[], Node]) -> None:
        """Write the message, update the screen, and move the cursor to it."""
        try:
            node = write()
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        self._screen.views.conversation()
        self._screen.views.settings()
        self._screen.transcript.focus()
        self._screen.transcript.show_message(node.id)

    def _set_system(self, text: str) -> None:
        screen = self._screen
        screen.change(replace(screen.bench.settings, system=text or None))
        screen.views.conversation()

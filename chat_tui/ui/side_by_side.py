"""Sibling messages in columns in place of the transcript: choices while they stream, or messages of one parent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.conversation import text_of
from chat_tui.domain.session import first_words
from chat_tui.ui.actions import first_key

if TYPE_CHECKING:
    from chat_tui.domain.reply import ChoiceState
    from chat_tui.engine.exchange import Exchange
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.transcript.entries import Entry
    from chat_tui.ui.widgets.columns import Columns


class SideBySide:
    """Shows, updates and hides the columns. The conversation continues with the message chosen in them."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._columns: Columns | None = None
        self._live: Exchange | None = None
        """The exchange whose choices are streaming in the columns."""
        self._left = ""
        """Id of the running exchange for which the user went back to the transcript."""
        self._keys: Sequence[str] = ()
        self._chosen = 0
        self._entries: dict[str, Entry] = {}

    @property
    def shown(self) -> bool:
        """Whether the columns are shown instead of the transcript."""
        return self._columns is not None and bool(self._columns.display)

    def follow(self, exchange: Exchange) -> bool:
        """Show what has arrived of a reply with several choices; return whether it is shown here."""
        from chat_tui.ui.conversation_view import choice_key

        if exchange.id == self._left:
            return False
        choices = exchange.reply.choices
        keys = [choice_key(exchange, choice) for choice in choices]
        if self._live is not exchange or keys != self._keys:
            chosen = self._keys[self._chosen] if self._live is exchange and self._keys else keys[0]
            self._live = exchange
            self._show(keys, keys.index(chosen) if chosen in keys else 0)
        elif self._columns is not None:
            self._columns.follow(choices)
        return True

    def refresh(self) -> None:
        """Update the columns after the conversation changed, or hide them if their messages are not on the path."""
        if not self.shown or (self._live is not None and not self._live.done):
            return
        bench = self._screen.bench
        ended, self._live = self._live, None
        keys = [key for key in self._keys if key in bench.conversation.nodes]
        path = {node.id for node in bench.conversation.path()}
        wanted = self._keys[self._chosen] if self._keys else ""
        if ended is not None and wanted in keys and wanted not in path and ended.head in path:
            self._screen.messages.go_to(wanted, "joined")
            return
        chosen = next((place for place, key in enumerate(keys) if key in path), None)
        if len(keys) < 2 or chosen is None:
            self.leave()
        else:
            self._show(keys, chosen)

    def compare(self) -> None:
        """Show the message under the cursor beside its siblings."""
        screen = self._screen
        live = screen.live.exchange
        if live is not None and live.id == self._left and (screen.transcript.cursor or "").startswith(f"{live.id}."):
            self._left = ""
            self.follow(live)
            self.focus()
            return
        node = screen.messages.current()
        family = screen.bench.conversation.siblings(node.id) if node is not None else ()
        if node is None or len(family) < 2:
            keys = screen.services.options.keys
            again, edit = first_key("transcript.again", keys), first_key("transcript.edit", keys)
            screen.tell(
                f"This message has no siblings to compare. To add one, ask again ({again}) or edit it ({edit})."
            )
            return
        self._show([each.id for each in family], [each.id for each in family].index(node.id))
        self.focus()

    def turn(self, step: int) -> None:
        """Choose the message to the left or right; unless it is still streaming, the path moves to it."""
        place = self._chosen + step
        if not self.shown or not 0 <= place < len(self._keys):
            return
        if self._live is not None:
            self._show(self._keys, place)
        elif self._screen.messages.free():
            self._screen.messages.go_to_branch(self._keys[place])

    def take(self) -> None:
        """Continue with the chosen message: it becomes the end of the path."""
        if self._live is None and self._keys:
            key = self._keys[self._chosen]
            if not self._screen.messages.free():
                return
            if self._screen.bench.conversation.head != key:
                self._screen.messages.go_to(key)
            self._hide()
        self._screen.composer.focus()

    def toggle_words(self) -> None:
        """Turn the marking of differences from the chosen message on or off."""
        if self._columns is not None:
            self._columns.toggle_words()

    def copy(self) -> None:
        """Copy the chosen message."""
        if self._keys:
            self._screen.copy(self._source(self._keys[self._chosen])[0].text)

    def focus(self) -> bool:
        """Focus the columns if they are shown; return whether they are."""
        if self.shown and self._columns is not None:
            self._columns.focus()
        return self.shown

    def leave(self) -> None:
        """Return to the transcript, on the chosen message."""
        focused = self._columns is not None and self._columns.has_focus
        if self._hide() and focused:
            self._screen.transcript.focus()

    def _hide(self) -> bool:
        """Show the transcript instead; return whether the columns were shown."""
        columns, screen = self._columns, self._screen
        if columns is None or not columns.display:
            return False
        self._left = self._live.id if self._live is not None else ""
        self._live = None
        columns.display = False
        screen.pane.display = True
        screen.views.conversation()
        if self._keys and self._keys[self._chosen] in screen.bench.conversation.nodes:
            screen.transcript.show_message(self._keys[self._chosen])
        return True

    def _show(self, keys: Sequence[str], chosen: int) -> None:
        self._keys, self._chosen = keys, chosen
        self._entries = {}
        columns, screen = self._mounted(), self._screen
        was_there = screen.transcript.has_focus
        columns.show(keys, chosen, self._about())
        columns.display = True
        screen.pane.display = False
        if was_there:
            columns.focus()

    def _mounted(self) -> Columns:
        if self._columns is None:
            from chat_tui.ui.colours import shown_pictures
            from chat_tui.ui.widgets.columns import Columns

            self._columns = Columns(self._source, shown_pictures(self._screen.services))
            self._screen.query_one("#conversation").mount(self._columns, before="#completion")
        return self._columns

    def _source(self, key: str) -> tuple[Entry, ChoiceState | None]:
        """Return the entry of a key, with its choice while it is streaming."""
        from chat_tui.ui.conversation_view import choice_key, live_entry, sibling_entries

        markdown = self._screen.services.options.markdown
        if self._live is not None:
            choice = next(each for each in self._live.reply.choices if choice_key(self._live, each) == key)
            return live_entry(self._live, choice=choice, markdown=markdown), choice
        if not self._entries:
            nodes = [self._screen.bench.conversation.nodes[each] for each in self._keys]
            made = sibling_entries(self._screen.bench, nodes, markdown=markdown)
            self._entries = {entry.key: entry for entry in made}
        return self._entries[key], None

    def _about(self) -> str:
        """Return the first words of the message the columns answer."""
        nodes = self._screen.bench.conversation.nodes
        first = nodes.get(self._keys[0])
        above = self._live.head if self._live is not None else first.parent if first is not None else None
        return first_words(text_of(nodes[above].message), 120) if above is not None and above in nodes else ""

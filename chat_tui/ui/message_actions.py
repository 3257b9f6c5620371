"""The actions on one message of the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node
from chat_tui.domain.head_history import HeadStep
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.editing import leave_out
from chat_tui.engine.turns import turn_of
from chat_tui.ui.actions import first_key
from chat_tui.ui.undoing import difference

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class MessageActions:
    """Acts on the message under the transcript's cursor. Branches stay in the tree; only the selected path changes."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def again(self) -> None:
        """Request another reply here, as a sibling of the present one."""
        node = self.current()
        if node is None or not self.free():
            return
        self._screen.sending.again(node.id)

    def turn(self, step: int) -> None:
        """Go to a sibling of this message, and to the end of its newest branch."""
        node = self.current()
        if node is None or not self.free():
            return
        family = self._screen.bench.conversation.siblings(node.id)
        place = next(index for index, member in enumerate(family) if member.id == node.id) + step
        if 0 <= place < len(family):
            self.go_to_branch(family[place].id)

    def drop(self) -> None:
        """Shorten the path to end before this message."""
        node = self.current()
        if node is not None and self.free():
            before = self._screen.bench.conversation.path()
            self.go_to(node.parent)
            self._tell_undoable("Dropped", before)

    def leave_out(self) -> None:
        """Leave only this message out; the messages after it are copied to a new branch."""
        node = self.current()
        if node is None or not self.free():
            return
        screen = self._screen
        try:
            left = leave_out(screen.bench, node.id)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        screen.views.conversation()
        screen.views.settings()
        also = f", with the {len(left) - 1} tool results for its calls" if len(left) > 1 else ""
        copied = "the messages after it were copied to a new branch"
        screen.tell(f"Message left out{also}; {copied}. {screen.undoing.hint()} undoes this.")

    def continue_here(self) -> None:
        """End the path with this message, and focus the composer."""
        node = self.current()
        if node is None or not self.free():
            return
        before = self._screen.bench.conversation.path()
        if before[-1].id != node.id:
            self.go_to(node.id)
            self._screen.transcript.action_follow()
            self._tell_undoable("The conversation continues from here", before)
        self._screen.composer.focus()

    def copy(self) -> None:
        """Copy the selection, else the message."""
        self._screen.copy(self._screen.transcript.selected_or_current_text())

    def toggle_markdown(self) -> None:
        """Switch between Markdown and literal text."""
        key = self._screen.transcript.cursor
        if key is not None:
            self._screen.transcript.toggle_markdown(key)

    def toggle_fold(self) -> None:
        """Fold or unfold the message."""
        key = self._screen.transcript.cursor
        if key is not None:
            self._screen.transcript.toggle_fold(key)

    async def inspect(self) -> None:
        """Show the exchange of this message in the panel."""
        key = self._screen.transcript.cursor or self._screen.bench.conversation.head or ""
        if self._follow(key):
            await self._screen.windows.show_panel()
            self._screen.panel.open_tab("Reply")
        else:
            self._screen.tell("This message does not belong to an exchange.", severity="warning")

    def moved(self, key: str) -> None:
        """Show another current message in the panel, and fold its recorded reply if that was not needed before."""
        node = self._screen.bench.conversation.nodes.get(key)
        record = self._screen.bench.exchanges.get(node.exchange) if node is not None and node.exchange else None
        if isinstance(record, RecordedExchange) and "reply" not in vars(record):
            _ = record.reply
            self._screen.views.conversation()
        self._follow(key)

    def _follow(self, key: str) -> bool:
        """Show the exchange of a message in the panel; return whether it has one."""
        bench = self._screen.bench
        node = bench.conversation.nodes.get(key)
        turn = turn_of(bench, key) if node is not None else bench.exchanges.get(key.rpartition(".")[0])
        if turn is not None:
            self._screen.panel_view.inspect(turn, node.choice if node is not None else None)
        return turn is not None

    def current(self) -> Node | None:
        """Return the message under the cursor; the last message if there is no cursor."""
        conversation = self._screen.bench.conversation
        key = self._screen.transcript.cursor or conversation.head
        return conversation.nodes.get(key) if key else None

    def idle(self) -> tuple[str, ...]:
        """Return the ids of the actions that can do nothing with the current message."""
        screen, node = self._screen, self.current()
        alone = node is None or len(screen.bench.conversation.siblings(node.id)) < 2
        uncalled = node is None or not screen.calling.concern(node)
        return (
            *(("transcript.left", "transcript.beside") if alone else ()),
            *(("transcript.calls",) if uncalled else ()),
        )

    def free(self) -> bool:
        """Return whether no reply is running; tell the user if one is."""
        if self._screen.bench.running:
            stop = first_key("stop", self._screen.services.options.keys)
            self._screen.tell(f"A reply is still running; {stop} stops it.", severity="warning")
            return False
        return True

    def go_to(self, node_id: str | None, step: HeadStep = "") -> None:
        """Select the path that ends with a message."""
        self._screen.bench.select(node_id, step)
        self._screen.views.conversation()
        self._screen.views.settings()

    def go_to_branch(self, node_id: str) -> None:
        """Select the newest branch below a message."""
        self.go_to(self._end_of(node_id))

    def _tell_undoable(self, done: str, before: tuple[Node, ...]) -> None:
        """Say what was removed from the path and that it can be undone."""
        screen = self._screen
        told = difference(before, screen.bench.conversation.path())
        screen.tell(f"{done}: {told}; {screen.undoing.hint()} undoes this.")

    def _end_of(self, node_id: str) -> str:
        """Return the id of the last message of the newest branch below a message."""
        newest: dict[str | None, str] = {}
        for node in self._screen.bench.conversation.nodes.values():
            newest[node.parent] = node.id
        seen = {node_id}
        while (below := newest.get(node_id)) is not None and below not in seen:
            seen.add(below)
            node_id = below
        return node_id

"""Opens the list of branches and goes to the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class TreeView:
    """Opens the branch tree and selects the chosen branch."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def open(self) -> None:
        """Show the branches; the chosen one becomes the path."""
        from chat_tui.ui.branch_lines import BranchTable
        from chat_tui.ui.screens.tree import TreeScreen

        if not self._screen.bench.conversation.nodes:
            self._screen.tell("There are no branches yet: the session has no messages.")
            return
        self._screen.app.push_screen(TreeScreen(BranchTable(self._screen.bench)), self._chosen)

    def _chosen(self, leaf: str | None) -> None:
        screen = self._screen
        if leaf is None or leaf == screen.bench.conversation.head or not screen.messages.free():
            return
        if leaf in screen.bench.conversation.nodes:
            screen.messages.go_to(leaf)
            screen.transcript.action_follow()

"""Opens the JSON of a reply as a tree, and jumps from an error to its position in the text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.format_check import PARAMETER
from chat_tui.domain.json_values import Json, parse_json
from chat_tui.engine.format_checking import format_of
from chat_tui.engine.turns import turn_of
from chat_tui.ui.format_lines import checked_words, errors_of

if TYPE_CHECKING:
    from chat_tui.domain.format_check import FormatError
    from chat_tui.ui.screens.chat import ChatScreen
    from chat_tui.ui.screens.reply_value import Stretch
    from chat_tui.ui.value_tree import ValueTree


class FormatView:
    """Shows the value of one message and sets the requested format."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    async def show(self) -> None:
        """Show the JSON of the message under the cursor, else of the last message, with its validation errors."""
        from chat_tui.ui.screens.reply_value import ReplyValueScreen

        screen = self._screen
        node = screen.messages.current()
        turn = turn_of(screen.bench, node.id) if node is not None and node.exchange is not None else None
        result = format_of(turn) if turn is not None else None
        choice = node.choice or 0 if node is not None else 0
        content = text_of(node.message) if node is not None else ""
        errors = errors_of(result, choice) if result is not None else []
        tree = await asyncio.to_thread(_tree, content, errors)
        if node is None or (tree is None and not errors):
            screen.tell("This message is not valid JSON.", severity="warning")
            return
        title = checked_words(result, choice)[0] or "The message as JSON; no format was requested"
        if len(errors) > 1:
            title = f"✗ {len(errors)} errors"
        elif errors:
            title = "✗ 1 error"
        screen.app.push_screen(ReplyValueScreen(title, content, errors, tree), lambda to: self._go(node, to))

    def use_file(self, word: str) -> bool:
        """Set the reply format from a file: a schema, an example, or Python code with a class.

        Raises:
            ProblemError: There is no such file, or no format can be built from it.
        """
        from chat_tui.engine.format_files import read_format

        screen = self._screen
        made = read_format(word)
        screen.change(screen.bench.settings.set((PARAMETER,), made.value))
        screen.tell(f"{made.told}.", severity="warning" if made.doubtful else "information")
        return True

    def _go(self, node: Node, to: Stretch | None) -> None:
        if to is not None and self._screen.transcript.mark(node.id, "text", to.start, to.end):
            self._screen.transcript.focus()


def _tree(content: str, errors: list[FormatError]) -> ValueTree | None:
    """Parse a text; None if it is not a JSON object or array and has no errors to show."""
    from chat_tui.ui.value_tree import ValueTree

    try:
        value: Json = parse_json(content)
    except ValueError:
        return None
    if not isinstance(value, dict | list) and not errors:
        return None
    faults: dict[str, str] = {}
    for error in errors:
        faults.setdefault(error.path, error.message)
    return ValueTree(value, faults)

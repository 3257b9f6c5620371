"""Which lines of a message tell of an image that can be shown, and which image that is."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import Json
from chat_tui.domain.pictures import ImageSource, shown_images
from chat_tui.domain.reply import ChoiceState


def message_images(node: Node, above: int) -> tuple[ImageSource | None, ...]:
    """The images of a message, one for each of its lines; nothing where there is none.

    Args:
        node: The message; parts of its content that are no text have lines.
        above: How many lines come before those of its parts.
    """
    content = node.message.get("content")
    return _below(above, content if isinstance(content, list) else (), node.id)


def reply_images(node: Node, choice: ChoiceState | None, lines: int) -> tuple[ImageSource | None, ...]:
    """The images of a reply, one for each of its lines; nothing where there is none.

    Args:
        node: The message it became.
        choice: What came of it.
        lines: All it has; the last of them are those of its images.
    """
    parts = [*choice.images, *choice.content_parts] if choice is not None else []
    return _below(max(0, lines - len(shown_images(parts, ""))), parts, node.id)


def _below(above: int, parts: Sequence[Json], key: str) -> tuple[ImageSource | None, ...]:
    found = shown_images(parts, key)
    return (None,) * above + found if any(found) else ()

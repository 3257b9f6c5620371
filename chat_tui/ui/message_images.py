"""Maps the lines of a message to the images they describe."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import Json
from chat_tui.domain.message_parts import parts_of
from chat_tui.domain.pictures import ImageSource, shown_images
from chat_tui.domain.reply import ChoiceState


def message_images(node: Node, above: int) -> tuple[ImageSource | None, ...]:
    """Return the images of a message, one entry per line; empty if it has none.

    Args:
        node: The message; each part other than text has a line.
        above: Number of lines before those of the parts.
    """
    return _below(above, parts_of(node.message), node.id)


def reply_images(node: Node, choice: ChoiceState | None, lines: int) -> tuple[ImageSource | None, ...]:
    """Return the images of a reply, one entry per line; empty if it has none.

    Args:
        node: The reply's message.
        choice: The merged choice of the response.
        lines: Number of lines of the message; those of its images come last.
    """
    parts = [*choice.images, *choice.content_parts] if choice is not None else []
    return _below(max(0, lines - len(shown_images(parts, ""))), parts, node.id)


def _below(above: int, parts: Sequence[Json], key: str) -> tuple[ImageSource | None, ...]:
    found = shown_images(parts, key)
    return (None,) * above + found if any(found) else ()

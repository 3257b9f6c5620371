"""Convert the choices of a reply to messages of the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node

if TYPE_CHECKING:
    from chat_tui.domain.reply import Reply


def reply_nodes(reply: Reply, exchange: str, head: str | None, *, empty: bool = False) -> list[Node]:
    """Return the choices as children of the message they answer, with ids ``EXCHANGE.CHOICE``.

    Args:
        reply: A closed reply, possibly incomplete.
        exchange: Id of the exchange.
        head: The message it answers.
        empty: Include choices without any content.
    """
    messages = [(choice, choice.message()) for choice in reply.choices]
    return [
        Node(f"{exchange}.{choice.index}", head, message, exchange, choice.index)
        for choice, message in messages
        if empty or choice.answers or any(value for name, value in message.items() if name != "role")
    ]

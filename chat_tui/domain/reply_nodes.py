"""The choices of a reply as messages of the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.domain.conversation import Node

if TYPE_CHECKING:
    from chat_tui.domain.reply import Reply


def reply_nodes(reply: Reply, exchange: str, head: str | None, *, empty: bool = False) -> list[Node]:
    """The choices as children of the message they answer, with the ids ``EXCHANGE.CHOICE``.

    Args:
        reply: Closed, or what came of it.
        exchange: Id of the exchange.
        head: The message it answers.
        empty: Also the choices that say nothing.
    """
    messages = [(choice, choice.message()) for choice in reply.choices]
    return [
        Node(f"{exchange}.{choice.index}", head, message, exchange, choice.index)
        for choice, message in messages
        if empty or choice.answers or any(value for name, value in message.items() if name != "role")
    ]

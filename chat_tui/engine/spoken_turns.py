"""Puts spoken replies into the history: by their audio id until the service drops it, else as their transcript."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat_tui.domain.conversation import Node
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.turns import Turn


def messages_of(
    nodes: Iterable[Node], exchanges: Mapping[str, Turn], *, provider: str, now_s: float
) -> list[JsonObject]:
    """Return the messages of a path as they are sent; unchanged messages are the same objects.

    Args:
        nodes: The path.
        exchanges: Give each spoken reply's provider and expiry.
        provider: The provider the messages are sent to.
        now_s: Seconds since the epoch.
    """
    return [
        _message_of(node, exchanges, provider, now_s) if "audio" in node.message else node.message for node in nodes
    ]


def _message_of(node: Node, exchanges: Mapping[str, Turn], provider: str, now_s: float) -> JsonObject:
    turn = exchanges.get(node.exchange) if node.exchange is not None else None
    choices = turn.reply.choices if turn is not None else ()
    choice = next((choice for choice in choices if choice.index == (node.choice or 0)), None)
    audio = choice.audio if choice is not None else None
    if turn is None or audio is None or not audio.transcript.parts:
        return node.message
    known = turn.settings is None or turn.settings.provider == provider
    if known and (audio.expires_at is None or now_s < audio.expires_at):
        return node.message
    said = node.message.get("content") or audio.transcript.text()
    return {**{name: value for name, value in node.message.items() if name != "audio"}, "content": said}

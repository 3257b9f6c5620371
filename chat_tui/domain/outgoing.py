"""Adapt messages to the provider they are sent to: reasoning and images of replies go only where accepted. Pure.

Reasoning is never rewritten: signatures cover all of it, and its order matters. A member of a message is sent
unchanged, under its original name, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject

THOUGHTS: Final = ("reasoning", "reasoning_content", "reasoning_text", "reasoning_details")
"""Members of an assistant message that contain its reasoning."""
NOT_STANDARD: Final = (*THOUGHTS, "images")
"""Members of a reply that only some services accept back in the history."""


def outgoing(provider: Provider | None, messages: Sequence[JsonObject]) -> list[JsonObject]:
    """Return the messages as the provider accepts them; unchanged ones are the same objects.

    Args:
        provider: The recipient; None: unknown, and everything is sent.
        messages: In wire format.
    """
    return [_without(message, staying(provider, message)) for message in messages]


def staying(provider: Provider | None, message: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the members of a message that are not sent to the provider."""
    if provider is None or provider.takes_back is None or message.get("role") != "assistant":
        return ()
    held = [name for name in NOT_STANDARD if name in message]
    if not held:
        return ()
    calls = message.get("tool_calls") or message.get("function_call")
    taken = provider.takes_back if calls or not provider.takes_back_only_with_calls else ()
    return tuple(name for name in held if name not in taken)


def staying_places(provider: Provider | None, messages: Sequence[JsonObject], first: int = 0) -> Iterator[str]:
    """Yield the paths that are not sent (``messages[2].reasoning_content``); ``first`` is the first message's index."""
    for place, message in enumerate(messages, first):
        for name in staying(provider, message):
            yield f"messages[{place}].{name}"


def _without(message: JsonObject, names: tuple[str, ...]) -> JsonObject:
    return {name: value for name, value in message.items() if name not in names} if names else message

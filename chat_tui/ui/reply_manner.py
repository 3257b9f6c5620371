"""What a reply does other than answer in text, for the words beside its name. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.reply import ChoiceState


def reply_manner(choice: ChoiceState | None, said: str, media: Sequence[str], *, calls: bool) -> str:
    """Describe a reply that calls a tool, refuses or is empty; return an empty string for any other, or if unknown.

    Args:
        choice: The merged choice; None if unknown.
        said: Its text.
        media: Lines describing its sounds and images.
        calls: Whether it calls a tool.
    """
    if calls:
        return "calls a tool"
    if choice is not None and choice.refusal and not choice.content:
        return "refuses"
    return "" if said or media or choice is None else "empty reply"

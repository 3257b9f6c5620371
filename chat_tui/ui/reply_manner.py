"""What a reply does where it does not just say something: the words beside its name. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.domain.reply import ChoiceState


def reply_manner(choice: ChoiceState | None, said: str, media: Sequence[str], *, calls: bool) -> str:
    """What a reply does where it does not just say something; empty where it does, or is not known.

    Args:
        choice: As it was folded.
        said: Its words.
        media: Its sounds and images.
        calls: It calls a tool.
    """
    if calls:
        return "calls a tool"
    if choice is not None and choice.refusal and not choice.content:
        return "refuses"
    return "" if said or media or choice is None else "says nothing"

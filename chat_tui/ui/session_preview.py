"""The last lines of a session, for a glance before it is opened."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from chat_tui.domain.conversation import text_of
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.session import Session

_MOST_CHARACTERS: Final = 600
_WIDEST: Final = 40


def preview(session: Session, lines: int) -> Content:
    """The end of the selected path: of each message its speaker and its last words, as much as ``lines`` hold."""
    found: list[Content] = []
    left = lines
    for node in reversed(session.conversation.path()):
        if left < 2:
            break
        text = text_of(node.message).strip()
        shown = text[-_MOST_CHARACTERS:]
        body = [line for line in visible(shown).split("\n") if line.strip()][-(left - 1) :]
        cut = "… " if len(shown) < len(text) else ""
        speaker = visible_line(str(node.message.get("role", "")))[:_WIDEST]
        found.append(Content.assemble((speaker, "$accent"), "\n", cut, ("\n".join(body), "$foreground 80%"), "\n"))
        left -= len(body) + len(shown) // _WIDEST + 2
    return Content("\n").join(reversed(found)) if found else Content.styled("nothing was said yet", "$foreground 60%")

"""Converts untrusted text to Textual content that shows it literally, never as markup."""

from __future__ import annotations

from textual.content import Content

from chat_tui.domain.literal import visible, visible_line


def literal(text: str) -> Content:
    """Return ``text`` as content that is shown as it is: markup stays text, control characters become visible marks.

    Args:
        text: Any text, several lines allowed.

    Returns:
        Content without styles or actions.
    """
    return Content(visible(text))


def literal_line(text: str) -> Content:
    """Return ``text`` like ``literal``, on one line: newlines and tabs become marks too."""
    return Content(visible_line(text))

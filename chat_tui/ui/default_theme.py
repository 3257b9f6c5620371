"""The default theme, built in so that the first paint does not wait for a file."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DEFAULT_THEME: Final = "harbour"


def default_theme() -> Theme:
    """Return the default theme; it equals the theme file of the same name, which users can copy as a template."""
    return Theme(
        name=DEFAULT_THEME,
        background="#1a1b26",
        surface="#1e202e",
        panel="#343a55",
        foreground="#c3caf0",
        primary="#bb9af7",
        secondary="#7aa2f7",
        accent="#ff9e64",
        success="#9ece6a",
        warning="#e0af68",
        error="#f7768e",
        dark=True,
    )

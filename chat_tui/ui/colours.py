"""Whether images are shown as pictures: the user's option and the terminal's colour support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.app import App

    from chat_tui.engine.ports import Pictures
    from chat_tui.engine.services import Services

_ENOUGH: Final = ("256", "truecolor")


def shown_pictures(services: Services) -> Pictures | None:
    """Return the decoder for images of a transcript; None where they are shown as lines of text only."""
    return services.pictures if services.options.thumbnails else None


def shows_pictures(app: App[Any]) -> bool:
    """Return whether pictures can be painted: at least 256 colours, and ``NO_COLOR`` is not set."""
    return not app.no_color and app.console.color_system in _ENOUGH

"""Whether images are shown as pictures: what the user wants, and what the terminal's colours allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.app import App

    from chat_tui.engine.ports import Pictures
    from chat_tui.engine.services import Services

_ENOUGH: Final = ("256", "truecolor")


def shown_pictures(services: Services) -> Pictures | None:
    """What decodes the images of a transcript; None where they are to be lines alone."""
    return services.pictures if services.options.thumbnails else None


def shows_pictures(app: App[Any]) -> bool:
    """Whether pictures can be painted: the terminal has 256 colours or more, and ``NO_COLOR`` does not forbid them."""
    return not app.no_color and app.console.color_system in _ENOUGH

"""Shows the images of a message, or the attached ones, in a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.pictures import ImageSource, image_source
from chat_tui.ui.colours import shows_pictures

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen


class Looking:
    """Opens the image window, or says why there is nothing to show. URLs are not fetched."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen

    def message(self) -> None:
        """Show the images of the message under the cursor, else of the last message."""
        node = self._screen.messages.current()
        view = self._screen.transcript.view_of(node.id) if node is not None else None
        self._open(view.entry.images if view is not None else (), "This message has no images.")

    def attached(self) -> None:
        """Show the attached images."""
        held = [(each.words(), image_source(each.part, each.name)) for each in self._screen.attaching.held]
        self._open([(words, image) for words, image in held if image is not None], "No images are attached.")

    def _open(self, images: Sequence[tuple[str, ImageSource]], none: str) -> None:
        screen = self._screen
        pictures = screen.services.pictures
        if not images:
            screen.tell(none, severity="warning")
        elif not pictures.available:
            screen.tell("To show images, install the extra: pip install 'chat-tui[images]'.", severity="warning")
        elif not shows_pictures(screen.app):
            screen.tell("This terminal has too few colors to show images, or NO_COLOR is set.", severity="warning")
        else:
            from chat_tui.ui.screens.images import ImagesScreen

            screen.app.push_screen(ImagesScreen(images, pictures))

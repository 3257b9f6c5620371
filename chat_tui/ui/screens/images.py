"""Shows images as large as the window allows, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from chat_tui.domain.literal import visible_line
from chat_tui.domain.pictures import ImageSource, Picture, data_of
from chat_tui.engine.ports import Pictures
from chat_tui.ui.literal import literal
from chat_tui.ui.screens.answering import AnsweringScreen
from chat_tui.ui.transcript.picture_rows import picture_segments
from chat_tui.ui.workers import start_worker

_UNSHOWN = (
    "This image cannot be shown: it is broken, has more than 40 megapixels, or has changed since it was attached."
)


class PictureView(Widget):
    """Shows a picture centred in the available space; posts a message when the space changes."""

    class Resized(Message):
        """The available space changed."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: Picture | None = None

    def show(self, picture: Picture | None) -> None:
        """Paint this picture; None: nothing."""
        self._picture = picture
        self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        """Notify the screen."""
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """Render one row."""
        base, picture, width = self.visual_style.rich_style, self._picture, self.size.width
        line = y - (self.size.height - picture.rows) // 2 if picture is not None else -1
        if picture is None or not 0 <= line < picture.rows:
            return Strip.blank(width, base)
        left = max(0, (width - picture.width) // 2)
        cells = [Segment(" " * left, base), *picture_segments(picture, line, base)]
        return Strip([*cells, Segment(" " * max(0, width - left - picture.width), base)]).crop(0, width)


class ImagesScreen(AnsweringScreen[None]):
    """Shows the images of a message, or the attached ones.

    Args:
        images: Description and source of each image; at least one.
        pictures: The image decoder.
    """

    DEFAULT_CSS = """
    ImagesScreen { layout: vertical; background: $background; }
    ImagesScreen #image-words { height: 1; padding: 0 1; background: $panel; color: $accent; }
    ImagesScreen PictureView { height: 1fr; margin: 0 1; }
    ImagesScreen #image-fault { width: auto; max-width: 100%; height: auto; padding: 0 1; color: $text-warning; }
    ImagesScreen #image-keys { height: 1; padding: 0 1; color: $foreground 60%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,l,enter", "leave", "Close", show=False),
        Binding("left,up", "turn(-1)", "Previous", show=False),
        Binding("right,down,space", "turn(1)", "Next", show=False),
    ]

    def __init__(self, images: Sequence[tuple[str, ImageSource]], pictures: Pictures) -> None:
        super().__init__()
        self._images = images
        self._pictures = pictures
        self._place = 0

    def compose(self) -> ComposeResult:
        """Compose the description, the picture and the keys."""
        yield Static(id="image-words", markup=False)
        yield PictureView()
        with Center():
            yield Static(id="image-fault", markup=False)
        several = "←→ other images · " if len(self._images) > 1 else ""
        yield Static(Content(f"{several}esc close"), id="image-keys")

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_turn(self, step: int) -> None:
        """Show another image."""
        place = max(0, min(len(self._images) - 1, self._place + step))
        if place != self._place:
            self._place = place
            self._show()

    @on(PictureView.Resized)
    def _show(self) -> None:
        words, image = self._images[self._place]
        number = f"{self._place + 1} of {len(self._images)} · " if len(self._images) > 1 else ""
        self.query_one("#image-words", Static).update(literal(number + visible_line(words)))
        start_worker(self, partial(self._decode, image), group="image", exclusive=True)

    async def _decode(self, image: ImageSource) -> None:
        view, fault = self.query_one(PictureView), self.query_one("#image-fault", Static)
        fault.display = False
        if not view.size.area:
            return
        picture = await self._pictures.picture(data_of(image), view.size.width, 2 * view.size.height, grow=True)
        view.show(picture)
        fault.update(Content("" if picture is not None else _UNSHOWN))
        fault.display = picture is None

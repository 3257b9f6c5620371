"""The transcript's thumbnails: space is reserved by an image's header, decoding waits until it is visible."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from chat_tui.domain.pictures import ImageSource, Picture, announced_size, data_of, fitted, rows_of
from chat_tui.ui.transcript.picture_rows import AIR, PictureRow

if TYPE_CHECKING:
    from chat_tui.engine.ports import Pictures
    from chat_tui.ui.transcript.rows import Row

COLUMNS: Final = 32
ROWS: Final = 12
_KEPT: Final = 300


class Thumbnails:
    """Pictures by image and width; each is decoded once, the most recently visible one first.

    Args:
        pictures: The decoder.
        able: Whether the terminal can show pictures; called once, when the first one is laid out.
        start: Starts ``decode``.
        in_view: Whether an image is still visible; others are decoded when they become visible again.
        changed: Called with an image when its picture is decoded, or cannot be.
    """

    def __init__(
        self,
        pictures: Pictures,
        able: Callable[[], bool],
        start: Callable[[], None],
        in_view: Callable[[ImageSource], bool],
        changed: Callable[[ImageSource], None],
    ) -> None:
        self._pictures = pictures
        self._able = able
        self._start = start
        self._in_view = in_view
        self._changed = changed
        self._shown: bool | None = None
        self._known: OrderedDict[tuple[ImageSource, int], Picture | None] = OrderedDict()
        self._wanted: OrderedDict[tuple[ImageSource, int], None] = OrderedDict()
        self._decoding = False

    @property
    def shown(self) -> bool:
        """Whether pictures are shown at all."""
        if self._shown is None:
            self._shown = self._able() and self._pictures.available
        return self._shown

    def estimate(self, images: int) -> int:
        """Estimate how many rows a number of images take."""
        return images * ROWS if images and self.shown else 0

    def rows(self, source: ImageSource, width: int) -> list[Row]:
        """Return the rows of an image's picture, placeholders until it is decoded, or none if it cannot be shown.

        Args:
            source: The image.
            width: Width of the text column in cells.
        """
        if not self.shown:
            return []
        columns = max(1, min(COLUMNS, width - 2 * AIR))
        key = (source, columns)
        if key in self._known:
            self._known.move_to_end(key)
            picture = self._known[key]
            return [
                PictureRow((), "", "", picture=picture, line=line) for line in range(picture.rows if picture else 0)
            ]
        size = announced_size(source)
        room = rows_of(fitted(*size, columns, ROWS)[1]) if size is not None else 0
        return [PictureRow((), "", "", ask=partial(self._want, key)) for _ in range(room)]

    async def decode(self) -> None:
        """Decode requested pictures until none is left."""
        self._decoding = True
        try:
            while self._wanted:
                key, _ = self._wanted.popitem()
                source, columns = key
                if not self._in_view(source):
                    continue
                self._known[key] = await self._pictures.picture(data_of(source), columns, 2 * ROWS)
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
                self._changed(source)
        finally:
            self._decoding = False

    def _want(self, key: tuple[ImageSource, int]) -> None:
        if key in self._known:
            return
        self._wanted[key] = None
        self._wanted.move_to_end(key)
        if not self._decoding:
            self._decoding = True
            self._start()

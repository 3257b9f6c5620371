"""A scrollbar that is redrawn only when its thumb moves."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip

_EIGHTHS = "█▇▆▅▄▃▂▁"


class SlimScrollBar(ScrollBar):
    """Textual's scrollbar with its mouse handling; its rows are cached until the thumb moves by an eighth of a cell."""

    DEFAULT_CSS = """
    SlimScrollBar { width: 1; }
    """

    def __init__(self) -> None:
        super().__init__(vertical=True, name="vertical", thickness=1)
        self._drawn: tuple[object, ...] = ()
        self._strips: list[Strip] = []

    def place(self, total: int, window: int, position: float) -> None:
        """Show ``window`` of ``total`` lines from ``position``; repaints only if that is visible."""
        self.set_reactive(ScrollBar.window_virtual_size, max(total, 1))
        self.set_reactive(ScrollBar.window_size, window)
        self.set_reactive(ScrollBar.position, position)
        if self._thumb() != self._drawn[:2]:
            self.refresh()

    def _thumb(self) -> tuple[int, int]:
        """Return the start and end of the thumb in eighths of a cell; (0, 0) for none."""
        height, total, window = self.size.height, self.window_virtual_size, self.window_size
        if not height or not window or total <= window:
            return 0, 0
        size = max(8, round(height * 8 * window / total))
        start = round((height * 8 - size) * min(self.position / (total - window), 1))
        return start, start + size

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of the scrollbar, cached while nothing changes."""
        parent = self.parent
        styles = parent.styles if parent is not None else self.styles
        if self.grabbed:
            color = styles.scrollbar_color_active
        elif self.mouse_over:
            color = styles.scrollbar_color_hover
        else:
            color = styles.scrollbar_color
        background = self.background_colors[1]
        drawn = (*self._thumb(), self.size, color, background)
        if drawn != self._drawn:
            self._drawn = drawn
            back = (background + styles.scrollbar_background).rich_color
            self._strips = self._draw(Style(color=(background + color).rich_color, bgcolor=back))
            for line_filter in self.app.get_line_filters():
                self._strips = [strip.apply_filter(line_filter, background) for strip in self._strips]
        strips = self._strips[crop.y : crop.bottom]
        return strips if crop.column_span == (0, 1) else [strip.crop(*crop.column_span) for strip in strips]

    def _draw(self, style: Style) -> list[Strip]:
        start, end = self._thumb()
        above, grab, below = (
            style + Style.from_meta({"@mouse.down": action}) for action in ("scroll_up", "grab", "scroll_down")
        )
        turned = Style(reverse=True)
        strips = []
        for y in range(self.size.height):
            top, bottom = max(start - y * 8, 0), min(end - y * 8, 8)
            if top >= 8 or bottom <= 0:
                segment = Segment(" ", above if y * 8 < start else below)
            elif top > 0:
                segment = Segment(_EIGHTHS[top], grab)
            elif bottom < 8:
                segment = Segment(_EIGHTHS[bottom], grab + turned)
            else:
                segment = Segment("█", grab)
            strips.append(Strip([segment], 1))
        return strips

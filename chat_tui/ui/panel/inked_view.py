"""Base of the views rendered row by row; it defines the panel's palette."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget

_DIM: Final = ("quiet", "faint")
"""Inks that could not be read on the ground of the current row."""


class InkedView(ScrollView):
    """Base of the panel's views: Textual's Line API, one palette, styles cached per theme."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ink--text",
        "ink--value",
        "ink--heading",
        "ink--quiet",
        "ink--faint",
        "ink--accent",
        "ink--knob",
        "ink--track",
        "ink--warn",
        "ink--error",
        "ink--name",
        "ink--literal",
        "ink--cursor",
        "ink--tab",
        "ground--current",
        "ground--changed",
        "ground--wrong",
        "ground--bar",
    }
    DEFAULT_CSS = """
    InkedView {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $foreground 15%;
        scrollbar-color-hover: $foreground 25%;
        & .ink--text { color: $foreground 85%; }
        & .ink--value { color: $foreground; text-style: bold; }
        & .ink--heading { color: $accent; text-style: bold; }
        & .ink--quiet { color: $foreground 60%; }
        & .ink--faint { color: $foreground 48%; }
        & .ink--accent { color: $accent; }
        & .ink--knob { color: $accent; text-style: bold; }
        & .ink--track { color: $foreground 28%; }
        & .ink--warn { color: $warning; }
        & .ink--error { color: $error; }
        & .ink--name { color: $primary; }
        & .ink--literal { color: $success; }
        & .ink--cursor { background: $accent; color: $background; }
        & .ink--tab { background: $foreground 75%; color: $background; text-style: bold; }
        & .ground--current { background: $foreground 16%; }
        & .ground--changed { background: $warning 11%; }
        & .ground--wrong { background: $error 20%; }
        & .ground--bar { background: $foreground 6%; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._inks: dict[tuple[str, str], Style] = {}

    @property
    def width(self) -> int:
        """Width of a row in cells, without the scrollbar's column."""
        return self.scrollable_content_region.width

    def fit_rows(self, rows: int) -> None:
        """Set the total number of rows; the layout is recomputed only if the scrollbar appears or disappears."""
        size = Size(self.width, rows)
        if (rows > self.container_size.height) != self.show_vertical_scrollbar or not self.container_size.height:
            self.virtual_size = size
            return
        self.set_reactive(Widget.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = rows
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    def ink(self, name: str, ground: str = "") -> Style:
        """Return the style of a kind of text on a kind of row; an empty ``ground`` means the view's own background.

        Args:
            name: ``text``, ``value``, ``heading``, ``quiet``, ``faint``, ``accent``, ``knob``, ``track``, ``warn``,
                ``error``, ``name``, ``literal``, ``cursor`` or ``tab``.
            ground: ``current``, ``changed``, ``wrong`` or ``bar``.
        """
        if ground == "current" and name in _DIM:
            name = "text"
        style = self._inks.get((name, ground))
        if style is None:
            style = self.get_visual_style(f"ink--{name}").rich_style
            if ground and name not in ("cursor", "tab"):
                style += Style(bgcolor=self.get_visual_style(f"ground--{ground}").rich_style.bgcolor)
            self._inks[name, ground] = style
        return style

    def notify_style_update(self) -> None:
        """Clear the cached styles after the theme or a pseudo class changed."""
        self._inks.clear()
        super().notify_style_update()

"""The colours of a line on the screen."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import App
from textual.color import Color


def least_contrast(app: App[None], words: str) -> float:
    """Return the lowest contrast (WCAG 2) of these words, where they come first, and the rest of their line."""
    whole = next(strip for strip in app.screen._compositor.render_strips() if words in strip.text)
    line = whole.crop(cell_len(whole.text[: whole.text.index(words)]))
    ratios = [
        contrast(Color.from_rich_color(segment.style.color), Color.from_rich_color(segment.style.bgcolor))
        for segment in line
        if segment.style is not None and any(map(str.isalnum, segment.text))
    ]
    return min(ratios)


def contrast(ink: Color, ground: Color) -> float:
    """Return the contrast ratio of two colours after WCAG 2."""
    lights = []
    for colour in (ink, ground):
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
        lights.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)

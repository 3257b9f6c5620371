"""A progress bar as part of a line."""

from __future__ import annotations

from textual.content import Content


def progress_bar(share: float, cells: int) -> Content:
    """Return a bar of ``cells`` cells, of which ``share`` (0 to 1; clamped) is filled."""
    full = round(max(0.0, min(1.0, share)) * cells)
    return Content.assemble(("━" * full, "$accent"), ("━" * (cells - full), "$foreground 20%"))

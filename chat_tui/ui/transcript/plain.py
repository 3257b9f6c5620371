"""Splits growing literal text into blocks: same interface as the Markdown splitter, without parsing."""

from __future__ import annotations

from collections.abc import Sequence

from chat_tui.ui.transcript.blocks import Block, Fragment

LINES_IN_BLOCK = 100


class PlainSplitter:
    """Groups lines into blocks of at most 100 lines.

    Attributes:
        blocks: The blocks; the last one may be open.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def feed(self, fragments: Sequence[Fragment]) -> None:
        """Add complete lines."""
        for text, more in fragments:
            if not self.blocks or self.blocks[-1].closed:
                self.blocks.append(Block("literal", [], closed=False))
            block = self.blocks[-1]
            block.add(text, more=more)
            block.closed = len(block.lines) >= LINES_IN_BLOCK

    def finish(self) -> None:
        """Close the last block, after the last line has been fed."""
        if self.blocks:
            self.blocks[-1].closed = True

    def preview(self, partial: str) -> list[Block]:
        """Return the incomplete last line as a block."""
        return [Block("literal", [partial])] if partial else []

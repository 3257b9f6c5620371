"""Finds the block structure of Markdown lines, with one shared parser that is imported on first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 40
_KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "blockquote_open": "quote",
    "fence": "fence",
    "code_block": "code",
    "hr": "rule",
    "table_open": "table",
}


class Piece(Struct, frozen=True):
    """A top-level block, or an item of a top-level list: lines ``start`` to ``end``, without trailing blank lines."""

    kind: str
    start: int
    end: int
    tokens: tuple[Token, ...]


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Return the parser: CommonMark with tables and strikethrough.

    HTML is treated as text, link targets stay as written, and a reference definition is an ordinary paragraph, so
    that no content of a message disappears.
    """
    from markdown_it import MarkdownIt

    md = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    md.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    md.normalizeLink = _as_written  # type: ignore[method-assign, assignment]  # documented extension point
    md.normalizeLinkText = _as_written  # type: ignore[method-assign, assignment]  # the same
    return md


def _as_written(target: str) -> str:
    return target


def outline(lines: Sequence[str]) -> list[Piece]:
    """Return the blocks of ``lines`` in order; an empty list for blank lines. Inline text is not parsed."""
    tokens: list[Token] = []
    md = parser()
    md.block.parse("\n".join(lines), md, {}, tokens)
    pieces: list[Piece] = []
    for first, last in _groups(tokens):
        token = tokens[first]
        start, end = token.map or (0, 0)
        while end > start and not lines[end - 1].strip(" \t"):
            end -= 1
        kind = _KINDS.get(token.type, "item")
        pieces.append(Piece(kind, start, end, tuple(tokens[first : last + 1])))
    return pieces


def _groups(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the first and last token of each block; a list is split into its items."""
    groups: list[tuple[int, int]] = []
    opened = 0
    for index, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == 1:
            opened = index
        elif token.type == "list_item_close" and token.level == 1:
            groups.append((opened, index))
        elif token.level == 0 and not token.type.startswith(("bullet_list", "ordered_list")):
            if token.nesting == 1:
                opened = index
            elif token.nesting == 0 and token.block and token.type != "inline":
                groups.append((index, index))
            elif token.nesting == -1:
                groups.append((opened, index))
    return groups

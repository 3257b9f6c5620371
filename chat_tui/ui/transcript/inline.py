"""Converts inline Markdown to spans: emphasis, code, links with their targets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat_tui.ui.transcript.outline import parser
from chat_tui.ui.transcript.spans import MUTED, Look, Span, spans_of

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_INLINE = 5_000
References = Mapping[str, dict[str, str]]
_DEFINITION = re.compile(
    r"^ {0,3}\[((?:[^\]\\\n]|\\.){1,200})\]:[ \t]*(\S{1,2000})(?:[ \t]+[\"'(].*[\"')])?[ \t]*$", re.MULTILINE
)
_PLAIN = re.compile(r"[^`*_\[\]!<&\\~\n]*")


def references(text: str) -> References:
    """Collect the link reference definitions in ``text``, by normalised label, in the parser's format."""
    if "]:" not in text:
        return {}
    from markdown_it.common.utils import normalizeReference

    found: dict[str, dict[str, str]] = {}
    for match in _DEFINITION.finditer(text):
        found.setdefault(normalizeReference(match[1]), {"href": match[2].strip("<>"), "title": ""})
    return found


def is_definition(line: str) -> bool:
    """Return whether a line of a paragraph is a link reference definition."""
    return _DEFINITION.fullmatch(line) is not None


def inline_lines(source: str, base: Look, known: References) -> list[tuple[Span, ...]]:
    """Convert inline Markdown to lines of spans; a newline in the source starts a new line.

    Args:
        source: The content of a block, shielded.
        base: The look of plain text in this block.
        known: Link reference definitions.

    Returns:
        At least one line. Text of more than 5,000 characters is not parsed but shown as it is.
    """
    if _PLAIN.fullmatch(source):
        return [tuple(spans_of(source, base))]
    if len(source) > MAX_INLINE:
        return [tuple(spans_of(line, base)) for line in source.split("\n")]
    md = parser()
    tokens: list[Token] = []
    md.inline.parse(source, md, {"references": known} if known else {}, tokens)
    return _Painter(base).lines(tokens)


class _Painter:
    """Converts inline tokens to spans, tracking the current emphasis."""

    def __init__(self, base: Look) -> None:
        self._base = base
        self._strong = self._em = self._struck = 0
        self._targets: list[str] = []
        self._label_from: list[int] = []
        self._lines: list[list[Span]] = [[]]

    def lines(self, tokens: list[Token]) -> list[tuple[Span, ...]]:
        for token in tokens:
            self._take(token)
        return [tuple(line) for line in self._lines]

    def _look(self) -> Look:
        look = Look("link", self._base.bold, self._base.italic) if self._targets else self._base
        return look._replace(
            bold=look.bold or self._strong > 0, italic=look.italic or self._em > 0, strike=self._struck > 0
        )

    def _put(self, text: str, look: Look) -> None:
        self._lines[-1] += spans_of(text, look)

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind in ("text", "text_special"):
            self._put(token.content, self._look())
        elif kind in ("softbreak", "hardbreak"):
            self._lines.append([])
        elif kind == "code_inline":
            self._put(token.content, self._look()._replace(role="inline"))
        elif kind in ("strong_open", "strong_close"):
            self._strong += token.nesting
        elif kind in ("em_open", "em_close"):
            self._em += token.nesting
        elif kind in ("s_open", "s_close"):
            self._struck += token.nesting
        elif kind == "link_open":
            self._targets.append(_target(token, "href"))
            self._label_from.append(sum(map(len, self._lines)))
        elif kind == "link_close":
            self._close_link()
        elif kind == "image":
            self._put(f"[image: {token.content}]", self._look()._replace(role="link"))
            self._put(f" ({_target(token, 'src')})", MUTED)
        else:
            self._put(token.content, self._look())

    def _close_link(self) -> None:
        target, start = self._targets.pop(), self._label_from.pop()
        spans = [span for line in self._lines for span in line][start:]
        label = "".join([span.text for span in spans])
        if label not in (target, target.removeprefix("mailto:")):
            self._put(f" ({target})", MUTED)


def _target(token: Token, name: str) -> str:
    title = str(token.attrs.get("title") or "")
    return f"{token.attrs.get(name, '')}" + (f' "{title}"' if title else "")

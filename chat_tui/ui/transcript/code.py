"""Syntax highlighting: converts code lines to spans with Pygments, which is imported on first use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from chat_tui.ui.transcript.spans import Look, Span, copied_text, spans_of, unshield

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

MAX_CHARACTERS = 30_000
MAX_LINE = 2_000
CODE = Look("code")
_ROLES = {
    "Keyword": "code-keyword",
    "Operator.Word": "code-keyword",
    "Name.Function": "code-name",
    "Name.Class": "code-name",
    "Name.Tag": "code-keyword",
    "Name.Attribute": "code-name",
    "Name.Decorator": "code-number",
    "Name.Builtin": "code-builtin",
    "Name.Exception": "code-builtin",
    "Name.Constant": "code-number",
    "Literal.String": "code-string",
    "Literal.Number": "code-number",
    "Comment": "code-comment",
    "Generic.Heading": "code-keyword",
    "Generic.Deleted": "code-deleted",
    "Generic.Inserted": "code-string",
}


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _look(token: _TokenType) -> Look:
    name = str(token).removeprefix("Token.")
    while name:
        if name in _ROLES:
            return Look(_ROLES[name], italic=name == "Comment")
        name = name.rpartition(".")[0]
    return CODE


def plain(line: str) -> tuple[Span, ...]:
    """Return a line of code without colours."""
    return tuple(spans_of(line, CODE))


def highlighted(lines: Sequence[str], info: str) -> list[tuple[Span, ...]] | None:
    """Return the lines with colours.

    Args:
        lines: Code lines (shielded), without newlines.
        info: The fence's info string; its first word names the language.

    Returns:
        As many lines of spans, with exactly the same text; None if the language is unknown or the code has more than
        30,000 characters or a line of more than 2,000.
    """
    language = info.split(maxsplit=1)[0].strip("{}.").lower() if info.strip() else ""
    if not language or len(language) > 40 or not language.isascii():
        return None
    if sum(map(len, lines)) > MAX_CHARACTERS or max(map(len, lines), default=0) > MAX_LINE:
        return None
    lexer = _lexer(language)
    if lexer is None:
        return None
    result = [tuple(spans) for spans in _coloured(lexer, "\n".join(lines))]
    same = len(result) == len(lines) and all(
        copied_text(spans) == unshield(line) for spans, line in zip(result, lines, strict=True)
    )
    return result if same else None


def _coloured(lexer: Lexer, source: str) -> Iterator[list[Span]]:
    line: list[Span] = []
    column = 0
    for _, token, text in lexer.get_tokens_unprocessed(source):
        look = _look(token)
        for index, part in enumerate(text.split("\n")):
            if index:
                yield line
                line, column = [], 0
            if (
                part
                and line
                and line[-1].look == look
                and line[-1].exact is None
                and part.isprintable()
                and part.isascii()
            ):
                line[-1] = Span(line[-1].text + part, look)
                column += len(part)
            elif part:
                line += spans_of(part, look, column=column)
                column = sum(len(span.text) for span in line) if "\t" in part else column + len(part)
    yield line

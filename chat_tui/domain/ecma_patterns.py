"""Search ECMA-262 regular expressions, as JSON Schema uses them, with limits on time and size.

The ``re`` module has no timeout and holds the GIL during a search; the ``regex`` package has one and releases it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from chat_tui.domain.shortening import shortened

if TYPE_CHECKING:
    import regex

_LONGEST: Final = 20_000
"""Longest pattern, in characters."""
_LARGEST: Final = 50_000
"""Maximum pattern size after unrolling: pieces times their minimum repeat counts."""
_QUICK_S: Final = 0.001
_QUICK_S_A_CHARACTER: Final = 1e-7
_TRIES: Final = 3
"""Number of quick attempts; more than one, since a search can lose its time slice to another process."""
_SLOW_S: Final = 0.25
_SLOW: Final = 8
"""Number of slow searches that one allowance permits."""
_TOKEN: Final = re.compile(
    r"\\u\{(?P<point>[0-9a-fA-F]{1,6})\}|\\c(?P<control>[A-Za-z])|\\k<(?P<back>[^>]+)>"
    r"|\\(?P<property>[pP])\{(?P<of>[^}]*)\}"
    r"|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[1-9][0-9]*|\\(?P<escaped>.)"
    r"|(?P<class>\[\^?)|(?P<repeat>\{(?P<least>[0-9]+)(?:,[0-9]*)?\}|[*+?])"
    r"|(?P<open>\((?:\?(?:[:=!>]|<[=!]|P?<[^>]*>))?)|(?P<plain>.)",
    re.DOTALL,
)
_IN_CLASS: Final = re.compile(
    r"\\u\{(?P<point>[0-9a-fA-F]{1,6})\}|\\c(?P<control>[A-Za-z])|\\(?P<property>[pP])\{(?P<of>[^}]*)\}"
    r"|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\(?P<escaped>.)|(?P<end>\])|(?P<plain>.)",
    re.DOTALL,
)
_OTHER_GROUP: Final = re.compile(r"\(\?(?:>|[aims]*(?:-[ims]+)?[:)])")
"""Harmless group kinds of other dialects; subroutine calls are excluded, since they may never terminate."""
_OUTSIDE: Final = {"d": "[0-9]", "D": "[^0-9]", "w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]", "Z": r"\Z", "z": r"\Z"}
_INSIDE: Final = {"d": "0-9", "w": "A-Za-z0-9_"}
_PLAIN: Final = {"$": r"\Z", ".": r"[^\n\r\u2028\u2029]", "{": r"\{", "}": r"\}"}


class UndecidedError(Exception):
    """It could not be decided whether a text matches; the message says why, in one clause."""


class Allowance:
    """The search budget of one check."""

    def __init__(self) -> None:
        self._slow = _SLOW

    def found(self, pattern: str, text: str) -> bool:
        """Return whether a pattern matches anywhere in a text.

        Raises:
            UndecidedError: The search timed out, the budget is used up, or the pattern is invalid.
        """
        compiled = _compiled(pattern)
        quick_s = _QUICK_S + len(text) * _QUICK_S_A_CHARACTER
        for timeout_s in [quick_s] * _TRIES + [_SLOW_S]:
            if timeout_s == _SLOW_S:
                self._slow -= 1
            if self._slow < 0:
                break
            try:
                return compiled.search(text, timeout=timeout_s, concurrent=True) is not None
            except TimeoutError:
                continue
            except (MemoryError, RecursionError):
                break
        raise UndecidedError(f"matching the pattern {_shown(pattern)} took too long; not checked")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex

    if len(pattern) > _LONGEST or _size(pattern) > _LARGEST:
        raise UndecidedError(f"the pattern {_shown(pattern)} is too large to match; not checked")
    try:
        return regex.compile("".join(_translated(pattern)))
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        why = f"{error}" if isinstance(error, regex.error) else type(error).__name__
        raise _unreadable(pattern, why) from None


def _translated(pattern: str) -> Iterator[str]:
    """Yield the pieces of a pattern in the syntax of the ``regex`` package."""
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            yield re.escape(pattern[at:])
            return
        at = token.end()
        if token["class"]:
            inside, at = _class(pattern, at)
            yield _whole_class(token["class"], inside)
        elif token["back"]:
            yield f"(?P={token['back']})"
        elif token["open"]:
            if token["open"] == "(" and pattern.startswith("?", at) and not _OTHER_GROUP.match(pattern, at - 1):
                raise _unreadable(pattern, "unknown group type")
            yield token["open"].replace("(?<", "(?P<") if token["open"].endswith(">") else token["open"]
        elif token["plain"]:
            yield _PLAIN.get(token["plain"], token["plain"])
        else:
            yield _escape(token, _OUTSIDE)


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Translate a character class; returns the text between its brackets and the offset after it."""
    made: list[str] = []
    while token := _IN_CLASS.match(pattern, at):
        at = token.end()
        if token["end"]:
            return "".join(made), at
        plain = token["plain"]
        made.append((f"\\{plain}" if plain in "[&|~" else plain) if plain else _escape(token, _INSIDE))
    raise _unreadable(pattern, "unterminated character class")


def _whole_class(start: str, inside: str) -> str:
    if inside:
        return f"{start}{inside}]"
    return r"[\s\S]" if start == "[^" else "(?!)"


def _escape(token: re.Match[str], shorthands: dict[str, str]) -> str:
    """Translate an escape; a needless one becomes the character itself."""
    if token["point"]:
        code = int(token["point"], 16)
        return re.escape(chr(code)) if code <= 0x10FFFF else "(?!)"
    if token["control"]:
        return f"\\x{ord(token['control']) % 32:02x}"
    if token["property"]:
        return f"\\{token['property']}{{{token['of']}}}"
    escaped = token["escaped"]
    if escaped == "0":
        return r"\x00"
    if escaped is None or escaped in shorthands:
        return token[0] if escaped is None else shorthands[escaped]
    return token[0] if escaped.isascii() else re.escape(escaped)


def _size(pattern: str) -> int:
    """Return the unrolled size of a pattern: pieces times their minimum repeat counts."""
    groups, last, at = [0], 0, 0
    while token := _TOKEN.match(pattern, at):
        at = token.end()
        if token["class"]:
            at, last = _class(pattern, at)[1], 1
        elif token["open"]:
            groups.append(0)
            continue
        elif token["plain"] == ")" and len(groups) > 1:
            last = groups.pop()
        elif token["repeat"]:
            last *= max(0, int(token["least"] or 1) - 1)
        else:
            last = 1
        groups[-1] += last
    return sum(groups)


def _unreadable(pattern: str, why: str) -> UndecidedError:
    return UndecidedError(f"the pattern {_shown(pattern)} is invalid ({why}); not checked")


def _shown(pattern: str) -> str:
    return shortened(pattern, 60)

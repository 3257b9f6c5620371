"""Split cmd.exe (Windows) command lines into words, in the form in which browsers copy a request as cURL."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.shell_words import Word

_MARKED: Final = re.compile(r'\s*curl(?:\.exe)?\s(?:\s*\^"|[^\n]*\^[ \t]*\n)')
_CONTINUED: Final = re.compile(r"\^[ \t]*\n")
_STEP: Final = re.compile(r'(?P<slashes>\\*)"|(?P<blanks>[ \t]+)|(?:[^"\\ \t]+|\\+)')
_VARIABLE: Final = re.compile(r"%[A-Za-z_][A-Za-z0-9_]*%")


def is_for_cmd(text: str) -> bool:
    """Return whether a curl command uses cmd.exe carets: before its URL, or at the end of its first line."""
    return _MARKED.match(text.replace("\r\n", "\n")) is not None


def cmd_words(text: str) -> list[Word]:
    """Return the words of the first command; variables (``%NAME%``) are not expanded."""
    words = _split(_without_carets(text.replace("\r\n", "\n").strip()))
    return [Word(word, tuple(_VARIABLE.findall(word))) for word in words]


def _without_carets(text: str) -> str:
    """Return the command as cmd.exe passes it on: outside quotes, a caret escapes the next character."""
    pieces: list[str] = []
    quoted, at = False, 0
    while at < len(text):
        here = text[at]
        if here == "^" and not quoted:
            continued = _CONTINUED.match(text, at)
            at = continued.end() if continued else at + 1
            here = text[at : at + 1]
        elif here == "\n" and not quoted:
            break
        elif here == '"':
            quoted = not quoted
        pieces.append(here)
        at += 1
    return "".join(pieces)


def _split(line: str) -> list[str]:
    """Split by the C runtime's rules: backslashes before a quote are halved, an odd one escapes it, ``""`` is one."""
    words: list[str] = []
    pieces: list[str] | None = None
    quoted, at = False, 0
    while match := _STEP.match(line, at):
        at = match.end()
        if match["blanks"] and not quoted:
            if pieces is not None:
                words.append("".join(pieces))
            pieces = None
            continue
        pieces = [] if pieces is None else pieces
        if match["slashes"] is None:
            pieces.append(match.group())
            continue
        pieces.append("\\" * (len(match["slashes"]) // 2))
        if len(match["slashes"]) % 2:
            pieces.append('"')
        elif quoted and line.startswith('"', at):
            pieces.append('"')
            at += 1
        else:
            quoted = not quoted
    return words if pieces is None else [*words, "".join(pieces)]

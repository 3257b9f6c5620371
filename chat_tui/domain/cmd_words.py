"""Commands for Windows' cmd.exe taken apart into words, as browsers copy a request for it."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.shell_words import Word

_MARKED: Final = re.compile(r'\s*curl(?:\.exe)?\s(?:\s*\^"|[^\n]*\^[ \t]*\n)')
_CONTINUED: Final = re.compile(r"\^[ \t]*\n")
_STEP: Final = re.compile(r'(?P<slashes>\\*)"|(?P<blanks>[ \t]+)|(?:[^"\\ \t]+|\\+)')
_VARIABLE: Final = re.compile(r"%[A-Za-z_][A-Za-z0-9_]*%")


def is_for_cmd(text: str) -> bool:
    """Whether a curl command has the carets of cmd.exe: before its address, or at the end of its first line."""
    return _MARKED.match(text.replace("\r\n", "\n")) is not None


def cmd_words(text: str) -> list[Word]:
    """The words of the first command; variables (``%NAME%``) stay as they are written."""
    words = _split(_without_carets(text.replace("\r\n", "\n").strip()))
    return [Word(word, tuple(_VARIABLE.findall(word))) for word in words]


def _without_carets(text: str) -> str:
    """The command as cmd.exe hands it on: a caret takes the meaning from what follows it, but not within quotes."""
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
    """Words as a C program gets them: backslashes before a quote are halved, an odd one keeps it, ``""`` is one."""
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

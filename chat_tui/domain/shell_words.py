"""Split shell commands into words, as sh and bash do, without expanding or running anything."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.shell_escapes import ansi_c

_BLANK: Final = re.compile("(?:[ \t\r\f\v\u00a0\u2000-\u200b\u3000]|\\\\[ \t]*(?:\n|\\Z))+")
"""Also matches the kinds of whitespace that web pages contain."""
_CONTINUED: Final = re.compile(r"\\[ \t]*(?:\n|\Z)")
_COMMENT: Final = re.compile(r"#[^\n]*")
_REDIRECTION: Final = re.compile(r"\d*(?:<<<|<<-?|<>|<&|>>|>&|>\||&>>|&>|<|>)")
_OPERATOR: Final = re.compile(r"&&|\|\||\|&|;;|[;&|()\n]")
_BARE: Final = re.compile("[^ \t\r\n\f\v\u00a0\u2000-\u200b\u3000\\\\'\"$`;&|()<>]+")
_IN_DOUBLE: Final = re.compile(r'[^"\\$`]+')
_IN_DOCUMENT: Final = re.compile(r"[^\\$`]+")
_VARIABLE: Final = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^}\n]*\}|[0-9@*#?$!-])")
_QUOTING: Final = frozenset("'\"\\")


class Word(Struct, frozen=True):
    """One word without its quotes. Expansions are left in it as written."""

    text: str
    variables: tuple[str, ...] = ()
    """What a shell would expand: ``$NAME``, ``${NAME}``; ``$(…)`` for any command substitution."""


class Command(Struct):
    """A simple command."""

    words: list[Word]
    stdin: Word | None = None
    """The text of a here-document or here-string."""
    reads: str = ""
    """The file that standard input is redirected from."""
    joint: str = ""
    """The operator after it; empty at the end."""


def commands(text: str) -> list[Command]:
    """Return the simple commands of a text, in order; none of them is empty.

    Also accepts blanks after a continuing backslash, CR LF, and the prompts of a copied terminal session.

    Raises:
        ProblemError: A quote, ``$(`` or backtick is never closed; gives the line and column where it begins.
    """
    return _Scanner(_without_prompts(text.replace("\r\n", "\n"))).commands()


def _without_prompts(text: str) -> str:
    """Remove ``$`` before the first line and ``>`` before continuation lines."""
    first, newline, rest = text.strip("\ufeff \t\n").partition("\n")
    shorter = re.sub(r"^[$%] +", "", first)
    lines = rest.split("\n")
    if shorter != first and all(line.startswith(">") or not line.strip() for line in lines):
        rest = "\n".join(re.sub(r"^> ?", "", line) for line in lines)
    return shorter + newline + rest


class _Scanner:
    """Scans the text in a single pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._documents: list[tuple[Command, str, bool, bool]] = []
        """Here-documents to read after the current line: command, delimiter, whether quoted, whether to strip tabs."""

    def commands(self) -> list[Command]:
        found: list[Command] = []
        here = Command([])
        while self._skip_blanks():
            if match := _REDIRECTION.match(self._text, self._at):
                self._at = match.end()
                self._redirect(here, match.group().lstrip("0123456789"))
            elif match := _OPERATOR.match(self._text, self._at):
                self._at = match.end()
                here.joint = match.group()
                if here.joint == "\n":
                    self._read_documents()
                if here.words:
                    found.append(here)
                here = Command([])
            else:
                here.words.append(self._word())
        self._read_documents()
        return [*found, here] if here.words else found

    def _skip_blanks(self) -> bool:
        """Skip to the next word or operator; False at the end."""
        while match := _BLANK.match(self._text, self._at) or _COMMENT.match(self._text, self._at):
            self._at = match.end()
        return self._at < len(self._text)

    def _redirect(self, command: Command, operator: str) -> None:
        self._skip_blanks()
        start = self._at
        target = self._word()
        if operator in ("<<", "<<-"):
            quoted = not _QUOTING.isdisjoint(self._text[start : self._at])
            self._documents.append((command, target.text, quoted, operator == "<<-"))
        elif operator == "<<<":
            command.stdin = Word(target.text + "\n", target.variables)
        elif operator == "<":
            command.reads = target.text

    def _read_documents(self) -> None:
        for command, delimiter, quoted, tabs_go in self._documents:
            lines = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at) + 1 or len(self._text)
                line = self._text[self._at : end]
                self._at = end
                if line.strip() == delimiter:
                    break
                lines.append(line.lstrip("\t") if tabs_go else line)
            text = "".join(lines)
            command.stdin = Word(text) if quoted else _Scanner(text).document()
        self._documents.clear()

    def document(self) -> Word:
        """Parse the text of a here-document with an unquoted delimiter."""
        pieces: list[str] = []
        variables: list[str] = []
        while self._at < len(self._text):
            self._take_quoted(_IN_DOCUMENT, "$`\\", pieces, variables)
        return Word("".join(pieces), tuple(variables))

    def _word(self) -> Word:
        """Parse up to the next blank or operator."""
        pieces: list[str] = []
        variables: list[str] = []
        while self._at < len(self._text):
            here = self._text[self._at]
            if match := _BARE.match(self._text, self._at):
                self._at = match.end()
                pieces.append(match.group())
            elif here == "\\":
                self._take_escaped(pieces)
            elif here == "'":
                pieces.append(self._single())
            elif self._text.startswith("$'", self._at):
                pieces.append(self._ansi_c())
            elif here == '"' or self._text.startswith('$"', self._at):
                self._take_double(pieces, variables)
            elif here in "$`":
                self._take_expansion(pieces, variables)
            else:
                break
        return Word("".join(pieces), tuple(variables))

    def _take_escaped(self, pieces: list[str]) -> None:
        if match := _CONTINUED.match(self._text, self._at):
            self._at = match.end()
            return
        pieces.append(self._text[self._at + 1 : self._at + 2])
        self._at += 2

    def _single(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise self._unclosed(self._at, "'")
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _ansi_c(self) -> str:
        end = re.compile(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL).match(self._text, self._at)
        if end is None:
            raise self._unclosed(self._at, "$'")
        self._at = end.end()
        return ansi_c(end.group(1))

    def _take_double(self, pieces: list[str], variables: list[str]) -> None:
        start = self._at
        self._at = self._text.index('"', self._at) + 1
        while self._at < len(self._text):
            if self._text[self._at] == '"':
                self._at += 1
                return
            self._take_quoted(_IN_DOUBLE, '$`"\\', pieces, variables)
        raise self._unclosed(start, '"')

    def _take_quoted(self, plain: re.Pattern[str], escapable: str, pieces: list[str], variables: list[str]) -> None:
        """Consume one piece where only ``$``, backtick and some backslashes are special."""
        if match := plain.match(self._text, self._at):
            self._at = match.end()
            pieces.append(match.group())
        elif self._text[self._at] == "\\":
            after = self._text[self._at + 1 : self._at + 2]
            self._at += 2
            pieces.append(after if after in escapable else "" if after == "\n" else "\\" + after)
        else:
            self._take_expansion(pieces, variables)

    def _take_expansion(self, pieces: list[str], variables: list[str]) -> None:
        start = self._at
        if match := _VARIABLE.match(self._text, start):
            self._at = match.end()
            variables.append(match.group())
        elif self._text[start] == "`" or self._text.startswith("$(", start):
            self._at = self._end_of_substitution(start)
            variables.append("$(…)")
        else:
            self._at += 1
        pieces.append(self._text[start : self._at])

    def _end_of_substitution(self, start: int) -> int:
        if self._text[start] == "`":
            match = re.compile(r"`[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL).match(self._text, start)
            if match is None:
                raise self._unclosed(start, "`")
            return match.end()
        depth = 0
        for match in re.compile(r"'[^']*'|\\.|[()]", re.DOTALL).finditer(self._text, start + 1):
            depth += {"(": 1, ")": -1}.get(match.group(), 0)
            if depth == 0:
                return match.end()
        raise self._unclosed(start, "$(")

    def _unclosed(self, start: int, opening: str) -> ProblemError:
        line = self._text.count("\n", 0, start) + 1
        column = start - self._text.rfind("\n", 0, start)
        what = f"The command has a {opening} that is never closed"
        hint = "Inside '…', write ' as '\\''." if opening == "'" else "Check that the whole command was copied."
        return ProblemError(
            Problem(kind="usage", what=what, why=f"it begins at line {line}, column {column}", hint=hint)
        )

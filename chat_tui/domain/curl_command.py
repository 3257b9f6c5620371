"""Parse a pasted curl command into a URL and a body; everything else in it is reported as a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.cmd_words import cmd_words, is_for_cmd
from chat_tui.domain.curl_options import WITHOUT_EFFECT, Option, options, reason
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import may_be_secret
from chat_tui.domain.shell_words import Command, Word, commands
from chat_tui.domain.shortening import shortened

_CURL: Final = re.compile(r"(?:^|[\s;&|(`])(?:[^\s;&|('\"`]*/)?curl(?:\.exe)?(?=\s|\\\n|$)")
_NAMED_CURL: Final = re.compile(r"(?:.*[/\\])?curl(?:\.exe)?")
_DATA: Final = frozenset({"data", "data-ascii", "data-binary", "data-raw", "json"})
_USUAL_HEADERS: Final = re.compile(
    r"content-type|content-length|accept|accept-(encoding|language|charset)|user-agent|connection|cache-control|pragma"
    r"|host|origin|referer|dnt|priority|te|expect|sec-.*|x-stainless-.*|:.*",
    re.IGNORECASE,
)


class CurlRequest(Struct, frozen=True, kw_only=True):
    """What a curl command sends."""

    url: str
    """As written; empty if there is none."""
    data: str
    """The body."""
    variables: tuple[str, ...] = ()
    """Shell variables and substitutions that occur in the body; they are not expanded."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that matter for the request and are not secret."""
    notes: tuple[str, ...] = ()
    """What was left out, one sentence each."""


def holds_curl(text: str) -> bool:
    """Return whether a text looks like it contains a curl command, perhaps among other commands."""
    return _CURL.search(text) is not None


def read_curl(text: str) -> CurlRequest:
    """Parse the first curl command in a text.

    Raises:
        ProblemError: A quote is not closed, or the command has no body that can be read.
    """
    if is_for_cmd(text):
        return _Reading().request(cmd_words(text)[1:])
    found = commands(text)
    place, start = next(
        (
            (place, start)
            for place, command in enumerate(found)
            for start, word in enumerate(command.words)
            if _NAMED_CURL.fullmatch(word.text)
        ),
        (-1, 0),
    )
    if place < 0:
        raise _refused("No curl command found in the text", "The command must start with curl.")
    before = found[place - 1] if place and found[place - 1].joint in ("|", "|&") else None
    reading = _Reading(_input_of(found[place], before), found[place].reads, _others(found, place, before))
    return reading.request(found[place].words[start + 1 :])


def _input_of(command: Command, before: Command | None) -> Word | None:
    """Return the command's standard input, if the text contains it."""
    if command.stdin is not None or command.reads or before is None:
        return command.stdin
    name = before.words[0].text
    arguments = [word for word in before.words[1:] if not word.text.startswith("-")]
    if name == "cat" and not arguments:
        return before.stdin
    if name == "printf" and len(arguments) > 1 and "%" in arguments[0].text:
        del arguments[0]
    if name in ("echo", "printf") and arguments:
        return Word(" ".join(word.text for word in arguments), sum((word.variables for word in arguments), ()))
    return None


def _others(found: Sequence[Command], place: int, before: Command | None) -> tuple[str, ...]:
    """Return the names of the other commands in the text, except one that is piped into curl."""
    names = []
    for number, command in enumerate(found):
        if number == place or command is before:
            continue
        plain = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_./+-]{0,19})(=.*)?", command.words[0].text, re.DOTALL)
        name = f"{plain[1]}=…" if plain and plain[2] else plain[1] if plain else "…"
        names.append(f"| {name}" if number and found[number - 1].joint in ("|", "|&") else name)
    return tuple(dict.fromkeys(name for name in names if name != "…"))


class _Reading:
    """Processes the options of one command.

    Args:
        stdin: What ``@-`` expands to, if known.
        reads: The file that ``@-`` refers to, if any.
        others: Names of the other commands in the text.
    """

    def __init__(self, stdin: Word | None = None, reads: str = "", others: Sequence[str] = ()) -> None:
        self._stdin = stdin
        self._reads = reads or "standard input"
        self._urls: list[str] = []
        self._data: list[str] = []
        self._variables: list[str] = []
        self._headers: list[tuple[str, str]] = []
        self._notes: dict[str, None] = {}
        self._unread = ""
        """The file that contains the body."""
        if others:
            self._note(f"Other commands were ignored: {', '.join(others)}.")

    def request(self, words: Sequence[Word]) -> CurlRequest:
        """Return the request for the words after ``curl``."""
        for option in options(words):
            if option.name == "next":
                self._note(reason(option))
                break
            self._take(option)
        if len(self._urls) > 1:
            self._note("The command has several URLs; the first one is used.")
        if not self._data:
            raise self._no_body()
        return CurlRequest(
            url=self._urls[0] if self._urls else "",
            data="".join(self._data),
            variables=tuple(dict.fromkeys(self._variables)),
            headers=tuple(self._headers),
            notes=tuple(self._notes),
        )

    def _take(self, option: Option) -> None:
        name, value = option.name, option.value
        if (name in _DATA or name in ("", "url", "header", "request")) and value is None:
            self._note(f"{option.written} needs a value, but none was given.")
        elif name in ("", "url") and value is not None:
            self._urls.append(value.text)
        elif name == "header" and value is not None:
            self._take_header(value)
        elif name in _DATA and value is not None:
            self._take_data(option, value)
        elif name == "request" and value is not None:
            if value.text.upper() != "POST":
                self._note(f"The method {_short(value.text)} was replaced with POST.")
        elif name not in WITHOUT_EFFECT:
            self._note(reason(option))

    def _take_header(self, word: Word) -> None:
        if word.text.startswith("@"):
            self._note(f"-H {_short(word.text)} was ignored: header files are not read.")
            return
        name, colon, value = word.text.partition(":")
        if not colon:
            name = name.rstrip(";")
        name, value = name.strip(), value.strip()
        if may_be_secret(name):
            self._note(f"The header {_short(name)} was ignored: the API key comes from the provider's configuration.")
        elif value and not _USUAL_HEADERS.fullmatch(name):
            self._headers.append((name, value))

    def _take_data(self, option: Option, word: Word) -> None:
        text = word.text
        if text.startswith("@") and option.name != "data-raw":
            if text != "@-" or self._stdin is None:
                self._unread = _short(self._reads) if text == "@-" else _short(text[1:])
                self._note(f"{option.written} {_short(text)} was ignored: its contents are not part of the command.")
                return
            word = self._stdin
            text = word.text if option.name == "data-binary" else re.sub(r"[\r\n]", "", word.text)
        if self._data and option.name != "json":
            self._data.append("&")
        self._data.append(text)
        self._variables += word.variables

    def _no_body(self) -> ProblemError:
        if self._unread:
            return _refused(
                f"The command does not contain the body: curl reads it from {self._unread}", "Import that file instead."
            )
        why = next(iter(self._notes), "")
        return _refused("The curl command has no body", "Give the body with -d or --data.", why)

    def _note(self, sentence: str) -> None:
        self._notes[sentence] = None


def _short(text: str) -> str:
    return shortened(text, 60)


def _refused(what: str, hint: str, why: str = "") -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, why=why, hint=hint))

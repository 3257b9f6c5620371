"""Extract the links of a message from its text and its citations, and decide whether one may be opened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import Json, value_at
from chat_tui.domain.literal import UNSAFE, visible_line
from chat_tui.domain.shortening import shortened

if TYPE_CHECKING:
    from chat_tui.domain.merging.choice import ChoiceState

MOST: Final = 500
"""Maximum number of links listed for one message."""
_NAMED: Final = re.compile(r"\[([^\[\]\n]{0,300})\]\(\s{0,9}<?(?=[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\s<>])")
_BREAK: Final = re.compile(r"[\s<>()]")
_ANGLE: Final = re.compile(r"[<>\n]")
_BARE: Final = re.compile(r"https?://[^\s<>\"`]+", re.IGNORECASE)
_LONGEST: Final = 100_000
"""Maximum length of a link that is opened, in characters; a program's argument cannot be much longer."""
_TRAILING: Final = ".,;:!?'*_~|"
_OPENING: Final = {")": "(", "]": "[", "}": "{"}
_TITLE: Final = 120


class Link(Struct, frozen=True, kw_only=True):
    """One link. Both texts are unsanitised."""

    target: str
    """The exact URL, not truncated."""
    title: str = ""
    cited: int = 0
    """Its number among the citations, from 1; 0 for a link in the text."""


def links_of(message: Mapping[str, Json]) -> tuple[Link, ...]:
    """Return the citations of a message in order, then the other links of its text; targets are unique."""
    found: dict[str, Link] = {}
    for link in (*citations_of(message), *_in_text(text_of(message))):
        found.setdefault(link.target, link)
        if len(found) >= MOST:
            break
    return tuple(found.values())


def citations_of(message: Mapping[str, Json]) -> tuple[Link, ...]:
    """Return the sources that a reply cites in its annotations, numbered from 1."""
    notes = message.get("annotations")
    found: list[Link] = []
    for note in notes[:MOST] if isinstance(notes, list) else ():
        if not isinstance(note, dict):
            continue
        target, title = value_at(note, ("url_citation", "url")), value_at(note, ("url_citation", "title"))
        if isinstance(target, str) and target and target not in [link.target for link in found]:
            told = title if isinstance(title, str) else ""
            found.append(Link(target=target, title=told, cited=len(found) + 1))
    return tuple(found)


def noted(message: Mapping[str, Json], choice: ChoiceState | None) -> Mapping[str, Json]:
    """Return a message with the annotations of its reply; these are not sent again and are stored only with the reply.

    Args:
        message: The message as stored for the next request.
        choice: The choice it was made from, if known.
    """
    return message if choice is None or not choice.annotations else {**message, "annotations": choice.annotations}


def citation_lines(message: Mapping[str, Json]) -> tuple[str, ...]:
    """Return one line per citation: ``[1] Title (https://…)``, with the full URL."""
    return tuple(
        f"[{link.cited}] {f'{_short(link.title)} ' if link.title else ''}({link.target})"
        for link in citations_of(message)
    )


def refusal(target: str) -> str:
    """Return why a link must not be opened, in one clause; empty if it may be.

    Only plain ``http`` and ``https`` URLs may be opened: no invisible characters, no user name before the host, no
    backslash, which browsers treat as a slash.
    """
    if len(target) > _LONGEST:
        return f"it is longer than {_LONGEST:,} characters"
    if UNSAFE.search(target) or not target.isprintable() or any(character.isspace() for character in target):
        return "it contains invisible characters"
    return _misleading(target)


def _misleading(target: str) -> str:
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is not a valid URL"
    if parts.scheme.lower() not in ("http", "https"):
        return "only http and https links are opened"
    if not host:
        return "it has no host name"
    if "@" in parts.netloc:
        return "it has a user name before the host, which hides its target"
    return "it contains a backslash, which hides its target" if "\\" in target else ""


def host_words(target: str) -> str:
    """Return the host of a link that may be opened, with its other representation.

    Non-ASCII hosts are shown with their ASCII (IDNA) form and vice versa, numeric hosts with their IP address.
    """
    host = urlsplit(target).hostname or ""
    if host.isascii():
        return f"{host}{_behind(host)}"
    try:
        return f"{visible_line(host)}, which is {host.encode('idna').decode('ascii')}"
    except UnicodeError:
        return f"{visible_line(host)}, which contains non-ASCII letters"


def _behind(host: str) -> str:
    if host.isdecimal() and int(host) < 1 << 32:
        return f", which is {IPv4Address(int(host))}"
    if "xn--" not in host:
        return ""
    try:
        labels = [
            label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
            for label in host.split(".")
        ]
    except UnicodeError:
        return ", which is not valid Punycode"
    return f", which reads {visible_line('.'.join(labels))}"


def _in_text(text: str) -> Iterator[Link]:
    """Yield Markdown links of any scheme and bare http URLs, in order of occurrence."""
    named = [*_named(text)]
    placed = [(start, link) for start, _, link in named]
    ends = iter([*((start, end) for start, end, _ in named), (len(text) + 1, 0)])
    start, end = next(ends)
    for match in _BARE.finditer(text):
        while end and end <= match.start():
            start, end = next(ends)
        if not start <= match.start() < end:
            placed.append((match.start(), Link(target=_trimmed(match[0]))))
    for _, link in sorted(placed, key=lambda each: each[0]):
        yield link


def _named(text: str) -> Iterator[tuple[int, int, Link]]:
    """Yield Markdown links with the offsets of their start and of their target's end."""
    end = 0
    while opening := _NAMED.search(text, end):
        end = _end(text, opening.end())
        yield opening.start(), end, Link(target=text[opening.end() : end], title=opening[1])


def _end(text: str, start: int) -> int:
    """Return where a Markdown target ends: at whitespace, or at the bracket that closes it.

    One in angle brackets may contain spaces.
    """
    closing = _ANGLE.search(text, start) if text[start - 1] == "<" else None
    if closing is not None and closing[0] == ">":
        return closing.start()
    depth = 0
    for found in _BREAK.finditer(text, start):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth < 0 or found[0] not in "()":
            return found.start()
    return len(text)


def _trimmed(target: str) -> str:
    """Strip the punctuation of the surrounding sentence from a bare URL."""
    unopened = {closing: target.count(closing) - target.count(opening) for closing, opening in _OPENING.items()}
    end = len(target)
    while end and (target[end - 1] in _TRAILING or unopened.get(target[end - 1], 0) > 0):
        end -= 1
        if target[end] in unopened:
            unopened[target[end]] -= 1
    return target[:end]


def _short(title: str) -> str:
    line = " ".join(title.split())
    return shortened(line, _TITLE)

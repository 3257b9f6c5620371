"""The lines of the Request tab: URL, headers, changes, and the body. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.change_lines import change_lines, told
from chat_tui.domain.counts import counted
from chat_tui.domain.json_diff import Change, diff, same
from chat_tui.domain.json_values import JsonObject
from chat_tui.ui.body_lines import BodyLines
from chat_tui.ui.panel.json_lines import JsonLine
from chat_tui.ui.panel.lines_view import Drawable, Line

_INKS: Final = {"path": "name", "quiet": "quiet", "removed": "error", "added": "literal"}
_OWN: Final = "  ← chat-tui"


class RequestPage(Struct, frozen=True, kw_only=True):
    """What the Request tab shows."""

    target: str
    """Method and URL: ``POST https://…``."""
    body: JsonObject
    own: frozenset[tuple[str, ...]] = frozenset()
    """Paths of the body's members that chat-tui set itself."""
    staying: tuple[str, ...] = ()
    """Paths of message members that are not sent to this service: ``messages[2].reasoning_content``."""
    headers: tuple[tuple[str, str], ...] | None = None
    """The headers, with every secret as ``***``; None: folded."""
    headers_problem: str = ""
    """Why nothing can be sent, if looking up the headers failed."""
    before: JsonObject | None = None
    """The body of the last turn; None if nothing was sent yet."""
    compare: bool = False
    """Whether to show the difference instead of the body."""

    def same_as(self, other: RequestPage) -> bool:
        """Return whether both show the same lines; messages that are the same object are not compared in depth."""
        return (
            same(self.body, other.body)
            and (self.target, self.own, self.staying, self.headers, self.headers_problem, self.compare)
            == (other.target, other.own, other.staying, other.headers, other.headers_problem, other.compare)
            and same(self.before, other.before)
        )


def request_lines(page: RequestPage, body_lines: BodyLines) -> list[Drawable]:
    """Build the page's lines; ``body_lines`` caches those of the last body."""
    method, _, url = page.target.partition(" ")
    lines: list[Drawable] = [Line.of((method, "accent"), (f" {url}", "quiet"), indent=2), *_headers(page)]
    changes = diff(page.before, page.body) if page.before is not None else ()
    lines += [_summary(page, changes), *_staying(page), Line.of()]
    if page.compare and page.before is not None:
        return lines + _difference(changes)
    return lines + _marked(body_lines.of(page.body), page.own)


def _headers(page: RequestPage) -> list[Drawable]:
    if page.headers is None:
        return [Line.of(("▸ headers", "faint"))]
    rows: list[Drawable] = [Line.of(("▾ headers", "faint"))]
    rows += [Line.of((f"  {name}: ", "name"), (value, "text"), indent=4) for name, value in page.headers]
    if page.headers_problem:
        rows.append(Line.prose((f"  {page.headers_problem}", "error"), indent=2))
    return rows


def _summary(page: RequestPage, changes: Sequence[Change]) -> Line:
    if page.before is None:
        return Line.prose(("nothing has been sent yet", "faint"))
    if not changes:
        return Line.prose(("same as the last turn sent", "faint"))
    return Line.prose(
        (f"{counted(len(changes), 'change')} since the last turn: ", "warn"), (told(changes), "quiet"), indent=2
    )


def _staying(page: RequestPage) -> list[Drawable]:
    if not page.staying:
        return []
    return [
        Line.prose(
            ("not sent, this service does not accept it back: ", "warn"), (", ".join(page.staying), "quiet"), indent=2
        )
    ]


def _difference(changes: Sequence[Change]) -> list[Drawable]:
    return [Line.of(*((text, _INKS[tone]) for text, tone in line.pieces), indent=4) for line in change_lines(changes)]


class _OwnLine(Struct, frozen=True):
    """A line of the body with a remark after it."""

    line: JsonLine
    indent: int = 4
    by_words: bool = False

    @property
    def text(self) -> str:
        """The line and the remark."""
        return self.line.text + _OWN

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """The pieces of the line, and the remark."""
        return (*self.line.pieces, (_OWN, "faint"))


def _marked(lines: Sequence[JsonLine], own: Collection[tuple[str, ...]]) -> list[Drawable]:
    """Mark the lines of the body that chat-tui added itself."""
    marked: list[Drawable] = list(lines)
    for path in own:
        place = _place_of(lines, path)
        if place is not None:
            marked[place] = _OwnLine(lines[place])
    return marked


def _place_of(lines: Sequence[JsonLine], path: Sequence[str]) -> int | None:
    """Return the index of the line where a member begins, found by its indentation, which no value can imitate."""
    after, before = 0, len(lines)
    for depth, step in enumerate(path, 1):
        begin = f'{"  " * depth}"{step}": '
        places = (place for place in range(before - 1, after - 1, -1) if lines[place].text.startswith(begin))
        found = next(places, None)
        if found is None:
            return None
        after = found
        closing = "  " * depth + "}"
        before = next((i for i in range(found + 1, before) if lines[i].text.startswith(closing)), found + 1)
    return after

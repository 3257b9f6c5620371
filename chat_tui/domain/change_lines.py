"""Format changes between JSON values as lines: a sign, a path, and the values before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.data_folding import folded
from chat_tui.domain.json_diff import Change, path_text
from chat_tui.domain.json_values import Json, Unset, dump_json
from chat_tui.domain.shortening import shortened
from chat_tui.domain.text_diff import Gap, TextLine, text_diff

Tone: TypeAlias = Literal["path", "quiet", "removed", "added"]

_MARKS: Final = {"added": "+", "removed": "−", "changed": "~"}
_SHORT: Final = 26
_MOST_LINES: Final = 300
"""Maximum number of lines shown of one value."""


class ChangeLine(Struct, frozen=True):
    """One line as styled segments; a segment may contain anything but newlines."""

    pieces: tuple[tuple[str, Tone], ...]

    @property
    def text(self) -> str:
        """The line without styles."""
        return "".join(piece for piece, _ in self.pieces)


def change_lines(changes: Iterable[Change]) -> list[ChangeLine]:
    """Return the lines of every change: one line if its values are short, else an inline diff below the path."""
    return [line for change in changes for line in _lines(change)]


def told(changes: Sequence[Change], most: int = 3) -> str:
    """Summarise changes: ``temperature 0→0.7 · +messages[2–4] · 4 more``. Empty without changes."""
    runs = _runs(changes)
    parts = [_told(run) for run in runs[:most]]
    if len(runs) > most:
        parts.append(f"{sum(map(len, runs[most:]))} more")
    return " · ".join(parts)


def short(value: Json | Unset, limit: int = _SHORT) -> str:
    """Format a value in at most ``limit`` characters, cut with …; strings without quotes, absence as ``unset``."""
    if isinstance(value, Unset):
        return "unset"
    text = value if isinstance(value, str) else dump_json(value)
    return shortened(text, limit)


def _runs(changes: Iterable[Change]) -> list[list[Change]]:
    """Group neighbouring list items that were all added or all removed; other changes stay single."""
    runs: list[list[Change]] = []
    for change in changes:
        last = runs[-1][-1] if runs else None
        if last is not None and last.kind == change.kind != "changed" and _follows(last, change):
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs


def _follows(one: Change, other: Change) -> bool:
    if not one.path or not other.path or one.path[:-1] != other.path[:-1]:
        return False
    first, second = one.path[-1], other.path[-1]
    return isinstance(first, int) and isinstance(second, int) and second == first + 1


def _told(run: Sequence[Change]) -> str:
    change = run[0]
    if len(run) > 1:
        return f"{_MARKS[change.kind]}{path_text(change.path[:-1])}[{change.path[-1]}–{run[-1].path[-1]}]"
    path = path_text(change.path) or "everything"
    if _is_short(change.before) and _is_short(change.after):
        return f"{path} {short(change.before)}→{short(change.after)}"
    return f"{_MARKS[change.kind]}{path}"


def _is_short(value: Json | Unset) -> bool:
    if isinstance(value, Unset | bool | int | float) or value is None:
        return True
    return isinstance(value, str) and len(value) <= _SHORT and "\n" not in value


def _lines(change: Change) -> Iterator[ChangeLine]:
    mark, path = _MARKS[change.kind], path_text(change.path) or "everything"
    tone: Tone = "quiet" if change.kind == "changed" else change.kind
    if _is_short(change.before) and _is_short(change.after):
        yield ChangeLine(((f"{mark} ", tone), (path, "path"), ("  ", "quiet"), *_values(change)))
        return
    yield ChangeLine(((f"{mark} ", tone), (path, "path")))
    if isinstance(change.before, str) and isinstance(change.after, str):
        yield from _text_lines(change.before, change.after)
    else:
        yield from _capped([ChangeLine((("  − ", "removed"), (line, "removed"))) for line in _written(change.before)])
        yield from _capped([ChangeLine((("  + ", "added"), (line, "added"))) for line in _written(change.after)])


def _text_lines(before: str, after: str) -> Iterator[ChangeLine]:
    """Diff of two texts; long base64 data is shown only by its ends and its length."""
    shown = folded(before), folded(after)
    if shown[0] == shown[1]:
        yield ChangeLine((("    different data of the same length", "quiet"),))
    else:
        yield from _capped([_text_line(line) for line in text_diff(str(shown[0]), str(shown[1]))])


def _values(change: Change) -> tuple[tuple[str, Tone], ...]:
    before, after = _exact(change.before), _exact(change.after)
    if change.kind == "added":
        return ((after, "added"),)
    if change.kind == "removed":
        return ((before, "removed"),)
    return (before, "removed"), (" → ", "quiet"), (after, "added")


def _exact(value: Json | Unset) -> str:
    return "" if isinstance(value, Unset) else dump_json(value)


def _written(value: Json | Unset) -> list[str]:
    """A value as lines: strings verbatim, anything else as indented JSON; long base64 data is folded."""
    if isinstance(value, Unset):
        return []
    shown = folded(value)
    return (shown if isinstance(shown, str) else dump_json(shown, indent=2)).split("\n")


def _text_line(line: TextLine | Gap) -> ChangeLine:
    if isinstance(line, Gap):
        return ChangeLine(((f"    … {line.lines} unchanged lines", "quiet"),))
    if line.kind == "same":
        return ChangeLine((("    ", "quiet"), (line.text, "quiet")))
    tone: Tone = "removed" if line.kind == "removed" else "added"
    mark = ("  − " if line.kind == "removed" else "  + ", tone)
    return ChangeLine((mark, *((text, tone if differs else "quiet") for text, differs in line.pieces)))


def _capped(lines: list[ChangeLine]) -> list[ChangeLine]:
    if len(lines) <= _MOST_LINES:
        return lines
    more = ChangeLine(((f"    … {len(lines) - _MOST_LINES:,} more lines", "quiet"),))
    return [*lines[:_MOST_LINES], more]

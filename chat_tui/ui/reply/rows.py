"""The rows of the Reply tab (labels, values, headings), and formatting of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.ui.figures import seconds

LONGEST = 400
"""Maximum number of characters of a value that are shown."""
_DEEPEST = 4
"""Maximum depth at which an object's members get rows of their own."""


class Row(Struct, frozen=True):
    """A label and its value; without a value a heading; without a label a continuation of the row above."""

    label: str = ""
    value: str = ""
    ink: str = "text"
    depth: int = 0
    """Indent of the label in cells."""


def section(title: str, rows: Iterable[Row]) -> list[Row]:
    """Build a section: a blank row, a heading and the rows that have a value; empty if none has."""
    kept = [row for row in rows if row.value]
    return [Row(), Row(title), *kept] if kept else []


def text_of(value: Json) -> str:
    """Format a value on one line: strings as they are, anything else as JSON; very long text is cut."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else dump_json(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def nested(label: str, value: Json, depth: int = 0) -> Iterator[Row]:
    """Yield rows for a nested value: an object's label with its members below, anything else as one row."""
    if not isinstance(value, dict) or not value or depth >= _DEEPEST:
        yield Row(label, counted(value) if number_of(value) is not None else text_of(value), "quiet", depth)
        return
    yield Row(label, "…", "faint", depth)
    for name, member in value.items():
        yield from nested(words_of(name), member, depth + 1)


def counted(value: Json) -> str:
    """Format a number with thousands separators; a very small one without an exponent."""
    if isinstance(value, int):
        return f"{value:,}"
    number = number_of(value) or 0.0
    return f"{number:.10f}".rstrip("0") if 0 < abs(number) < 1e-3 else f"{number:.6g}"


def words_of(name: str) -> str:
    """Format a member's name as words: ``system_fingerprint`` becomes ``system fingerprint``."""
    return name.replace("_", " ")


def pause(value_s: float) -> str:
    """Format a short duration: ``4.2 ms``, ``180 ms``, ``1.20 s``."""
    if value_s >= 1:
        return seconds(value_s)
    return f"{value_s * 1000:.1f} ms" if value_s < 0.01 else f"{value_s * 1000:.0f} ms"


def number_of(value: Json) -> float | None:
    """Return a number that can be displayed as one, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        return None
    return float(value)


def object_of(value: Json) -> Mapping[str, Json]:
    """Return a value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}

"""A JSON value as rows of a foldable tree; only unfolded parts are visited. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.counts import counted
from chat_tui.domain.json_spans import path_words
from chat_tui.domain.json_values import Json, Unset, dump_json
from chat_tui.domain.places import Place, value_in

_OPEN_AT_ONCE: Final = 400
"""Maximum number of rows at first; what would exceed it starts folded."""
_MOST_ROWS: Final = 50_000
"""Maximum number of rows after unfolding everything."""
_LONGEST: Final = 400
"""Maximum number of characters of a string shown in its row."""


class TreeRow(Struct, frozen=True):
    """One row of the tree."""

    place: Place
    label: str
    """Member name or index; ``$`` for the root."""
    text: str
    """The value as JSON; for an object or array, its size."""
    kind: str
    """``container``, ``empty``, ``string`` or ``scalar``."""
    unfolded: bool = False
    fault: str = ""
    """The error of this value or, if it is folded, of a value within it."""


class ValueTree:
    """A JSON value with its unfolded parts as rows.

    Args:
        value: Any JSON.
        faults: Error messages by path, in the notation of ``path_words``.
    """

    def __init__(self, value: Json, faults: Mapping[str, str]) -> None:
        self._value = value
        self._faults = faults
        self._unfolded: set[Place] = set()
        self.rows: list[TreeRow] = []
        self._unfold_first()
        self._refresh()

    def toggle(self, index: int) -> None:
        """Fold or unfold the row's value."""
        row = self.rows[index]
        if row.kind == "container":
            self._unfolded ^= {row.place}
            self._refresh()

    def unfold(self, index: int) -> bool:
        """Unfold the row's value; return whether it was folded."""
        row = self.rows[index]
        if row.kind != "container" or row.unfolded:
            return False
        self.toggle(index)
        return True

    def unfold_all(self, index: int) -> bool:
        """Unfold the row's value and everything in it, level by level; return False if there would be too many rows."""
        top = self.rows[index].place
        level: list[tuple[Place, Json]] = [(top, self.value(index))]
        rows = len(self.rows)
        whole = True
        while level and whole:
            inner: list[tuple[Place, Json]] = []
            for place, value in level:
                if isinstance(value, dict | list) and value:
                    rows += 0 if place in self._unfolded else len(value)
                    whole &= rows <= _MOST_ROWS
                    if whole:
                        self._unfolded.add(place)
                        inner += _entries(value, place)
            level = inner
        self._refresh()
        return whole

    def fold_all(self) -> None:
        """Fold everything but the root."""
        self._unfolded = {()}
        self._refresh()

    def fold(self, index: int) -> int:
        """Fold the row's value if it is unfolded; return the row for the cursor, else the row of the parent."""
        row = self.rows[index]
        if row.unfolded:
            self.toggle(index)
            return index
        return next((at for at, each in enumerate(self.rows) if each.place == row.place[:-1]), index)

    def next_fault(self, index: int, step: int) -> int | None:
        """Return the nearest row with an error in a direction, wrapping around; errors inside folded values count."""
        count = len(self.rows)
        places = ((index + step * distance) % count for distance in range(1, count + 1))
        return next((place for place in places if self.rows[place].fault), None)

    def value(self, index: int) -> Json:
        """Return the value of a row."""
        found = value_in(self._value, self.rows[index].place)
        return None if isinstance(found, Unset) else found

    def _unfold_first(self) -> None:
        """Unfold level by level, as long as the number of rows stays within the limit."""
        level: list[Place] = [()]
        rows = 1
        while level:
            inner: list[Place] = []
            for place in level:
                held = value_in(self._value, place)
                if isinstance(held, dict | list) and held and rows + len(held) <= _OPEN_AT_ONCE:
                    self._unfolded.add(place)
                    rows += len(held)
                    inner += (below for below, item in _entries(held, place) if isinstance(item, dict | list))
            level = inner

    def _refresh(self) -> None:
        self.rows = list(self._walk())

    def _walk(self) -> Iterator[TreeRow]:
        waiting: list[tuple[Place, Json]] = [((), self._value)]
        while waiting:
            place, value = waiting.pop()
            unfolded = place in self._unfolded and isinstance(value, dict | list) and bool(value)
            yield self._row(place, value, unfolded=unfolded)
            if unfolded:
                waiting += reversed(list(_entries(value, place)))

    def _row(self, place: Place, value: Json, *, unfolded: bool) -> TreeRow:
        label = str(place[-1]) if place else "$"
        fault = self._fault(place, folded=not unfolded) if self._faults else ""
        if isinstance(value, dict | list):
            empty = "{}" if isinstance(value, dict) else "[]"
            return TreeRow(place, label, measure(value) or empty, "container" if value else "empty", unfolded, fault)
        kind = "string" if isinstance(value, str) else "scalar"
        cut = value[:_LONGEST] if isinstance(value, str) else value
        return TreeRow(
            place, label, dump_json(cut) + ("…" if cut is not value and cut != value else ""), kind, False, fault
        )

    def _fault(self, place: Place, *, folded: bool) -> str:
        path = path_words(place)
        own = self._faults.get(path, "")
        if own or not folded:
            return own
        inner = next((other for other in self._faults if other.startswith((f"{path}.", f"{path}["))), "")
        return f"in {inner}" if inner else ""


def _entries(value: Json, place: Place) -> Iterator[tuple[Place, Json]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield (*place, name), item
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*place, index), item


def measure(value: Sequence[Json] | Mapping[str, Json]) -> str:
    """Format a size: ``{3 members}``, ``[1 entry]``; empty for an empty value."""
    count = len(value)
    if not count:
        return ""
    if isinstance(value, Mapping):
        return f"{{{counted(count, 'member')}}}"
    return f"[{counted(count, 'entry', 'entries')}]"

"""Merge reasoning fragments: text members, ``reasoning_details``, and thinking parts of a content list."""

from __future__ import annotations

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.text import Pieces

FIELDS = ("reasoning", "reasoning_content", "reasoning_text")
"""The members in which services send reasoning text, in order of precedence (merge rule R11)."""

_JOINED = ("text", "summary", "data")
_FIRST_COUNTS = frozenset({"id", "format"})
_CONTINUED = ("reasoning.text", "reasoning.summary")
_READ = ("text", "summary")
"""Readable members of an entry; its ``data`` is encrypted."""


def thinking_in(part: JsonObject) -> list[str]:
    """Return the texts of a thinking part, whose ``thinking`` is a string or a list of text parts (merge rule R9)."""
    thinking = part.get("thinking")
    if isinstance(thinking, str):
        return [thinking]
    inner = thinking if isinstance(thinking, list) else []
    texts = [item.get("text") if isinstance(item, dict) else item for item in inner]
    return [text for text in texts if isinstance(text, str)]


class DetailState:
    """One accumulating entry of ``reasoning_details``."""

    def __init__(self, entry: JsonObject) -> None:
        self.members: JsonObject = {}
        self.numbered = _index_of(entry) is not None
        self._pieces: dict[str, Pieces] = {}
        self.apply(entry)

    def apply(self, entry: JsonObject) -> None:
        """Merge one more fragment of the entry (merge rule R12)."""
        for name, value in entry.items():
            if name in _JOINED and isinstance(value, str):
                self._pieces.setdefault(name, Pieces()).add(value)
            if self.members.get(name) is None or (value is not None and name not in _FIRST_COUNTS):
                self.members[name] = value

    def continues(self, entry: JsonObject) -> bool:
        """Return whether an entry without an index is a continuation of this one."""
        if self.numbered or entry.get("type") != self.members.get("type") or entry.get("type") not in _CONTINUED:
            return False
        own, other = self.members.get("id"), entry.get("id")
        return own is None or other is None or own == other

    def as_json(self) -> JsonObject:
        """Return the entry with its texts joined."""
        return {**self.members, **{name: pieces.text() for name, pieces in self._pieces.items()}}


class ReasoningState:
    """The accumulated reasoning of one choice: its text and its details."""

    text: Pieces
    field: str | None
    """The member that first contained its text; None without any, or for thinking parts within the content."""
    details: list[DetailState]
    """In order of first appearance."""

    def __init__(self) -> None:
        self.text = Pieces()
        self.field = None
        self.details = []
        self._read = Pieces()
        self._reading: DetailState | None = None
        self._numbered: dict[tuple[str, int], DetailState] = {}

    @property
    def readable(self) -> list[str]:
        """Readable fragments: the text, else the texts of the details in order of arrival; the list only grows."""
        return self.text.parts or self._read.parts

    def apply(self, delta: JsonObject) -> bool:
        """Merge the reasoning text of a delta (merge rule R11); returns whether there was any."""
        found = reasoning_in(delta)
        if found is None:
            return False
        self.field = self.field or found[0]
        return self.text.add(found[1])

    def add(self, texts: list[str]) -> bool:
        """Add texts from thinking parts; returns whether any was non-empty."""
        carried = False
        for text in texts:
            carried |= self.text.add(text)
        return carried

    def add_details(self, fragments: list[Json]) -> bool:
        """Merge the ``reasoning_details`` of one delta (merge rule R12); returns whether there were any."""
        carried = False
        for fragment in fragments:
            if isinstance(fragment, dict):
                self._add_detail(fragment)
                carried = True
        return carried

    def merged(self) -> JsonObject:
        """Return the members ``reasoning``, ``reasoning_field`` and ``reasoning_details``, each if received."""
        members: JsonObject = {}
        if self.text.came:
            members["reasoning"] = self.text.text()
        if self.field is not None:
            members["reasoning_field"] = self.field
        if self.details:
            members["reasoning_details"] = [detail.as_json() for detail in self.details]
        return members

    def for_history(self) -> JsonObject:
        """Return the members as services expect them in later requests: the text in its original member."""
        members: JsonObject = {}
        if self.field is not None:
            members[self.field] = self.text.text()
        if self.details:
            members["reasoning_details"] = [detail.as_json() for detail in self.details]
        return members

    def close(self) -> None:
        """Finish all texts after the last event."""
        self.text.close()
        self._read.close()

    def _add_detail(self, fragment: JsonObject) -> None:
        known = self._known(fragment)
        if known is None:
            known = DetailState(fragment)
            self.details.append(known)
            index = _index_of(fragment)
            if index is not None:
                self._numbered[_kind_of(fragment), index] = known
        else:
            known.apply(fragment)
        self._add_readable(known, fragment)

    def _known(self, fragment: JsonObject) -> DetailState | None:
        """Return the entry that a fragment belongs to; None for a new one."""
        index = _index_of(fragment)
        if index is not None:
            return self._numbered.get((_kind_of(fragment), index))
        return self.details[-1] if self.details and self.details[-1].continues(fragment) else None

    def _add_readable(self, detail: DetailState, fragment: JsonObject) -> None:
        """Add readable text, with a blank line between the texts of different entries."""
        for text in (fragment.get(name) for name in _READ):
            if isinstance(text, str) and text:
                if self._reading is not None and self._reading is not detail:
                    self._read.add("\n\n")
                self._reading = detail
                self._read.add(text)


def reasoning_in(delta: JsonObject) -> tuple[str, str] | None:
    """Return field and text of the reasoning in a delta, preferring non-empty fields; None without any."""
    first: tuple[str, str] | None = None
    for field in FIELDS:
        text = delta.get(field)
        if isinstance(text, str):
            if text:
                return field, text
            first = first or (field, text)
    return first


def _kind_of(entry: JsonObject) -> str:
    kind = entry.get("type")
    return kind if isinstance(kind, str) else ""


def _index_of(entry: JsonObject) -> int | None:
    """Return the index of an entry; None if it is missing or not an integer."""
    index = entry.get("index")
    return index if isinstance(index, int) and not isinstance(index, bool) else None

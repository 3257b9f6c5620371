"""Merge tool call fragments: assign each fragment to its call, and build the calls."""

from __future__ import annotations

from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.merging.text import Pieces

_OWN_MEMBERS = frozenset({"index", "id", "type", "function", "custom"})


class NamedText:
    """A name and a text in fragments: a function's name and arguments, or a custom tool's name and input."""

    name: str
    """Empty until one is received."""
    text: Pieces

    def __init__(self) -> None:
        self.name = ""
        self.text = Pieces()

    def add(self, name: Json, text: Json, *, fragmented: bool = False) -> bool:
        """Add a fragment of both (merge rules R16, R17).

        Args:
            name: The first one counts.
            text: A string is appended; an object is serialised compactly; anything else is ignored.
            fragmented: Whether a different name continues the name, as long as there is no text.

        Returns:
            Whether the fragment contained anything.
        """
        named = isinstance(name, str) and name != ""
        if isinstance(name, str) and named:
            if not self.name:
                self.name = name
            elif fragmented and name != self.name and not self.text.parts:
                self.name += name
        if isinstance(text, dict):
            text = dump_json(text)
        return (isinstance(text, str) and self.text.add(text)) or named

    def as_json(self, text_member: str) -> JsonObject:
        """Return name (null if none was received) and joined text, the latter as the given member."""
        return {"name": self.name or None, text_member: self.text.text()}


class ToolCallState:
    """One accumulating tool call."""

    id: str | None
    index: int | None
    """The index sent by the service; several calls may have the same one."""
    type: str | None
    function: NamedText
    custom: NamedText | None

    def __init__(self, index: int | None) -> None:
        self.id = None
        self.index = index
        self.type = None
        self.function = NamedText()
        self.custom = None
        self._others: JsonObject = {}

    @property
    def name(self) -> str:
        """Name of the tool; empty until received."""
        return (self.custom or self.function).name

    @property
    def arguments(self) -> list[str]:
        """Fragments of the arguments, or of a custom tool's input; the list only grows."""
        return (self.custom or self.function).text.parts

    def apply(self, delta: JsonObject) -> bool:
        """Merge one fragment (merge rules R15, R16, R17, R19); returns whether it contained anything."""
        call_id, kind = _word(delta, "id"), _word(delta, "type")
        self.id = self.id or call_id
        self.type = self.type or kind
        carried = call_id is not None
        function, custom = delta.get("function"), delta.get("custom")
        if isinstance(function, dict):
            fragmented = call_id is None
            carried |= self.function.add(function.get("name"), function.get("arguments"), fragmented=fragmented)
        if isinstance(custom, dict):
            self.custom = self.custom or NamedText()
            carried |= self.custom.add(custom.get("name"), custom.get("input"), fragmented=call_id is None)
        for name, value in delta.items():
            if value is not None and name not in _OWN_MEMBERS:
                self._others[name] = value
                carried = True
        return carried

    def as_json(self) -> JsonObject:
        """Return the call in wire format; ``id`` is null if none was received."""
        custom = self.custom
        if custom is None and self.type == "custom":
            custom = NamedText()
        merged: JsonObject = {"id": self.id, "type": self.type or ("custom" if custom else "function")}
        if custom is None or self.function.name or self.function.text.parts:
            merged["function"] = self.function.as_json("arguments")
        if custom is not None:
            merged["custom"] = custom.as_json("input")
        return {**merged, **self._others}


class ToolCalls:
    """The tool calls of one choice."""

    states: list[ToolCallState]
    """In order of first appearance; the list only grows."""
    warnings: set[str]

    def __init__(self) -> None:
        self.states = []
        self.warnings = set()
        self._by_index: dict[int, ToolCallState] = {}
        self._by_id: dict[str, ToolCallState] = {}

    def apply(self, deltas: list[Json]) -> bool:
        """Merge the fragments of one delta; returns whether they contained anything."""
        carried = False
        for delta in deltas:
            if isinstance(delta, dict):
                state = self._state_of(delta)
                carried |= state.apply(delta)
                if state.id is not None:
                    self._by_id.setdefault(state.id, state)
        return carried

    def ordered(self) -> list[ToolCallState]:
        """Return the calls by index if every call has a unique one, else in order of arrival (merge rule R18)."""
        indexes = [state.index for state in self.states if state.index is not None]
        if len(set(indexes)) < len(self.states):
            return list(self.states)
        return sorted(self.states, key=lambda state: state.index or 0)

    def close(self) -> None:
        """Finish all texts after the last event."""
        for state in self.states:
            state.function.text.close()
            if state.custom is not None:
                state.custom.text.close()
            if state.id is None:
                self.warnings.add("tool_id_missing")

    def _state_of(self, delta: JsonObject) -> ToolCallState:
        index, call_id, name = delta.get("index"), _word(delta, "id"), _name_in(delta)
        if isinstance(index, int) and not isinstance(index, bool):
            return self._numbered(index, call_id, name)
        self.warnings.add("tool_index_missing")
        return self._unnumbered(call_id, name)

    def _numbered(self, index: int, call_id: str | None, name: str | None) -> ToolCallState:
        """Return the call with this index (merge rule R13)."""
        newest = self._by_index.get(index)
        if newest is None:
            return self._open(index)
        if call_id is None or newest.id is None or newest.id == call_id:
            return newest
        known = self._by_id.get(call_id)
        if known is not None and known.index == index:
            return known
        if name is None:
            return newest
        self.warnings.add("tool_index_reused")
        return self._open(index)

    def _unnumbered(self, call_id: str | None, name: str | None) -> ToolCallState:
        """Return the call that a fragment without an index belongs to (merge rule R14)."""
        if call_id is not None:
            return self._by_id.get(call_id) or self._open(None)
        if not self.states or (name is not None and self.states[-1].name):
            return self._open(None)
        return self.states[-1]

    def _open(self, index: int | None) -> ToolCallState:
        state = ToolCallState(index)
        self.states.append(state)
        if index is not None:
            self._by_index[index] = state
        return state


def _word(members: JsonObject, name: str) -> str | None:
    value = members.get(name)
    return value if isinstance(value, str) and value else None


def _name_in(delta: JsonObject) -> str | None:
    for member in ("function", "custom"):
        tool = delta.get(member)
        if isinstance(tool, dict) and (name := _word(tool, "name")):
            return name
    return None

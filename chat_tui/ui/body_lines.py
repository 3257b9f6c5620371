"""JSON lines of a request body with long data shortened; lines of messages seen before are cached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chat_tui.domain.data_folding import folded
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.ui.panel.json_lines import JsonLine, json_lines

_LIST: Final = '  "messages": []'
_INDENT: Final = "    "


class BodyLines:
    """Caches the lines of the last body's messages, which are most of it and seldom change."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Json, list[JsonLine]]] = {}

    def of(self, body: JsonObject) -> Sequence[JsonLine]:
        """Return the lines of ``json_lines(body)``; long base64 data in messages is cut to its ends and its length."""
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            return json_lines(body)
        frame = json_lines({**body, "messages": []})
        place = next(index for index, line in enumerate(frame) if line.text.startswith(_LIST))
        comma = frame[place].text.removeprefix(_LIST)
        lines = [*frame[:place], JsonLine(_LIST.removesuffix("]"))]
        kept = {id(message): (message, self._lines(message)) for message in messages}
        for message in messages[:-1]:
            *upper, last = kept[id(message)][1]
            lines += [*upper, JsonLine(f"{last.text},")]
        lines += kept[id(messages[-1])][1]
        self._kept = kept
        return [*lines, JsonLine(f"  ]{comma}"), *frame[place + 1 :]]

    def _lines(self, message: Json) -> list[JsonLine]:
        known = self._kept.get(id(message))
        if known is not None and known[0] is message:
            return known[1]
        return [JsonLine(f"{_INDENT}{line.text}") for line in json_lines(folded(message))]

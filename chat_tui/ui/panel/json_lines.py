"""JSON text as lines, coloured as they come into view."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from chat_tui.domain.json_values import Json, dump_json
from chat_tui.domain.literal import visible

_KEY: Final = re.compile(r'\s*"(?:[^"\\]|\\.)*"(?=: )')
_INKS: Final = {'"': "text", "{": "faint", "}": "faint", "[": "faint", "]": "faint"}


class JsonLine(Struct, frozen=True):
    """One line of indented JSON: key and value."""

    text: str

    @property
    def indent(self) -> int:
        """The indent of continuation lines: two cells more than the line's own."""
        return min(20, len(self.text) - len(self.text.lstrip(" ")) + 2)

    @property
    def by_words(self) -> bool:
        """False: the line may be cut at any character, because every space matters."""
        return False

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """Key, punctuation and value with their inks."""
        key = _KEY.match(self.text)
        start = key.end() if key else 0
        rest = self.text[start:]
        punctuation = ": " if key else rest[: len(rest) - len(rest.lstrip(" "))]
        value = rest[len(punctuation) :]
        comma = "," if value.endswith(",") else ""
        value = value.removesuffix(",")
        ink = _INKS.get(value[:1], "literal")
        return (self.text[:start], "name"), (punctuation, "faint"), (value, ink), (comma, "faint")


def json_lines(value: Json) -> list[JsonLine]:
    """Format a value as literal lines."""
    return [JsonLine(line) for line in visible(dump_json(value, indent=2)).split("\n")]

"""TOML text parsed, with the place of a fault as numbers."""

from __future__ import annotations

import re
from typing import Any, Final

_PLACE: Final = r"(?s)(.*) \(at line (\d+), column (\d+)\)"
_END: Final = "(at end of document)"


class TomlFaultError(ValueError):
    """The text is not TOML; its words are why."""

    def __init__(self, why: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(why)
        self.line = line
        """From 1; None where the parser does not tell."""
        self.column = column

    @property
    def place(self) -> str:
        """``, line 3, column 7,`` for the middle of a sentence; empty where it is not known."""
        return f", line {self.line}, column {self.column}," if self.line else ""


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a text.

    Raises:
        TomlFaultError: It is not TOML.
        ValueError: It holds a number Python does not take.
        RecursionError: It is nested too deeply.
    """
    import tomllib  # only where there is something to parse

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        match = re.fullmatch(_PLACE, str(error).replace(_END, f"(at line {line}, column {column})"))
        if match is None:
            raise TomlFaultError(str(error)) from None
        raise TomlFaultError(match[1], int(match[2]), int(match[3])) from None

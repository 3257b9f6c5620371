"""Parse TOML, with the location of a syntax error as numbers."""

from __future__ import annotations

import re
from typing import Any, Final

_PLACE: Final = r"(?s)(.*) \(at line (\d+), column (\d+)\)"
_END: Final = "(at end of document)"


class TomlFaultError(ValueError):
    """The text is not TOML; the message says why."""

    def __init__(self, why: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(why)
        self.line = line
        """From 1; None if the parser does not report it."""
        self.column = column

    @property
    def place(self) -> str:
        """``, line 3, column 7,`` for use within a sentence; empty if unknown."""
        return f", line {self.line}, column {self.column}," if self.line else ""


def parse_toml(text: str) -> dict[str, Any]:
    """Parse the tables of a TOML text.

    Raises:
        TomlFaultError: It is not TOML.
        ValueError: It contains a number that Python cannot parse.
        RecursionError: It is nested too deeply.
    """
    import tomllib  # imported only if there is something to parse

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        match = re.fullmatch(_PLACE, str(error).replace(_END, f"(at line {line}, column {column})"))
        if match is None:
            raise TomlFaultError(str(error)) from None
        raise TomlFaultError(match[1], int(match[2]), int(match[3])) from None

"""A finding: what is wrong, doubtful or worth knowing about one parameter before it is sent."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from chat_tui.domain.json_values import UNSET, Json, Unset, dump_json


class Finding(Struct, frozen=True, kw_only=True):
    """One line beside one parameter."""

    name: str
    """Wire name of the parameter."""
    level: Literal["error", "warn", "info"]
    """``error`` blocks sending under ``validation = "block"``; the others never do."""
    kind: str
    """type, range, enum, length, pattern, rule, unsupported, refused, unknown or deprecated."""
    text: str
    """The rule in one clause, with its numbers: ``must be between 0 and 2``."""
    value: Json | Unset = UNSET
    remedy: str = ""

    def sentence(self) -> str:
        """Name, value, rule and remedy on one line: ``temperature = 3: must be between 0 and 2. …``."""
        shown = "" if isinstance(self.value, Unset) else f" = {_short(self.value)}"
        return f"{self.name}{shown}: {self.text.rstrip('.')}." + (f" {self.remedy}" if self.remedy else "")


def _short(value: Json, limit: int = 60) -> str:
    text = dump_json(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"

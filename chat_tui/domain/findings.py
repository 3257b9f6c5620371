"""A finding: an error, doubt or hint about one parameter or message before it is sent."""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct

from chat_tui.domain.json_values import UNSET, Json, Unset, dump_json
from chat_tui.domain.shortening import shortened

_IN_MESSAGE: Final = re.compile(r"messages\[(\d+)]")


class Finding(Struct, frozen=True, kw_only=True):
    """One message about one parameter."""

    name: str
    """Wire name of the parameter."""
    level: Literal["error", "warn", "info"]
    """Only ``error`` blocks sending, and only under ``validation = "block"``."""
    kind: str
    """type, range, enum, length, pattern, rule, schema, unsupported, refused, unknown or deprecated."""
    text: str
    """The violated rule in one clause, with its numbers: ``must be between 0 and 2``."""
    value: Json | Unset = UNSET
    remedy: str = ""

    @property
    def message(self) -> int | None:
        """Index in the body of the message it is about; None if it is about a parameter."""
        found = _IN_MESSAGE.match(self.name)
        return int(found[1]) if found is not None else None

    def sentence(self) -> str:
        """Return name, value, rule and remedy on one line: ``temperature = 3: must be between 0 and 2. …``."""
        return f"{self.subject()}: {self.ruling()}"

    def subject(self) -> str:
        """Return name and value: ``temperature = 3``."""
        return self.name if isinstance(self.value, Unset) else f"{self.name} = {_short(self.value)}"

    def ruling(self) -> str:
        """Return rule and remedy: ``must be between 0 and 2. Take 2 or less.``."""
        return f"{self.text.rstrip('.')}." + (f" {self.remedy}" if self.remedy else "")


def _short(value: Json, limit: int = 60) -> str:
    text = dump_json(value)
    return shortened(text, limit)

"""Long runs of base64 in a JSON value, folded for reading: a screen shows their ends and how long they are. Pure."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.json_values import Json

LONGEST: Final = 2048
"""Characters of a run that is still shown whole."""
_RUN: Final = re.compile(rf"[A-Za-z0-9+/_-]{{{LONGEST + 1},}}={{0,2}}")
_HEAD, _TAIL = 48, 16


def folded(value: Json) -> Json:
    """The value with every long run of base64 as its beginning, its length and its end; the same object without one."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else _RUN.sub(_fold, value)
    if isinstance(value, list):
        items = [folded(item) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        members = {name: folded(item) for name, item in value.items()}
        return members if any(members[name] is not value[name] for name in value) else value
    return value


def _fold(run: re.Match[str]) -> str:
    text = run[0]
    return f"{text[:_HEAD]} … {len(text) - _HEAD - _TAIL:,} characters … {text[-_TAIL:]}"

"""Fold long runs of base64 in a JSON value for display: only their ends and their length are shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from chat_tui.domain.json_values import Json

LONGEST: Final = 2048
"""Longest run that is still shown in full, in characters."""
_RUN: Final = re.compile(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{LONGEST + 1},}}={{0,2}}")
"""The lookbehind limits attempts to the start of a run, so that many runs just below the limit take linear time."""
_HEAD, _TAIL = 48, 16


def folded(value: Json) -> Json:
    """Fold every long run of base64 into start, length and end; the same object is returned if there is none."""
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


class DataAside:
    """Replaces long data with placeholders while a value is edited as text, and restores it when the text is parsed."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        """Data to placeholder."""

    def put(self, value: Json) -> Json:
        """Return the value with a placeholder for every long run of base64; equal runs always get the same one."""
        return _replaced(value, lambda text: _RUN.sub(self._mark, text) if len(text) > LONGEST else text)

    def restore(self, value: Json) -> Json:
        """Return the value with the data instead of its placeholders. Unknown placeholders are unchanged."""
        if not self._marks:
            return value
        data = {mark: run for run, mark in self._marks.items()}
        marks = re.compile("|".join(map(re.escape, data)))
        return _replaced(value, lambda text: marks.sub(lambda found: data[found[0]], text))

    def _mark(self, run: re.Match[str]) -> str:
        return self._marks.setdefault(run[0], f"[data {len(self._marks) + 1}: {len(run[0]):,} characters]")


def _replaced(value: Json, change: Callable[[str], str]) -> Json:
    """Return the value with every string in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_replaced(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _replaced(item, change) for name, item in value.items()}
    return value

"""How long ago something was, in a word or two."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def ago(at_ms: int, now_ms: int) -> str:
    """``just now``, ``5 min ago``, ``2 h ago``, ``3 d ago``; both in milliseconds since the epoch.

    What lies in the future, as after a clock was set back, is just now.
    """
    passed_s = (now_ms - at_ms) // 1000
    return next((f"{passed_s // size} {unit} ago" for size, unit in _UNITS if passed_s >= size), "just now")

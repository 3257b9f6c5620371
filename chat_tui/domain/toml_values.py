"""Convert TOML values to JSON, and check which JSON values TOML can represent."""

from __future__ import annotations

import math

from chat_tui.domain.json_values import Json


def json_of_toml(value: object) -> Json:
    """Convert a parsed TOML value to JSON.

    Raises:
        ValueError: JSON has no such value: a date, a time, an infinity.
    """
    if isinstance(value, dict):
        return {str(key): json_of_toml(item) for key, item in value.items()}
    if isinstance(value, list):
        return [json_of_toml(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"JSON has no {value}")
    if isinstance(value, (str, bool, int, float)):
        return value
    raise ValueError(f"JSON has no {type(value).__name__}: {value}")


def fits_toml(value: Json) -> bool:
    """Return whether TOML can represent a value: it has no null, and no integers beyond 64 bits."""
    if isinstance(value, dict):
        return all(fits_toml(item) for item in value.values())
    if isinstance(value, list):
        return all(fits_toml(item) for item in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return -(2**63) <= value < 2**63
    return value is not None

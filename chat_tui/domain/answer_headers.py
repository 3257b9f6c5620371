"""Sort the headers of a response by meaning: request ids, rate limits, processing time, everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

_LIMIT: Final = re.compile(
    r"(?:x-|anthropic-)?ratelimit-"
    r"(?:(?P<kind>limit|remaining|reset)(?:-(?P<of>[a-z0-9-]+))?|(?P<first>[a-z0-9-]+?)-(?P<then>limit|remaining|reset))"
)
_IDS: Final = ("x-request-id", "x-generation-id", "cf-ray")
_SHOWN: Final = ("retry-after", "retry-after-ms", "x-should-retry", "server")
_MILLISECOND_STAMP: Final = 1e11
_SECOND_STAMP: Final = 1e9


class RateLimit(Struct, frozen=True):
    """One rate limit of a service."""

    of: str
    """What is limited: ``requests``, ``tokens`` …; empty if the service has only one limit."""
    limit: str = ""
    remaining: str = ""
    reset: str = ""

    def words(self) -> str:
        """Describe the limit, as far as it is known: ``499 of 500 left · reset 120ms``."""
        if self.remaining:
            amount = f"{self.remaining} of {self.limit} left" if self.limit else f"{self.remaining} left"
        else:
            amount = f"limit {self.limit}" if self.limit else ""
        return " · ".join(part for part in (amount, f"reset {when(self.reset)}" if self.reset else "") if part)


class AnswerHeaders(Struct, frozen=True):
    """Response headers grouped by kind; each header appears in exactly one group."""

    ids: tuple[tuple[str, str], ...]
    """Name and value; the provider's own request id comes first."""
    limits: tuple[RateLimit, ...]
    notable: tuple[tuple[str, str], ...]
    """Processing time, retry headers and the server name."""
    others: tuple[tuple[str, str], ...]


def sorted_headers(headers: Mapping[str, str], request_id_header: str = "") -> AnswerHeaders:
    """Group the headers of a response; ``headers`` must have lower-case names."""
    first = request_id_header.lower()
    id_names = [first, *(name for name in _IDS if name != first)]
    ids = tuple((name, headers[name]) for name in id_names if name in headers)
    limits: dict[str, dict[str, str]] = {}
    notable, others = [], []
    for name, value in headers.items():
        if name in id_names:
            continue
        match = _LIMIT.fullmatch(name)
        if match is not None:
            of = match["of"] or match["first"] or ""
            limits.setdefault(of, {})[match["kind"] or match["then"]] = value
        elif name in _SHOWN or name.endswith("processing-ms"):
            notable.append((name, value))
        else:
            others.append((name, value))
    known = tuple(RateLimit(of, **found) for of, found in limits.items())
    return AnswerHeaders(ids, known, tuple(notable), tuple(others))


def when(reset: str) -> str:
    """Format a reset value: durations are unchanged, bare seconds get a unit, timestamps become a UTC time."""
    try:
        number = float(reset)
    except ValueError:
        return reset
    if number >= _SECOND_STAMP:
        try:
            at = datetime.fromtimestamp(number / 1000 if number >= _MILLISECOND_STAMP else number, UTC)
        except (ValueError, OverflowError, OSError):
            return reset
        return f"{at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{reset} s"

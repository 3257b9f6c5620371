"""Retry policy: decides whether and when a request is sent again, without I/O."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

MAX_REQUESTS: Final = 3
"""Maximum number of requests per exchange, whatever the settings say."""
MAX_WAIT_S: Final = 60.0
"""If a service asks for a longer wait, the request is not retried."""

_FIRST_WAIT_S: Final = 0.5
_LONGEST_BACKOFF_S: Final = 8.0
_JITTER: Final = 0.25
_RETRIED_STATUSES: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 524, 529})
_HOPELESS_CODES: Final[frozenset[str | None]] = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


def requests_allowed(retries: int) -> int:
    """Return how many requests one exchange may send: 1 to 3."""
    return max(1, min(1 + retries, MAX_REQUESTS))


def wait_before_retry(
    attempt: int,
    status: int | None,
    headers: Mapping[str, str],
    now: float,
    *,
    jitter: float,
    codes: Collection[str | None] = (),
    retryable: bool | None = None,
) -> float | None:
    """Return the delay before the request is retried.

    Args:
        attempt: Number of requests already sent, from 1. The limit on it is applied elsewhere.
        status: HTTP status, or None if no response arrived.
        headers: Response headers with lower-case names.
        now: Wall-clock time in seconds since the epoch; only used for a Retry-After date.
        jitter: Random number from 0 to 1; shortens a back-off by up to a quarter, never a wait the service asked for.
        codes: The service's error code and type.
        retryable: What the error body says about retrying, if anything.

    Returns:
        Seconds to wait (0 to 60), or None if the request must not be retried.
    """
    if not _worth_repeating(status, headers, codes, retryable):
        return None
    asked = retry_after_s(headers, now)
    if asked is None:
        backoff = min(_FIRST_WAIT_S * 2.0 ** min(attempt - 1, 10), _LONGEST_BACKOFF_S)
        return backoff * (1 - _JITTER * jitter)
    return asked if asked <= MAX_WAIT_S else None


def _worth_repeating(
    status: int | None, headers: Mapping[str, str], codes: Collection[str | None], retryable: bool | None
) -> bool:
    if status is None:
        return True
    if status < 400:
        return False
    advice = headers.get("x-should-retry", "").strip().lower()
    if advice in ("true", "false"):
        return advice == "true"
    if retryable is not None and status in (404, *_RETRIED_STATUSES):
        return retryable
    return status in _RETRIED_STATUSES and _HOPELESS_CODES.isdisjoint(codes)


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Return the wait a service asks for, in seconds, above 0; None if it asks for none or the value is invalid.

    ``retry-after-ms`` takes precedence over ``retry-after``, which is seconds (fractions allowed) or an HTTP date.
    """
    milliseconds = _positive(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _positive(value)
    return seconds if seconds is not None else _until(value, now)


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if text.isascii() and math.isfinite(number) and number > 0 else None


def _until(date: str, now: float) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        wait = parsedate_to_datetime(date).timestamp() - now
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return wait if math.isfinite(wait) and wait > 0 else None

"""When a request is retried."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.net.retry import MAX_WAIT_S, requests_allowed, retry_after_s, wait_before_retry

NOW = 1_700_000_000.0
DATE_IN_5_S = "Tue, 14 Nov 2023 22:13:25 GMT"


@pytest.mark.parametrize(
    ("status", "repeated"),
    [
        *[(status, False) for status in (200, 204, 301, 307, 400, 401, 402, 403, 404, 405, 413, 415, 418, 422, 501)],
        *[(status, True) for status in (408, 409, 429, 500, 502, 503, 504, 524, 529, None)],
    ],
)
def test_the_status_decides(status: int | None, repeated: bool) -> None:
    assert (wait_before_retry(1, status, {}, NOW, jitter=0.5) is not None) is repeated


@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 8.0), (5000, 8.0)])
def test_the_back_off_doubles_up_to_eight_seconds_less_a_quarter_at_most(attempt: int, longest: float) -> None:
    assert wait_before_retry(attempt, 500, {}, NOW, jitter=0.0) == longest
    assert wait_before_retry(attempt, 500, {}, NOW, jitter=1.0) == longest * 0.75


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "60"}, 60.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": DATE_IN_5_S}, 5.0),
        ({"retry-after": "61"}, None),
        ({"retry-after": "3600"}, None),
        ({"retry-after-ms": "60001"}, None),
        ({"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, None),
    ],
)
def test_the_service_decides_the_wait_up_to_a_minute(headers: dict[str, str], wait: float | None) -> None:
    assert wait_before_retry(1, 429, headers, NOW, jitter=1.0) == wait


@pytest.mark.parametrize(
    "value",
    ["", "nan", "inf", "-inf", "-5", "0", "1e999", "soon",
     "Tue, 14 Nov 2023 22:13:00 GMT", "Mon, 1 Jan 100000 00:00:00 GMT",
     "Fri, 99 Foo 2023 99:99:99 GMT", "\u0663", "9" * 5000],
)  # fmt: skip
def test_a_senseless_retry_after_falls_back_to_the_back_off(value: str) -> None:
    assert retry_after_s({"retry-after": value}, NOW) is None
    assert wait_before_retry(1, 429, {"retry-after": value, "retry-after-ms": "nan"}, NOW, jitter=0.0) == 0.5


def test_x_should_retry_goes_before_the_status() -> None:
    assert wait_before_retry(1, 500, {"x-should-retry": "false"}, NOW, jitter=0) is None
    assert wait_before_retry(1, 400, {"x-should-retry": "true"}, NOW, jitter=0) == 0.5
    assert wait_before_retry(1, 200, {"x-should-retry": "true"}, NOW, jitter=0) is None
    assert wait_before_retry(1, 429, {"x-should-retry": "true"}, NOW, jitter=0, codes=("insufficient_quota",)) == 0.5


def test_an_empty_account_is_not_asked_twice() -> None:
    assert wait_before_retry(1, 429, {"retry-after": "1"}, NOW, jitter=0, codes=("insufficient_quota", None)) is None
    assert wait_before_retry(1, 429, {"retry-after": "1"}, NOW, jitter=0, codes=("rate_limit", None)) == 1.0


def test_what_the_body_says_of_itself_counts() -> None:
    assert wait_before_retry(1, 503, {}, NOW, jitter=0, retryable=False) is None
    assert wait_before_retry(1, 404, {}, NOW, jitter=0, retryable=True) == 0.5
    assert wait_before_retry(1, 401, {}, NOW, jitter=0, retryable=True) is None


@pytest.mark.parametrize(("retries", "requests"), [(-3, 1), (0, 1), (1, 2), (2, 3), (3, 3), (99, 3)])
def test_no_setting_allows_more_than_three_requests(retries: int, requests: int) -> None:
    assert requests_allowed(retries) == requests


@given(
    st.integers(1, 10**6),
    st.integers(100, 599) | st.none(),
    st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-should-retry"]), st.text()),
    st.floats(0, 1),
)
def test_a_wait_is_never_negative_endless_or_over_a_minute(
    attempt: int, status: int | None, headers: dict[str, str], jitter: float
) -> None:
    wait = wait_before_retry(attempt, status, headers, NOW, jitter=jitter)
    assert wait is None or (math.isfinite(wait) and 0 < wait <= MAX_WAIT_S)

"""Tests of interpreting response headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.answer_headers import RateLimit, sorted_headers, when

HEADERS = {
    "content-type": "text/event-stream",
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "499",
    "x-ratelimit-reset-requests": "120ms",
    "x-ratelimit-remaining-tokens": "29000",
    "cf-ray": "8f",
    "apim-request-id": "az-1",
    "x-request-id": "req_1",
    "openai-processing-ms": "412",
    "retry-after": "2",
}


def test_each_header_stands_where_it_belongs() -> None:
    found = sorted_headers(HEADERS, "Apim-Request-Id")
    assert found.ids == (("apim-request-id", "az-1"), ("x-request-id", "req_1"), ("cf-ray", "8f"))
    assert found.limits == (RateLimit("requests", "500", "499", "120ms"), RateLimit("tokens", remaining="29000"))
    assert found.notable == (("openai-processing-ms", "412"), ("retry-after", "2"))
    assert found.others == (("content-type", "text/event-stream"),)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "0"}, "0 of 20 left"),
        ({"x-ratelimit-limit-tokens": "20"}, "limit 20"),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "30"}, "3 left · reset 30 s"),
        ({"anthropic-ratelimit-input-tokens-remaining": "7"}, "7 left"),
        ({"x-ratelimit-reset": "1785542400000"}, "reset 2026-08-01 00:00:00 UTC"),
    ],
)
def test_limits_as_words(headers: dict[str, str], words: str) -> None:
    (limit,) = sorted_headers(headers).limits
    assert limit.words() == words


@pytest.mark.parametrize(
    ("reset", "words"),
    [
        ("6m0s", "6m0s"),
        ("1.5", "1.5 s"),
        ("1785542400", "2026-08-01 00:00:00 UTC"),
        ("2026-08-01T00:00:00Z", "2026-08-01T00:00:00Z"),
        ("1e300", "1e300"),
        ("nan", "nan s"),
        ("", ""),
    ],
)
def test_resets_as_words(reset: str, words: str) -> None:
    assert when(reset) == words


plain = st.sampled_from([key for key in HEADERS if "ratelimit" not in key] + ["date", "server"])
limits = st.sampled_from(["x-ratelimit-limit", "x-ratelimit-reset-tokens", "ratelimit-limit-x", "x-ratelimit-limit-x"])


@given(st.dictionaries(plain, st.text(max_size=12)), st.dictionaries(limits, st.text(max_size=12)), plain)
def test_no_header_is_lost_or_told_twice(headers: dict[str, str], budgets: dict[str, str], first: str) -> None:
    found = sorted_headers({**headers, **budgets}, first)
    told = [*found.ids, *found.notable, *found.others]
    assert sorted(told) == sorted(headers.items())
    shown = {value for limit in found.limits for value in (limit.limit, limit.remaining, limit.reset)}
    assert {*budgets.values()} - shown <= {budgets.get("ratelimit-limit-x"), budgets.get("x-ratelimit-limit-x")}

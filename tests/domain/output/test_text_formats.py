"""Validating text against the formats that strict mode supports."""

from __future__ import annotations

import pytest

from chat_tui.domain.schema_errors import schema_errors

GOOD = [
    ("date", "2024-02-29"),
    ("time", "20:20:39Z"),
    ("time", "20:20:39.123+02:00"),
    ("time", "23:59:60Z"),
    ("time", "01:29:60+01:30"),
    ("date-time", "2026-02-28T20:20:39Z"),
    ("date-time", "2026-02-28t20:20:39.5-05:00"),
    ("duration", "P3Y6M4DT12H30M5S"),
    ("duration", "PT36H"),
    ("duration", "P2W"),
    ("hostname", "a.example-host.org"),
    ("uri", "https://example.org/a?b=c#d"),
    ("uri", "urn:isbn:1"),
    ("email", "a@b.c"),
    ("ipv4", "127.0.0.1"),
    ("ipv6", "::1"),
    ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
    ("a format nobody knows", "x"),
]
BAD = [
    ("date", "2026-02-30"),
    ("date", "20260228"),
    ("date", "2026-02-28\n"),
    ("date", "٢٠٢٦-02-28"),
    ("time", "20:20:39"),
    ("time", "24:00:00Z"),
    ("time", "12:00:60Z"),
    ("date-time", "yesterday"),
    ("date-time", "2026-02-28"),
    ("date-time", "2026-02-28 20:20:39Z"),
    ("date-time", "2026-13-01T00:00:00Z"),
    ("duration", "P"),
    ("duration", "P1S"),
    ("duration", "PT"),
    ("duration", "1D"),
    ("hostname", "-a.org"),
    ("hostname", "a..b"),
    ("hostname", "a_b"),
    ("hostname", "a" * 64),
    ("uri", "example.org"),
    ("uri", "https://a b"),
    ("email", "nobody"),
    ("ipv4", "300.1.1.1"),
    ("ipv6", "::g"),
    ("uuid", "x"),
]


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_a_text_of_the_format_fits(name: str, text: str) -> None:
    assert not schema_errors(text, {"format": name})
    assert not schema_errors(7, {"format": name})


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_text_that_is_not_of_the_format_does_not_fit(name: str, text: str) -> None:
    assert f"must have the format {name}" in schema_errors(text, {"format": name})[0].message

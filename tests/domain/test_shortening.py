"""Shortened text is as long as it may be, and says that something is missing."""

from __future__ import annotations

import pytest

from chat_tui.domain.shortening import shortened


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [("abc", 4, "abc"), ("abcd", 4, "abcd"), ("abcde", 4, "abc…"), ("ab", 1, "…"), ("", 1, "")],
)
def test_only_what_is_too_long_is_cut(text: str, limit: int, shown: str) -> None:
    assert shortened(text, limit) == shown

"""Names that a mistyped or shortened name may mean."""

from __future__ import annotations

import pytest

from chat_tui.domain.similar_names import similar_names

KNOWN = ("stream", "temperature", "max_tokens", "reasoning_effort", "reasoning", "n")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("temp", ["temperature"]),
        ("TEMPERATURE", ["temperature"]),
        ("temprature", ["temperature"]),
        ("effort", ["reasoning_effort"]),
        ("reasoning.effort", ["reasoning_effort"]),
        ("reason", ["reasoning"]),
        ("max", ["max_tokens"]),
        ("te", []),
        ("", []),
        ("unlike", []),
    ],
)
def test_the_likeliest_name_is_found(name: str, found: list[str]) -> None:
    assert similar_names(name, KNOWN) == found


def test_names_that_begin_with_the_word_come_first() -> None:
    assert similar_names("reasoning", KNOWN, most=3) == ["reasoning", "reasoning_effort"]

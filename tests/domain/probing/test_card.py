"""Tests of the probe card: serialising, parsing, merging with an older one, and describing it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from chat_tui.domain.probing.card import ProbeCard, ProbeRow, card_of
from chat_tui.domain.probing.cases import LeftOut
from chat_tui.domain.probing.words import remarks, summary


def row(name: str, outcome: Any = "honoured", **members: Any) -> ProbeRow:
    return ProbeRow(name=name, outcome=outcome, **members)


CARD = ProbeCard(
    provider="p",
    base_url="http://x/v1",
    model="m",
    at_ms=5,
    requests=7,
    ended="complete",
    unknown_names=row("nobody", "accepted"),
    rows=(row("seed", "ignored", asked=(7, 7, 8), evidence="differ"), row("n", "refused", status=400, words="No")),
    left_out=(LeftOut("store", "keeps it"),),
)


def test_a_card_that_was_written_is_read_as_it_was() -> None:
    assert card_of(json.dumps(CARD.as_json()).encode()) == CARD


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, json.dumps({**CARD.as_json(), "version": 2}).encode()],
)
def test_a_damaged_card_or_one_of_another_version_is_none(data: bytes) -> None:
    assert card_of(data) is None


def test_rows_of_the_older_card_stay_where_the_newer_knows_nothing() -> None:
    newer = replace(CARD, rows=(row("seed", "unknown"), row("n"), row("stop", "unknown")), unknown_names=None)
    merged = newer.over(CARD)
    assert [(each.name, each.outcome) for each in merged.rows] == [
        ("seed", "ignored"),
        ("n", "honoured"),
        ("stop", "unknown"),
    ]
    assert merged.unknown_names == CARD.unknown_names
    assert newer.over(replace(CARD, model="other")) == newer
    assert newer.over(None) == newer


def test_the_summary_counts_each_verdict() -> None:
    assert summary(CARD) == "1 ignored, 1 refused · 7 requests"
    assert summary(replace(CARD, rows=(), requests=0)) == "no results · 0 requests"


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (CARD, ["“accepted” means little here"]),
        (replace(CARD, unknown_names=row("nobody", "refused", status=400, words="Unknown")), ["was refused (400 Unk"]),
        (replace(CARD, unknown_names=None), []),
        (replace(CARD, unknown_names=None, ended="cancelled", unasked=("stop",)), ["Canceled", "Not tested: stop."]),
        (replace(CARD, unknown_names=None, ended="stopped", why="429."), ["Stopped early: 429."]),
    ],
)
def test_what_must_be_known_to_read_it(card: ProbeCard, words: list[str]) -> None:
    found = remarks(card)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_a_row_says_when_and_why() -> None:
    told = row("n", "refused", status=400, words="No", param="n", at_ms=0)
    assert told.told(7_200_000) == '2 h ago: refused (400 param "n": No)'
    assert row("n").told(0) == "just now: honoured"

"""Tokens and their probabilities, as services report them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import Json
from chat_tui.domain.tokens import Alternative, asking_names, entries_of, tokens_of


def entry(token: str, logprob: Json, top: Json = None, raw: bytes | None = None) -> Json:
    listed: list[Json] | None = [*raw] if raw is not None else None
    return {"token": token, "logprob": logprob, "bytes": listed, "top_logprobs": top}


def test_probabilities_and_alternatives_the_likeliest_first() -> None:
    top: list[Json] = [entry("a", math.log(0.2)), entry("b", math.log(0.7)), entry("c", None)]
    (token,) = tokens_of([entry("a", math.log(0.2), top)])
    assert token.probability == pytest.approx(0.2)
    assert [other.text for other in token.alternatives] == ["b", "a", "c"]
    assert [other.text for other in token.others] == ["b", "c"]
    assert not token.was_first


@pytest.mark.parametrize(
    ("logprob", "probability"),
    [(0, 1.0), (-9999.0, 0.0), (-1e6, 0.0), (0.1, 1.0), (10**400, 1.0), (-(10**400), 0.0), (None, None), (True, None)],
)
def test_odd_probabilities(logprob: Json, probability: float | None) -> None:
    (token,) = tokens_of([entry("x", logprob)])
    assert token.probability == probability
    assert token.was_first


def test_a_character_over_several_tokens_is_told_with_the_last() -> None:
    raw = "é🙂".encode()
    tokens = tokens_of([entry("\\x", -1.0, raw=raw[:1]), entry("y", -1.0, raw=raw[1:3]), entry("z", -1.0, raw=raw[3:])])
    assert [token.whole for token in tokens] == ["", "", "é🙂"]
    assert [token.whole for token in tokens_of([entry("a", -1.0, raw=b"a"), entry("?", -1.0, raw=b"\xff")])] == ["", ""]


def test_who_can_be_asked() -> None:
    catalogue = load_catalogue()
    names = asking_names(catalogue, catalogue.providers["openai"])
    assert names == ("logprobs", "top_logprobs")
    assert all(name in catalogue.parameters for name in names)


def test_all_entries_of_a_choice() -> None:
    assert entries_of({"refusal": [2], "content": [1]}) == [1, 2]


junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["token", "logprob", "bytes", "top_logprobs"]), inner, max_size=4)
    ),
)


@given(st.lists(junk, max_size=5))
def test_whatever_a_service_reports_is_read(entries: list[Json]) -> None:
    tokens = tokens_of(entries)
    assert len(tokens) == sum(isinstance(each, dict) for each in entries)
    for token in tokens:
        assert token.probability is None or 0 <= token.probability <= 1
        assert all(isinstance(other, Alternative) for other in token.others)

"""Cost of a reply: reported by the service, or computed from a list's prices."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.costs import cost_of, images_in
from chat_tui.domain.json_values import Json

PRICES = {"prompt": 1e-6, "completion": 4e-6, "cache_read": 1e-7, "cache_write": 2e-6}


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        ({"cost": 0.5}, 0.5),
        ({"cost": 0}, 0.0),
        ({"cost": {"total_cost": 0.25, "input_tokens_cost": 0.1}}, 0.25),
        ({"cost": 0.5, "prompt_tokens": 10, "completion_tokens": 10}, 0.5),
    ],
)
def test_the_services_word_counts(usage: dict[str, Json], dollars: float) -> None:
    cost = cost_of(usage, PRICES)
    assert cost is not None
    assert (cost.dollars, cost.exact, cost.parts) == (dollars, True, ())
    assert cost.words == "from the service"


@pytest.mark.parametrize(
    ("usage", "parts"),
    [
        ({"prompt_tokens": 100, "completion_tokens": 10}, {"prompt": 100, "completion": 10}),
        ({"prompt_tokens": 100}, {"prompt": 100}),
        (
            {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 60}},
            {"prompt": 40, "cache_read": 60, "completion": 10},
        ),
        (
            {"prompt_tokens": 100, "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30}},
            {"prompt": 10, "cache_read": 60, "cache_write": 30},
        ),
        ({"prompt_tokens": 100, "prompt_cache_hit_tokens": 40}, {"prompt": 60, "cache_read": 40}),
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 60}}, {"cache_read": 10}),
        (
            {"prompt_tokens": 1, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}},
            {"prompt": 1, "completion": 9},
        ),
        ({"prompt_tokens": 0, "completion_tokens": 0}, {}),
    ],
)
def test_what_is_charged(usage: dict[str, Json], parts: dict[str, float]) -> None:
    cost = cost_of(usage, PRICES)
    assert cost is not None
    assert {part.name: part.units for part in cost.parts} == parts
    assert cost.dollars == pytest.approx(sum(PRICES[name] * units for name, units in parts.items()))
    assert cost.words == "from the model list's prices"
    assert not cost.exact


def test_reasoning_images_searches_and_the_request_itself_have_prices_of_their_own() -> None:
    prices = {"prompt": 0.0, "completion": 1.0, "reasoning": 2.0, "request": 10.0, "image": 100.0, "search": 1000.0}
    usage: dict[str, Json] = {
        "prompt_tokens": 5,
        "completion_tokens": 9,
        "completion_tokens_details": {"reasoning_tokens": 5},
        "server_tool_use_details": {"web_search_requests": 2},
    }
    cost = cost_of(usage, prices, images=3)
    assert cost is not None
    assert cost.dollars == 4 + 10 + 10 + 300 + 2000


@pytest.mark.parametrize(
    ("usage", "prices"),
    [
        ({}, PRICES),
        ({"prompt_tokens": 1, "completion_tokens": 1}, {}),
        ({"prompt_tokens": 1, "completion_tokens": 1}, {"prompt": 1.0}),
        ({"prompt_tokens": None, "completion_tokens": "3"}, PRICES),
        ({"prompt_tokens": True}, PRICES),
        ({"prompt_tokens": 10**400}, PRICES),
    ],
)
def test_nothing_is_made_up(usage: dict[str, Json], prices: dict[str, float]) -> None:
    assert cost_of(usage, prices) is None


json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from(["cached_tokens", "cost", "reasoning_tokens"]), inner, max_size=3),
)
members = ["cost", "prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details"]


@given(st.dictionaries(st.sampled_from(members), json), st.dictionaries(st.sampled_from([*PRICES]), st.floats(0, 1)))
def test_any_usage_gives_a_sum_or_none(usage: dict[str, Json], prices: dict[str, float]) -> None:
    cost = cost_of(usage, prices)
    assert cost is None or (math.isfinite(cost.dollars) and cost.dollars >= 0)


def test_pictures_are_counted() -> None:
    picture: Json = {"type": "image_url", "image_url": {"url": "data:"}}
    text: Json = {"type": "text", "text": "x"}
    assert images_in([{"content": "x"}, {"content": [picture, text, "x"]}, {"content": [picture]}, {}]) == 2
    assert images_in([{"content": "Here", "images": [picture, picture]}, {"images": None}]) == 2


@pytest.mark.parametrize("kind", [["image"], {"image_url": "x"}, 5, None])
def test_a_part_whose_type_is_not_text_is_no_picture(kind: Json) -> None:
    assert images_in([{"role": "user", "content": [{"type": kind}]}]) == 0

"""Searching and sorting models by typed words, best matches first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_search import ORDERS, ModelIndex, Order
from chat_tui.domain.model_words import modality_marks, per_million, price_words, token_count

CARDS = [
    ModelCard(id="google/gemma", description="Open weights, likes gpt jokes", created_s=3, prices={"prompt": 2e-6}),
    ModelCard(id="openai/gpt-4o", name="GPT-4o", inputs=("text", "image"), context_length=128000, created_s=5),
    ModelCard(id="openai/gpt-4o-mini", parameters=frozenset({"tools"}), prices={"prompt": 0.0, "completion": 0.0}),
    ModelCard(id="gpt-oss", name="alpha", description="no image at all", context_length=8000, prices={"prompt": 1e-6}),
]
INDEX = ModelIndex(CARDS)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("gpt", ["gpt-oss", "openai/gpt-4o", "openai/gpt-4o-mini", "google/gemma"]),
        ("openai/gpt-4o", ["openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("OPENAI/gpt-4o-MINI", ["openai/gpt-4o-mini"]),
        ("gpt4o", ["openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("image", ["openai/gpt-4o"]),
        ("img", ["openai/gpt-4o"]),
        ("tools", ["openai/gpt-4o-mini"]),
        ("free", ["openai/gpt-4o-mini"]),
        ("gpt free tools", ["openai/gpt-4o-mini"]),
        ("jokes weights", ["google/gemma"]),
        ("alpha", ["gpt-oss"]),
        ("nothing like it", []),
        ("", [card.id for card in CARDS]),
    ],
)
def test_words_find_models(text: str, ids: list[str]) -> None:
    assert [CARDS[place].id for place in INDEX.find(text)] == ids


def test_what_the_list_tells_of_models_is_no_part_of_a_word() -> None:
    cards = [ModelCard(id="nvidia/one"), ModelCard(id="a/vid-2"), ModelCard(id="b", inputs=("video",))]
    assert ModelIndex(cards).find("vid") == [1, 2]
    assert ModelIndex(cards[:2]).find("vid") == [1, 0]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("as listed", ["google/gemma", "openai/gpt-4o", "openai/gpt-4o-mini", "gpt-oss"]),
        ("name", ["gpt-oss", "google/gemma", "openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("price", ["openai/gpt-4o-mini", "gpt-oss", "google/gemma", "openai/gpt-4o"]),
        ("context", ["openai/gpt-4o", "gpt-oss", "google/gemma", "openai/gpt-4o-mini"]),
        ("newest", ["openai/gpt-4o", "google/gemma", "openai/gpt-4o-mini", "gpt-oss"]),
    ],
)
def test_orders(order: Order, ids: list[str]) -> None:
    assert [CARDS[place].id for place in INDEX.find("", order)] == ids


@given(st.lists(st.text(max_size=6), max_size=8), st.text(max_size=6), st.sampled_from(ORDERS))
def test_whatever_is_typed_each_model_comes_at_most_once(ids: list[str], text: str, order: Order) -> None:
    found = ModelIndex([ModelCard(id=model) for model in ids]).find(text, order)
    assert len(found) == len(set(found)) <= len(ids)
    exact = [
        place for place, model in enumerate(ids) if text.split() and model.lower() == " ".join(text.lower().split())
    ]
    assert found[: len(exact)] == exact or order != "as listed"


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, ""),
        (0.0, "0"),
        (2.5e-6, "2.50"),
        (1.5e-7, "0.15"),
        (3.75e-8, "0.0375"),
        (1e-11, "<0.001"),
        (0.0015, "1,500"),
    ],
)
def test_prices_are_for_a_million_tokens(price: float | None, words: str) -> None:
    assert per_million(price) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, ""), (512, "512"), (8192, "8.2k"), (8000, "8k"), (128000, "128k"), (999_999, "1M"), (1_048_576, "1.05M"),
        (10**12, "over 1G"),
    ],
)  # fmt: skip
def test_token_counts_are_round(count: int | None, words: str) -> None:
    assert token_count(count) == words


def test_marks_and_all_prices_in_words() -> None:
    card = ModelCard(
        id="m",
        inputs=("audio", "text", "image", "smell"),
        outputs=("text", "image"),
        prices={"prompt": 1e-6, "completion": 2e-6, "cache_read": 5e-7, "image": 0.0025},
    )
    assert modality_marks(card) == "img aud smell →img"
    assert price_words(card) == "$1.00 in, $2.00 out, $0.50 cached per million tokens · $0.0025 an image"
    assert price_words(CARDS[2]) == "free"
    assert price_words(CARDS[1]) == ""

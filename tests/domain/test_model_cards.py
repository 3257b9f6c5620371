"""Parsing model list entries as real services send them, and arbitrary ones without errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat_tui.domain.json_values import dump_json
from chat_tui.domain.knowledge import Knowledge
from chat_tui.domain.model_card import MOST_CARDS, ModelCard, names_in_list
from chat_tui.domain.model_cards import LONGEST_ID, read_card, read_cards

OPENROUTER: dict[str, Any] = {
    "id": "openai/gpt-4o",
    "canonical_slug": "openai/gpt-4o",
    "name": "OpenAI: GPT-4o",
    "created": 1715558400,
    "description": "GPT-4o (“o” for “omni”) takes text and images.",
    "context_length": 128000,
    "architecture": {
        "modality": "text+image->text",
        "input_modalities": ["text", "image", "file"],
        "output_modalities": ["text"],
        "tokenizer": "GPT",
        "instruct_type": None,
    },
    "pricing": {
        "prompt": "0.0000025",
        "completion": "0.00001",
        "request": "0",
        "image": "0.003613",
        "web_search": "0.01",
        "internal_reasoning": "0",
        "input_cache_read": "0.00000125",
        "input_cache_write": "0",
    },
    "top_provider": {"context_length": 128000, "max_completion_tokens": 16384, "is_moderated": True},
    "per_request_limits": None,
    "supported_parameters": ["max_tokens", "temperature", "tools", "structured_outputs", "include_reasoning"],
    "default_parameters": {"temperature": 0.7, "top_p": None, "frequency_penalty": 0},
    "reasoning": {"supported_efforts": ["low", "high"], "default_effort": "low"},
}


def test_openrouter_tells_everything() -> None:
    card = read_card(OPENROUTER)
    assert (card.id, card.name, card.created_s) == ("openai/gpt-4o", "OpenAI: GPT-4o", 1715558400)
    assert card.description.startswith("GPT-4o")
    assert (card.context_length, card.max_output) == (128000, 16384)
    assert (card.inputs, card.outputs) == (("text", "image", "file"), ("text",))
    assert card.prices == {
        "prompt": 0.0000025,
        "completion": 0.00001,
        "image": 0.003613,
        "search": 0.01,
        "cache_read": 0.00000125,
    }
    assert card.defaults == {"temperature": 0.7, "frequency_penalty": 0, "reasoning.effort": "low"}
    assert card.entry == OPENROUTER


@pytest.mark.parametrize(
    ("service", "entry", "wanted"),
    [
        (
            "OpenAI",
            {"id": "gpt-4o", "object": "model", "created": 1715367049, "owned_by": "system"},
            {"created_s": 1715367049},
        ),
        ("vLLM", {"id": "m", "max_model_len": 8192, "root": "m", "permission": []}, {"context_length": 8192}),
        (
            "llama.cpp",
            {"id": "m", "meta": {"n_ctx_train": 2048, "n_vocab": 9, "size": 10**12}},
            {"context_length": 2048},
        ),
        ("llama.cpp now", {"id": "m", "meta": {"n_ctx": 512, "n_ctx_train": 2048}}, {"context_length": 512}),
        (
            "Groq",
            {"id": "m", "active": True, "context_window": 131072, "max_completion_tokens": 32768},
            {"context_length": 131072, "max_output": 32768},
        ),
        (
            "Mistral",
            {
                "id": "m",
                "name": "m",
                "max_context_length": 32768,
                "default_model_temperature": 0.3,
                "capabilities": {"completion_chat": True, "vision": True},
            },
            {"context_length": 32768, "inputs": ("text", "image"), "defaults": {"temperature": 0.3}},
        ),
        (
            "Gemini",
            {"id": "models/gemini-x", "object": "model", "display_name": "Gemini X"},
            {"id": "gemini-x", "name": "Gemini X"},
        ),
        (
            "Gemini's own",
            {
                "name": "models/gemini-x",
                "displayName": "Gemini X",
                "inputTokenLimit": 1048576,
                "outputTokenLimit": 8192,
                "temperature": 1,
                "topP": 0.95,
                "topK": 64,
            },
            {
                "id": "gemini-x",
                "name": "Gemini X",
                "context_length": 1048576,
                "max_output": 8192,
                "defaults": {"temperature": 1, "top_p": 0.95, "top_k": 64},
            },
        ),
        ("DeepSeek", {"id": "deepseek-chat", "object": "model", "owned_by": "deepseek"}, {"id": "deepseek-chat"}),
        (
            "Together",
            {
                "id": "m",
                "display_name": "M",
                "created": 0,
                "context_length": 32768,
                "pricing": {"hourly": 0, "input": 0.18, "output": 0.2, "base": 0, "finetune": 0},
            },
            {"name": "M", "prices": {"prompt": pytest.approx(1.8e-7), "completion": pytest.approx(2e-7)}},
        ),
        (
            "a gateway per token",
            {"id": "m", "pricing": {"input": "0.000003", "output": "0.000015", "input_cache_read": "0.0000003"}},
            {"prices": {"prompt": 0.000003, "completion": 0.000015, "cache_read": 0.0000003}},
        ),
        (
            "LiteLLM",
            {"id": "m", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "max_input_tokens": 1000},
            {"prices": {"prompt": 1e-6, "completion": 2e-6}, "context_length": 1000},
        ),
        (
            "models.dev",
            {
                "id": "m",
                "limit": {"context": 200000, "output": 64000},
                "cost": {"input": 3, "output": 15, "cache_read": 0.3},
                "modalities": {"input": ["text", "pdf"], "output": ["text"]},
            },
            {
                "context_length": 200000,
                "max_output": 64000,
                "prices": {"prompt": 3e-6, "completion": 15e-6, "cache_read": pytest.approx(3e-7)},
                "inputs": ("text", "file"),
                "outputs": ("text",),
            },
        ),
        (
            "LM Studio",
            {"id": "m", "type": "vlm", "max_context_length": 4096},
            {"inputs": ("text", "image"), "context_length": 4096},
        ),
        (
            "Ollama",
            {"id": "llama3.2:1b", "object": "model", "created": 1729000000, "owned_by": "library"},
            {"created_s": 1729000000},
        ),
        (
            "an arrow alone",
            {"id": "m", "architecture": {"modality": "text+image->text"}},
            {"inputs": ("text", "image"), "outputs": ("text",)},
        ),
        ("ISO time", {"id": "m", "created_at": "2025-02-24T00:00:00Z"}, {"created_s": 1740355200}),
        ("milliseconds", {"id": "m", "created": 1715367049000}, {"created_s": 1715367049}),
        ("kluster and sgp", {"id": "vendor/m"}, {"parameters": None, "prices": {}}),
        (
            "free",
            {"id": "m:free", "pricing": {"prompt": "0", "completion": "0"}},
            {"prices": {"prompt": 0, "completion": 0}},
        ),
        ("not filled in", {"id": "m", "pricing": {"input": 0, "output": 0}}, {"prices": {}}),
        ("chosen by a router", {"id": "m", "pricing": {"prompt": "-1", "completion": "-1"}}, {"prices": {}}),
    ],
)
def test_each_service_is_understood(service: str, entry: dict[str, Any], wanted: dict[str, Any]) -> None:
    card = read_card(entry)
    assert {name: getattr(card, name) for name in wanted} == wanted, service
    assert card.entry == entry


def test_a_listed_word_stands_for_every_name_of_the_same_switch() -> None:
    parameters = read_card(OPENROUTER).parameters
    assert parameters is not None
    assert {"max_tokens", "max_completion_tokens", "response_format", "reasoning", "reasoning_effort"} <= parameters
    features = read_card({"id": "m", "supported_sampling_parameters": ["top_k"], "supported_features": ["logprobs"]})
    assert features.parameters == frozenset({"top_k", "logprobs", "top_logprobs"})


def test_what_no_model_of_the_list_names_is_lacked_by_none() -> None:
    card = read_card(OPENROUTER)
    listed = frozenset({"top_k", "temperature", "max_completion_tokens"})
    knowledge = Knowledge(card=card, listed=listed)
    assert knowledge.lacks("top_k")
    assert not any(map(knowledge.lacks, ("temperature", "max_completion_tokens", "n", "user")))
    assert not Knowledge(card=read_card({"id": "m"}), listed=listed).lacks("top_k")


@pytest.mark.parametrize(
    "value",
    [-1, 0, True, "NaN", "1e999", "-5", "１２", 1e300, 10**40, [], {}, None, "x" * 2**20, "9" * 20],
)
def test_what_is_no_number_of_tokens_or_dollars_is_absent(value: Any) -> None:
    card = read_card(
        {
            "id": "m",
            "context_length": value,
            "top_provider": {"max_completion_tokens": value},
            "created": value,
            "pricing": {"prompt": "1e999" if value == 0 else value, "completion": value if value else -1},
        }
    )
    assert (card.context_length, card.max_output, card.created_s, card.prices) == (None, None, None, {})


def test_megabytes_are_cut_and_an_overlong_id_is_left_out() -> None:
    long = "x" * 2**20
    card = read_card({"id": "m", "name": long, "description": long, "supported_parameters": [long] * 10_000})
    assert len(card.name) + len(card.description) < 5_000
    assert card.parameters == frozenset()
    assert read_cards([{"id": long}, {"id": "y" * LONGEST_ID}, {"id": ""}, {}]) == [read_card({"id": "y" * LONGEST_ID})]


def test_a_list_is_bounded_and_has_each_id_once() -> None:
    cards = read_cards({"id": f"m{number // 2}"} for number in range(3 * MOST_CARDS))
    assert len({card.id for card in cards}) == len(cards) == MOST_CARDS


def test_an_id_is_exact_whatever_is_in_it_and_a_name_can_be_written() -> None:
    card = read_card({"id": " a\x1b[31m\ud800", "name": "n\x1b\ud800"})
    assert (card.id, card.name) == (" a\x1b[31m\ud800", "n\x1b?")


@pytest.mark.parametrize(
    ("model", "listed"),
    [("gpt-4o", "gpt-4o"), ("models/gemini-x", "gemini-x"), ("a/b:nitro", "a/b"), ("a/b:online", "a/b")],
)
def test_a_model_is_found_under_its_name_in_the_list(model: str, listed: str) -> None:
    assert listed in names_in_list(model)
    assert "a/b" not in names_in_list("a/b:free")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["0.1", "text", "-1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "id", "name", "model", "description", "created", "created_at", "context_length", "meta", "top_provider", "pricing",
    "cost", "architecture", "modalities", "capabilities", "type", "supported_parameters", "supported_features",
    "default_parameters", "reasoning", "limit", "temperature", "topK",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.dictionaries(st.sampled_from(NAMES), JSON)))
@example({"created": float("nan"), "context_length": float("inf"), "pricing": {"prompt": float("nan")}})
@example({"architecture": {"modality": "->"}, "created_at": "0001-01-01T00:00:00+23:59"})
@example({"default_parameters": {"temperature": float("nan"), "x": 10**400}})
def test_any_entry_gives_a_card(entry: dict[str, Any]) -> None:
    card = read_card(entry)
    assert isinstance(card, ModelCard)
    assert all(0 <= price <= 1_000 for price in card.prices.values())
    assert all(count is None or 0 < count <= 10**12 for count in (card.context_length, card.max_output))
    dump_json(dict(card.defaults))
    card.name.encode()

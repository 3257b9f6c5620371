"""Tests of the catalogue's data."""

from __future__ import annotations

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import ParameterSpec, at_provider
from chat_tui.domain.json_values import UNSET, Unset
from chat_tui.domain.limits import check_value

CATALOGUE = load_catalogue()
SPECS = list(CATALOGUE.parameters.values())

LISTED = {
    "000": "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens "
    "messages metadata modalities model n parallel_tool_calls prediction presence_penalty reasoning_effort "
    "response_format seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs "
    "top_p user web_search_options",
    "001": "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens "
    "messages metadata modalities model n parallel_tool_calls prediction presence_penalty reasoning_effort "
    "response_format seed stop store stream stream_options temperature tool_choice tools top_k top_logprobs top_p",
    "002": "logit_bias logprobs max_completion_tokens max_tokens metadata modalities model models parallel_tool_calls "
    "plugins presence_penalty provider reasoning response_format route seed service_tier session_id stop stream "
    "stream_options temperature tool_choice tools top_logprobs top_p trace user",
    "003": "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens "
    "metadata modalities model n parallel_tool_calls prediction presence_penalty response_format seed service_tier "
    "stop store stream stream_options temperature tool_choice tools top_logprobs top_p user",
    "004": "frequency_penalty logit_bias logprobs max_completion_tokens messages metadata model n presence_penalty "
    "response_format seed stop stream stream_options temperature top_logprobs top_p user",
}  # fmt: skip
SERVICE_OF = {"000": "openai", "001": "sgp", "002": "openrouter", "003": "openai", "004": "kluster"}


def test_it_is_complete() -> None:
    assert len(SPECS) == 136
    assert len([spec for spec in SPECS if spec.seeds and not spec.nested]) == 39
    assert len([spec for spec in SPECS if spec.seeds and spec.nested]) == 15
    assert (len(CATALOGUE.groups), len(CATALOGUE.families)) == (14, 12)
    assert list(CATALOGUE.providers) == [
        "openai", "openrouter", "local", "sgp", "kluster", "ollama", "lmstudio", "llamacpp", "vllm", "groq",
        "deepseek", "mistral", "gemini",
    ]  # fmt: skip


@pytest.mark.parametrize("reference", LISTED)
def test_each_published_reference_is_covered_whole(reference: str) -> None:
    listed = {spec.name for spec in SPECS if reference in spec.seeds and not spec.nested}
    assert listed == set(LISTED[reference].split())


@pytest.mark.parametrize("reference", LISTED)
def test_a_service_takes_what_its_reference_lists(reference: str) -> None:
    provider = CATALOGUE.providers[SERVICE_OF[reference]]
    listed = [spec for spec in SPECS if reference in spec.seeds]
    assert [spec.name for spec in listed if not CATALOGUE.supports(provider, spec)] == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_parameter_is_explained_and_its_own_facts_agree(spec: ParameterSpec) -> None:
    assert 4 <= len(spec.help) <= 120
    assert spec.help.endswith(".")
    assert spec.title
    assert spec.control not in ("select", "multiselect") or spec.enum or spec.name == "tool_choice.function.name"
    for provider in CATALOGUE.providers.values():
        default = at_provider(spec, provider).default
        if not isinstance(default, Unset):
            assert list(check_value(at_provider(spec, provider), spec.name, default)) == []
    assert not spec.enum or set(spec.types) & {"string", "integer", "array"} or spec.enum_of
    assert spec.ui_min is None or (spec.ui_max is not None and spec.ui_min < spec.ui_max)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("temperature", ("temperature",)),
        ("reasoning.effort", ("reasoning", "effort")),
        ("metadata.a.b", ("metadata", "a.b")),
        ("metadata.@kluster.ai", ("metadata", "@kluster.ai")),
        ("metadata.@kluster.ai.async", ("metadata", "@kluster.ai", "async")),
        ("trace.trace_id", ("trace", "trace_id")),
        ("trace.my.own", ("trace", "my.own")),
        ("provider.max_price.prompt", ("provider", "max_price", "prompt")),
        ("provider.zz.y", ("provider", "zz", "y")),
        ("made.up", ("made", "up")),
        ("response_format.json_schema.schema", ("response_format", "json_schema", "schema")),
    ],
)
def test_names_lead_into_the_body(name: str, path: tuple[str, ...]) -> None:
    assert CATALOGUE.path_of(name) == path


@pytest.mark.parametrize(
    ("model", "families"),
    [
        ("o3", ["openai-o"]),
        ("openai/o4-mini", ["openai-o"]),
        ("openai/gpt-5:floor", ["openai-gpt5"]),
        ("gpt-5-2025-08-07", ["openai-gpt5"]),
        ("gpt-5-chat-latest", ["openai-chat"]),
        ("gpt-5.4-mini", ["openai-gpt5x"]),
        ("gpt-5.6", ["openai-gpt56"]),
        ("gpt-4o-mini-search-preview", ["openai-search"]),
        ("gpt-4o-audio-preview", ["openai-audio"]),
        ("anthropic/claude-sonnet-4", ["anthropic"]),
        ("SmolLM2-135M-Instruct", []),
        ("", []),
    ],
)
def test_models_belong_to_families(model: str, families: list[str]) -> None:
    assert [family.id for family in CATALOGUE.families_of("openai", model)] == families


def test_all_models_of_a_service_may_be_one_family() -> None:
    assert [family.id for family in CATALOGUE.families_of("groq", "llama")] == ["groq"]


def test_which_families_refuse_a_parameter_is_told_by_the_families() -> None:
    assert CATALOGUE.parameters["temperature"].refused_by == (
        "openai-o", "openai-gpt5", "openai-gpt5x", "openai-gpt56", "openai-search",
    )  # fmt: skip


def test_a_services_own_facts_go_before_the_catalogues() -> None:
    temperature = CATALOGUE.parameters["temperature"]
    local, llamacpp = CATALOGUE.providers["local"], CATALOGUE.providers["llamacpp"]
    assert (at_provider(temperature, local).default, at_provider(temperature, local).maximum) == (0.8, 2.0)
    assert at_provider(temperature, llamacpp).maximum is None
    assert at_provider(temperature, CATALOGUE.providers["openai"]) is temperature
    assert at_provider(CATALOGUE.parameters["n"], local).maximum == 4
    assert at_provider(CATALOGUE.parameters["stop"], CATALOGUE.providers["gemini"]).max_items == 5
    assert at_provider(CATALOGUE.parameters["top_k"], CATALOGUE.providers["openai"]).default is UNSET


def test_usage_in_a_stream_is_asked_for_only_where_it_is_known_to_be_taken() -> None:
    taking = [provider.id for provider in CATALOGUE.providers.values() if provider.stream_usage]
    assert taking == ["openai", "local", "ollama", "llamacpp", "vllm"]


def test_every_service_has_an_address_and_a_way_to_its_key() -> None:
    for provider in CATALOGUE.providers.values():
        assert provider.base_url.startswith(("https://", "http://127.0.0.1", "http://localhost"))
        assert provider.key_env or not provider.key_required
        assert provider.dialect == provider.id

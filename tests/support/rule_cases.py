"""Every cross-field rule of the catalogue, with a request that keeps it and one that breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import Rule
from chat_tui.domain.json_values import Json, JsonObject

CATALOGUE = load_catalogue()
TOOL: JsonObject = {"type": "function", "function": {"name": "add"}}
PREDICTION: JsonObject = {"type": "content", "content": "x"}
AUDIO: JsonObject = {"voice": "ash", "format": "pcm16"}
JSON_MODE: JsonObject = {"type": "json_object"}
SCHEMA: JsonObject = {"name": "a", "schema": {}}


@dataclass(frozen=True)
class Case:
    """A body that keeps a rule and one that breaks it."""

    kept: JsonObject
    broken: JsonObject
    provider: str = "openai"
    model: str = "gpt-4o"
    words: str = "Hello"
    kept_words: str = ""
    kept_model: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def member(name: str, value: Json) -> JsonObject:
    """A body with one nested member."""
    body: Json = value
    for step in reversed(name.split(".")):
        body = {step: body}
    assert isinstance(body, dict)
    return body


CASES: dict[tuple[str, str], Case] = {
    ("temperature", "top_p"): Case({"temperature": 1}, {"temperature": 1, "top_p": 0.5}),
    ("top_p", "temperature"): Case({"top_p": 0.5}, {"top_p": 0.5, "temperature": 1}),
    ("max_completion_tokens", "max_tokens"): Case(
        {"max_completion_tokens": 5}, {"max_completion_tokens": 5, "max_tokens": 5}
    ),
    ("max_completion_tokens", "prediction"): Case(
        {"max_completion_tokens": 5}, {"max_completion_tokens": 5, "prediction": PREDICTION}
    ),
    ("max_tokens", "max_completion_tokens"): Case({"max_tokens": 5}, {"max_tokens": 5, "max_completion_tokens": 5}),
    ("max_tokens", "reasoning.max_tokens"): Case(
        {"max_tokens": 2049, "reasoning": {"max_tokens": 2048}},
        {"max_tokens": 2048, "reasoning": {"max_tokens": 2048}},
        provider="openrouter",
    ),
    ("reasoning.max_tokens", "max_tokens"): Case(
        {"reasoning": {"max_tokens": 2048}},
        {"max_tokens": 2048, "reasoning": {"max_tokens": 2048}},
        provider="openrouter",
    ),
    ("n", "prediction"): Case({"n": 1, "prediction": PREDICTION}, {"n": 2, "prediction": PREDICTION}),
    ("n", ""): Case({"n": 1}, {"n": 2}),
    ("seed", ""): Case({}, {"seed": 7}),
    ("reasoning_effort", "reasoning.effort"): Case(
        {"reasoning_effort": "low", "reasoning": {"effort": "low"}},
        {"reasoning_effort": "low", "reasoning": {"effort": "high"}},
        provider="openrouter",
    ),
    ("reasoning_effort", "tools"): Case(
        {"reasoning_effort": "none", "tools": [TOOL]}, {"reasoning_effort": "low", "tools": [TOOL]}, model="gpt-5.6"
    ),
    ("response_format", "messages"): Case(
        {"response_format": JSON_MODE}, {"response_format": JSON_MODE}, kept_words="as Json, please"
    ),
    ("response_format", "max_completion_tokens"): Case(
        {"response_format": JSON_MODE}, {"response_format": JSON_MODE, "max_completion_tokens": 9}, words="json"
    ),
    ("modalities", "audio"): Case({"modalities": ["text"]}, {"modalities": ["text", "audio"]}),
    ("modalities", "prediction"): Case(
        {"modalities": ["text"], "prediction": PREDICTION},
        {"modalities": ["audio"], "audio": AUDIO, "prediction": PREDICTION},
    ),
    ("modalities", "stream"): Case(
        {"modalities": ["audio"], "audio": AUDIO, "stream": True},
        {"modalities": ["audio"], "audio": AUDIO},
        provider="openrouter",
    ),
    ("audio", "modalities"): Case({"audio": AUDIO, "modalities": ["audio"]}, {"audio": AUDIO, "modalities": ["text"]}),
    ("prediction", "n"): Case({"prediction": PREDICTION, "n": 1}, {"prediction": PREDICTION, "n": 2}),
    ("prediction", "logprobs"): Case(
        {"prediction": PREDICTION, "logprobs": False}, {"prediction": PREDICTION, "logprobs": True}
    ),
    ("prediction", "presence_penalty"): Case(
        {"prediction": PREDICTION, "presence_penalty": -1}, {"prediction": PREDICTION, "presence_penalty": 0.1}
    ),
    ("prediction", "frequency_penalty"): Case(
        {"prediction": PREDICTION, "frequency_penalty": 0}, {"prediction": PREDICTION, "frequency_penalty": 1}
    ),
    ("prediction", "max_completion_tokens"): Case(
        {"prediction": PREDICTION}, {"prediction": PREDICTION, "max_completion_tokens": 5}
    ),
    ("prediction", "tools"): Case({"prediction": PREDICTION}, {"prediction": PREDICTION, "tools": [TOOL]}),
    ("prediction", "audio"): Case({"prediction": PREDICTION}, {"prediction": PREDICTION, "audio": AUDIO}),
    ("tool_choice", "tools"): Case({"tool_choice": "auto", "tools": [TOOL]}, {"tool_choice": "auto", "tools": []}),
    ("parallel_tool_calls", "tools"): Case(
        {"parallel_tool_calls": True, "tools": [TOOL]}, {"parallel_tool_calls": True}
    ),
    ("parallel_tool_calls", "reasoning_effort"): Case(
        {"parallel_tool_calls": True, "tools": [TOOL]},
        {"parallel_tool_calls": True, "tools": [TOOL], "reasoning_effort": "minimal"},
    ),
    ("functions", "tools"): Case({"functions": [{"name": "a"}]}, {"functions": [{"name": "a"}], "tools": [TOOL]}),
    ("function_call", "functions"): Case(
        {"function_call": "auto", "functions": [{"name": "a"}]}, {"function_call": "auto"}
    ),
    ("logprobs", "prediction"): Case({"logprobs": True}, {"logprobs": True, "prediction": PREDICTION}),
    ("top_logprobs", "logprobs"): Case({"top_logprobs": 5, "logprobs": True}, {"top_logprobs": 5}),
    ("stream_options", "stream"): Case(
        {"stream_options": {"include_usage": True}, "stream": True}, {"stream_options": {"include_usage": True}}
    ),
    ("metadata", "store"): Case({"metadata": {"a": "b"}, "store": True}, {"metadata": {"a": "b"}}),
    ("web_search_options", "model"): Case(
        {"web_search_options": {}}, {"web_search_options": {}}, kept_model="gpt-4o-search-preview"
    ),
    ("web_search_options", "tools"): Case(
        {"web_search_options": {}}, {"web_search_options": {}, "tools": [TOOL]}, model="gpt-4o-search-preview"
    ),
    ("session_id", "header:x-session-id"): Case(
        {}, {"session_id": "a"}, provider="openrouter", headers={"X-Session-Id": "b"}
    ),
    ("response_format.json_schema", "response_format.type"): Case(
        {"response_format": {"type": "json_schema", "json_schema": SCHEMA}},
        {"response_format": {"type": "text", "json_schema": SCHEMA}},
    ),
    ("stream_options.continuous_usage_stats", "stream_options.include_usage"): Case(
        {"stream": True, "stream_options": {"continuous_usage_stats": True, "include_usage": True}},
        {"stream": True, "stream_options": {"continuous_usage_stats": True}},
        provider="vllm",
    ),
    ("audio.format", "audio.format"): Case(
        {"stream": True, "audio": AUDIO, "modalities": ["audio"]},
        {"stream": True, "audio": {"voice": "ash", "format": "wav"}, "modalities": ["audio"]},
    ),
    ("debug", "stream"): Case({"debug": {}, "stream": True}, {"debug": {}, "stream": False}, provider="openrouter"),
    ("reasoning.effort", "reasoning.max_tokens"): Case(
        member("reasoning.effort", "low"), {"reasoning": {"effort": "low", "max_tokens": 5}}, provider="openrouter"
    ),
    ("mirostat_tau", "mirostat"): Case({"mirostat_tau": 4, "mirostat": 2}, {"mirostat_tau": 4}, provider="llamacpp"),
    ("mirostat_eta", "mirostat"): Case(
        {"mirostat_eta": 0.2, "mirostat": 1}, {"mirostat_eta": 0.2, "mirostat": 0}, provider="llamacpp"
    ),
    ("grammar", "json_schema"): Case(
        {"grammar": "root ::= x"}, {"grammar": "root ::= x", "json_schema": {}}, provider="llamacpp"
    ),
    ("json_schema", "grammar"): Case(
        {"json_schema": {}}, {"grammar": "root ::= x", "json_schema": {}}, provider="llamacpp"
    ),
}

RULES: Mapping[tuple[str, str], Rule] = {
    (spec.name, rule.other): rule for spec in CATALOGUE.parameters.values() for rule in spec.rules
}
"""Cases by the parameter that has the rule and the one it refers to."""

"""Tests of the findings about a request before it is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import ParameterSpec
from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.settings import SessionSettings, with_own_defaults

CATALOGUE = load_catalogue()
HELLO: JsonObject = {"role": "user", "content": "Hello"}


def findings(
    parameters: JsonObject, provider: str = "openai", model: str = "m", messages: list[JsonObject] | None = None
) -> list[Finding]:
    """Everything said of these parameters."""
    settings = SessionSettings(provider, model, parameters)
    return check(CATALOGUE, CATALOGUE.providers[provider], settings, [HELLO] if messages is None else messages)


def errors(parameters: JsonObject, provider: str = "openai", model: str = "m") -> list[tuple[str, str]]:
    """Name and text of what would block."""
    return [(each.name, each.text) for each in findings(parameters, provider, model) if each.level == "error"]


def test_nothing_set_has_no_findings() -> None:
    assert [findings({}, provider) for provider in CATALOGUE.providers] == [[]] * 13


@pytest.mark.parametrize("provider", CATALOGUE.providers)
@pytest.mark.parametrize("model", ["m", "gpt-5.6", "o3", "gpt-4o-search-preview", "claude-sonnet-4"])
def test_what_chat_tui_sets_itself_has_no_findings(provider: str, model: str) -> None:
    settings = with_own_defaults(SessionSettings(provider, model), stream_usage=True)
    assert check(CATALOGUE, CATALOGUE.providers[provider], settings, [HELLO]) == []


def ranged() -> list[ParameterSpec]:
    """Numbers with a limit."""
    return [spec for spec in CATALOGUE.parameters.values() if spec.minimum is not None or spec.maximum is not None]


@pytest.mark.parametrize("spec", ranged(), ids=lambda spec: spec.name)
def test_limits_are_part_of_the_range_and_what_lies_beyond_is_not(spec: ParameterSpec) -> None:
    provider = next(each.id for each in CATALOGUE.providers.values() if CATALOGUE.supports(each, spec))

    def kinds(value: Json) -> list[str]:
        parameters = SessionSettings(provider, "m").set(spec.path, value).parameters
        return [
            each.kind for each in findings(parameters, provider) if each.name == spec.name and each.level == "error"
        ]

    if spec.minimum is not None:
        assert set(kinds(spec.minimum)) & {"range", "enum"} == ({"range"} if spec.min_exclusive else set())
        assert set(kinds(spec.minimum - 1)) & {"range", "enum"}
    if spec.maximum is not None:
        assert not set(kinds(spec.maximum)) & {"range", "enum"}
        assert set(kinds(spec.maximum + 1)) & {"range", "enum"}


@pytest.mark.parametrize(
    ("provider", "parameters", "found"),
    [
        ("openai", {"temperature": 3}, [("temperature", "must be between 0 and 2")]),
        ("openai", {"temperature": True}, [("temperature", "must be a number or null")]),
        ("openai", {"max_tokens": 0}, [("max_tokens", "must be at least 1")]),
        ("openai", {"n": 1.0}, [("n", "must be a whole number or null")]),
        ("openai", {"seed": 2**63}, [("seed", "must be between -9223372036854775808 and 9223372036854775807")]),
        ("openai", {"stop": ["a"] * 5}, [("stop", "must have at most 4 items, has 5")]),
        ("openai", {"stop": []}, [("stop", "must have at least 1 item")]),
        ("openai", {"stop": ["a", 5]}, [("stop[1]", "must be text")]),
        ("deepseek", {"stop": ["a"] * 16}, []),
        ("openai", {"service_tier": "slow"}, [
            ("service_tier", "must be one of auto, default, flex, priority, fast, scale"),
        ]),
        ("openai", {"reasoning_effort": "utmost"}, []),
        ("openai", {"verbosity": "xhigh"}, [("verbosity", "must be one of low, medium, high")]),
        ("openrouter", {"verbosity": "xhigh"}, []),
        ("openai", {"modalities": ["image"]}, [("modalities[0]", "must be one of text, audio")]),
        ("openai", {"safety_identifier": "x" * 65}, [("safety_identifier", "must have at most 64 characters, has 65")]),
        ("openai", {"response_format": {"type": "grammar"}}, [
            ("response_format.type", "must be one of text, json_object, json_schema"),
        ]),
        ("openrouter", {"response_format": {"type": "grammar"}}, []),
        ("openai", {"response_format": {}}, [("response_format.type", "is required")]),
        ("openai", {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}}, [
            ("response_format.json_schema.name", "is required"),
        ]),
        ("openai", {"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}}, [
            ("response_format.json_schema.name", "must match ^[a-zA-Z0-9_-]+$"),
        ]),
        ("openai", {"tools": [{"function": {"name": "a b"}}, {"function": {}}]}, [
            ("tools[0].function.name", "must match ^[a-zA-Z0-9_-]+$"),
            ("tools[1].function.name", "is required"),
        ]),
        ("openai", {"tools": [{"type": "custom", "custom": {"name": "a"}}]}, []),
        ("openai", {"tools": []}, [("tools", "must have at least 1 item")]),
        ("openai", {"logit_bias": {"50256": -100}}, []),
        ("openai", {"logit_bias": {"50256": -101}}, [("logit_bias.50256", "must be between -100 and 100")]),
        ("openai", {"logit_bias": {"No": 1}}, [("logit_bias.No", "the key must match ^[0-9]+$")]),
        ("openai", {"logit_bias": {"5\n": 1}}, [("logit_bias.5\n", "the key must match ^[0-9]+$")]),
        ("openai", {"logit_bias": {"5": "x"}}, [("logit_bias.5", "must be a number")]),
        ("local", {"logit_bias": {"No": 100}}, []),
        ("local", {"n": 5}, [("n", "must be between 1 and 4")]),
        ("local", {"temperature": 3}, [("temperature", "must be between 0 and 2")]),
        ("llamacpp", {"temperature": 3, "n": 500, "logit_bias": {"5": False, "6": 500}}, []),
        ("openai", {"metadata": {"k" * 65: "v"}}, [
            ("metadata." + "k" * 65, "the key must have at most 64 characters"),
        ]),
        ("openai", {"metadata": {"k": "v" * 513}}, [("metadata.k", "must have at most 512 characters, has 513")]),
        ("openai", {"metadata": {"k": 1}}, [("metadata.k", "must be text")]),
        ("openai", {"metadata": {str(i): "" for i in range(17)}}, [
            ("metadata", "must have at most 16 entries, has 17"),
        ]),
        ("openrouter", {"repetition_penalty": 0}, [("repetition_penalty", "must be above 0 and at most 2")]),
        ("openrouter", {"reasoning": {"effort": "utmost"}}, [
            ("reasoning.effort", "must be one of none, minimal, low, medium, high, xhigh, max"),
        ]),
        ("llamacpp", {"mirostat": 3}, [("mirostat", "must be one of 0, 1, 2")]),
        ("openai", {"temperature": float("nan")}, [("temperature", "nan is not a JSON number")]),
    ],
)  # fmt: skip
def test_values_against_their_own_limits(provider: str, parameters: JsonObject, found: list[tuple[str, str]]) -> None:
    assert errors(parameters, provider) == found


def test_all_findings_come_at_once_in_the_order_of_the_catalogue() -> None:
    found = errors({"top_logprobs": 21, "n": 0, "temperature": -1, "top_p": 2})
    assert [name for name, _ in found] == ["temperature", "top_p", "n", "top_logprobs", "top_logprobs"]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"role": "robot", "content": "x"}, "messages[1].role"),
        ({"content": "x"}, "messages[1].role"),
        ({"role": "user", "content": 5}, "messages[1].content"),
        ({"role": "user", "content": "x", "name": "a b"}, "messages[1].name"),
        ({"role": "tool", "content": "x", "tool_call_id": "c" * 41}, "messages[1].tool_call_id"),
    ],
)
def test_members_of_messages_are_named_with_their_position(message: JsonObject, found: str) -> None:
    wrong = [each for each in findings({}, messages=[HELLO, message]) if each.level == "error"]
    assert [each.name for each in wrong] == [found]


def test_an_empty_conversation_is_not_judged() -> None:
    assert findings({"response_format": {"type": "json_object"}}, messages=[]) == []


def test_what_a_service_does_not_know_is_a_warning_with_its_manner() -> None:
    assert [(each.level, each.kind, each.text) for each in findings({"top_k": 5})] == [
        ("warn", "unsupported", "OpenAI does not support it and returns an error")
    ]
    assert findings({"store": True}, "local")[0].text == "Embedded model does not support it and ignores it"
    assert "may be ignored or refused" in findings({"n": 2}, "openrouter")[-1].text


def test_a_member_of_an_unknown_parameter_is_not_warned_of_again() -> None:
    found = findings({"reasoning": {"effort": "low"}}, "openai")
    assert [(each.name, each.kind) for each in found] == [("reasoning", "unsupported")]


def test_a_member_unknown_to_a_service_that_knows_its_parent_is_warned_of() -> None:
    found = findings({"stream": True, "stream_options": {"include_obfuscation": False}}, "openrouter")
    assert [(each.name, each.kind) for each in found] == [("stream_options.include_obfuscation", "unsupported")]


@pytest.mark.parametrize(
    ("model", "parameters", "text"),
    [
        ("o3-mini", {"temperature": 0.5}, "OpenAI o-series: must be 1"),
        ("o3-mini", {"logprobs": True}, "OpenAI o-series: is refused"),
        ("gpt-5", {"reasoning_effort": "xhigh"}, "GPT-5, first generation: must be one of minimal, low, medium, high"),
        ("gpt-5.1", {"top_p": 0.5, "reasoning_effort": "low"},
         "GPT-5.1 to 5.4: needs reasoning_effort none"),
        ("gpt-5.6", {"n": 9}, "GPT-5.5 and later: must be between 1 and 8"),
        ("gpt-5.6", {"top_p": 0.5}, "GPT-5.5 and later: needs reasoning_effort none"),
        ("gpt-4o-search-preview", {"seed": 5}, "OpenAI search models: is refused"),
        ("claude-opus-4", {"temperature": 1.5}, "Claude through a gateway: must be between 0 and 1"),
        ("claude-opus-4", {"seed": 5}, "Claude through a gateway: is ignored"),
        ("mistral-large", {"seed": 5}, "Mistral models: is named random_seed here"),
        ("vendor/o3:free", {"stop": "x"}, "OpenAI o-series: is refused"),
    ],
)  # fmt: skip
def test_a_family_warns_and_never_blocks(model: str, parameters: JsonObject, text: str) -> None:
    found = [each for each in findings(parameters, "openai", model) if each.kind == "refused"]
    assert [(each.level, each.text) for each in found] == [("warn", text)]
    assert errors(parameters, "openai", model) == []


def test_what_a_family_takes_is_not_warned_of() -> None:
    assert findings({"temperature": 1}, "openai", "o3") == []
    assert findings({"top_p": 0.5}, "openai", "gpt-5.1") == []
    assert findings({"top_p": 0.5, "reasoning_effort": "none"}, "openai", "gpt-5.6") == []


def test_an_audio_model_wants_audio_in_or_out() -> None:
    def texts(parameters: JsonObject, content: Json) -> list[str]:
        message: JsonObject = {"role": "user", "content": content}
        return [each.text for each in findings(parameters, "openai", "gpt-audio", [message])]

    part: JsonObject = {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}
    assert len(texts({}, "Hello")) == 1
    assert texts({}, [part]) == []
    assert texts({"modalities": ["audio"], "audio": {"voice": "ash", "format": "wav"}}, "Hello") == []


def test_a_service_of_one_family_is_not_named_twice() -> None:
    assert [each.kind for each in findings({"logprobs": True}, "groq")] == ["unsupported"]


def test_deprecated_names_are_told_with_what_to_use_unless_that_is_unknown_here() -> None:
    assert [(each.level, each.text) for each in findings({"max_tokens": 5})] == [
        ("info", "is deprecated; use max_completion_tokens")
    ]
    assert findings({"max_tokens": 5}, "ollama") == []
    assert [each.kind for each in findings({"seed": 5})] == ["rule", "deprecated"]


def test_an_unknown_name_is_sent_and_told_with_a_likely_one() -> None:
    assert [(each.name, each.level, each.kind, each.remedy) for each in findings({"temprature": 1, "zz": {}})] == [
        ("temprature", "warn", "unknown", "Did you mean temperature?"),
        ("zz", "warn", "unknown", ""),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(CATALOGUE.providers)),
    st.sampled_from(["m", "o3", "gpt-5.6", "gpt-audio", "claude-x"]),
    st.dictionaries(st.sampled_from(sorted(CATALOGUE.parameters)), json_values, max_size=6),
)
def test_no_value_of_any_kind_breaks_the_checks(provider: str, model: str, values: dict[str, Json]) -> None:
    settings = SessionSettings(provider, model)
    for name, value in values.items():
        settings = settings.set(CATALOGUE.path_of(name), value)
    found = check(CATALOGUE, CATALOGUE.providers[provider], settings, [HELLO])
    assert found == check(CATALOGUE, CATALOGUE.providers[provider], settings, [HELLO])

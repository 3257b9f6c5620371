"""Earlier reasoning is sent back unchanged to services that accept it, and to no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.outgoing import NOT_STANDARD, outgoing, staying, staying_places

PROVIDERS = load_catalogue().providers
DETAILS: list[JsonObject] = [
    {"type": "reasoning.text", "text": "First", "signature": "c2ln", "index": 0, "format": "anthropic-claude-v1"},
    {"type": "reasoning.encrypted", "data": "AAAA", "index": 1, "id": "rs_1"},
    {"type": "reasoning.text", "text": "Then", "signature": None, "index": 2},
]
CALL: JsonObject = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def thought(*names: str, calls: bool = False) -> JsonObject:
    """An assistant's message with these members beside its text."""
    values: JsonObject = {name: [*DETAILS] if name == "reasoning_details" else "Hm" for name in names}
    return {"role": "assistant", "content": "Well", **({"tool_calls": [CALL]} if calls else {}), **values}


TAKEN = [
    ("openrouter", ("reasoning", "reasoning_details"), True, ("reasoning", "reasoning_details")),
    ("openrouter", ("reasoning_details",), False, ("reasoning_details",)),
    ("deepseek", ("reasoning_content",), True, ("reasoning_content",)),
    ("deepseek", ("reasoning_content",), False, ()),
    ("deepseek", ("reasoning", "reasoning_details"), True, ()),
    ("groq", ("reasoning", "reasoning_content", "reasoning_details"), True, ("reasoning",)),
    ("openrouter", ("images",), False, ("images",)),
    ("openai", NOT_STANDARD, True, ()),
    ("mistral", NOT_STANDARD, True, ()),
    ("gemini", NOT_STANDARD, True, ()),
    ("vllm", NOT_STANDARD, True, NOT_STANDARD),
    ("local", NOT_STANDARD, True, NOT_STANDARD),
]


@pytest.mark.parametrize(("provider", "held", "calls", "goes"), TAKEN)
def test_a_service_gets_back_what_it_takes(
    provider: str, held: tuple[str, ...], calls: bool, goes: tuple[str, ...]
) -> None:
    message = thought(*held, calls=calls)
    (sent,) = outgoing(PROVIDERS[provider], [message])
    assert tuple(name for name in NOT_STANDARD if name in sent) == goes
    assert {name: value for name, value in sent.items() if name not in NOT_STANDARD} == {
        name: value for name, value in message.items() if name not in NOT_STANDARD
    }
    assert set(staying(PROVIDERS[provider], message)) == set(held) - set(goes)


def test_what_goes_back_is_byte_for_byte_what_came() -> None:
    message = thought("reasoning", "reasoning_details", calls=True)
    (sent,) = outgoing(PROVIDERS["openrouter"], [message])
    assert dump_json(sent) == dump_json(message)
    assert sent is message


def test_only_an_assistants_thoughts_are_looked_at() -> None:
    message: JsonObject = {"role": "user", "content": "x", "reasoning": "mine"}
    assert outgoing(PROVIDERS["openai"], [message]) == [message]


def test_an_unknown_provider_gets_everything() -> None:
    messages = [thought(*NOT_STANDARD, calls=True)]
    assert outgoing(None, messages) == messages


def test_what_stays_is_told_with_its_place_in_the_body() -> None:
    messages: list[JsonObject] = [{"role": "user", "content": "x"}, thought("reasoning_content")]
    assert list(staying_places(PROVIDERS["groq"], messages, 1)) == ["messages[2].reasoning_content"]


@given(
    st.sampled_from(sorted(PROVIDERS)),
    st.lists(st.sampled_from(NOT_STANDARD), unique=True),
    st.booleans(),
    st.sampled_from(["assistant", "user", "tool"]),
)
def test_nothing_but_thoughts_is_ever_taken_away_and_a_second_pass_changes_nothing(
    provider: str, held: list[str], calls: bool, role: str
) -> None:
    message = {**thought(*held, calls=calls), "role": role}
    sent = outgoing(PROVIDERS[provider], [message])
    assert set(message) - set(sent[0]) <= set(NOT_STANDARD)
    assert outgoing(PROVIDERS[provider], sent) == sent

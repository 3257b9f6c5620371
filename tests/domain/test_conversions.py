"""Converting deprecated parameters to their successors."""

from __future__ import annotations

import pytest

from chat_tui.catalogue.forms import load_forms
from chat_tui.domain.conversions import Conversion, Turn, converted
from chat_tui.domain.json_values import JsonObject

CASES: list[tuple[str, JsonObject, JsonObject]] = [
    (
        "functions",
        {"functions": [{"name": "f", "x": [1]}, {"name": "g"}], "temperature": 1},
        {
            "temperature": 1,
            "tools": [
                {"type": "function", "function": {"name": "f", "x": [1]}},
                {"type": "function", "function": {"name": "g"}},
            ],
        },
    ),
    (
        "functions",
        {"functions": [{"name": "f"}], "tools": [{"type": "custom"}]},
        {"tools": [{"type": "custom"}, {"type": "function", "function": {"name": "f"}}]},
    ),
    ("function_call", {"function_call": "auto"}, {"tool_choice": "auto"}),
    (
        "function_call",
        {"function_call": {"name": "f"}},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
    ),
    ("functions", {"functions": "odd"}, {"functions": "odd"}),
    ("max_tokens", {"max_tokens": 5}, {"max_completion_tokens": 5}),
    (
        "include_reasoning",
        {"include_reasoning": False, "reasoning": {"effort": "low"}},
        {"reasoning": {"effort": "low", "exclude": True}},
    ),
    (
        "transforms",
        {"transforms": ["middle-out"]},
        {"plugins": [{"id": "context-compression", "engine": "middle-out"}]},
    ),
    (
        "guided_json",
        {"guided_json": {"type": "object"}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}},
    ),
    ("functions", {"temperature": 1}, {"temperature": 1}),
]


@pytest.mark.parametrize(("name", "before", "after"), CASES)
def test_the_old_is_unset_and_the_new_is_set(name: str, before: JsonObject, after: JsonObject) -> None:
    conversion = load_forms().conversion(name)
    assert conversion is not None
    original = repr(before)
    assert converted(before, conversion) == after
    assert repr(before) == original


def test_a_template_may_hold_the_value_anywhere() -> None:
    turn = Turn(source=("a",), target=("b", "c"), template=[{"x": "$value"}, "$value", 1])
    assert converted({"a": [2]}, Conversion(title="t", turns=(turn,))) == {"b": {"c": [{"x": [2]}, [2], 1]}}

"""Tools are checked against each other and against the choice that forces one, before a service refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from chat_tui.domain.tool_checks import tool_findings


def function(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def custom(name: str) -> dict[str, Any]:
    return {"type": "custom", "custom": {"name": name}}


FORCED = {"type": "function", "function": {"name": "a"}}
FINE: list[dict[str, Any]] = [
    {},
    {"tools": [function("a"), function("b"), custom("c")]},
    {"tools": [function("a")], "tool_choice": FORCED},
    {"tools": [custom("c")], "tool_choice": {"type": "custom", "custom": {"name": "c"}}},
    {"tools": [function("a")], "tool_choice": "required"},
    {"tools": [{"type": "web_search"}], "tool_choice": {"type": "web_search"}},
    {"functions": [{"name": "a"}], "function_call": {"name": "a"}},
    {"functions": [{"name": "a"}], "function_call": "auto"},
    {"tools": "no list", "functions": 5, "tool_choice": FORCED, "function_call": {"name": "a"}},
    {"tools": [None, {"function": 5}, {"function": {"name": 5}}], "tool_choice": {"function": {"name": None}}},
]


@pytest.mark.parametrize("body", FINE)
def test_what_services_take_has_no_findings(body: Any) -> None:
    assert list(tool_findings(body)) == []


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"tools": [function("a"), function("a")]}, ("tools[1].function.name", "is also tools[0].function.name")),
    ({"tools": [function("a"), custom("a")]}, ("tools[1].custom.name", "is also tools[0].function.name")),
    ({"functions": [{"name": "a"}, {"name": "a"}]}, ("functions[1].name", "is also functions[0].name")),
    (
        {"tools": [function("b")], "tool_choice": FORCED},
        ("tool_choice.function.name", "is not declared in this request"),
    ),
    ({"tools": [custom("a")], "tool_choice": FORCED}, ("tool_choice.function.name", "is not declared in this request")),
    (
        {"functions": [{"name": "b"}], "function_call": {"name": "a"}},
        ("function_call.name", "is not declared in this request"),
    ),
]


@pytest.mark.parametrize(("body", "found"), WRONG)
def test_what_services_refuse_is_a_doubt_with_its_place(body: Any, found: tuple[str, str]) -> None:
    findings = list(tool_findings(body))
    assert [(each.name, each.text) for each in findings] == [found]
    assert (findings[0].level, findings[0].value) == ("warn", "a")


def test_the_declared_names_are_told_as_far_as_they_fit() -> None:
    few: Any = {"tools": [function("b"), function("c")], "tool_choice": FORCED}
    all_told: Any = {"tools": [function(f"t{number}") for number in range(8)], "tool_choice": FORCED}
    many: Any = {"tools": [function(f"t{number}") for number in range(100)], "tool_choice": FORCED}
    told = [next(iter(tool_findings(body))).remedy for body in (few, all_told, many)]
    eight = "Declared: t0, t1, t2, t3, t4, t5, t6, t7"
    assert told == ["Declared: b, c.", f"{eight}.", f"{eight} and more."]

"""Check that declared tools have different names and that a forced tool is declared, as services require. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject

Kind: TypeAlias = Literal["function", "custom"]
_KINDS: Final[tuple[Kind, ...]] = ("function", "custom")
_SHOWN: Final = 8
"""How many declared names a remedy lists."""


def tool_findings(body: JsonObject) -> Iterator[Finding]:
    """Report names given twice and a forced tool that is not declared; all at level warn.

    Args:
        body: The request body; a list of tools or functions that is not one is reported elsewhere.
    """
    tools, functions = _declared_tools(body.get("tools")), _declared_functions(body.get("functions"))
    for declared in (tools, functions):
        yield from _twice(declared)
    choice = body.get("tool_choice")
    for kind in _KINDS if isinstance(choice, dict) and tools else ():
        ending = f".{kind}.name"
        names = [name for place, name in tools.items() if place.endswith(ending)]
        yield from _not_declared(f"tool_choice{ending}", _name(_member(choice, kind)), names)
    if functions:
        yield from _not_declared("function_call.name", _name(body.get("function_call")), [*functions.values()])


def _declared_tools(tools: Json) -> dict[str, str]:
    """Map the place of each name to the name."""
    return {
        f"tools[{place}].{kind}.name": name
        for place, tool in enumerate(tools if isinstance(tools, list) else ())
        for kind in _KINDS
        if (name := _name(_member(tool, kind)))
    }


def _declared_functions(functions: Json) -> dict[str, str]:
    listed = functions if isinstance(functions, list) else ()
    return {f"functions[{place}].name": name for place, each in enumerate(listed) if (name := _name(each))}


def _twice(declared: Mapping[str, str]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for place, name in declared.items():
        if first.setdefault(name, place) != place:
            yield _doubt(place, name, f"is also {first[name]}", "Give each tool a name of its own.")


def _not_declared(place: str, name: str, declared: list[str]) -> Iterator[Finding]:
    if name and name not in declared:
        shown = list(dict.fromkeys(declared))
        more = " and more" if len(shown) > _SHOWN else ""
        remedy = f"Declared: {', '.join(shown[:_SHOWN])}{more}." if shown else "Declare it."
        yield _doubt(place, name, "is not declared in this request", remedy)


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _name(value: Json) -> str:
    name = _member(value, "name")
    return name if isinstance(name, str) else ""


def _doubt(place: str, name: str, text: str, remedy: str) -> Finding:
    return Finding(name=place, level="warn", kind="rule", text=text, remedy=remedy, value=name)

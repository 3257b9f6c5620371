"""Find the JSON Schemas in a request's output format and tools, and lint and repair them for strict mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.findings import Finding
from chat_tui.domain.json_schema import schema_faults
from chat_tui.domain.json_spans import pointer
from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.places import Place, place_words, put_in, value_in

if TYPE_CHECKING:
    from chat_tui.domain.schema_lint import Lint

_OWN_GRAMMAR: Final = frozenset(("local", "llamacpp", "ollama", "lmstudio", "vllm", "mistral", "gemini"))
"""Services that constrain sampling with their own grammar: they do not reject schemas for strictness."""
_MOST: Final = 3
"""Maximum number of findings reported per schema; the editor shows all of them."""


class HeldSchema(Struct, frozen=True):
    """A schema inside a parameter's value."""

    place: Place
    """Path in the value."""
    schema: Json
    strict_at: Place
    """Path of its ``strict`` flag."""
    strict: bool


def held_schemas(parameter: str, value: Json | Unset) -> Iterator[HeldSchema]:
    """Yield the schemas in the value of a parameter; nothing if it contains none."""
    surroundings = _AROUND.get(parameter)
    for around, name in surroundings(value) if surroundings is not None else ():
        schema = value_in(value, (*around, name))
        if not isinstance(schema, Unset):
            strict_at = (*around, "strict")
            yield HeldSchema((*around, name), schema, strict_at, value_in(value, strict_at) is True)


def _of_format(_: Json | Unset) -> Iterator[tuple[Place, str]]:
    yield ("json_schema",), "schema"


def _of_tools(value: Json | Unset) -> Iterator[tuple[Place, str]]:
    for index in range(len(value) if isinstance(value, list) else 0):
        yield (index, "function"), "parameters"


_AROUND: Final = {"response_format": _of_format, "tools": _of_tools}


def strict_faults(parameter: str, value: Json | Unset) -> dict[Place, str]:
    """Return the violations in a value's strict schemas by path: the first of each schema, and how many more."""
    found: dict[Place, str] = {}
    for held in held_schemas(parameter, value):
        findings = _lint(held.schema) if held.strict else []
        if findings:
            more = f" ({len(findings) - 1} more)" if len(findings) > 1 else ""
            found[held.place] = f"strict mode: {findings[0].sentence()}{more}"
    return found


def made_strict(parameter: str, value: Json | Unset) -> Json | Unset:
    """Return the value with every schema repaired and marked as strict; the same value if there is none.

    Schemas that are not objects, or are nested too deeply, are unchanged.
    """
    for held in [*held_schemas(parameter, value)]:
        if isinstance(held.schema, dict):
            from chat_tui.domain.strict_schema import strict

            try:
                value = put_in(put_in(value, held.place, strict(held.schema)), held.strict_at, True)
            except RecursionError:
                continue
    return value


def lost_words(schemas: Iterable[Json]) -> str:
    """Return a sentence about what the repair of these schemas removes; empty if nothing."""
    from chat_tui.domain.schema_lint import left_out

    names = list(dict.fromkeys(name for schema in schemas for name in left_out(schema)))
    return f"Removed, not supported in strict mode: {', '.join(names)}" if names else ""


def schema_findings(body: Mapping[str, Json], provider: str) -> Iterator[Finding]:
    """Yield findings about the schemas of a request; none of them ever blocks.

    Args:
        body: The parameters as they would be sent.
        provider: Id of the provider; those with their own grammar are not linted for strictness.
    """
    for parameter in _AROUND:
        for held in held_schemas(parameter, body.get(parameter)):
            name = place_words((parameter, *held.place))
            if held.strict and provider not in _OWN_GRAMMAR:
                yield from _strictly(name, held.schema)
            elif fault := _fault(held.schema):
                yield Finding(name=name, level="warn", kind="schema", text=f"is not a valid JSON Schema: {fault}")


def _strictly(name: str, schema: Json) -> Iterator[Finding]:
    found = _lint(schema)
    for each in found[:_MOST]:
        where = f"{pointer(each.place)}: " if each.place else ""
        text = f"strict mode: {where}{each.text}"
        yield Finding(name=name, level="warn", kind="schema", text=text, remedy=each.remedy)
    if len(found) > _MOST:
        more = f"strict mode: {len(found) - _MOST} more problems"
        remedy = "F8 in its editor repairs them." if any(each.repairable for each in found) else ""
        yield Finding(name=name, level="warn", kind="schema", text=more, remedy=remedy)


def _lint(schema: Json) -> list[Lint]:
    from chat_tui.domain.schema_lint import lint  # imported lazily: few requests have a strict schema

    return lint(schema)


def _fault(schema: Json) -> str:
    try:
        return next(schema_faults(schema), "")
    except RecursionError:
        return "it is nested too deeply"

"""Every limit of every catalogue parameter, with an example that keeps it and one that breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import ParameterSpec, Provider, at_provider
from chat_tui.domain.json_values import Json, JsonObject

CATALOGUE = load_catalogue()
TOOLS: JsonObject = {"tools": [{"type": "function", "function": {"name": "a"}}]}
SURROUNDINGS: dict[str, JsonObject] = {
    "audio": {"audio": {"voice": "ash", "format": "pcm16"}, "modalities": ["audio"], "stream": True},
    "debug": {"stream": True},
    "function_call": {"functions": [{"name": "a"}]},
    "parallel_tool_calls": TOOLS,
    "prediction": {"prediction": {"type": "content", "content": "x"}},
    "response_format": {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}},
    "stream_options": {"stream": True},
    "tool_choice": {"tool_choice": {"type": "function", "function": {"name": "a"}}, **TOOLS},
    "tools": TOOLS,
    "top_logprobs": {"logprobs": True},
    "messages": {"messages": [{"role": "assistant", "content": "Hello"}]},
}
"""The surroundings in which a value is valid, by top-level parameter."""
OF_EACH_TYPE: dict[str, Json] = {
    "string": "a",
    "boolean": True,
    "integer": 1,
    "number": 0.5,
    "object": {"zz": 1},
    "array": [],
    "null": None,
}


@dataclass(frozen=True)
class LimitCase:
    """Two bodies, one that keeps a limit and one that breaks it."""

    kind: str
    """Kind of the finding."""
    name: str
    """Name of the parameter."""
    found: str
    """The name the finding must have."""
    provider: str
    model: str
    kept: JsonObject
    broken: JsonObject
    says: str
    """Words that the finding must contain."""

    @property
    def id(self) -> str:
        """Part of the test's name."""
        return f"{self.name} {self.kind} {self.says}"


def _provider(spec: ParameterSpec) -> Provider:
    """Return a provider that supports the parameter, or the first provider."""
    known = (each for each in CATALOGUE.providers.values() if CATALOGUE.supports(each, spec))
    return next(known, CATALOGUE.providers["openai"])


def body_with(spec: ParameterSpec, value: Json | None, *, absent: bool = False) -> JsonObject:
    """Return the surroundings with a value in place, or without it."""
    top = spec.path[0].removesuffix("[]")
    around = SURROUNDINGS.get(top, {})
    return {**around, top: _placed(around.get(top), spec.path[0].endswith("[]"), spec.path[1:], value, absent)}


def _placed(here: Json, listed: bool, path: tuple[str, ...], value: Json, absent: bool) -> Json:
    if listed:
        first = here[0] if isinstance(here, list) else {}
        return [_placed(first, False, path, value, absent)]
    if not path:
        return value
    step, *rest = path
    members = dict(here) if isinstance(here, dict) else {}
    key = step.removesuffix("[]")
    if absent and not rest:
        members.pop(key, None)
    else:
        members[key] = _placed(members.get(key), step.endswith("[]"), tuple(rest), value, absent)
    return members


def _shown_name(spec: ParameterSpec) -> str:
    return spec.name.replace("[]", "[0]")


def _sample(spec: ParameterSpec) -> Json:
    """Return a valid value."""
    here: Json = SURROUNDINGS.get(spec.path[0].removesuffix("[]"), {})
    for step in spec.path:
        here = here.get(step.removesuffix("[]")) if isinstance(here, dict) else None
        here = here[0] if step.endswith("[]") and isinstance(here, list) else here
    if here is not None:
        return here
    if spec.enum and spec.enum_of:
        return {spec.enum_of: spec.enum[0]}
    if spec.enum:
        return [spec.enum[0]] if "array" in spec.types and "string" not in spec.types else spec.enum[0]
    if set(spec.types) & {"number", "integer"}:
        return spec.maximum if spec.min_exclusive else spec.minimum if spec.minimum is not None else 1
    if "string" in spec.types:
        return "a"
    if "array" in spec.types:
        return [_item(spec)] * (spec.min_items or 1)
    return True if "boolean" in spec.types else {}


def _item(spec: ParameterSpec) -> Json:
    if spec.enum:
        return spec.enum[0]
    return OF_EACH_TYPE[spec.item_types[0]] if spec.item_types else "a"


def _wrong_type(types: tuple[str, ...]) -> Json:
    taken = {*types, *(["integer"] if "number" in types else [])}
    return next(value for kind, value in OF_EACH_TYPE.items() if kind not in taken)


def _values(spec: ParameterSpec) -> Iterator[tuple[str, Json, Json, str, str]]:
    """Kind, a value that is taken, one that is not, what follows the name in the finding, and words of it."""
    yield "type", _sample(spec), _wrong_type(spec.types), "", "must be"
    if spec.minimum is not None:
        kept = spec.maximum if spec.min_exclusive else spec.minimum
        yield ("enum" if spec.enum else "range"), kept, spec.minimum - 1, "", _in_words(spec.minimum)
        if spec.min_exclusive:
            yield "range", kept, spec.minimum, "", f"above {_in_words(spec.minimum)}"
    if spec.maximum is not None:
        yield ("enum" if spec.enum else "range"), spec.maximum, spec.maximum + 1, "", _in_words(spec.maximum)
    if spec.enum and not spec.enum_open:
        yield from _choice_values(spec)
    if spec.max_length is not None:
        yield "length", "a" * spec.max_length, "a" * (spec.max_length + 1), "", f"at most {spec.max_length} characters"
    if spec.pattern:
        yield "pattern", "a", "a b!", "", spec.pattern
    if "array" in spec.types:
        yield from _list_values(spec)
    if "object" in spec.types:
        yield from _map_values(spec)


def _choice_values(spec: ParameterSpec) -> Iterator[tuple[str, Json, Json, str, str]]:
    words = str(spec.enum[-1])
    last = spec.enum[-1]
    if spec.enum_of:
        yield "enum", _sample(spec), {spec.enum_of: "zz"}, f".{spec.enum_of}", words
    elif "array" in spec.types:
        yield "enum", [spec.enum[0]], ["zz"], "[0]", words
    elif isinstance(last, str):
        yield "enum", last, "zz", "", words


def _list_values(spec: ParameterSpec) -> Iterator[tuple[str, Json, Json, str, str]]:
    item = _item(spec)
    sample = _sample(spec)
    item = sample[0] if isinstance(sample, list) and sample else item
    if spec.min_items is not None:
        yield "length", [item] * spec.min_items, [], "", f"at least {spec.min_items}"
    if spec.max_items is not None:
        yield "length", [item] * spec.max_items, [item] * (spec.max_items + 1), "", f"at most {spec.max_items} items"
    if spec.item_types:
        yield "type", [item], [_wrong_type(spec.item_types)], "[0]", "must be"


def _map_values(spec: ParameterSpec) -> Iterator[tuple[str, Json, Json, str, str]]:
    value: Json = "a" if not spec.value_types or "string" in spec.value_types else 1
    if spec.key_pattern:
        yield "pattern", {"5": value}, {"No": value}, ".No", spec.key_pattern
    if spec.max_pairs is not None:
        kept: JsonObject = {str(number): value for number in range(spec.max_pairs)}
        yield "length", kept, {**kept, "more": value}, "", f"at most {spec.max_pairs} entries"
    if spec.max_key_length is not None:
        key = "k" * spec.max_key_length
        yield "length", {key: value}, {f"{key}k": value}, f".{key}k", f"at most {spec.max_key_length} characters"
    if spec.max_value_length is not None:
        text = "v" * spec.max_value_length
        yield "length", {"k": text}, {"k": f"{text}v"}, ".k", f"at most {spec.max_value_length} characters"
    if spec.value_types:
        yield "type", {"5": value}, {"5": _wrong_type(spec.value_types)}, ".5", "must be"
    if spec.value_min is not None:
        yield "range", {"5": spec.value_min}, {"5": spec.value_min - 1}, ".5", _in_words(spec.value_min)
    if spec.value_max is not None:
        yield "range", {"5": spec.value_max}, {"5": spec.value_max + 1}, ".5", _in_words(spec.value_max)


def _in_words(value: float) -> str:
    return str(int(value)) if int(value) == value else str(value)


def _cases(listed: ParameterSpec) -> Iterator[LimitCase]:
    provider = _provider(listed)
    spec = at_provider(listed, provider)
    model = "gpt-4o-search-preview" if spec.path[0] == "web_search_options" else "m"
    name = _shown_name(spec)
    for kind, kept, broken, after, says in _values(spec):
        yield LimitCase(
            kind, spec.name, name + after, provider.id, model, body_with(spec, kept), body_with(spec, broken), says
        )
    if spec.required and spec.nested:
        kept, absent = body_with(spec, _sample(spec)), body_with(spec, None, absent=True)
        yield LimitCase("rule", spec.name, name, provider.id, model, kept, absent, "is required")


LIMITS: list[LimitCase] = [
    case for spec in CATALOGUE.parameters.values() if spec.name not in ("model", "messages") for case in _cases(spec)
]
"""For what can be a member of a body of its own accord: the model and the list of messages are no knobs."""

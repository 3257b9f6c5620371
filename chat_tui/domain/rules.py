"""Evaluate the catalogue's cross-field rules on a request body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from chat_tui.domain import remedies
from chat_tui.domain.catalogue import Catalogue, Family, Provider, Rule
from chat_tui.domain.conversation import text_of
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset, parse_json, value_at


class Request(Struct, frozen=True, kw_only=True):
    """A request body as it would be sent, with the context that rules need."""

    catalogue: Catalogue
    provider: Provider
    families: tuple[Family, ...]
    body: JsonObject
    messages: Sequence[JsonObject]

    def value(self, name: str) -> Json | Unset:
        """Return the value at a wire name; ``header:NAME`` is a provider header. JSON null counts as unset."""
        if name.startswith("header:"):
            wanted = name.removeprefix("header:").lower()
            return next((text for key, text in self.provider.headers.items() if key.lower() == wanted), UNSET)
        found = value_at(self.body, self.catalogue.path_of(name))
        return UNSET if found is None else found


def broken_rules(request: Request, name: str, value: Json, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Yield a finding for each rule of a parameter that its value violates, in the order of the rules."""
    for rule in rules:
        if _applies(rule, request, name, value) and _breaks(rule, request, value):
            level = _level(rule)
            remedy = remedies.for_rule(rule, name)
            yield Finding(name=name, level=level, kind="rule", text=rule.text, value=value, remedy=remedy)


def _level(rule: Rule) -> Literal["error", "warn", "info"]:
    if rule.level == "info":
        return "info"
    return "error" if rule.level == "error" and not rule.family else "warn"


def _applies(rule: Rule, request: Request, name: str, value: Json) -> bool:
    names = {request.provider.id, request.provider.dialect}
    if (rule.providers and not names & set(rule.providers)) or names & set(rule.except_providers):
        return False
    if rule.family and all(family.id != rule.family for family in request.families):
        return False
    return not rule.when or _when(rule.when, request, name, value)


def _when(condition: str, request: Request, name: str, value: Json) -> bool:
    head, colon, rest = condition.partition(":")
    if not colon:
        spec = request.catalogue.parameters.get(name)
        if isinstance(value, dict) and spec is not None and spec.enum_of:
            return value.get(spec.enum_of) == condition
        return value == condition
    if head == "lacks":
        return not _OPS["contains"](value, rest)
    if head in _OPS:
        return _OPS[head](value, _literal(rest))
    other = request.value(head)
    if ":" in rest:
        return _when(rest, request, head, None if isinstance(other, Unset) else other)
    return other == _literal(rest)


def _literal(word: str) -> Json:
    try:
        return parse_json(word)
    except ValueError:
        return word


def _breaks(rule: Rule, request: Request, value: Json) -> bool:
    if not rule.other:
        return True
    other = request.value(rule.other)
    if rule.other == "messages" and not request.messages:
        return False
    if rule.kind == "requires" and rule.unset_ok and isinstance(other, Unset):
        return False
    return _holds(rule, request, other, value) != (rule.kind == "requires")


def _holds(rule: Rule, request: Request, other: Json | Unset, own: Json) -> bool:
    if rule.op == "mentions" and rule.other == "messages":
        return str(rule.value).lower() in _words(request).lower()
    if rule.op == "has_part":
        return any(part.get("type") == rule.value for part in _parts(request.messages))
    if isinstance(other, Unset):
        return rule.op == "unset"
    return _OPS[rule.op](other, own if rule.value is None else rule.value)


def _words(request: Request) -> str:
    return "\n".join(text_of(message) for message in request.messages)


def _parts(messages: Sequence[JsonObject]) -> Iterator[Mapping[str, Json]]:
    for message in messages:
        content = message.get("content")
        yield from (part for part in (content if isinstance(content, list) else ()) if isinstance(part, dict))


def _same(one: Json, other: Json) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _compared(compare: Callable[[float, float], bool]) -> Callable[[Json, Json], bool]:
    def on_numbers(one: Json, other: Json) -> bool:
        if isinstance(one, bool) or isinstance(other, bool):
            return False
        return isinstance(one, (int, float)) and isinstance(other, (int, float)) and compare(one, other)

    return on_numbers


_OPS: Final[Mapping[str, Callable[[Json, Json], bool]]] = {
    "set": lambda _one, _other: True,
    "unset": lambda _one, _other: False,
    "nonempty": lambda one, _: bool(one),
    "contains": lambda one, other: isinstance(one, list) and other in one,
    "mentions": lambda one, other: str(other).lower() in str(one).lower(),
    "eq": _same,
    "ne": lambda one, other: not _same(one, other),
    "lt": _compared(lambda one, other: one < other),
    "le": _compared(lambda one, other: one <= other),
    "gt": _compared(lambda one, other: one > other),
    "ge": _compared(lambda one, other: one >= other),
}

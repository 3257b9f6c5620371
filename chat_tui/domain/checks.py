"""All validation findings about a request before it is sent: values, rules, provider and model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from msgspec.structs import replace

from chat_tui.domain import remedies
from chat_tui.domain.call_checks import call_findings
from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider, at_provider
from chat_tui.domain.families import family_words
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject, without_value
from chat_tui.domain.knowledge import NOTHING, Knowledge, learnt
from chat_tui.domain.limits import check_value
from chat_tui.domain.rules import Request, broken_rules
from chat_tui.domain.settings import SessionSettings, request_body


def check(
    catalogue: Catalogue,
    provider: Provider,
    settings: SessionSettings,
    messages: Sequence[JsonObject],
    knowledge: Knowledge = NOTHING,
) -> list[Finding]:
    """Return all findings about a request in catalogue order; unknown names come last.

    Only what a value, a rule or the provider's documentation forbids has level error. A model family never blocks, nor
    does a provider that does not document a parameter: finding out is what the program is for. Parameters that
    chat-tui set itself and the user did not change have no findings.

    Args:
        catalogue: Types, ranges, rules, families.
        provider: Its own limits override the catalogue's.
        settings: Model, system prompt and the parameters that are set.
        messages: The conversation as it would be sent, without the system prompt, which counts in positions all the
            same: ``messages[0]`` is the first message of the body. While it is empty, messages are not checked.
        knowledge: What was learned about the model; it never blocks.
    """
    opening: list[JsonObject] = [{"role": "system", "content": settings.system}] if settings.system else []
    request = Request(
        catalogue=catalogue,
        provider=provider,
        families=catalogue.families_of(provider.id, settings.model),
        body=request_body(settings, messages),
        messages=[*opening, *messages] if messages else [],
    )
    touched = reduce(without_value, sorted(settings.own), request.body)
    if not messages:
        touched = without_value(touched, ("messages",))
    found: list[Finding] = []
    for spec in catalogue.parameters.values():
        found += _about(request, spec, touched, knowledge)
    found += [*_tool_findings(touched), *call_findings(request.messages)]
    return [*found, *_schema_findings(touched, provider.id), *_unknown(request, knowledge)]


def _tool_findings(body: JsonObject) -> Iterator[Finding]:
    if body.keys() & {"tools", "functions"}:
        from chat_tui.domain.tool_checks import tool_findings

        yield from tool_findings(body)


def _schema_findings(body: JsonObject, provider: str) -> Iterator[Finding]:
    """Yield findings about schemas; the lint is loaded only for a request that can contain one."""
    if any(isinstance(value, dict | list) for name, value in body.items() if name != "messages"):
        from chat_tui.domain.strict_value import schema_findings

        yield from schema_findings(body, provider)


def _instances(
    here: JsonObject, path: Sequence[str], *, required: bool, before: str = ""
) -> Iterator[tuple[str, JsonObject, str]]:
    """Yield every occurrence of a path in a body: display name, the containing object, and the member's key.

    A step that ends in ``[]`` iterates over the objects of a list. An absent member is yielded only if it is required.
    """
    step, *rest = path
    if not rest:
        if required or step in here:
            yield before + step, here, step
        return
    inner = here.get(step.removesuffix("[]"))
    if step.endswith("[]"):
        for position, item in enumerate(inner if isinstance(inner, list) else ()):
            if isinstance(item, dict) and (required or rest[0] in item or len(rest) > 1):
                yield from _instances(item, rest, required=required, before=f"{before}{step[:-1]}{position}].")
    elif isinstance(inner, dict):
        yield from _instances(inner, rest, required=required, before=f"{before}{step}.")


def _about(request: Request, spec: ParameterSpec, touched: JsonObject, knowledge: Knowledge) -> Iterator[Finding]:
    first = True
    limits = at_provider(spec, request.provider)
    for name, holder, key in _instances(touched, spec.path, required=spec.required and spec.nested):
        if key not in holder:
            remedy = remedies.for_missing(name)
            yield Finding(name=name, level="error", kind="rule", text="is required", remedy=remedy)
            continue
        value = holder[key]
        yield from check_value(limits, name, value)
        if value is not None:
            yield from broken_rules(request, name, value, spec.rules)
            yield from _of_families(request, spec, name, value)
        if first and (spec.settable or "[]" in spec.name):
            yield from _of_service(request, spec, name, listed=knowledge.names(spec.path[0]))
            yield from learnt(knowledge, spec.name)
            first = False


def _of_service(request: Request, spec: ParameterSpec, name: str, *, listed: bool) -> Iterator[Finding]:
    """Findings that do not depend on the value; reported once, and for a member only if its parent is supported."""
    catalogue, provider = request.catalogue, request.provider
    if not listed and not catalogue.supports(provider, spec):
        parent = catalogue.parameters.get(spec.path[0])
        if not spec.nested or parent is None or catalogue.supports(provider, parent):
            yield Finding(name=name, level="warn", kind="unsupported", text=_unsupported(provider))
        return
    successors = [catalogue.parameters[word] for word in spec.successors if word in catalogue.parameters]
    if spec.status == "active" or (successors and not any(catalogue.supports(provider, each) for each in successors)):
        return
    advice = f"; use {' or '.join(spec.successors)}" if spec.successors else ""
    words = "is deprecated" if spec.status == "deprecated" else "is no longer documented"
    yield Finding(name=name, level="info", kind="deprecated", text=words + advice)


def _unsupported(provider: Provider) -> str:
    return {
        "error": f"{provider.title} does not support it and returns an error",
        "ignored": f"{provider.title} does not support it and ignores it",
    }.get(provider.unsupported_how, f"{provider.title} does not document it: it may be ignored or refused")


def _of_families(request: Request, spec: ParameterSpec, name: str, value: Json) -> Iterator[Finding]:
    for family in request.families:
        if request.provider.id in family.providers and not request.catalogue.supports(request.provider, spec):
            continue
        text = family_words(family, spec.name, value)
        if text:
            yield Finding(name=name, level="warn", kind="refused", text=f"{family.title}: {text}", value=value)
        for finding in broken_rules(request, name, value, family.rules.get(spec.name, ())):
            yield replace(finding, level="warn", kind="refused", text=f"{family.title}: {finding.text}")


def _unknown(request: Request, knowledge: Knowledge) -> Iterator[Finding]:
    known = {spec.path[0].removesuffix("[]") for spec in request.catalogue.parameters.values()}
    for name in request.body:
        if name not in known:
            yield Finding(
                name=name,
                level="warn",
                kind="unknown",
                text="is not a known parameter; it is sent unchanged",
                remedy=_similar(name, known),
            )
            yield from learnt(knowledge, name)


def _similar(name: str, known: set[str]) -> str:
    from chat_tui.domain.similar_names import similar_names

    near = similar_names(name, known)
    return f"Did you mean {near[0]}?" if near else ""

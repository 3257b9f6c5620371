"""Implements ``chat-tui params``: shows the catalogue's entries for request parameters."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.catalogue import Catalogue, Family, ParameterSpec, Provider, at_provider
from chat_tui.domain.json_values import Json, JsonObject, Unset
from chat_tui.domain.knowledge import NOTHING, Knowledge
from chat_tui.domain.listed_defaults import at_card
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """List the parameters of a service, or explain one."""
    args = parse(command, argv, describe)
    services = start.setup(args).services
    provider = _provider(args.provider, services.providers)
    families = services.catalogue.families_of(provider.id if provider else "", args.model) if args.model else ()
    if args.name is None:
        return _list(
            services.catalogue, provider, families, _listing(services, provider, args.model), as_json=args.json
        )
    spec = services.catalogue.parameters.get(args.name)
    if spec is None:
        raise ProblemError(_unknown(args.name, services.catalogue))
    facts = facts_of(spec, services.catalogue, provider, families, _listing(services, provider, args.model))
    if provider is not None and args.model and (refusal := _refusal(services, provider, args.model, spec)):
        facts["refused"] = refusal
    if args.json:
        output.json_line(facts, indent=2)
    else:
        output.table([(name, _plain(value)) for name, value in facts.items()])
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="parameter to explain, by its name in the request")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _provider(name: str | None, providers: Mapping[str, Provider]) -> Provider | None:
    from chat_tui.config.providers import named_provider

    return None if name is None else named_provider(providers, name)


def _listing(services: Services, provider: Provider | None, model: str | None) -> Knowledge:
    """Return what the service's cached model list says about the model."""
    if provider is None or not model:
        return NOTHING
    lists = services.model_lists
    return Knowledge(card=lists.card(provider.base_url, model), listed=lists.listed(provider.base_url))


def _refusal(services: Services, provider: Provider, model: str, spec: ParameterSpec) -> str:
    """Return the service's last refusal of the parameter; empty if there is none, or a later request succeeded."""
    refusal = services.refusals.of(provider.base_url, model).get(spec.name)
    return "" if refusal is None else refusal.sentence(int(services.clock.now_s() * 1000))


def _unknown(name: str, catalogue: Catalogue) -> Problem:
    from chat_tui.domain.similar_names import similar_names

    near = similar_names(name, catalogue.parameters, most=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "See: chat-tui params"
    return Problem(kind="usage", what=f"Unknown parameter {name!r}", hint=hint)


def _list(
    catalogue: Catalogue,
    provider: Provider | None,
    families: Sequence[Family],
    knowledge: Knowledge,
    *,
    as_json: bool,
) -> int:
    known = [spec for spec in catalogue.parameters.values() if provider is None or catalogue.supports(provider, spec)]
    if as_json:
        output.json_line([facts_of(spec, catalogue, provider, families, knowledge) for spec in known], indent=2)
        return diagnostics.OK
    titles = {group.id: group.title for group in catalogue.groups}
    order = {group.id: group.order for group in catalogue.groups}
    heading = ""
    rows: list[tuple[str, ...]] = []
    for spec in sorted(known, key=lambda each: order[each.group]):
        if spec.group != heading:
            heading = spec.group
            rows.append((f"# {titles[heading]}", "", ""))
        unlisted = "(not listed for this model) " if _is_listed(spec, knowledge) is False else ""
        rows.append((spec.name, "/".join(spec.types), unlisted + spec.help))
    output.table(rows)
    return diagnostics.OK


def facts_of(
    spec: ParameterSpec,
    catalogue: Catalogue,
    provider: Provider | None,
    families: Sequence[Family],
    knowledge: Knowledge = NOTHING,
) -> JsonObject:
    """Return the facts about one parameter, without unknown ones."""
    spec = at_card(at_provider(spec, provider) if provider is not None else spec, knowledge.card)
    refused: list[Json] = [family.id for family in families if spec.name in (*family.refuses, *family.unknown)]
    facts: dict[str, Json | Unset] = {
        "name": spec.name,
        "title": spec.title,
        "help": spec.help,
        "types": list(spec.types),
        "range": _range(spec),
        "values": [*spec.enum],
        "other_values": True if spec.enum_open else None,
        "default": spec.default,
        "default_note": spec.default_text,
        "items": [spec.min_items, spec.max_items] if spec.max_items else None,
        "max_length": spec.max_length,
        "pattern": spec.pattern,
        "group": spec.group,
        "scope": spec.scope,
        "status": spec.status,
        "successors": list(spec.successors),
        "supported": catalogue.supports(provider, spec) if provider is not None else None,
        "listed": _is_listed(spec, knowledge),
        "refused_by": refused if families else [*spec.refused_by],
        "rules": [rule.text for rule in spec.rules],
        "notes": spec.notes,
    }
    return {
        name: value for name, value in facts.items() if not isinstance(value, Unset) and value not in (None, "", [])
    }


def _is_listed(spec: ParameterSpec, knowledge: Knowledge) -> bool | None:
    """Whether the model's list entry names the parameter; None if the list says nothing about it."""
    if knowledge.card is None or knowledge.card.parameters is None or spec.path[0] not in knowledge.listed:
        return None
    return not knowledge.lacks(spec.path[0])


def _range(spec: ParameterSpec) -> Json:
    if spec.minimum is None and spec.maximum is None:
        return None
    return {"min": spec.minimum, "max": spec.maximum, **({"min_exclusive": True} if spec.min_exclusive else {})}


def _plain(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(item if isinstance(item, str) else start.compact(item) for item in value)
    return value if isinstance(value, str) else start.compact(value)

"""Plan a probe: select the parameters to probe for a model, and those to leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from chat_tui.domain.catalogue import Catalogue, Family, ParameterSpec, Provider, at_provider
from chat_tui.domain.json_values import Json
from chat_tui.domain.probing.cases import LeftOut, ProbeCase, ProbePlan
from chat_tui.domain.probing.recipes import Opening, Recipe, Recipes
from chat_tui.domain.problems import Problem, ProblemError

_Families: TypeAlias = tuple[Family, ...]


def plan(
    recipes: Recipes,
    catalogue: Catalogue,
    provider: Provider,
    model: str,
    *,
    only: Sequence[str] = (),
    everything: bool = False,
) -> ProbePlan:
    """Create a case for each parameter that the provider supports and that can be probed cheaply.

    Args:
        recipes: How to probe each parameter.
        catalogue: Ranges and families.
        provider: Its parameters are probed, within its own ranges.
        model: Ranges of its families apply too.
        only: Wire names: only these and their dependencies, whether the provider is known to support them or not.
        everything: Include parameters that have side effects, identify a person or cost more.

    Raises:
        ProblemError: A name in ``only`` has no recipe.
    """
    families = catalogue.families_of(provider.id, model)
    opening = _opening(recipes.opening, catalogue, provider, families)
    wished = _with_supports(recipes, set(_wished(recipes, catalogue, only)), opening)
    cases: list[ProbeCase] = []
    left_out: list[LeftOut] = []
    for spec, recipe in _in_order(recipes, catalogue):
        if spec.name not in wished if only else not catalogue.supports(provider, spec):
            continue
        if recipe is not None and recipe.within:
            continue
        why = _reason_to_leave_out(recipe, asked_for=everything or bool(only))
        if recipe is None or why:
            left_out.append(LeftOut(spec.name, why))
        else:
            cases.append(_case(recipe, catalogue, at_provider(spec, provider), families))
    leaders = {name for case in cases for name in (*case.needs, *_leans_on(recipes.by_name[case.name], opening))}
    return ProbePlan(
        provider=provider.id,
        base_url=provider.base_url,
        model=model,
        opening=opening,
        cases=tuple(replace(case, leads=case.name in leaders) for case in cases),
        left_out=tuple(left_out),
    )


def _reason_to_leave_out(recipe: Recipe | None, *, asked_for: bool) -> str:
    """Return why a parameter is not probed; empty if it is."""
    if recipe is None or not (recipe.ask or recipe.skip):
        return "no test value is known"
    return "" if recipe.ask and (asked_for or not recipe.skip) else recipe.skip


def _in_order(recipes: Recipes, catalogue: Catalogue) -> Iterator[tuple[ParameterSpec, Recipe | None]]:
    """Yield parameters in the order of probing; those without a recipe come last."""
    for name, recipe in recipes.by_name.items():
        spec = catalogue.parameters.get(name)
        if spec is not None and spec.settable:
            yield spec, recipe
    for spec in catalogue.parameters.values():
        if spec.settable and spec.name not in recipes.by_name:
            yield spec, None


def _wished(recipes: Recipes, catalogue: Catalogue, only: Sequence[str]) -> Iterator[str]:
    """Yield the names to probe: a member is replaced by its parent's case, an object by its members' cases."""
    for name in only:
        recipe = recipes.by_name.get(name)
        if recipe is None or name not in catalogue.parameters:
            raise ProblemError(_unknown(name, recipes))
        if not recipe.within:
            yield name
        elif recipe.within in recipes.by_name:
            yield recipe.within
        else:
            yield from (each for each in recipes.by_name if each.startswith(f"{name}."))


def _unknown(name: str, recipes: Recipes) -> Problem:
    import difflib

    near = difflib.get_close_matches(name, recipes.by_name, n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "List the tests: chat-tui probe --list"
    return Problem(kind="usage", what=f"No test is defined for {name!r}", hint=hint)


def _with_supports(recipes: Recipes, names: set[str], opening: Opening) -> set[str]:
    """Return the names with all their dependencies."""
    found: set[str] = set()
    while names:
        found |= names
        names = {other for name in names for other in _leans_on(recipes.by_name[name], opening)} - found
    return found


def _leans_on(recipe: Recipe, opening: Opening) -> Iterator[str]:
    if recipe.mood:
        yield from opening.steady
    if recipe.against:
        yield recipe.against


def _opening(opening: Opening, catalogue: Catalogue, provider: Provider, families: _Families) -> Opening:
    """Return the opening with the token limits expected to work, and moods within the provider's ranges."""
    usable = [
        name
        for name in opening.ceilings
        if name in catalogue.parameters
        and catalogue.supports(provider, catalogue.parameters[name])
        and not any(name in (*family.refuses, *family.unknown) for family in families)
    ]

    def within(members: Mapping[str, Json]) -> dict[str, Json]:
        return {
            name: _fitting(value, at_provider(catalogue.parameters[name], provider), families)
            for name, value in members.items()
            if name in catalogue.parameters
        }

    return replace(opening, ceilings=tuple(usable), steady=within(opening.steady), lively=within(opening.lively))


def _case(recipe: Recipe, catalogue: Catalogue, spec: ParameterSpec, families: _Families) -> ProbeCase:
    return ProbeCase(
        name=recipe.name,
        path=spec.path,
        values=tuple(_fitting(value, spec, families) for value in recipe.ask),
        judge=recipe.judge,
        expect=recipe.expect,
        draws=recipe.draws,
        along=tuple((catalogue.path_of(name), value) for name, value in recipe.along.items()),
        without=recipe.without,
        mood=recipe.mood,
        against=recipe.against,
        prompt=recipe.prompt,
        tokens=recipe.tokens,
    )


def _fitting(value: Json, spec: ParameterSpec, families: _Families) -> Json:
    """Return a value within the range, or among the choices, of this provider and model."""
    if isinstance(value, str) and spec.enum and not spec.enum_of and value not in spec.enum:
        return spec.enum[0]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    low, high = spec.minimum, spec.maximum
    for family in families:
        low, high = family.ranges.get(spec.name, (low, high))
    if high is not None and value > high:
        return high
    return low if low is not None and value < low else value

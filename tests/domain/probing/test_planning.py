"""Tests of probe planning: the questions, their order, and their values."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.catalogue.probes import load_probes
from chat_tui.domain.probing.cases import Context, ProbeCase, ProbePlan, bodies_of, opening_body
from chat_tui.domain.probing.planning import plan
from chat_tui.domain.problems import ProblemError

CATALOGUE = load_catalogue()


def planned(provider: str, model: str = "m", *only: str, everything: bool = False) -> ProbePlan:
    return plan(load_probes(), CATALOGUE, CATALOGUE.providers[provider], model, only=only, everything=everything)


def case(found: ProbePlan, name: str) -> ProbeCase:
    return next(case for case in found.cases if case.name == name)


@pytest.mark.parametrize("provider", sorted(CATALOGUE.providers))
def test_every_known_parameter_is_asked_about_left_out_with_a_reason_or_part_of_another(provider: str) -> None:
    found = planned(provider)
    recipes = load_probes().by_name
    known = {
        spec.name
        for spec in CATALOGUE.parameters.values()
        if spec.settable and CATALOGUE.supports(CATALOGUE.providers[provider], spec) and not recipes[spec.name].within
    }
    assert {case.name for case in found.cases} | {each.name for each in found.left_out} == known
    assert all(each.reason for each in found.left_out)


@pytest.mark.parametrize("provider", sorted(CATALOGUE.providers))
def test_what_others_lean_on_is_asked_before_them(provider: str) -> None:
    names = [case.name for case in planned(provider).cases]
    for place, name in enumerate(names):
        here = case(planned(provider), name)
        leaned = {*here.needs, *([here.against] if here.against else []), *(["temperature"] if here.mood else [])}
        assert leaned & set(names) <= set(names[:place])
        assert all(case(planned(provider), other).leads for other in leaned & set(names))


@pytest.mark.parametrize("provider", sorted(CATALOGUE.providers))
def test_every_request_has_a_token_limit_if_the_service_takes_one(provider: str) -> None:
    found = planned(provider, everything=True)
    limits = found.opening.ceilings
    for ceiling in limits:
        context = Context(plan=found, body=opening_body(found, ceiling))
        for asked in found.cases:
            own = [asked.name] if asked.judge == "ceiling" else []
            for body in bodies_of(asked, context):
                assert len({*body} & {*limits, *own}) == 1, asked.name


def test_a_token_limit_that_was_refused_is_not_tried_again() -> None:
    found = planned("local", "m", "prediction")
    context = Context(plan=found, body=opening_body(found, "max_completion_tokens"), refused=frozenset({"max_tokens"}))
    (body,) = bodies_of(case(found, "prediction"), context)
    assert "max_tokens" not in body


def test_a_reply_judged_by_its_text_is_not_left_to_chance() -> None:
    by_text = {"object", "equals", "calls", "stops", "changes", "repeats"}
    assert {case.mood for case in planned("local", "m", everything=True).cases if case.judge in by_text} == {"steady"}


def test_names_alone_bring_what_they_lean_on() -> None:
    assert [case.name for case in planned("openai", "m", "stop").cases] == ["temperature", "stop"]
    usage = planned("openai", "m", "stream_options")
    assert "stream_options.include_usage" in [case.name for case in usage.cases]
    assert "stream" in [case.name for case in usage.cases]


def test_a_member_is_asked_about_with_its_object() -> None:
    asked = [case.name for case in planned("openai", "m", "tool_choice.function.name").cases]
    assert asked == ["temperature", "tool_choice"]


def test_a_name_alone_is_asked_about_even_if_it_is_costly_or_foreign() -> None:
    assert [case.name for case in planned("openai", "m", "store").cases] == ["store"]
    assert [case.name for case in planned("openai", "m", "typical_p").cases] == ["typical_p"]
    assert [each.name for each in planned("openai", "m", "moderation").left_out] == ["moderation"]


def test_a_name_nobody_knows_is_refused_with_what_may_have_been_meant() -> None:
    with pytest.raises(ProblemError, match="seed"):
        planned("openai", "m", "sead")


@pytest.mark.parametrize(
    ("provider", "model", "ceilings"),
    [
        ("openai", "gpt-4o", ("max_completion_tokens", "max_tokens")),
        ("openai", "o3", ("max_completion_tokens",)),
        ("mistral", "mistral-small", ("max_tokens",)),
        ("ollama", "x", ("max_tokens",)),
    ],
)
def test_ceilings_that_are_known_to_be_refused_are_not_tried(
    provider: str, model: str, ceilings: tuple[str, ...]
) -> None:
    assert planned(provider, model).opening.ceilings == ceilings


def test_values_lie_in_the_range_of_the_service_and_the_models_family() -> None:
    claude = planned("openrouter", "anthropic/claude-sonnet")
    assert case(claude, "temperature").values == (0, 0, 1)
    assert claude.opening.lively == {"temperature": 1}
    assert case(planned("openrouter", "openai/gpt-4o"), "temperature").values == (0, 0, 1.5)


def test_the_cost_counts_every_value_and_grows_with_what_is_asked() -> None:
    small, large = planned("openai", "m", "n"), planned("openai")
    assert small.requests == 3
    assert large.requests == 2 + sum(len(case.values) for case in large.cases)
    assert 0 < small.most_tokens < large.most_tokens < planned("openai", everything=True).most_tokens


def test_what_the_data_does_not_know_is_left_out_and_said() -> None:
    recipes = load_probes()
    fewer = replace(recipes, by_name={name: each for name, each in recipes.by_name.items() if name != "verbosity"})
    found = plan(fewer, CATALOGUE, CATALOGUE.providers["openai"], "m")
    assert ("verbosity", "no test value is known") in [(each.name, each.reason) for each in found.left_out]

"""Every rule and limit of the catalogue is shown beside its row, and the effect of a model's family."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from rich.style import Style

from chat_tui.domain.catalogue import Family
from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.remedies import for_rule
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.explanation import explain
from chat_tui.ui.panel.footer import remark
from chat_tui.ui.panel.row_building import build_rows, row_name
from chat_tui.ui.panel.row_painter import Canvas, paint_row
from chat_tui.ui.panel.rows import Folding, ParameterRow, Rows, Shown
from tests.support.limit_cases import LIMITS, LimitCase
from tests.support.rule_cases import CASES, CATALOGUE, RULES, Case

WITH_ROWS = [
    case for case in LIMITS if CATALOGUE.parameters[case.name].settable or not case.name.startswith("messages")
]
EVERYTHING = Folding().with_state(
    [
        *(f"group:{group.id}{rest}" for group in CATALOGUE.groups for rest in ("", ":rest")),
        *(f"parameter:{name}" for name in CATALOGUE.parameters),
    ],
    opened=True,
)


def ink(name: str, ground: str) -> Style:
    """No colours: what matters here is the words."""
    return Style.null()


def shown_of(
    provider: str, model: str, body: JsonObject, words: str = "as json", case: Case | None = None
) -> tuple[Shown, Rows]:
    """What the panel is given, and its rows."""
    chosen = CATALOGUE.providers[provider]
    if case is not None and case.headers:
        chosen = replace(chosen, headers=case.headers)
    settings = SessionSettings(provider, model, body)
    found = check(CATALOGUE, chosen, settings, [{"role": "user", "content": words}])
    shown = Shown(catalogue=CATALOGUE, provider=chosen, settings=settings, findings=found)
    return shown, build_rows(shown, EVERYTHING)


def row_of(rows: Rows, name: str) -> ParameterRow:
    """The row that tells of a name."""
    table = {row.spec.name: row for row in rows.rows if isinstance(row, ParameterRow)}
    return table[row_name(name, table)]


def findings_of(row: ParameterRow) -> Sequence[Finding]:
    """All of a row's findings."""
    return () if row.finding is None else (row.finding, *row.others)


def painted(row: ParameterRow, *, current: bool = False) -> str:
    """The row in a panel of the usual width."""
    return paint_row(row, Canvas(ink, 45), current=current).text


def explained(shown: Shown, row: ParameterRow) -> str:
    """The help of a row, without its line breaks."""
    return "\n".join(line.text for line in explain(shown, row))


@pytest.mark.parametrize("key", RULES, ids="-".join)
def test_a_broken_rule_is_told_beside_its_row_and_a_kept_one_is_not(key: tuple[str, str]) -> None:
    case, rule, name = CASES[key], RULES[key], key[0]
    _, kept = shown_of(case.provider, case.kept_model or case.model, case.kept, case.kept_words or case.words)
    assert rule.text not in [finding.text for finding in findings_of(row_of(kept, name))]
    shown, rows = shown_of(case.provider, case.model, case.broken, case.words, case)
    row = row_of(rows, name)
    finding = next(each for each in findings_of(row) if each.text == rule.text)
    assert finding.remedy == for_rule(rule, name)
    assert finding.sentence() in explained(shown, row)
    gravest = row.finding
    assert gravest is not None
    assert (gravest.level == "error") == (rows.wrong_count > 0 and any(f.level == "error" for f in findings_of(row)))
    told, colour = remark(row, None)
    assert gravest.sentence() in told
    assert colour == {"error": "error", "warn": "warn", "info": "quiet"}[gravest.level]
    beside = row.reason if row.reason and gravest.level != "error" else gravest.text
    note = painted(row).rstrip().rpartition("  ")[2]
    assert beside[:4] in note or note.endswith("?" if gravest.level == "info" else "!")
    assert gravest.level != "error" or beside[:4] in note


@pytest.mark.parametrize("case", WITH_ROWS, ids=lambda case: case.id)
def test_a_broken_limit_is_told_beside_its_row_and_a_kept_one_is_not(case: LimitCase) -> None:
    _, kept = shown_of(case.provider, case.model, case.kept)
    assert [each for each in findings_of(row_of(kept, case.found)) if each.level == "error"] == []
    assert kept.wrong_count == 0
    shown, rows = shown_of(case.provider, case.model, case.broken)
    row = row_of(rows, case.found)
    finding = next(each for each in findings_of(row) if (each.name, each.kind) == (case.found, case.kind))
    assert finding.sentence() in explained(shown, row)
    assert rows.wrong_count > 0
    assert row.finding is not None
    assert row.finding.level == "error"
    assert remark(row, None) == (row.finding.sentence(), "error")
    assert row.finding.text[:4] in painted(row)


def refusals() -> list[tuple[Family, str]]:
    """Every parameter each family is known not to take, whatever its value."""
    return [
        (family, name)
        for family in CATALOGUE.families
        for name in (*family.refuses, *family.unknown, *family.ignores, *family.rename)
        if name in CATALOGUE.parameters and CATALOGUE.parameters[name].settable
    ]


MODELS = {
    "openai-o": "o3-mini",
    "openai-gpt5": "gpt-5-mini",
    "openai-gpt5x": "gpt-5.1",
    "openai-gpt56": "gpt-5.6",
    "openai-chat": "gpt-4o",
    "openai-search": "gpt-4o-search-preview",
    "openai-audio": "gpt-audio",
    "deepseek-reasoner": "deepseek-reasoner",
    "xai-reasoning": "grok-4",
    "mistral": "mistral-large",
    "anthropic": "claude-sonnet-4",
}
"""A model of each family."""


def provider_for(family: Family, name: str) -> str:
    """A provider that takes the parameter, so that it is the model that refuses it."""
    if family.providers:
        return family.providers[0]
    spec = CATALOGUE.parameters[name]
    return next((each.id for each in CATALOGUE.providers.values() if CATALOGUE.supports(each, spec)), "openai")


@pytest.mark.parametrize(
    ("family", "name"), refusals(), ids=lambda value: value if isinstance(value, str) else value.id
)
def test_what_a_model_is_known_not_to_take_is_marked_before_it_is_sent(family: Family, name: str) -> None:
    provider = provider_for(family, name)
    shown, rows = shown_of(provider, MODELS.get(family.id, "m"), {})
    row = row_of(rows, name)
    assert row.reason
    assert row.reason in painted(row), "the reason fits its row"
    assert row.because in explained(shown, row)
    if not family.providers:
        assert family.title in row.because
    assert row.because in remark(row, None)[0]


@pytest.mark.parametrize("family", [each for each in CATALOGUE.families if each.fixed], ids=lambda each: each.id)
def test_a_value_that_is_fixed_for_a_model_is_told_and_shown_as_what_the_service_uses(family: Family) -> None:
    for name, value in family.fixed.items():
        _, rows = shown_of(provider_for(family, name), MODELS[family.id], {})
        row = row_of(rows, name)
        assert row.reason == f"must be {value}"
        assert row.spec.default == value
        _, rows = shown_of(provider_for(family, name), MODELS[family.id], {name: value})
        assert row_of(rows, name).reason == ""


@pytest.mark.parametrize("family", [each for each in CATALOGUE.families if each.enums], ids=lambda each: each.id)
def test_choices_are_narrowed_to_the_models_and_others_stay_sendable(family: Family) -> None:
    for name, taken in family.enums.items():
        _, rows = shown_of("openai", MODELS[family.id], {name: "utmost"})
        row = row_of(rows, name)
        assert row.spec.enum == taken
        assert [each.level for each in findings_of(row)] == ["warn"]
        assert rows.wrong_count == 0


@pytest.mark.parametrize("family", [each for each in CATALOGUE.families if each.ranges], ids=lambda each: each.id)
def test_ranges_are_narrowed_to_the_models_and_what_lies_outside_is_a_warning(family: Family) -> None:
    for name, (low, high) in family.ranges.items():
        provider = provider_for(family, name)
        model = MODELS.get(family.id, "m")
        _, rows = shown_of(provider, model, {})
        spec = row_of(rows, name).spec
        assert (spec.minimum, spec.maximum) == (max(low, CATALOGUE.parameters[name].minimum or low), high)
        beyond: Json = high + 0.5 if "number" in spec.types else int(high) + 1
        body = SessionSettings(provider, model).set(("logprobs",), True).set(spec.path, beyond).parameters
        if not family.providers and (CATALOGUE.parameters[name].maximum or 0) > high:
            _, rows = shown_of(provider, model, body)
            assert rows.wrong_count == 0


def test_a_condition_of_a_family_is_marked_until_it_holds() -> None:
    _, rows = shown_of("openai", "gpt-5.6", {})
    assert row_of(rows, "top_p").reason == "needs reasoning_effort none"
    _, rows = shown_of("openai", "gpt-5.6", {"reasoning_effort": "none"})
    assert row_of(rows, "top_p").reason == ""


def test_advice_is_marked_on_the_row_told_below_and_blocks_nothing() -> None:
    _, rows = shown_of("openai", "gpt-4o", {"n": 3, "temperature": 0.75, "top_p": 0.5})
    assert rows.wrong_count == 0
    count, heat = row_of(rows, "n"), row_of(rows, "temperature")
    assert painted(count).split() == ["n", "3", "?"]
    assert "the cost increases" in remark(count, None)[0]
    assert painted(heat).split()[2:] == ["0.75", "!"]
    assert "change temper" in remark(heat, None)[0]

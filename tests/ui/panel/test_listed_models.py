"""What a service's model list says about the selected model is shown in the parameter rows."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.checks import check
from chat_tui.domain.json_values import Json
from chat_tui.domain.knowledge import Knowledge
from chat_tui.domain.model_cards import read_card
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.explanation import explain
from chat_tui.ui.panel.row_building import build_rows
from chat_tui.ui.panel.rows import Folding, ParameterRow, Shown

CATALOGUE = load_catalogue()
CARD = read_card(
    {
        "id": "vendor/small",
        "context_length": 128000,
        "top_provider": {"max_completion_tokens": 16384},
        "supported_parameters": ["temperature", "top_p", "max_tokens", "reasoning"],
        "default_parameters": {"temperature": 0.7, "top_p": 9, "frequency_penalty": "much", "seed": None},
    }
)
LISTED = frozenset({"temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "response_format"})


def shown(knowledge: Knowledge, **parameters: Json) -> Shown:
    settings = SessionSettings(provider="openrouter", model="vendor/small", parameters=parameters)
    provider = CATALOGUE.providers["openrouter"]
    findings = check(CATALOGUE, provider, settings, [], knowledge)
    return Shown(
        catalogue=CATALOGUE, provider=provider, settings=settings, findings=tuple(findings), knowledge=knowledge
    )


def test_what_the_list_names_applies_though_the_catalogue_does_not_give_it_to_the_service() -> None:
    for knowledge, reason in (
        (Knowledge(), "not for OpenRouter"),
        (Knowledge(card=replace(CARD, parameters=frozenset({"n"}))), ""),
    ):
        assert row("n", knowledge).reason == reason
        held = row("n", knowledge, n=2)
        assert held.finding is not None
        assert (held.finding.kind == "unsupported") == bool(reason)


def row(name: str, knowledge: Knowledge | None = None, **parameters: Any) -> ParameterRow:
    given = shown(knowledge or Knowledge(card=CARD, listed=LISTED), **parameters)
    rows = build_rows(given, Folding(), name).rows
    return next(each for each in rows if isinstance(each, ParameterRow) and each.spec.name == name)


@pytest.mark.parametrize("name", ["top_k", "response_format"])
def test_what_the_model_does_not_list_is_dimmed_with_the_reason(name: str) -> None:
    assert row(name).reason == "not listed for small"
    assert "not for this one" in row(name).because


def test_and_stays_sendable_with_a_warning_that_names_the_list() -> None:
    held = row("top_k", top_k=40)
    assert (held.value, held.reason) == (40, "not listed for small")
    assert held.finding is not None
    assert (held.finding.level, held.finding.kind) == ("warn", "unsupported")


@pytest.mark.parametrize("name", ["temperature", "max_completion_tokens", "user", "seed", "reasoning.effort"])
def test_what_it_lists_or_no_model_lists_applies(name: str) -> None:
    assert row(name).reason == ""


def test_a_member_of_what_is_not_listed_is_not_listed() -> None:
    assert row(
        "reasoning.effort", Knowledge(card=replace(CARD, parameters=frozenset()), listed=frozenset({"reasoning"}))
    ).reason


def test_without_a_list_nothing_is_said() -> None:
    assert row("top_k", Knowledge()).reason == ""
    assert row("top_k", Knowledge(card=replace(CARD, parameters=None), listed=LISTED)).reason == ""


def test_the_models_own_default_is_the_placeholder_unless_it_could_be_no_value() -> None:
    plain = Knowledge()
    assert row("temperature").spec.default == 0.7
    for name in ("top_p", "frequency_penalty", "seed"):
        assert row(name).spec.default == row(name, plain).spec.default


def test_the_explanation_of_a_ceiling_tells_the_models_own() -> None:
    given = shown(Knowledge(card=CARD, listed=LISTED))
    told = "\n".join(line.text for line in explain(given, row("max_completion_tokens")))
    assert "128,000 tokens of context, 16,384 of output at most" in told

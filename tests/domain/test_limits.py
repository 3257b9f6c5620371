"""Every limit of the catalogue, kept and broken, with an actionable message."""

from __future__ import annotations

import pytest

from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.limits import choice_words
from chat_tui.domain.settings import SessionSettings
from tests.support.limit_cases import CATALOGUE, LIMITS, LimitCase

HELLO: JsonObject = {"role": "user", "content": "Hello, as JSON"}


def errors(case: LimitCase, body: JsonObject) -> list[Finding]:
    """What would block one side of a case."""
    messages = body.get("messages")
    given = [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else [HELLO]
    settings = SessionSettings(case.provider, case.model, {key: body[key] for key in body if key != "messages"})
    found = check(CATALOGUE, CATALOGUE.providers[case.provider], settings, given)
    return [each for each in found if each.level == "error"]


def test_there_is_a_case_for_every_parameter() -> None:
    assert {case.name for case in LIMITS} == {*CATALOGUE.parameters} - {"model", "messages"}


@pytest.mark.parametrize("case", LIMITS, ids=lambda case: case.id)
def test_a_limit_is_silent_while_kept_and_speaks_when_broken(case: LimitCase) -> None:
    assert errors(case, case.kept) == []
    broken = [each for each in errors(case, case.broken) if (each.name, each.kind) == (case.found, case.kind)]
    assert len(broken) == 1, errors(case, case.broken)
    assert case.says in broken[0].text
    assert len(broken[0].remedy) > 5
    assert broken[0].sentence().startswith(case.found)


def test_a_choice_of_any_values_is_told_as_they_are_written() -> None:
    assert choice_words((False,)) == "must be false"
    assert choice_words(("auto", 2.0, 0.5, None, True)) == "must be one of auto, 2, 0.5, null, true"

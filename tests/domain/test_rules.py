"""Every cross-field rule of the catalogue, kept and broken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from chat_tui.domain.catalogue import Rule
from chat_tui.domain.checks import check
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.settings import SessionSettings
from tests.support.rule_cases import CASES, CATALOGUE, JSON_MODE, RULES, Case

HELLO: JsonObject = {"role": "user", "content": "Hello"}


def findings(case: Case, parameters: JsonObject, words: str, model: str) -> list[Finding]:
    """What is said of one side of a case."""
    provider = CATALOGUE.providers[case.provider]
    settings = SessionSettings(case.provider, model, parameters)
    return check(CATALOGUE, replace(provider, headers=case.headers), settings, [{"role": "user", "content": words}])


def said(found: Sequence[Finding], name: str, rule: Rule) -> list[Finding]:
    """The findings that come from this rule."""
    return [finding for finding in found if (finding.name, finding.kind, finding.text) == (name, "rule", rule.text)]


def test_every_rule_of_the_catalogue_has_an_example() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("key", RULES, ids="-".join)
def test_a_rule_is_silent_while_kept_and_speaks_once_when_broken(key: tuple[str, str]) -> None:
    case, rule, name = CASES[key], RULES[key], key[0]
    kept = findings(case, case.kept, case.kept_words or case.words, case.kept_model or case.model)
    assert said(kept, name, rule) == []
    broken = said(findings(case, case.broken, case.words, case.model), name, rule)
    assert len(broken) == 1
    assert broken[0].level == ("warn" if rule.family and rule.level == "error" else rule.level)
    assert name in broken[0].sentence()


def test_json_mode_is_reminded_of_the_word_by_the_system_prompt_too() -> None:
    settings = SessionSettings("openai", "gpt-4o", {"response_format": JSON_MODE}, system="Answer in JSON.")
    rule = RULES["response_format", "messages"]
    found = check(CATALOGUE, CATALOGUE.providers["openai"], settings, [HELLO])
    assert said(found, "response_format", rule) == []


def test_only_words_that_the_model_reads_are_a_reminder_of_json() -> None:
    picture: JsonObject = {"type": "image_url", "image_url": {"url": "https://a.test/json.png"}}
    settings = SessionSettings("openai", "gpt-4o", {"response_format": JSON_MODE})
    message: JsonObject = {"role": "user", "content": [{"type": "text", "text": "Look"}, picture]}
    found = check(CATALOGUE, CATALOGUE.providers["openai"], settings, [message])
    assert len(said(found, "response_format", RULES["response_format", "messages"])) == 1


def test_a_local_server_needs_no_word_json() -> None:
    settings = SessionSettings("local", "m", {"response_format": JSON_MODE})
    assert check(CATALOGUE, CATALOGUE.providers["local"], settings, [HELLO]) == []


def test_a_null_counts_as_unset_for_other_parameters() -> None:
    settings = SessionSettings("openai", "gpt-4o", {"max_tokens": 5, "max_completion_tokens": None})
    found = check(CATALOGUE, CATALOGUE.providers["openai"], settings, [HELLO])
    assert [finding.kind for finding in found] == ["deprecated"]


def test_a_dialect_carries_the_rules_of_its_service() -> None:
    mine = replace(CATALOGUE.providers["openai"], id="mine", user_defined=True)
    settings = SessionSettings("mine", "gpt-4o", {"web_search_options": {}})
    rule = RULES["web_search_options", "model"]
    assert said(check(CATALOGUE, mine, settings, [HELLO]), "web_search_options", rule)


def test_a_number_is_not_the_boolean_a_rule_asks_for() -> None:
    settings = SessionSettings("openai", "gpt-4o", {"top_logprobs": 1, "logprobs": 1})
    found = check(CATALOGUE, CATALOGUE.providers["openai"], settings, [HELLO])
    assert said(found, "top_logprobs", RULES["top_logprobs", "logprobs"])


@pytest.mark.parametrize("key", RULES, ids="-".join)
def test_a_broken_rule_says_what_to_do(key: tuple[str, str]) -> None:
    case, rule = CASES[key], RULES[key]
    broken = said(findings(case, case.broken, case.words, case.model), key[0], rule)[0]
    assert (len(broken.remedy) > 5) == (rule.level != "info" and not rule.other.startswith("header:"))
    assert broken.sentence().endswith(broken.remedy)

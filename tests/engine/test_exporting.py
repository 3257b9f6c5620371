"""An exported program sends to the same address, with the same headers, as this run would."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config.endpoints import EndpointResolver
from chat_tui.config.settings import Config
from chat_tui.domain.json_values import JsonObject
from chat_tui.engine.exporting import program
from chat_tui.engine.services import Services
from tests.support.fakes import services

BODY: JsonObject = {"model": "m", "messages": []}


def on(environment: dict[str, str], base_url: str | None = None, api_key_env: str | None = None) -> Services:
    catalogue = load_catalogue()
    endpoints = EndpointResolver(catalogue, Config(), environment, base_url=base_url, api_key_env=api_key_env)
    return replace(services(), endpoints=endpoints, providers=endpoints.providers)


def exported(given: Services, name: str, form: str = "curl") -> str:
    return program(given, given.providers[name], form, BODY)


def test_only_headers_that_this_run_sends_are_in_it() -> None:
    assert "OPENAI_ORG_ID" not in exported(on({"OPENAI_API_KEY": "canary"}), "openai")
    both = exported(on({"OPENAI_API_KEY": "canary", "OPENAI_ORG_ID": "org"}), "openai")
    assert '"OpenAI-Organization: $OPENAI_ORG_ID"' in both
    assert "canary" not in both
    assert "org\n" not in both


def test_an_address_of_the_environment_is_the_one_exported() -> None:
    given = on({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v9"})
    assert "'http://127.0.0.1:1/v9/chat/completions'" in exported(given, "openai")


def test_an_optional_key_goes_along_only_where_there_is_one() -> None:
    assert "Authorization" not in exported(on({}), "vllm")
    assert '"Authorization: Bearer $VLLM_API_KEY"' in exported(on({"VLLM_API_KEY": "k"}), "vllm")


def test_the_key_of_this_run_is_named_by_its_variable() -> None:
    given = on({"MINE": "canary"}, base_url="http://127.0.0.1:1/v1", api_key_env="MINE")
    text = exported(given, "custom", "httpx")
    assert "os.environ['MINE']" in text
    assert "canary" not in text


@pytest.mark.parametrize("form", ["curl", "python", "httpx"])
def test_without_a_key_the_program_names_the_variable_all_the_same(form: str) -> None:
    assert "OPENAI_API_KEY" in exported(on({}), "openai", form)

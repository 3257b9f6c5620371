"""A base URL that contains a secret or a query is refused before anything is written, and never shown in full."""

from __future__ import annotations

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config.base_urls import refuse_unusable, shown
from chat_tui.config.endpoints import EndpointResolver
from chat_tui.config.settings import Config, ProviderConfig
from chat_tui.domain.problems import ProblemError

CANARY = "canary-0123456789"
UNUSABLE = [
    (f"http://u:{CANARY}@h/v1", "http://***@h/v1", "password"),
    (f"https://{CANARY}@h:8/v1", "https://***@h:8/v1", "password"),
    (f"u:{CANARY}@h/v1", "***@h/v1", "password"),
    (f"https://u:{CANARY}@x@h/v1", "https://***@h/v1", "password"),
    (f"http://u:{CANARY}@h/v1?key={CANARY}", "http://***@h/v1?***", "password"),
    (f"http://h/v1?key={CANARY}", "http://h/v1?***", "query"),
    (f"http://h?key={CANARY}@x", "http://h?***", "query"),
    ("http://h/v1?", "http://h/v1?***", "query"),
    (f"http://u:{CANARY}@h/u:{CANARY}@h", "http://***@h/***@h", "password"),
]


@pytest.mark.parametrize(("url", "masked", "word"), UNUSABLE)
def test_a_secret_or_query_is_refused_and_masked(url: str, masked: str, word: str) -> None:
    with pytest.raises(ProblemError, match=word) as refused:
        refuse_unusable(url)
    assert CANARY not in refused.value.problem.sentence()
    assert refused.value.problem.kind == "config"
    assert shown(url) == masked


@pytest.mark.parametrize("url", ["", "http://h", "https://h:8/v1/", "http://[::1]:8/v1", "http://h/@me/v1", "h/v1"])
def test_any_other_goes_through_as_it_is(url: str) -> None:
    refuse_unusable(url)
    assert shown(url) == url


@pytest.mark.parametrize(("url", "masked", "word"), UNUSABLE)
def test_no_endpoint_has_such_an_address_wherever_it_comes_from(url: str, masked: str, word: str) -> None:
    catalogue = load_catalogue()
    mine = Config(providers={"mine": ProviderConfig(base_url=url, key_required=False)})
    for resolver, name in (
        (EndpointResolver(catalogue, mine, {}), "mine"),
        (EndpointResolver(catalogue, Config(), {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k" * 20}), "openai"),
        (EndpointResolver(catalogue, Config(), {}, base_url=url, chosen="custom"), "custom"),
    ):
        assert resolver.providers[name].base_url == masked
        with pytest.raises(ProblemError, match=word):
            resolver.endpoint(name)

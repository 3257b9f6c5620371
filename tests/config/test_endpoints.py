"""Tests of endpoints: a key is sent only to the address it was configured for."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Mapping

import pytest
from rich.pretty import pretty_repr

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config import keys
from chat_tui.config.endpoints import EndpointResolver
from chat_tui.config.settings import Config, ProviderConfig
from chat_tui.domain.calls import Endpoint, Limits
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import Secret

CATALOGUE = load_catalogue()
KEY = "sk-canary-0123456789"
OPENAI: Mapping[str, str] = {"OPENAI_API_KEY": KEY}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own keyring is left alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)


def endpoint(
    provider: str,
    env: Mapping[str, str] | None = None,
    base_url: str | None = None,
    api_key_env: str | None = None,
    chosen: str = "custom",
    **said: ProviderConfig,
) -> Endpoint:
    """What a provider resolves to."""
    resolver = EndpointResolver(
        CATALOGUE,
        Config(providers=said),
        env or {},
        base_url=base_url,
        api_key_env=api_key_env,
        chosen=chosen,
    )
    return resolver.endpoint(provider)


def problem(provider: str, env: Mapping[str, str] | None = None, **said: ProviderConfig) -> Problem:
    """Why a provider does not resolve; the key is not in it."""
    with pytest.raises(ProblemError) as caught:
        EndpointResolver(CATALOGUE, Config(providers=said), env or {}).endpoint(provider)
    assert KEY not in repr(caught.value.problem)
    assert KEY not in str(caught.value)
    return caught.value.problem


def sent(found: Endpoint) -> dict[str, str]:
    """The headers as they go out."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in found.headers.items()}


def test_a_key_in_a_path_is_sent_but_neither_shown_nor_stored() -> None:
    path = f"/chat/completions?v=1&api-key={KEY}"
    mine = ProviderConfig(base_url="https://h/v1", path=path, models_path=f"/models?token={KEY}")
    resolver = EndpointResolver(CATALOGUE, Config(providers={"mine": mine}), {})
    found = resolver.endpoint("mine")
    assert (found.url, found.models_path) == (f"https://h/v1{path}", f"/models?token={KEY}")
    assert found.shown_url == "https://h/v1/chat/completions?v=1&api-key=***"
    assert KEY not in repr(resolver.providers["mine"])


def test_a_key_of_the_environment_goes_to_its_service() -> None:
    found = endpoint("openai", {**OPENAI, "OPENAI_ORG_ID": "org"})
    assert found.url == "https://api.openai.com/v1/chat/completions"
    assert sent(found) == {"OpenAI-Organization": "org", "Authorization": f"Bearer {KEY}"}
    assert (found.key_source, found.key_hint) == ("environment variable OPENAI_API_KEY", "OPENAI_API_KEY")
    assert KEY not in repr(found)


def test_each_service_authenticates_in_its_own_way() -> None:
    found = endpoint("sgp", {"SGP_API_KEY": KEY, "SGP_ACCOUNT_ID": "a"})
    assert found.url == "https://api.egp.scale.com/v4/beta/chat/completions"
    assert sent(found) == {"x-selected-account-id": "a", "x-api-key": KEY}
    assert sent(endpoint("openrouter", {"OPENROUTER_API_KEY": KEY})) == {
        "X-OpenRouter-Title": "chat-tui",
        "Authorization": f"Bearer {KEY}",
    }


def test_an_alias_is_the_provider() -> None:
    assert endpoint("egp", {"SGP_API_KEY": KEY}).provider == "sgp"


def test_the_embedded_model_needs_no_key_and_no_kept_connections() -> None:
    found = endpoint("local", OPENAI)
    assert (sent(found), found.close_connection, found.key_source) == ({}, True, "")


def test_a_missing_key_is_named_by_its_variable() -> None:
    found = problem("openai")
    assert (found.kind, found.what) == ("key", "There is no API key for OpenAI")
    assert "OPENAI_API_KEY" in found.hint
    assert "There is no API key" in problem("openai", {"OPENAI_API_KEY": " \n"}).what


def test_an_unknown_provider_is_named_with_a_likely_one() -> None:
    assert problem("opnai").sentence() == "Unknown provider 'opnai'. Did you mean openai?"
    assert "Known: openai, openrouter, local" in problem("zzz").sentence()


@pytest.mark.parametrize("text", [f"{KEY}\n", f"  {KEY}\r\n", f"\t{KEY} "])
def test_white_space_around_a_key_is_dropped(text: str) -> None:
    assert sent(endpoint("openai", {"OPENAI_API_KEY": text}))["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"a{KEY}\r\nX-Evil: 1", "U+000D at character 22"),
        (f"{KEY}\0x", "U+0000 at character 21"),
        (f"é{KEY}", "U+00E9 at character 1"),
        (f"{KEY}\u200bx", "U+200B at character 21"),
        (f"Bearer {KEY}", "U+0020 at character 7"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_by_position(text: str, words: str) -> None:
    found = problem("openai", {"OPENAI_API_KEY": text})
    assert found.kind == "key"
    assert words in found.what
    assert "OPENAI_API_KEY" in found.what


def test_no_key_of_any_provider_goes_to_an_address_for_this_run() -> None:
    env = {**OPENAI, "OPENAI_BASE_URL": "https://elsewhere/v1", "OPENAI_ORG_ID": "org", "OPENROUTER_API_KEY": KEY}
    assert sent(endpoint("custom", env, base_url="http://h/v1")) == {}
    mine = ProviderConfig(headers={"X-Secret": KEY}, api_key_cmd="echo x")
    found = endpoint("openai", env, base_url="http://h/v1", chosen="openai", openai=mine)
    assert (found.base_url, sent(found)) == ("http://h/v1", {})


def test_a_variable_named_for_this_run_gives_the_key() -> None:
    env = {**OPENAI, "MINE": "abc"}
    found = endpoint("custom", env, base_url="https://h/v1", api_key_env="MINE")
    assert (sent(found), found.key_hint) == ({"Authorization": "Bearer abc"}, "MINE")
    assert sent(endpoint("openai", env, api_key_env="MINE", chosen="openai"))["Authorization"] == "Bearer abc"
    with pytest.raises(ProblemError, match="environment variable GONE is not set"):
        endpoint("custom", env, base_url="https://h/v1", api_key_env="GONE")


def test_what_is_said_for_this_run_concerns_the_chosen_provider_alone() -> None:
    env = {**OPENAI, "MINE": "abc"}
    found = endpoint("openai", env, base_url="https://h/v1", api_key_env="MINE")
    assert (found.base_url, sent(found)["Authorization"]) == ("https://api.openai.com/v1", f"Bearer {KEY}")


def test_the_address_of_the_environment_takes_the_key_of_the_environment_along() -> None:
    found = endpoint("openai", {**OPENAI, "OPENAI_BASE_URL": "https://proxy/v1"})
    assert (found.base_url, sent(found)["Authorization"]) == ("https://proxy/v1", f"Bearer {KEY}")


def test_and_no_other_key_or_header() -> None:
    env = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "MINE": KEY}
    said = ProviderConfig(api_key_env="MINE", api_key_cmd="echo x", headers={"X-Team": "a"})
    assert sent(endpoint("openai", env, openai=said)) == {}


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost", "[::1]:9", "a.localhost"])
def test_an_address_on_this_machine_needs_no_key(host: str) -> None:
    assert sent(endpoint("openai", {"OPENAI_BASE_URL": f"http://{host}/v1"})) == {}


@pytest.mark.parametrize("host", ["h", "127.0.0.1.evil.example", "localhost.evil.example", "[", "10.0.0.1"])
def test_an_address_elsewhere_does(host: str) -> None:
    found = problem("openai", {"OPENAI_BASE_URL": f"https://{host}/v1"})
    assert "OPENAI_BASE_URL is set without an API key" in found.why


def test_openais_key_goes_with_nothing_else() -> None:
    moved = ProviderConfig(base_url="https://h/v1")
    env = {**OPENAI, "OPENAI_BASE_URL": "https://proxy/v1", "OPENAI_ORG_ID": "org"}
    found = endpoint("openai", env, openai=moved)
    assert (found.base_url, sent(found)) == ("https://h/v1", {})
    for name in CATALOGUE.providers:
        if name != "openai" and not CATALOGUE.providers[name].key_required:
            assert KEY not in str(sent(endpoint(name, env)))
    assert sent(endpoint("mine", env, mine=ProviderConfig(base_url="https://h/v1", dialect="openai"))) == {}


def test_a_moved_provider_takes_the_key_the_configuration_names() -> None:
    moved = ProviderConfig(base_url="https://h/v1", api_key_env="MINE")
    found = endpoint("openai", {**OPENAI, "MINE": "abc"}, openai=moved)
    assert sent(found)["Authorization"] == "Bearer abc"
    assert "MINE" in problem("openai", OPENAI, openai=moved).hint


def test_a_provider_of_the_users_own() -> None:
    mine = ProviderConfig(
        base_url="https://h/x", path="/chat", models_path="/list", api_key_env="MINE", allow_http=True,
        ca_file="/ca.pem", dialect="sgp", headers={"X-Team": "a", "X-Auth-Token": "t"}, retries=0, idle_timeout_s=5,
    )  # fmt: skip
    found = endpoint("mine", {"MINE": "abc"}, mine=mine)
    assert (found.url, found.models_path) == ("https://h/x/chat", "/list")
    assert (found.allow_http, found.ca_file) == (True, "/ca.pem")
    assert sent(found) == {"X-Team": "a", "X-Auth-Token": "t", "x-api-key": "abc"}
    assert found.shown_headers() == {"X-Team": "a", "X-Auth-Token": "***", "x-api-key": "***"}
    assert found.limits == Limits(retries=0, idle_timeout_s=5)
    assert "MINE" in problem("mine", mine=mine).hint


def test_limits_of_the_configuration_hold_where_a_provider_says_nothing() -> None:
    config = Config(network=Limits(connect_timeout_s=1), providers={"ollama": ProviderConfig(idle_timeout_s=3)})
    limits = EndpointResolver(CATALOGUE, config, {}).endpoint("ollama").limits
    assert limits == Limits(connect_timeout_s=1, idle_timeout_s=3)


def test_a_header_of_ones_own_may_be_the_key() -> None:
    mine = ProviderConfig(headers={"authorization": f"Basic {KEY}"})
    found = endpoint("openai", openai=mine)
    assert sent(found) == {"authorization": f"Basic {KEY}"}
    assert found.shown_headers() == {"authorization": "***"}
    assert sent(endpoint("openai", OPENAI, openai=mine)) == {"Authorization": f"Bearer {KEY}"}


def command(code: str) -> str:
    """A command line that runs this code."""
    return f"{sys.executable} -c '{code}'"


def test_a_command_gives_the_key_when_the_variable_does_not() -> None:
    said = ProviderConfig(api_key_cmd=command('print(" abc ")'))
    found = endpoint("openai", openai=said)
    assert (sent(found)["Authorization"], found.key_source) == ("Bearer abc", "api_key_cmd of openai")
    assert sent(endpoint("openai", OPENAI, openai=said))["Authorization"] == f"Bearer {KEY}"


def test_a_command_is_run_once_and_without_a_shell() -> None:
    said = ProviderConfig(api_key_cmd=f'{sys.executable} -c "import time; print(time.time_ns())" ; echo $HOME')
    resolver = EndpointResolver(CATALOGUE, Config(providers={"openai": said}), {})
    first, second = sent(resolver.endpoint("openai")), sent(resolver.endpoint("openai"))
    assert first == second
    assert first["Authorization"].removeprefix("Bearer ").isdigit()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (f'{sys.executable} -c "import sys; sys.exit({KEY!r})"', "it failed with exit code 1"),
        (f'{sys.executable} -c ""', "it printed nothing"),
        ("/nowhere/pass x", "it cannot be run (No such file or directory)"),
        ("pass 'x", "it cannot be run (No closing quotation)"),
        (f"echo {KEY} two", ""),
    ],
)
def test_a_command_that_fails_is_named_without_what_it_said(said: str, why: str) -> None:
    found = problem("openai", openai=ProviderConfig(api_key_cmd=said))
    assert found.kind == "key"
    assert "api_key_cmd of openai" in found.what
    assert why in found.why


def test_a_command_that_hangs_is_ended_with_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COMMAND_TIMEOUT_S", 0.2)
    found = problem("openai", openai=ProviderConfig(api_key_cmd='sh -c "sleep 60 & sleep 60"'))
    assert found.why == "it did not finish within 0.2 s"


class RingError(Exception):
    """Stands for the library's own."""


def ring(monkeypatch: pytest.MonkeyPatch, entries: Mapping[tuple[str, str], str] | None) -> None:
    """A keyring with these entries, or a locked one."""

    def get_password(service: str, name: str) -> str | None:
        if entries is None:
            raise RingError
        return entries.get((service, name))

    library, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    vars(library)["get_password"] = get_password
    vars(errors)["KeyringError"] = RingError
    monkeypatch.setitem(sys.modules, "keyring", library)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_the_keyring_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ring(monkeypatch, {("chat-tui", "openai"): "ring-key"})
    found = endpoint("openai")
    assert (sent(found)["Authorization"], found.key_source) == ("Bearer ring-key", "keyring entry chat-tui/openai")
    assert sent(endpoint("openai", OPENAI))["Authorization"] == f"Bearer {KEY}"
    ring(monkeypatch, None)
    assert "There is no API key" in problem("openai").what


def test_a_key_does_not_show_itself() -> None:
    key = keys.Key(KEY, "somewhere")
    assert KEY not in f"{key!r}{key}{pretty_repr(key)}"
    assert "somewhere" in pretty_repr(key)


def test_a_provider_has_the_address_its_requests_go_to() -> None:
    for env, base_url, chosen in (
        ({**OPENAI, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, None, "custom"),
        (OPENAI, "http://127.0.0.1:9/v1", "openai"),
    ):
        resolver = EndpointResolver(CATALOGUE, Config(), env, base_url=base_url, chosen=chosen)
        assert resolver.providers["openai"].base_url == resolver.endpoint("openai").base_url == "http://127.0.0.1:9/v1"
        assert resolver.providers["groq"].base_url == CATALOGUE.providers["groq"].base_url


def test_a_keyring_that_holds_no_key_is_opened_once_for_a_provider_with_a_header_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "_has_keyring", lambda: True)
    said = ProviderConfig(headers={"Authorization": "x"})
    found = EndpointResolver(CATALOGUE, Config(providers={"openai": said}), {})
    assert not found.at_once("openai")
    found.endpoint("openai")
    assert found.at_once("openai")


@pytest.mark.parametrize(
    ("said", "env", "at_once"),
    [
        (ProviderConfig(api_key_cmd="echo x"), {}, False),
        (ProviderConfig(api_key_cmd="echo x"), {"OPENAI_API_KEY": KEY}, True),
        (ProviderConfig(api_key_cmd="echo x"), {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, True),
        (ProviderConfig(api_key_cmd="echo x", headers={"Authorization": "x"}), {}, False),
        (ProviderConfig(), {"OPENAI_API_KEY": KEY}, True),
        (ProviderConfig(), {}, True),
    ],
)
def test_a_key_is_at_once_there_unless_a_command_is_to_be_run(
    said: ProviderConfig, env: dict[str, str], at_once: bool
) -> None:
    found = EndpointResolver(CATALOGUE, Config(providers={"openai": said}), env)
    assert found.at_once("openai") is at_once
    assert found.at_once("nobody")
    with contextlib.suppress(ProblemError):
        found.endpoint("openai")
    assert found.at_once("openai"), "once it was found"

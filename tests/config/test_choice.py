"""Tests of choosing a run's provider and model."""

from __future__ import annotations

import sys

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config.choice import Choice, choose
from chat_tui.config.providers import config_problems, providers
from chat_tui.config.settings import Config, LocalConfig, ProviderConfig
from chat_tui.domain.problems import ProblemError

CATALOGUE = load_catalogue()
SMOL = "SmolLM2-135M-Instruct"
NOTHING = Config()
OPENAI, ROUTER, SGP = {"OPENAI_API_KEY": "k"}, {"OPENROUTER_API_KEY": "k"}, {"SGP_API_KEY": "k"}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own keyring is left alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)


def chosen(
    model: str | None = None,
    env: dict[str, str] | None = None,
    config: Config = NOTHING,
    provider: str | None = None,
    base_url: str | None = None,
) -> tuple[str, str]:
    """Provider and model."""
    found = choose(CATALOGUE, config, env or {}, provider=provider, model=model, base_url=base_url)
    return found.provider, found.model


def refusal(model: str | None, env: dict[str, str] | None = None, provider: str | None = None) -> str:
    """Why there is no choice."""
    with pytest.raises(ProblemError) as caught:
        chosen(model, env, provider=provider)
    return caught.value.problem.sentence()


def test_with_nothing_said_at_all_it_is_the_embedded_model() -> None:
    assert chosen() == ("local", SMOL)
    assert chosen(env={**OPENAI, **ROUTER}) == ("local", SMOL)


def test_a_named_provider_wins() -> None:
    config = Config(provider="openrouter", model="a/b")
    assert chosen("openai/gpt-4o", ROUTER, config, provider="openai") == ("openai", "gpt-4o")
    assert chosen("openai/gpt-4o", OPENAI, provider="openrouter") == ("openrouter", "openai/gpt-4o")
    assert chosen("m", provider="egp") == ("sgp", "m")


def test_a_default_provider_wins_over_the_models_prefix() -> None:
    config = Config(provider="groq")
    assert chosen("openai/gpt-oss-20b", OPENAI, config) == ("groq", "openai/gpt-oss-20b")
    assert chosen("groq/llama", OPENAI, config) == ("groq", "llama")


def test_the_prefix_names_the_provider_that_has_a_key() -> None:
    found = choose(CATALOGUE, NOTHING, {**OPENAI, **ROUTER}, provider=None, model="openai/gpt-4o")
    assert found == Choice(provider="openai", model="gpt-4o")
    assert chosen("ollama/llama3") == ("ollama", "llama3")
    assert chosen("google/gemini-2", {"GEMINI_API_KEY": "k"}) == ("gemini", "gemini-2")
    assert chosen("openai/gpt-4o", {"OPENAI_BASE_URL": "http://localhost/v1"}) == ("openai", "gpt-4o")
    assert chosen(f"local/{SMOL}") == ("local", SMOL)


def test_else_a_gateway_with_a_key_takes_the_name_as_it_is() -> None:
    assert chosen("openai/gpt-4o", ROUTER) == ("openrouter", "openai/gpt-4o")
    assert chosen("openai/gpt-4o", SGP) == ("sgp", "openai/gpt-4o")
    assert chosen("meta-llama/llama-3:free", {**ROUTER, **SGP}) == ("openrouter", "meta-llama/llama-3:free")


def test_a_gateways_own_name_is_dropped_only_before_a_vendor() -> None:
    assert chosen("openrouter/auto", ROUTER) == ("openrouter", "openrouter/auto")
    assert chosen("openrouter/openai/gpt-4o", ROUTER) == ("openrouter", "openai/gpt-4o")


def test_else_the_variables_that_would_help_are_named() -> None:
    assert refusal("openai/gpt-4o") == (
        "No provider with an API key for the model 'openai/gpt-4o'. "
        "Set OPENAI_API_KEY or OPENROUTER_API_KEY or SGP_API_KEY, or name a provider with --provider."
    )
    assert "Set OPENROUTER_API_KEY or SGP_API_KEY," in refusal("meta-llama/llama-3", OPENAI)
    assert "Set OPENROUTER_API_KEY or SGP_API_KEY," in refusal("openrouter/auto")


def test_a_bare_name_goes_to_the_only_provider_with_a_key() -> None:
    assert chosen("gpt-4o", OPENAI) == ("openai", "gpt-4o")
    assert chosen(SMOL.lower(), OPENAI) == ("local", SMOL.lower())
    assert "serve the model 'x': openai, openrouter. Choose one: --provider openai" in refusal(
        "x", {**OPENAI, **ROUTER}
    )
    assert "Set OPENAI_API_KEY or OPENROUTER_API_KEY" in refusal("gpt-4o")
    mine = Config(providers={"mine": ProviderConfig(base_url="http://h")})
    assert chosen("x", {}, mine) == ("mine", "x")


def test_a_provider_without_a_model_leaves_the_model_open() -> None:
    assert chosen(provider="openai") == ("openai", "")
    assert chosen(provider="local") == ("local", SMOL)
    assert chosen(config=Config(provider="openai")) == ("openai", "")


def test_the_configurations_model_is_for_its_own_provider() -> None:
    config = Config(provider="openai", model="gpt-4o", providers={"groq": ProviderConfig(model="llama")})
    assert chosen(config=config) == ("openai", "gpt-4o")
    assert chosen(config=config, provider="openai") == ("openai", "gpt-4o")
    assert chosen(config=config, provider="groq") == ("groq", "llama")
    assert chosen("x", config=config) == ("openai", "x")
    assert chosen(config=Config(model="openai/gpt-4o"), env=OPENAI) == ("openai", "gpt-4o")


def test_an_address_for_this_run_is_a_provider_of_its_own() -> None:
    config = Config(provider="openai", model="gpt-4o")
    assert chosen("a/b", OPENAI, config, base_url="http://h/v1") == ("custom", "a/b")
    assert chosen(config=config, base_url="http://h/v1") == ("custom", "")
    assert chosen("m", base_url="http://h/v1", provider="openai") == ("openai", "m")
    with pytest.raises(ProblemError, match="--base-url does not apply to the embedded model"):
        chosen(base_url="http://h/v1", provider="local")
    custom = providers(CATALOGUE, NOTHING, base_url="http://h/v1")["custom"]
    assert (custom.base_url, custom.dialect, custom.key_required) == ("http://h/v1", "openai", False)
    assert (custom.stream_usage, custom.key_env, custom.user_defined) == (True, "", True)


def test_a_sessions_provider_goes_before_the_configurations() -> None:
    found = choose(CATALOGUE, Config(provider="openai", model="m"), {}, default_provider="groq", model="x")
    assert (found.provider, found.model) == ("groq", "x")
    assert choose(CATALOGUE, Config(provider="openai", model="m"), {}, default_provider="groq").model == ""


def test_an_unknown_provider_is_refused() -> None:
    assert "Unknown provider 'x'" in refusal("m", provider="x")
    with pytest.raises(ProblemError, match="Unknown provider 'gone'"):
        chosen(config=Config(provider="gone"))


def test_a_provider_of_the_users_own_knows_what_its_dialect_knows() -> None:
    config = Config(
        providers={
            "mine": ProviderConfig(base_url="http://h", dialect="llamacpp", title="Mine", stream_usage=False),
            "strict": ProviderConfig(base_url="http://s", dialect="mistral"),
            "lost": ProviderConfig(title="no address"),
            "odd": ProviderConfig(base_url="http://o", dialect="klingon"),
        }
    )
    found = providers(CATALOGUE, config)
    mine, llamacpp = found["mine"], CATALOGUE.providers["llamacpp"]
    assert (mine.scopes, mine.unsupported, mine.no_max) == (llamacpp.scopes, llamacpp.unsupported, llamacpp.no_max)
    assert (mine.id, mine.title, mine.dialect, mine.stream_usage) == ("mine", "Mine", "llamacpp", False)
    assert (mine.key_env, mine.key_required, mine.aliases) == ("", False, ())
    assert found["strict"].takes_back == ()
    assert "lost" not in found
    assert found["odd"].dialect == "openai"
    assert (found["odd"].takes_back, CATALOGUE.providers["openai"].takes_back) == (None, ())
    assert [each.what for each in config_problems(CATALOGUE, config)] == [
        "In the configuration, providers.lost has no base_url",
        "In the configuration, providers.odd.dialect 'klingon' is unknown (" + ", ".join(CATALOGUE.providers) + ")",
    ]


@pytest.mark.parametrize(
    ("base_url", "fault"),
    [
        ("h.example/v1", "is not a URL such as https://host/v1"),
        ("ftp://h/v1", "is not a URL such as https://host/v1"),
        ("http:///v1", "is not a URL such as https://host/v1"),
        ("http://h:99999/v1", "is not a URL such as https://host/v1"),
        ("https://u:canary@h/v1", "contains a user name or password"),
        ("https://h/v1?key=canary", "contains a query string"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_fault_of_the_configuration(base_url: str, fault: str) -> None:
    config = Config(providers={"mine": ProviderConfig(base_url=base_url)})
    (problem,) = config_problems(CATALOGUE, config)
    assert problem.what == f"In the configuration, providers.mine.base_url {fault}"
    assert "canary" not in problem.sentence()


def test_a_known_provider_changes_only_in_what_is_said_of_it() -> None:
    said = ProviderConfig(path="/v5/chat/completions", model="openai/gpt-4o")
    sgp = providers(CATALOGUE, Config(providers={"sgp": said}))["sgp"]
    assert (sgp.path, sgp.default_model, sgp.key_env, sgp.aliases) == (
        "/v5/chat/completions", "openai/gpt-4o", "SGP_API_KEY", ("egp", "scale", "v4beta"),
    )  # fmt: skip
    assert not sgp.user_defined
    llama = providers(CATALOGUE, Config(providers={"openai": ProviderConfig(dialect="llamacpp")}))["openai"]
    assert (llama.dialect, llama.scopes) == ("llamacpp", ("core", "llamacpp"))


def test_a_model_file_of_ones_own_names_the_embedded_model() -> None:
    config = Config(local=LocalConfig(model="/models/Qwen3-0.6B.gguf"))
    assert chosen(config=config) == ("local", "Qwen3-0.6B")
    assert chosen("qwen3-0.6b", OPENAI, config) == ("local", "qwen3-0.6b")

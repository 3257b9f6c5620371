"""Combine the catalogue's providers with the user's changes and the user's own providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from chat_tui.config.base_urls import is_base_url, refuse_unusable
from chat_tui.config.settings import Config, ProviderConfig
from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.problems import Problem, ProblemError

CUSTOM: Final = "custom"
"""Id of the provider for a base URL given for this run only."""
LOCAL: Final = "local"
"""Id of the embedded model."""
_DIALECT: Final = "openai"
_SAME: Final = ("title", "base_url", "path", "models_path", "key_required", "allow_http", "ca_file", "stream_usage")


def providers(catalogue: Catalogue, config: Config, *, base_url: str | None = None) -> dict[str, Provider]:
    """Return all providers by id, the catalogue's first; ``custom`` is included if a base URL was given for this run.

    A user-defined provider has the parameters, ranges and authentication of its dialect. One without a base URL is left
    out; ``config_problems`` reports it.
    """
    found = dict(catalogue.providers)
    for name, said in config.providers.items():
        if name in found:
            found[name] = _changed(found[name], said, catalogue)
        elif said.base_url:
            found[name] = _changed(_own(name, said.base_url, _dialect(catalogue, said.dialect)), said, catalogue)
    if config.local.model:
        found[LOCAL] = replace(found[LOCAL], default_model=own_model_name(config))
    if base_url:
        found[CUSTOM] = _own(CUSTOM, base_url, _dialect(catalogue, None))
    return found


def own_provider(catalogue: Catalogue, name: str, *, base_url: str, key_env: str, model: str) -> Provider:
    """Create a provider for this run only, with the parameters of the default dialect.

    Raises:
        ProblemError: The catalogue already has the name, or the URL is invalid.
    """
    if not name or name in catalogue.providers:
        hint = "Choose another name, such as work."
        raise ProblemError(
            Problem(kind="usage", what=f"The provider name {name!r} is empty or already taken", hint=hint)
        )
    if not is_base_url(base_url):
        hint = "It starts with https:// and ends before /chat/completions."
        raise ProblemError(Problem(kind="usage", what=f"{base_url!r} is not a base URL", hint=hint))
    refuse_unusable(base_url)
    plain = _own(name, base_url, _dialect(catalogue, None))
    return replace(plain, key_env=key_env, key_required=bool(key_env), default_model=model)


def own_model_name(config: Config) -> str:
    """Return the name of the user's own model file, without folder and suffix; empty if there is none."""
    return config.local.model.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".gguf")


def find_provider(known: Mapping[str, Provider], name: str) -> Provider | None:
    """Return the provider with an id or alias, if any."""
    if name in known:
        return known[name]
    return next((each for each in known.values() if name.lower() in (each.id.lower(), *each.aliases)), None)


def named_provider(known: Mapping[str, Provider], name: str) -> Provider:
    """Return the provider with an id or alias.

    Raises:
        ProblemError: There is none; the message suggests a similar one or lists the known ones.
    """
    found = find_provider(known, name)
    if found is None:
        import difflib

        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
        raise ProblemError(Problem(kind="usage", what=f"Unknown provider {name!r}", hint=hint))
    return found


def config_problems(catalogue: Catalogue, config: Config) -> list[Problem]:
    """Return problems for names in the configuration that do not exist, with what is used instead."""
    found: list[Problem] = []
    known_here = providers(catalogue, config)
    if config.provider and find_provider(known_here, config.provider) is None:
        what = f"provider {config.provider!r} is unknown ({', '.join(known_here)})"
        found.append(_problem(what, "Use --provider until it is corrected."))
    for name, said in config.providers.items():
        if name not in catalogue.providers and not said.base_url:
            found.append(_problem(f"providers.{name} has no base_url", "It is ignored."))
        if said.base_url and (fault := _address_fault(said.base_url)):
            found.append(_problem(f"providers.{name}.base_url {fault}", "Nothing can be sent there."))
        if said.dialect is not None and said.dialect not in catalogue.providers:
            known = ", ".join(catalogue.providers)
            found.append(
                _problem(f"providers.{name}.dialect {said.dialect!r} is unknown ({known})", "openai is used instead.")
            )
    return found


def _address_fault(base_url: str) -> str:
    """Return what is wrong with an address, or "". It does not repeat the address, which may contain a secret."""
    if not is_base_url(base_url):
        return "is not a URL such as https://host/v1"
    try:
        refuse_unusable(base_url)
    except ProblemError as error:
        return error.problem.what.removeprefix("The base URL ")
    return ""


def _problem(what: str, hint: str) -> Problem:
    return Problem(kind="config", what=f"In the configuration, {what}", hint=hint)


def _dialect(catalogue: Catalogue, name: str | None) -> Provider:
    return catalogue.providers.get(name or _DIALECT, catalogue.providers[_DIALECT])


def _own(name: str, base_url: str, dialect: Provider) -> Provider:
    """Create a provider with the features of its dialect, but without the dialect's URL and keys."""
    return replace(
        dialect,
        id=name,
        title=name,
        base_url=base_url,
        path="/chat/completions",
        models_path="/models",
        dialect=dialect.id,
        aliases=(),
        base_url_env="",
        key_env="",
        key_cmd="",
        key_required=False,
        headers={},
        headers_env={},
        default_model="",
        inputs=(),
        takes_back=None if dialect.id == _DIALECT else dialect.takes_back,
        notes="",
        user_defined=True,
    )


def _changed(provider: Provider, said: ProviderConfig, catalogue: Catalogue) -> Provider:
    """Apply the user's changes to a provider. A changed base URL drops the keys of the original one."""
    changes: dict[str, Any] = {name: getattr(said, name) for name in _SAME if getattr(said, name) is not None}
    if said.base_url is not None and not provider.user_defined:
        changes |= {"base_url_env": "", "key_env": "", "headers_env": {}, "key_required": False, **changes}
    dialect = catalogue.providers.get(said.dialect or "")
    if dialect is not None and not provider.user_defined:
        changes |= _parameters_of(dialect)
    if said.api_key_env is not None:
        changes["key_env"] = said.api_key_env
    if said.api_key_cmd is not None:
        changes["key_cmd"] = said.api_key_cmd
    if said.key_required is None and (said.api_key_env or said.api_key_cmd):
        changes["key_required"] = True
    if said.model is not None:
        changes["default_model"] = said.model
    return replace(provider, headers={**provider.headers, **said.headers}, **changes)


def _parameters_of(dialect: Provider) -> dict[str, Any]:
    names = ("scopes", "unsupported", "unsupported_how", "enum_overrides", "ranges", "no_max", "max_items", "free_keys",
             "also_types", "value_types", "defaults", "takes_back",
             "takes_back_only_with_calls")  # fmt: skip
    return {"dialect": dialect.id, **{name: getattr(dialect, name) for name in names}}

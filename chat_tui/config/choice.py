"""Choose the provider and model at start-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from chat_tui.config.keys import has_key, key_in_ring
from chat_tui.config.providers import CUSTOM, LOCAL, find_provider, named_provider, providers
from chat_tui.config.settings import Config
from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.problems import Problem, ProblemError


class Choice(Struct, frozen=True, kw_only=True):
    """A provider and a model."""

    provider: str
    model: str
    """Empty: the user has to choose one."""


def choose(
    catalogue: Catalogue,
    config: Config,
    env: Mapping[str, str],
    *,
    provider: str | None = None,
    model: str | None = None,
    base_url: str | None = None,
    default_provider: str | None = None,
) -> Choice:
    """Choose provider and model from the options, the configuration and the available keys.

    A named provider takes precedence, then a base URL for this run, then the default provider. Else ``X/Y`` selects
    provider X if it is usable, else a gateway with a key whose ids have this form. Without any of these, the embedded
    model is chosen.

    Args:
        catalogue: The packaged catalogue.
        config: Its ``provider`` and ``model`` are defaults; the model applies only to that provider.
        env: The environment, for keys.
        provider: Provider for this run: an id or alias.
        model: Model for this run.
        base_url: Base URL for this run.
        default_provider: Takes precedence over the configured one; for example, the provider of a session.

    Raises:
        ProblemError: The provider is unknown or takes no base URL, or no usable provider has the model; names the
            variable that would help.
    """
    known = providers(catalogue, config, base_url=base_url)
    usual = default_provider or config.provider
    if provider:
        chosen = named_provider(known, provider)
        if base_url and chosen.id == LOCAL:
            raise _no_address()
    elif base_url:
        chosen = known[CUSTOM]
    elif usual:
        chosen = named_provider(known, usual)
    else:
        return _by_model(known, env, model or config.model)
    own = find_provider(known, config.provider) if config.provider else None
    words = model or (config.model if own is chosen else "") or chosen.default_model
    return _choice(chosen, words)


def _choice(provider: Provider, words: str) -> Choice:
    """Return the model as the provider spells it: its own name as a prefix is removed, if it is not part of ids."""
    prefix, slash, rest = words.partition("/")
    mine = prefix.lower() in (provider.id.lower(), *provider.aliases)
    if slash and rest and mine and (not provider.vendor_ids or "/" in rest):
        return Choice(provider=provider.id, model=rest)
    return Choice(provider=provider.id, model=words)


def _by_model(known: Mapping[str, Provider], env: Mapping[str, str], words: str) -> Choice:
    local = known[LOCAL]
    if not words:
        return _choice(local, local.default_model)
    prefix, slash, _ = words.partition("/")
    if not slash:
        return _of_bare_name(known, env, words)
    named = find_provider(known, prefix)
    if named is not None and _usable(named, env):
        return _choice(named, words)
    gateways = [each for each in known.values() if each.vendor_ids]
    for gateway in gateways:
        if _usable(gateway, env):
            return _choice(gateway, words)
    raise _nobody(words, [named, *gateways] if named is not None else gateways)


def _of_bare_name(known: Mapping[str, Provider], env: Mapping[str, str], words: str) -> Choice:
    """Choose by a model without a vendor prefix: the embedded one by its name, else the only usable provider."""
    if words.lower() == known[LOCAL].default_model.lower():
        return _choice(known[LOCAL], words)
    ready = [each for each in known.values() if (each.key_required and has_key(each, env)) or each.user_defined]
    if len(ready) == 1:
        return _choice(ready[0], words)
    if ready:
        names = ", ".join(each.id for each in ready)
        hint = f"Choose one: --provider {ready[0].id}, or --model {ready[0].id}/{words}."
        raise ProblemError(
            Problem(kind="usage", what=f"Several providers could serve the model {words!r}: {names}", hint=hint)
        )
    raise _nobody(words, [each for each in known.values() if each.key_required and each.key_env][:2])


def _usable(provider: Provider, env: Mapping[str, str]) -> bool:
    moved = bool(provider.base_url_env and env.get(provider.base_url_env))
    return not provider.key_required or moved or has_key(provider, env) or key_in_ring(provider) is not None


def _no_address() -> ProblemError:
    what = "--base-url does not apply to the embedded model (--provider local)"
    return ProblemError(Problem(kind="usage", what=what, hint="Leave out one of the two."))


def _nobody(words: str, asked: Iterable[Provider]) -> ProblemError:
    names = " or ".join(dict.fromkeys(each.key_env for each in asked if each.key_env))
    hint = f"Set {names}, or name a provider with --provider." if names else "Name a provider with --provider."
    return ProblemError(Problem(kind="key", what=f"No provider with an API key for the model {words!r}", hint=hint))

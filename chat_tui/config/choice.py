"""Which provider and model a run begins with."""

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
    """Empty: the user has still to say."""


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
    """The provider and model that these words, the configuration and the keys at hand mean.

    A named provider wins, then an address for this run, then the default provider. Else ``X/Y`` means provider X if it
    can be used, else a gateway that spells ids like that and has a key. With nothing said at all: the embedded model.

    Args:
        catalogue: As it comes with the program.
        config: Its ``provider`` and ``model`` are defaults; its model only for its own provider.
        env: The environment, for keys.
        provider: Named for this run: an id or alias.
        model: Named for this run.
        base_url: An address for this run.
        default_provider: Goes before the configuration's, such as a session's own.

    Raises:
        ProblemError: An unknown provider, or a model nobody here can be asked for; says which variable would help.
    """
    known = providers(catalogue, config, base_url=base_url)
    usual = default_provider or config.provider
    if provider:
        chosen = named_provider(known, provider)
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
    """The model as the provider spells it: without the provider's own name in front, where ids have no such part."""
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
    asked = [named, *gateways] if named is not None and named not in gateways else gateways
    raise _nobody(words, asked)


def _of_bare_name(known: Mapping[str, Provider], env: Mapping[str, str], words: str) -> Choice:
    """A model without a vendor: the embedded one by its name, else the only provider that can be used."""
    if words.lower() == known[LOCAL].default_model.lower():
        return _choice(known[LOCAL], words)
    ready = [each for each in known.values() if (each.key_required and has_key(each, env)) or each.user_defined]
    if len(ready) == 1:
        return _choice(ready[0], words)
    if ready:
        names = ", ".join(each.id for each in ready)
        hint = f"Say which: --provider {ready[0].id}, or --model {ready[0].id}/{words}."
        raise ProblemError(Problem(kind="usage", what=f"{words!r} could be asked of {names}", hint=hint))
    raise _nobody(words, [each for each in known.values() if each.key_required and each.key_env][:2])


def _usable(provider: Provider, env: Mapping[str, str]) -> bool:
    moved = bool(provider.base_url_env and env.get(provider.base_url_env))
    return not provider.key_required or moved or has_key(provider, env) or key_in_ring(provider) is not None


def _nobody(words: str, asked: Iterable[Provider]) -> ProblemError:
    names = " or ".join(dict.fromkeys(each.key_env for each in asked if each.key_env))
    hint = f"Set {names}, or name a provider with --provider." if names else "Name a provider with --provider."
    return ProblemError(Problem(kind="key", what=f"No provider with a key for the model {words!r}", hint=hint))

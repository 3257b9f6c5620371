"""Resolve providers to endpoints: a base URL with the headers and the key that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from chat_tui.config import base_urls
from chat_tui.config.keys import Key, find_key, key_in_variable, takes_time
from chat_tui.config.providers import CUSTOM, named_provider, own_provider, providers
from chat_tui.config.settings import Config
from chat_tui.domain.calls import Endpoint, Limits
from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import Secret, masked_query, may_be_secret

_LIMITS: Final = ("connect_timeout_s", "first_byte_timeout_s", "idle_timeout_s", "retries")


class EndpointResolver:
    """Resolves provider ids to endpoints. A key is sent only to the base URL it was configured for.

    Args:
        catalogue: The packaged catalogue.
        config: The user's configuration.
        env: The environment.
        base_url: A base URL for this run only. No provider's key is sent there.
        api_key_env: The environment variable with the key, for this run only.
        chosen: The provider that ``base_url`` and ``api_key_env`` apply to; ``custom`` if none was named.
        keyless: Do not look for keys, since nothing is sent in this run.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        config: Config,
        env: Mapping[str, str],
        *,
        base_url: str | None = None,
        api_key_env: str | None = None,
        chosen: str = CUSTOM,
        keyless: bool = False,
    ) -> None:
        found = providers(catalogue, config, base_url=base_url)
        self.providers = {
            name: replace(
                provider,
                base_url=base_urls.shown(_address(provider, env, base_url if name == chosen else None)),
                path=masked_query(provider.path),
                models_path=masked_query(provider.models_path),
            )
            for name, provider in found.items()
        }
        """By id, each with the address used in this run, safe to display and store."""
        self._paths = {name: (provider.path, provider.models_path) for name, provider in found.items()}
        self._catalogue = catalogue
        self._config = config
        self._env = env
        self._base_url = base_url
        self._api_key_env = api_key_env
        self._chosen = chosen
        self._keyless = keyless
        self._keys: dict[str, Key | None] = {}
        """Cached keys; None if a provider needs no key, or a user-defined header contains it."""

    def endpoint(self, provider: str) -> Endpoint:
        """Return the endpoint of a provider.

        Raises:
            ProblemError: The provider is unknown, its URL is unusable, or there is no valid key; names where the key
                was looked for.
        """
        known = named_provider(self.providers, provider)
        concerned = known.id == self._chosen
        base_urls.refuse_unusable(known.base_url)
        if self._keyless:
            return self._built(known, known.base_url, None, self._plain_headers(known))
        if concerned and self._base_url:
            key = self._key_for_this_run()
            return self._built(known, self._base_url, key, self._plain_headers(known))
        base_url, headers = known.base_url, self._all_headers(known)
        elsewhere = self._env.get(known.base_url_env, "").strip() if known.base_url_env else ""
        if concerned and self._api_key_env:
            key = self._key_for_this_run()
        elif elsewhere:
            key = self._key_elsewhere(known, elsewhere)
        else:
            key = self._key(known, headers)
        if elsewhere:
            base_url, headers = elsewhere, self._plain_headers(known)
        return self._built(known, base_url, key, headers)

    def at_once(self, provider: str) -> bool:
        """Return whether ``endpoint`` answers without running a command or opening the keyring for the key."""
        known = self.providers.get(provider)
        if known is None or self._keyless or known.id in self._keys:
            return True
        given = self._base_url or self._api_key_env
        elsewhere = known.base_url_env and self._env.get(known.base_url_env, "").strip()
        return bool((known.id == self._chosen and given) or elsewhere) or not takes_time(known, self._env)

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        """Add a provider for this run.

        Raises:
            ProblemError: The catalogue already has the name, or the URL is invalid.
        """
        added = own_provider(self._catalogue, name, base_url=base_url, key_env=key_env, model=model)
        self._keys.pop(name, None)
        self.providers[name] = added
        return added

    def _built(self, provider: Provider, base_url: str, key: Key | None, headers: dict[str, str | Secret]) -> Endpoint:
        if key is not None:
            words = f"{provider.auth_scheme} {key.value}" if provider.auth_scheme else key.value
            headers = {name: value for name, value in headers.items() if name.lower() != provider.auth_header.lower()}
            headers[provider.auth_header] = Secret(words)
        said = self._config.providers.get(provider.id)
        limits: Limits = self._config.network
        if said is not None:
            own = {name: value for name in _LIMITS if (value := getattr(said, name)) is not None}
            limits = replace(limits, **own)
        path, models_path = self._paths.get(provider.id, (provider.path, provider.models_path))
        return Endpoint(
            provider=provider.id,
            base_url=base_url,
            path=path,
            models_path=models_path,
            headers=headers,
            limits=limits,
            ca_file=provider.ca_file,
            allow_http=provider.allow_http,
            close_connection=provider.close_connection,
            tokenizer=provider.tokenizer,
            key_source=key.source if key is not None else "",
            key_hint=(self._api_key_env if provider.id == self._chosen else None) or provider.key_env,
        )

    def _key_for_this_run(self) -> Key | None:
        if not self._api_key_env:
            return None
        key = key_in_variable(self._api_key_env, self._env)
        if key is None:
            what = f"The environment variable {self._api_key_env} is not set"
            raise ProblemError(Problem(kind="key", what=what, hint="It was given with --api-key-env."))
        return key

    def _key_elsewhere(self, provider: Provider, base_url: str) -> Key | None:
        """Return the key to use with a base URL from the environment: only that of the same vendor's variable."""
        own = self._catalogue.providers.get(provider.id, provider)
        key = key_in_variable(own.key_env, self._env)
        if key is None and own.key_required and not _on_this_machine(base_url):
            raise _missing(own, f"{own.base_url_env} is set without an API key")
        return key

    def _key(self, provider: Provider, headers: Mapping[str, str | Secret]) -> Key | None:
        if provider.id not in self._keys:
            key = find_key(provider, self._env)
            if key is None:
                given = provider.auth_header.lower() in (name.lower() for name in headers)
                if provider.key_required and not given:
                    raise _missing(provider)
            self._keys[provider.id] = key
        return self._keys[provider.id]

    def _all_headers(self, provider: Provider) -> dict[str, str | Secret]:
        """Return the catalogue's and the user's headers; possible secrets are wrapped in ``Secret``."""
        plain = self._plain_headers(provider)
        for name, value in provider.headers.items():
            plain[name] = Secret(value) if may_be_secret(name) else value
        return plain

    def _plain_headers(self, provider: Provider) -> dict[str, str | Secret]:
        """Return headers that may be sent to any base URL of the provider: the catalogue's and those from variables."""
        own = self._catalogue.providers.get(provider.id)
        if own is None:
            return {}
        if provider.id == self._chosen and self._base_url:
            return dict(own.headers)
        found: dict[str, str | Secret] = dict(own.headers)
        found.update({name: self._env[word] for name, word in provider.headers_env.items() if self._env.get(word)})
        return found


def _missing(provider: Provider, why: str = "") -> ProblemError:
    if provider.key_env:
        hint = f"Set the environment variable {provider.key_env}"
        hint += ", or api_key_cmd in the configuration." if not why else "."
    else:
        hint = f"Set api_key_env or api_key_cmd for providers.{provider.id} in the configuration."
    return ProblemError(Problem(kind="key", what=f"There is no API key for {provider.title}", why=why, hint=hint))


def _on_this_machine(url: str) -> bool:
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def _address(provider: Provider, env: Mapping[str, str], base_url: str | None) -> str:
    return base_url or (provider.base_url_env and env.get(provider.base_url_env, "").strip()) or provider.base_url

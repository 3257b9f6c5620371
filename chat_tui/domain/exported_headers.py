"""Headers of an exported request: plain values as they are, secrets and environment values as variables."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.secrets import may_be_secret

_ANY_KEY: Final = "API_KEY"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Header(Struct, frozen=True):
    """One header."""

    name: str
    value: str
    """The whole value, or the prefix before the variable's value."""
    variable: str = ""
    """Name of an environment variable; empty if there is none."""
    needed: bool = True
    """False: the header is sent only if the variable is set."""


def exported_headers(provider: Provider) -> list[Header]:
    """Return the headers of a request to a provider, the key last. No value that may be a secret is included."""
    named = {name.lower(): name for name in (*provider.headers, *provider.headers_env)}
    found = [Header("Content-Type", "application/json")]
    for key in named.keys() - {"content-type", provider.auth_header.lower() if wants_key(provider) else ""}:
        name = named[key]
        if name in provider.headers_env:
            found.append(Header(name, "", provider.headers_env[name], needed=False))
        elif may_be_secret(name):
            found.append(Header(name, "", re.sub(r"[^A-Za-z0-9]", "_", name).upper()))
        else:
            found.append(Header(name, provider.headers[name]))
    order = {name: place for place, name in enumerate(named)}
    found.sort(key=lambda header: order.get(header.name.lower(), -1))
    if wants_key(provider):
        scheme = f"{provider.auth_scheme} " if provider.auth_scheme else ""
        found.append(Header(provider.auth_header, scheme, key_variable(provider), provider.key_required))
    return found


def wants_key(provider: Provider) -> bool:
    """Return whether a key is sent to the provider, required or optional."""
    return provider.key_required or bool(provider.key_env or provider.key_cmd)


def key_variable(provider: Provider) -> str:
    """Return the name of the environment variable for the key."""
    return provider.key_env if _VARIABLE.fullmatch(provider.key_env) else _ANY_KEY

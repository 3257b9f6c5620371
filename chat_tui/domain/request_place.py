"""Find the provider that the URL of a pasted request belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.secrets import may_be_secret
from chat_tui.domain.shortening import shortened

_ENDING: Final = "/chat/completions"
_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1]?")


class Place(Struct, frozen=True, kw_only=True):
    """The result of looking up a URL."""

    url: str = ""
    """The URL as given, without keys or password; empty if there was none."""
    provider: str = ""
    """Id of a known provider; empty if none has this URL."""
    base_url: str = ""
    """Base URL for a new provider at this URL; empty if a provider is known, or none can be derived."""
    notes: tuple[str, ...] = ()


def place_of(url: str, providers: Mapping[str, Provider], prefer: str = "") -> Place:
    """Find the provider of a URL by origin and path.

    Args:
        url: Absolute, or without a scheme as curl accepts it (``http`` is assumed), or empty.
        providers: Known providers.
        prefer: Id of the provider that takes precedence over others with the same URL.
    """
    if not url.strip() or url.startswith("/"):
        return Place()
    if "$" in url or "{{" in url:
        note = f"The URL {_shown(url)} contains a variable, which is not expanded; the provider is unchanged."
        return Place(url=_shown(url), notes=(note,))
    cleaned, notes = _without_secrets(url.strip())
    address = _address(cleaned)
    if address is None:
        return Place(notes=(*notes, f"{_shown(cleaned)} is not an http URL; the provider is unchanged."))
    return _known(cleaned, address, providers, prefer, notes) or _unknown(cleaned, notes)


def _known(
    url: str, address: tuple[str, str], providers: Mapping[str, Provider], prefer: str, notes: tuple[str, ...]
) -> Place | None:
    """Return the provider with this URL; else one of the same origin with a key, which is sent only to that origin."""
    addresses = {each.id: _address(_own_url(each)) for each in providers.values()}
    origin, path = address
    same = [name for name, own in addresses.items() if own == address]
    if same:
        return Place(url=url, provider=prefer if prefer in same else same[0], notes=notes)
    near = [name for name, own in addresses.items() if own and own[0] == origin and providers[name].key_required]
    if not near:
        return None
    chosen = providers[prefer if prefer in near else near[0]]
    note = f"The path {path or '/'} is not that of {chosen.id}; the session sends to {_own_url(chosen)}."
    return Place(url=url, provider=chosen.id, notes=(*notes, note))


def _unknown(url: str, notes: tuple[str, ...]) -> Place:
    bare = url.rstrip("/")
    if bare.endswith(_ENDING):
        return Place(url=url, base_url=bare.removesuffix(_ENDING), notes=notes)
    note = f"No provider has the URL {url}, and it does not end with {_ENDING}; the provider is unchanged."
    return Place(url=url, notes=(*notes, note))


def _own_url(provider: Provider) -> str:
    return provider.base_url.rstrip("/") + provider.path


def _address(url: str) -> tuple[str, str] | None:
    """Return origin (all loopback names are equal) and path with query; None if it is not an http URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    host = "localhost" if _LOOPBACK.fullmatch(parts.hostname) else parts.hostname.rstrip(".")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}", parts.path.rstrip("/") + query


def _without_secrets(url: str) -> tuple[str, tuple[str, ...]]:
    """Return the URL with a scheme, and without credentials, fragment and keys."""
    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        return _shown(url), ()
    notes = []
    place = parts.netloc
    if "@" in place:
        place = place.rpartition("@")[2]
        notes.append("The user name and password in the URL were ignored.")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not may_be_secret(pair[0])]
    query = parts.query
    if len(kept) < len(pairs):
        query = urlencode(kept)
        names = ", ".join(dict.fromkeys(name for name, _ in pairs if may_be_secret(name)))
        notes.append(f"{names} in the URL was ignored: the API key comes from the provider's configuration.")
    return urlunsplit((parts.scheme.lower(), place, parts.path, query, "")), tuple(notes)


def _shown(url: str) -> str:
    """Return a URL that could not be parsed, truncated before anything that may be secret."""
    whole = re.split(r"[?#]", url, maxsplit=1)[0]
    scheme, slashes, rest = whole.rpartition("://")
    place, slash, path = rest.partition("/")
    text = f"{scheme}{slashes}{place.rpartition('@')[2]}{slash}{path}"
    return shortened(text, 100)

"""Validates a URL and its headers before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.secrets import Secret

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAMES: Final = {"\r": "a carriage return", "\n": "a line feed", "\0": "a NUL", " ": "a space", "\t": "a tab"}
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A validated URL."""

    url: str
    scheme: str
    host: str
    """Lower case, without brackets."""
    port: int

    @property
    def place(self) -> str:
        """``host:port``, or the host alone if the port is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def exact_place(self) -> str:
        """``host:port``, also for the default port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and, unless it is the scheme's default, port."""
        return f"{self.scheme}://{self.place}"

    @property
    def loopback(self) -> bool:
        """Whether the host is certainly this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host is ``localhost``, a subdomain of it, in 127.0.0.0/8, or ::1; does no name lookup."""
    name = host.lower().strip("[]").removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def checked_address(url: str) -> Address:
    """Parse and validate a URL.

    Raises:
        ProblemError: It is not a plain http or https URL. The message never contains a URL with a password.
    """
    for place, character in enumerate(url, 1):
        if not "!" <= character <= "~":
            raise _refused(f"The base URL contains {_name(character)} at character {place}", "Remove it from base_url.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("The base URL is not a valid URL", "It should look like https://host/v1.") from None
    return Address(url, *_checked_parts(url, parts), port if port is not None else _PORTS[parts.scheme])


def _checked_parts(url: str, parts: SplitResult) -> tuple[str, str]:
    if "@" in parts.netloc:
        hint = "Put API keys into api_key_env or api_key_cmd."
        raise _refused("The base URL contains a user name or password", hint)
    if parts.scheme not in _PORTS:
        shown = f"with “{parts.scheme}://”" if parts.scheme and "://" in url else "without http:// or https://"
        raise _refused(f"The base URL starts {shown}", "Only http:// and https:// are supported.")
    if not parts.hostname or "\\" in parts.netloc:
        raise _refused("The base URL has no host", "It should look like https://host/v1.")
    if parts.fragment:
        raise _refused("The base URL has a fragment (“#…”), which is never sent", "Remove it from base_url.")
    return parts.scheme, parts.hostname


def checked_headers(headers: Mapping[str, str | Secret]) -> dict[str, str]:
    """Validate headers and return them as they are sent, with spaces around values stripped.

    Raises:
        ProblemError: A name or value cannot be sent; names the header and the position, never the value.
    """
    sent: dict[str, str] = {}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise _refused("A header has a name that HTTP does not allow", "Check headers in the configuration.")
        secret = isinstance(value, Secret)
        text = (value.reveal() if isinstance(value, Secret) else value).strip(" \t")
        for place, character in enumerate(text, 1):
            if not (" " <= character <= "~" or character == "\t"):
                what = f"The {name} header contains {_name(character)} at character {place}"
                hint = "Set the API key again, without extra characters." if secret else "Remove it."
                raise _refused(what, hint, kind="key" if secret else "config")
        sent[name] = text
    return sent


def checked_endpoint(endpoint: Endpoint, url: str) -> tuple[Address, dict[str, str]]:
    """Validate the address and headers of a request to ``url`` at an endpoint.

    Raises:
        ProblemError: Address or headers are invalid, or a key would be sent unencrypted over a network.
    """
    address, headers = checked_address(url), checked_headers(endpoint.headers)
    keyed = any(isinstance(value, Secret) for value in endpoint.headers.values())
    if keyed and address.scheme == "http" and not address.loopback and not endpoint.allow_http:
        raise _refused(
            f"The API key of {endpoint.provider} would be sent to {address.place} unencrypted",
            "Use https://, or set allow_http = true for this provider.",
        )
    return address, headers


def redirect_target(address: Address, location: str) -> str:
    """Describe the target of a redirect: a URL of the same origin, another origin, or that it is unreadable."""
    try:
        target = checked_address(urljoin(address.url, location.strip()))
    except (ProblemError, ValueError):
        return _target_origin(location)
    return target.url if target.origin == address.origin else target.origin


def _target_origin(location: str) -> str:
    try:
        parts = urlsplit(location.strip())
        host = parts.hostname
    except ValueError:
        return "an invalid address"
    return f"{parts.scheme}://{host}" if parts.scheme and host else "an invalid address"


def _name(character: str) -> str:
    if character in _NAMES:
        return _NAMES[character]
    kind = "a control character" if character < " " or character == "\x7f" else "a non-ASCII character"
    return f"{kind} (U+{ord(character):04X})"


def _refused(what: str, hint: str, *, kind: str = "config") -> ProblemError:
    return ProblemError(Problem(kind=kind, what=what, hint=hint))

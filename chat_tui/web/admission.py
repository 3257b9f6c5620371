"""Decides whether a request is admitted, by its host, its origin and the token in its path."""

from __future__ import annotations

import hmac
import secrets
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared only, never bound
_HTTP_PORT: Final = 80


def loopback(host: str) -> bool:
    """Return whether a server bound to this address or name can be reached only from this machine."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.lower() == "localhost"


class Admission:
    """The admission rules of one server.

    The host is checked against DNS rebinding, where a foreign name resolves to this machine; the origin because any
    web page may open a WebSocket to any host; the token because other users of this machine can connect to the port.
    The token is in the path instead of a cookie because browsers send cookies to every port of a host.

    Args:
        host: The address the server is bound to.
        port: The port the server is bound to.
        token: Random if empty.
    """

    def __init__(self, host: str, port: int, token: str = "") -> None:
        self._host = host.lower()
        self._port = port
        self.token: Final = token or secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """URL of the page for a browser on this machine; contains the token."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - as above
        return f"http://{f'[{name}]' if ':' in name else name}:{self._port}/{self.token}/"

    def refusal(self, *, host: str, origin: str | None, token: str, needs_origin: bool) -> str:
        """Return why a request is refused, as a sentence; empty if it is admitted.

        Args:
            host: The ``Host`` header, unchanged.
            origin: The ``Origin`` header; None if it is missing.
            token: The token in the path.
            needs_origin: Refuse a missing origin. Set for requests that a foreign page could make too: browsers send
                the origin with those.
        """
        if not self._is_ours(host):
            return "This server does not answer to that host name. Use the address that chat-tui printed."
        if origin is None and needs_origin:
            return "A request of this kind needs an Origin header."
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return "Pages of that origin may not use this server."
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return "The address must contain the token. Use the address that chat-tui printed."
        return ""

    def _is_ours(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or _HTTP_PORT
        except ValueError:
            return False
        if port != self._port or parts.netloc != host or "@" in host:
            return False
        if self._host in _ANYWHERE:
            return name == socket.gethostname().lower() or name in _LOCAL_NAMES or _is_number(name)
        return name == self._host or (loopback(self._host) and name in _LOCAL_NAMES)


def _is_number(name: str) -> bool:
    """Return whether the host is an IP address, which DNS rebinding cannot use."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

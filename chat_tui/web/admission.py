"""Who may come in: a request is admitted by its host, its origin and the token in its address."""

from __future__ import annotations

import hmac
import secrets
import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened at
_HTTP_PORT: Final = 80


def loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at this address."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.lower() == "localhost"


class Admission:
    """The rules of one server.

    The host is checked because a foreign name may be made to lead here (DNS rebinding), the origin because a foreign
    page may open a WebSocket to anywhere, the token because other users of this machine reach the port as well. The
    token is part of the path and no cookie: a browser gives cookies to every port of a host.

    Args:
        host: What is listened at.
        port: The one that was given, or was free.
        token: Made up by default.
    """

    def __init__(self, host: str, port: int, token: str = "") -> None:
        self._host = host.lower()
        self._port = port
        self.token: Final = token or secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """Where the page is, for a browser on this machine; holds the token."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - as above
        return f"http://{f'[{name}]' if ':' in name else name}:{self._port}/{self.token}/"

    def refusal(self, *, host: str, origin: str | None, token: str, needs_origin: bool) -> str:
        """Why a request is not admitted, in a sentence; empty where it is.

        Args:
            host: The ``Host`` header, as it came.
            origin: The ``Origin`` header; None without one.
            token: From the path.
            needs_origin: What a page does that a foreign one could do as well; a browser says its origin then.
        """
        if not self._is_ours(host):
            return "This server is not reached under that name. Use the address that chat-tui printed."
        if origin is None and needs_origin:
            return "A request of this kind has to say which page it comes from."
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return "That page may not talk to this server."
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            return "The address has to hold the token. Use the address that chat-tui printed."
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
    """An address without a name, which no one can make lead elsewhere."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

"""Connection pools, one per certificate authority and proxy."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.net.addresses import Address
from chat_tui.net.proxies import ProxyChoice, proxy_for

if TYPE_CHECKING:
    import httpx

_IDLE_CONNECTIONS: Final = 20
_IDLE_S: Final = 30.0


class Connections:
    """Creates and caches transports. They follow no redirects, store no cookies, and ignore the environment.

    Args:
        environ: Environment for the proxy variables, SSL_CERT_FILE and SSL_CERT_DIR.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._transports: dict[tuple[str | None, str], httpx.AsyncHTTPTransport] = {}
        self._making = asyncio.Lock()

    def proxy(self, address: Address) -> ProxyChoice | None:
        """Return the proxy that the environment sets for an address."""
        return proxy_for(address, self._environ)

    async def transport(self, address: Address, proxy: ProxyChoice | None, ca_file: str) -> httpx.AsyncHTTPTransport:
        """Return the transport for an address. The first call imports httpx and loads certificates, in a thread.

        Raises:
            ProblemError: The certificate file or the proxy is unusable; names it.
        """
        authority = ca_file if address.scheme == "https" else None
        key = (authority, proxy.url if proxy else "")
        async with self._making:
            if key not in self._transports:
                self._transports[key] = await asyncio.to_thread(self._make, authority, proxy)
        return self._transports[key]

    async def aclose(self) -> None:
        """Close every connection."""
        transports = list(self._transports.values())
        self._transports.clear()
        for transport in transports:
            await transport.aclose()

    def _make(self, authority: str | None, proxy: ProxyChoice | None) -> httpx.AsyncHTTPTransport:
        import httpx

        _load_event_loop_half()
        if proxy and not proxy.valid:
            raise _unusable(proxy, "its address is not a valid URL", "It should look like http://host:port.")
        verify = False if authority is None else self._trust(authority)
        limits = httpx.Limits(
            max_connections=None, max_keepalive_connections=_IDLE_CONNECTIONS, keepalive_expiry=_IDLE_S
        )
        try:
            return httpx.AsyncHTTPTransport(
                verify=verify, trust_env=False, limits=limits, proxy=proxy.url if proxy else None
            )
        except ImportError:
            hint = "Install httpx[socks], or use an http:// proxy."
            raise _unusable(proxy, "support for SOCKS is not installed", hint) from None
        except (ValueError, httpx.InvalidURL):
            raise _unusable(proxy, "its address must start with http, https, socks5 or socks5h", "") from None

    def _trust(self, ca_file: str) -> ssl.SSLContext:
        folder = self._environ.get("SSL_CERT_DIR") or None
        file = ca_file or self._environ.get("SSL_CERT_FILE") or None
        source = "ca_file" if ca_file else "the environment variable SSL_CERT_FILE"
        if ca_file or (file is None and folder is None):
            folder = None
        if file is None and folder is None:
            import certifi

            file = certifi.where()
        try:
            return ssl.create_default_context(cafile=file, capath=folder)
        except OSError as error:
            why = "it contains no certificate" if isinstance(error, ssl.SSLError) else error.strerror or ""
            what = f"The certificate file {file} from {source} cannot be read"
            raise ProblemError(Problem(kind="config", what=what, why=why.lower())) from None


def _load_event_loop_half() -> None:
    """Import what httpx would otherwise import on the event loop, while its first response is being timed."""
    with contextlib.suppress(ImportError):
        importlib.import_module("anyio._backends._asyncio")


def _unusable(proxy: ProxyChoice | None, why: str, hint: str) -> ProblemError:
    name = proxy.shown if proxy else "the proxy"
    return ProblemError(Problem(kind="config", what=f"Cannot use {name}", why=why, hint=hint))

"""Chooses the proxy for a request from environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from chat_tui.net.addresses import Address


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """A proxy and the variable that sets it."""

    url: str = field(repr=False)
    """May contain a password; never shown."""
    variable: str

    @property
    def shown(self) -> str:
        """Host, port and variable, without the password."""
        place = "at an invalid address"
        if self.valid:
            parts = urlsplit(self.url)
            place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        return f"the proxy {place} (environment variable {self.variable})"

    @property
    def valid(self) -> bool:
        """Whether the address has a readable host and a possible port."""
        try:
            parts = urlsplit(self.url)
            return parts.port != 0 and bool(parts.hostname)
        except ValueError:
            return False


def proxy_for(address: Address, environ: Mapping[str, str]) -> ProxyChoice | None:
    """Return the proxy for an address: ``https_proxy`` or ``http_proxy``, then ``all_proxy``, unless in ``no_proxy``.

    Lower-case names take precedence over upper-case ones. Loopback addresses never use a proxy.
    """
    if address.loopback or _excepted(address, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
        return None
    for name in (f"{address.scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            url = environ.get(variable, "").strip()
            if url:
                return ProxyChoice(url if "://" in url else f"http://{url}", variable)
    return None


def _excepted(address: Address, no_proxy: str) -> bool:
    return any(_matches(address, entry.strip().lower()) for entry in no_proxy.split(",") if entry.strip())


def _matches(address: Address, entry: str) -> bool:
    """Whether a ``no_proxy`` entry (``*``, domain, host:port, address, or network) matches the address."""
    if entry == "*":
        return True
    try:
        return ip_address(address.host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    host, colon, port = entry.rpartition(":")
    if colon and port.isdecimal() and (host.endswith("]") or ":" not in host):
        if int(port) != address.port:
            return False
        entry = host.strip("[]")
    domain = entry.removeprefix("*").lstrip(".")
    return bool(domain) and (address.host == domain or address.host.endswith(f".{domain}"))

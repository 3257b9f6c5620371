"""Choosing the proxy from the environment."""

from __future__ import annotations

import pytest

from chat_tui.net.addresses import checked_address
from chat_tui.net.proxies import ProxyChoice, proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy.test:3128"}


@pytest.mark.parametrize(
    ("url", "environ", "chosen"),
    [
        ("https://a.test", PROXY, ("http://proxy.test:3128", "HTTPS_PROXY")),
        ("https://a.test", {"https_proxy": "proxy.test:1", **PROXY}, ("http://proxy.test:1", "https_proxy")),
        ("https://a.test", {"ALL_PROXY": "socks5://s.test"}, ("socks5://s.test", "ALL_PROXY")),
        ("http://a.test", PROXY, None),
        ("http://a.test", {"http_proxy": "http://p.test"}, ("http://p.test", "http_proxy")),
        ("https://a.test", {"https_proxy": " "}, None),
        ("https://127.0.0.1", PROXY, None),
        ("https://localhost", PROXY, None),
        ("https://[::1]", PROXY, None),
        ("https://a.test", {}, None),
    ],
)
def test_the_environment_names_the_proxy(url: str, environ: dict[str, str], chosen: tuple[str, str] | None) -> None:
    assert proxy_for(checked_address(url), environ) == (ProxyChoice(*chosen) if chosen else None)


@pytest.mark.parametrize(
    ("no_proxy", "url", "excepted"),
    [
        ("*", "https://a.test", True),
        ("a.test", "https://a.test", True),
        ("a.test", "https://x.a.test", True),
        (".a.test", "https://x.a.test", True),
        ("*.a.test", "https://x.a.test", True),
        ("a.test", "https://ba.test", False),
        ("b.test, A.TEST", "https://a.test", True),
        ("a.test:444", "https://a.test", False),
        ("a.test:443", "https://a.test", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.3/24", "https://10.1.2.9", True),
        ("fd00::/8", "https://[fd12::1]", True),
        ("[fd12::1]", "https://[fd12::1]", True),
        ("[fd12::1]:444", "https://[fd12::1]", False),
        ("10.0.0.0/8", "https://a.test", False),
        ("10.0.0.0/99,,/,:", "https://a.test", False),
    ],
)
def test_no_proxy_excepts_hosts_and_networks(no_proxy: str, url: str, excepted: bool) -> None:
    chosen = proxy_for(checked_address(url), {**PROXY, "no_proxy": no_proxy})
    assert (chosen is None) is excepted


def test_the_password_of_a_proxy_is_not_shown() -> None:
    choice = ProxyChoice("http://user:secret@proxy.test:3128", "HTTPS_PROXY")
    assert "secret" not in repr(choice) + choice.shown
    assert choice.shown == "the proxy proxy.test:3128 (environment variable HTTPS_PROXY)"
    assert "an invalid address" in ProxyChoice("http://p.test:x", "HTTPS_PROXY").shown

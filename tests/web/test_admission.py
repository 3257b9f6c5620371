"""Tests which requests are admitted, by host, origin and token."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.web.admission import Admission, loopback

OURS = Admission("127.0.0.1", 8112, "the-token")
EVERYWHERE = Admission("0.0.0.0", 8112, "the-token")
NAMED = Admission("box.example", 80, "the-token")


def refusal(
    admission: Admission, host: str, origin: str | None = None, token: str = "the-token", *, needs_origin: bool = False
) -> str:
    return admission.refusal(host=host, origin=origin, token=token, needs_origin=needs_origin)


@pytest.mark.parametrize(
    ("admission", "host"),
    [
        (OURS, "127.0.0.1:8112"),
        (OURS, "localhost:8112"),
        (OURS, "[::1]:8112"),
        (OURS, "LOCALHOST:8112"),
        (EVERYWHERE, "192.168.1.7:8112"),
        (EVERYWHERE, "[fe80::1]:8112"),
        (EVERYWHERE, "localhost:8112"),
        (EVERYWHERE, f"{socket.gethostname()}:8112"),
        (NAMED, "box.example"),
        (NAMED, "box.example:80"),
    ],
)
def test_the_names_of_this_machine_are_admitted(admission: Admission, host: str) -> None:
    assert refusal(admission, host) == ""
    assert refusal(admission, host, f"http://{host}", needs_origin=True) == ""


@pytest.mark.parametrize(
    ("admission", "host"),
    [
        (OURS, ""),
        (OURS, "evil.example"),
        (OURS, "evil.example:8112"),
        (OURS, "127.0.0.1"),
        (OURS, "127.0.0.1:8113"),
        (OURS, "127.0.0.1:8112/evil"),
        (OURS, "user@127.0.0.1:8112"),
        (OURS, "127.0.0.1.evil.example:8112"),
        (OURS, "127.0.0.1:x"),
        (OURS, "[::1:8112"),
        (OURS, "192.168.1.7:8112"),
        (EVERYWHERE, "evil.example:8112"),
        (EVERYWHERE, "192.168.1.7.evil.example:8112"),
        (NAMED, "localhost"),
        (NAMED, "127.0.0.1"),
    ],
)
def test_a_foreign_name_that_leads_here_is_refused(admission: Admission, host: str) -> None:
    assert "does not answer to that host name" in refusal(admission, host)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "https://127.0.0.1:8112",
        "http://127.0.0.1",
        "http://127.0.0.1:8113",
        "http://localhost:8112",
        "http://127.0.0.1:8112.evil.example",
    ],
)
def test_another_page_is_refused_even_with_the_token(origin: str) -> None:
    assert "may not use this server" in refusal(OURS, "127.0.0.1:8112", origin)


def test_a_socket_without_an_origin_is_refused() -> None:
    assert "needs an Origin header" in refusal(OURS, "127.0.0.1:8112", None, needs_origin=True)


@given(st.text())
def test_no_other_token_is_taken(token: str) -> None:
    assert bool(refusal(OURS, "127.0.0.1:8112", token=token)) == (token != "the-token")


def test_each_server_has_a_token_of_its_own_in_its_address() -> None:
    first, second = Admission("127.0.0.1", 1), Admission("127.0.0.1", 1)
    assert first.token != second.token
    assert len(first.token) >= 32
    assert first.address == f"http://127.0.0.1:1/{first.token}/"
    assert Admission("::1", 2, "t").address == "http://[::1]:2/t/"
    assert EVERYWHERE.address == "http://127.0.0.1:8112/the-token/"


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "Localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.168.1.7", "box", "localhost.example")),
    ],
)
def test_what_only_this_machine_reaches(host: str, is_one: bool) -> None:
    assert loopback(host) is is_one

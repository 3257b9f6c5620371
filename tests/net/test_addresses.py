"""Nothing is sent to an invalid address or with an invalid header."""

from __future__ import annotations

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.secrets import Secret
from chat_tui.net.addresses import checked_address, checked_endpoint, checked_headers, is_loopback, redirect_target
from tests.support.exchanges import KEY, endpoint


@pytest.mark.parametrize(
    ("url", "host", "port", "place"),
    [
        ("https://api.acme.test/v1", "api.acme.test", 443, "api.acme.test"),
        ("http://127.0.0.1:8080/v1?x=1", "127.0.0.1", 8080, "127.0.0.1:8080"),
        ("http://[::1]:9/", "::1", 9, "[::1]:9"),
        ("HTTPS://API.Acme.test:444", "api.acme.test", 444, "api.acme.test:444"),
    ],
)
def test_a_clean_url_is_taken_apart(url: str, host: str, port: int, place: str) -> None:
    address = checked_address(url)
    assert (address.host, address.port, address.place) == (host, port, place)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://a.test/v1\n", "line feed at character 18"),
        ("https://a.test\r/v1", "carriage return"),
        ("https://a.test/\0", "NUL"),
        ("https://a test/v1", "space"),
        ("https://\u0430.test/v1", "a non-ASCII character"),
        ("https://a.test/\u200b", "a non-ASCII character"),
        (f"https://user:{KEY}@a.test/v1", "user name or password"),
        (f"https://{KEY}@evil.test", "user name or password"),
        ("a.test/v1", "without http://"),
        ("", "without http://"),
        ("file:///etc/passwd", "file://"),
        ("javascript:alert(1)", "without http://"),
        ("https:///v1", "no host"),
        ("https://a.test:99999/", "not a valid URL"),
        ("https://a.test:x/", "not a valid URL"),
        ("https://[::1/", "not a valid URL"),
        ("https://a.test\\@evil.test/", "user name or password"),
        ("https://a.test\\evil.test/", "no host"),
        ("https://a.test/#x", "a fragment (“#…”)"),
    ],
)
def test_any_other_is_refused_in_a_sentence(url: str, word: str) -> None:
    with pytest.raises(ProblemError) as caught:
        checked_address(url)
    assert word in caught.value.problem.sentence()
    assert caught.value.problem.kind == "config"
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (f"Bearer {KEY}\n", "a line feed at character 34"),
        (f"Bearer {KEY}\r\nX-Evil: 1", "a carriage return"),
        (f"Bear\0er {KEY}", "a NUL at character 5"),
        (f"Bearer \u200b{KEY}", "a non-ASCII character (U+200B) at character 8"),
        (f"Bearer é{KEY}", "a non-ASCII character"),
        (f"Bearer \x1b{KEY}", "a control character (U+001B)"),
    ],
)
def test_a_header_value_that_could_not_be_sent_is_never_shown(value: str, word: str) -> None:
    with pytest.raises(ProblemError) as caught:
        checked_headers({"Authorization": Secret(value)})
    problem = caught.value.problem
    assert "Authorization" in problem.what
    assert word in problem.what
    assert problem.kind == "key"
    assert KEY not in repr(problem)


def test_a_plain_header_is_checked_too_and_spaces_around_it_are_dropped() -> None:
    assert checked_headers({"X-Title": "  chat \t"}) == {"X-Title": "chat"}
    for headers in ({"X-Title": "a\nb"}, {"X Title": "a"}, {"": "a"}, {"X:": "a"}):
        with pytest.raises(ProblemError):
            checked_headers(headers)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *[(host, True) for host in ("localhost", "LOCALHOST", "a.localhost", "127.9.9.9", "::1", "localhost.")],
        *[(host, False) for host in ("a.test", "127.0.0.1.evil.test", "10.0.0.1", "0.0.0.0", "127.1")],
    ],
)
def test_loopback_is_what_cannot_be_anything_else(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_key_does_not_cross_a_network_in_the_clear_unless_allowed() -> None:
    url = "http://10.0.0.7:8080/v1"
    with pytest.raises(ProblemError, match=r"acme would be sent to 10\.0\.0\.7:8080 unencrypted.*allow_http"):
        checked_endpoint(endpoint(url), url)
    checked_endpoint(endpoint(url, allow_http=True), url)
    checked_endpoint(endpoint(url, headers={"X-Title": "no key"}), url)
    checked_endpoint(endpoint("http://localhost:1"), "http://localhost:1")
    checked_endpoint(endpoint("https://a.test"), "https://a.test")


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://other.test/v1/chat?token=1", "https://other.test"),
        ("//other.test/x", "https://other.test"),
        ("https://user:pw@other.test/x", "https://other.test"),
        ("/v2/chat", "https://a.test/v2/chat"),
        ("https://a.test/v2", "https://a.test/v2"),
        ("http://a.test/v2", "http://a.test"),
        ("file:///etc/passwd", "an invalid address"),
        ("ftp://x.test/y", "ftp://x.test"),
        ("http://[bad", "an invalid address"),
        ("", "https://a.test/v1"),
    ],
)
def test_a_redirect_is_told_by_its_origin(location: str, shown: str) -> None:
    assert redirect_target(checked_address("https://a.test/v1"), location) == shown

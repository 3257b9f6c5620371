"""Messages for failed requests: connections, certificates, proxies, error statuses."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chat_tui.domain.calls import Limits
from chat_tui.domain.events import Failed
from chat_tui.domain.problems import Problem
from chat_tui.domain.secrets import Secret
from tests.support.exchanges import BODY, KEY, call, exchange
from tests.support.server import CUT, HOLD, RESET, Answer, ScriptedServer, free_port, page, plain, raw, stream

CERTIFICATES = Path(__file__).parent / "certificates"
TWICE = Limits(retries=2)


async def refused(answer: Answer, **members: Any) -> tuple[Problem, ScriptedServer]:
    async with ScriptedServer(answer) as server:
        steps = await exchange(call(server.base_url, **members))
    return steps.problem, server


async def test_a_closed_port_is_named_and_asked_three_times_at_most() -> None:
    port = free_port()
    steps = await exchange(call(f"http://127.0.0.1:{port}/v1", limits=Limits(retries=9)))
    assert steps.problem.kind == "connect"
    assert f"No connection to 127.0.0.1:{port}: connection refused. Is the server running?" == steps.problem.sentence()
    assert [attempt.number for attempt in steps.attempts] == [1, 2]
    assert len(steps) == 3


async def test_an_unknown_host_is_named() -> None:
    steps = await exchange(call("https://no-such-host.invalid/v1"))
    assert steps.problem.kind == "connect"
    assert "no-such-host.invalid" in steps.problem.what
    assert "cannot be resolved" in steps.problem.why


@pytest.mark.parametrize(
    ("answer", "kind", "words", "requests"),
    [
        pytest.param(raw(b"SSH-2.0-OpenSSH_9\r\n\r\n"), "protocol", "does not speak HTTP", 1, id="not http"),
        pytest.param(raw(b"\x15\x03\x01\x00\x02\x02F"), "protocol", "does not speak HTTP", 1, id="tls alert"),
        pytest.param(raw(CUT), "connect", "closed the connection", 3, id="closed"),
        pytest.param(raw(RESET), "connect", "reset the connection", 3, id="reset"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-", RESET), "connect", "the connection", 3, id="reset in headers"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-", CUT), "connect", "closed the connection", 3, id="cut in headers"
        ),
    ],
)
async def test_a_connection_that_breaks_before_the_answer(answer: Answer, kind: str, words: str, requests: int) -> None:
    problem, server = await refused(answer, limits=TWICE)
    assert problem.kind == kind
    assert words in problem.sentence()
    assert f"127.0.0.1:{server.port}" in problem.what
    assert len(server.requests) == requests


async def test_no_answer_in_time_is_repeated_then_told() -> None:
    problem, server = await refused(raw(HOLD), limits=Limits(first_byte_timeout_s=0.5, retries=1))
    assert problem.kind == "timeout"
    assert "within 0.5 s" in problem.what
    assert len(server.requests) == 2


async def test_headers_without_a_body_are_never_repeated() -> None:
    answer = Answer(200, {"Content-Type": "text/event-stream"}, [HOLD])
    problem, server = await refused(answer, limits=Limits(first_byte_timeout_s=0.5, retries=2))
    assert problem.kind == "timeout"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it does not speak TLS"),
        (b"", "it closed the connection during the TLS handshake"),
    ],
)
async def test_tls_to_a_plain_port_is_named(reply: bytes, why: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(reply)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        steps = await exchange(call(f"https://{place}/v1"))
    assert steps.problem.kind == "tls"
    assert place in steps.problem.what
    assert why in steps.problem.why


def context(name: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return made


@pytest.mark.parametrize(
    ("served", "trusted", "words"),
    [
        ("trusted", "", "its certificate is self-signed"),
        ("wrong-name", "wrong-name", "its certificate is for another"),
        ("expired", "expired", "its certificate has expired"),
    ],
)
async def test_a_bad_certificate_is_named_with_its_fault(served: str, trusted: str, words: str) -> None:
    async with ScriptedServer(stream("hi"), tls=context(served)) as server:
        ca_file = str(CERTIFICATES / f"{trusted}.pem") if trusted else ""
        steps = await exchange(call(server.base_url, ca_file=ca_file, limits=TWICE))
        assert not server.requests
    assert steps.problem.kind == "tls"
    assert words in steps.problem.why
    assert f"127.0.0.1:{server.port}" in steps.problem.what
    assert len(steps) == 1


@pytest.mark.parametrize("how", ["ca_file", "SSL_CERT_FILE"])
async def test_an_own_authority_is_trusted_where_it_is_named(how: str) -> None:
    file = str(CERTIFICATES / "trusted.pem")
    async with ScriptedServer(stream("hi"), tls=context("trusted")) as server:
        ca_file, environ = (file, {}) if how == "ca_file" else ("", {"SSL_CERT_FILE": file})
        steps = await exchange(call(server.base_url, ca_file=ca_file), environ)
    assert steps.data[-1] == "[DONE]"


@pytest.mark.parametrize(("content", "why"), [(None, "no such file"), ("junk", "contains no certificate")])
async def test_an_unreadable_authority_file_is_named(tmp_path: Path, content: str | None, why: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    steps = await exchange(call("https://127.0.0.1:1/v1", ca_file=str(file)))
    assert steps.problem.kind == "config"
    assert str(file) in steps.problem.what
    assert why in steps.problem.why


@pytest.mark.parametrize("variable", ["http_proxy", "ALL_PROXY"])
async def test_a_proxy_of_the_environment_is_used(variable: str) -> None:
    async with ScriptedServer(stream("hi")) as proxy:
        wanted = call("http://api.acme.test/v1", allow_http=True)
        steps = await exchange(wanted, {variable: f"http://127.0.0.1:{proxy.port}"})
        assert proxy.requests[0].path == "http://api.acme.test/v1/chat/completions"
    assert steps.data[-1] == "[DONE]"


async def test_loopback_never_goes_through_a_proxy() -> None:
    proxies = {"http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"}
    async with ScriptedServer(stream("hi")) as server:
        steps = await exchange(call(server.base_url), proxies)
    assert steps.data[-1] == "[DONE]"


async def test_a_refusing_proxy_is_named_without_its_password() -> None:
    proxy = f"http://me:pass-word@127.0.0.1:{free_port()}"
    steps = await exchange(call("https://api.acme.test/v1"), {"HTTPS_PROXY": proxy})
    assert "through the proxy 127.0.0.1:" in steps.problem.what
    assert "HTTPS_PROXY" in steps.problem.what
    assert "pass-word" not in repr(steps)


async def test_a_proxy_that_wants_a_password_is_named() -> None:
    async with ScriptedServer(raw(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as proxy:
        environ = {"all_proxy": f"http://127.0.0.1:{proxy.port}"}
        tunnelled = await exchange(call("https://api.acme.test/v1", limits=TWICE), environ)
        forwarded = await exchange(call("http://api.acme.test/v1", allow_http=True), environ)
        assert len(proxy.requests) == 2
        assert KEY not in repr(proxy.requests[0].headers)
    assert "407" in tunnelled.problem.sentence()
    assert "all_proxy" in tunnelled.problem.sentence()
    assert "Add a user name and password to all_proxy" in forwarded.problem.hint


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5://127.0.0.1:1", "SOCKS"),
        ("gopher://127.0.0.1:1", "must start with http"),
        ("http://127.0.0.1:x", "its address is not a valid URL. It should look like http://host:port"),
        ("http://127.0.0.1:99999", "its address is not a valid URL"),
        ("http://[::1", "its address is not a valid URL"),
        ("http://:3128", "its address is not a valid URL"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_named(proxy: str, words: str) -> None:
    steps = await exchange(call("https://api.acme.test/v1"), {"HTTPS_PROXY": proxy})
    assert steps.problem.kind == "config"
    assert words in steps.problem.sentence()
    assert "HTTPS_PROXY" in steps.problem.sentence()


@pytest.mark.parametrize("host", ["xn--.test", "xn--a.b_c--.test"])
async def test_a_host_that_is_no_valid_punycode_is_refused_before_sending(host: str) -> None:
    steps = await exchange(call(f"https://{host}/v1"))
    assert steps.problem.kind == "config"
    assert "not a valid URL" in steps.problem.what


ERROR = {
    "error": {"message": "The service's own words.", "type": "some_type", "param": "messages", "code": "some_code"}
}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "rejected the request (400 Bad Request)"),
        (401, "The API key came from environment variable ACME_API_KEY; check it"),
        (402, "credits"),
        (403, "The API key came from environment variable ACME_API_KEY; check its permissions"),
        (404, "/v1/chat/completions with the model “vendor/m-1”"),
        (405, "405 Method Not Allowed"),
        (413, "Shorten"),
        (418, "418"),
        (422, "rejected the request"),
        (429, "too many requests"),
        (500, "The error is on its side"),
        (503, "503 Service Unavailable"),
        (529, "is overloaded (529)"),
        (599, "reported a server error (599)"),
    ],
)
async def test_every_error_status_tells_who_what_why_and_what_to_do(status: int, words: str) -> None:
    problem, server = await refused(plain(ERROR, status, {"X-Request-Id": "req-7"}))
    sentence = problem.sentence()
    assert words in sentence
    assert "The service's own words" in sentence
    assert f"127.0.0.1:{server.port}" in sentence
    assert (problem.kind, problem.status, problem.code) == ("http", status, "some_code")
    assert (problem.error_type, problem.param, problem.request_id) == ("some_type", "messages", "req-7")
    assert json.loads(problem.body or "") == ERROR


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"headers": {}, "key_source": ""}, "No API key was sent; set ACME_API_KEY."),
        ({"headers": {}, "key_source": "", "key_hint": ""}, "No API key was sent."),
        ({"key_source": ""}, "Check the API key."),
    ],
)
async def test_a_401_says_which_key_would_help(members: Mapping[str, Any], words: str) -> None:
    problem, _ = await refused(plain(ERROR, 401), **members)
    assert problem.hint == words


async def test_an_error_status_comes_with_its_response() -> None:
    async with ScriptedServer(plain(ERROR, 400)) as server:
        steps = await exchange(call(server.base_url))
    assert (steps.responded.status, steps.responded.plain) == (400, True)
    assert [type(step).__name__ for step in steps] == ["Responded", "Failed"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(page("<h1>Bad gateway</h1>" + "<p>word" * 900, 400), "Bad gateway word word", id="html"),
        pytest.param(Answer(400, {}, [b"\xff\xfe\x00binary"], "length"), "\ufffd\ufffd\x00binary", id="binary"),
        pytest.param(Answer(400, {}, [b"plain words"], "close"), "plain words", id="text"),
        pytest.param(Answer(400, {}, [], "length"), "", id="empty"),
        pytest.param(Answer(400, {}, [b"half a", CUT], "chunked"), "half a", id="cut"),
        pytest.param(Answer(400, {}, [b"x" * 1024] * 20_000, "chunked"), "x" * 100, id="20 MB"),
        pytest.param(Answer(400, {"Content-Encoding": "gzip"}, [b"junk!"], "length"), "", id="bad gzip"),
    ],
)
async def test_an_error_body_of_any_kind_is_short_and_harmless(answer: Answer, why: str) -> None:
    problem, _ = await refused(answer)
    assert problem.why.startswith(why)
    assert len(problem.why) <= 500
    assert len(problem.body or "") <= 64 * 1024


async def test_a_context_that_is_too_long_says_what_helps() -> None:
    body = (Path(__file__).parent / "recorded" / "32-error-context-length.json").read_bytes()
    problem, _ = await refused(Answer(400, {"Content-Type": "application/json"}, [body], "length"))
    assert "exceeds the available context size" in problem.why
    assert "Remove or shorten messages" in problem.hint


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://evil.test/v1?x=1", "https://evil.test;"),
        ("/v2/chat", "/v2/chat;"),
        ("file:///etc/passwd", "an invalid address"),
        ("", "/v1/chat"),
    ],
)
async def test_a_redirect_is_told_and_never_followed(status: int, location: str, shown: str) -> None:
    problem, server = await refused(Answer(status, {"Location": location}, [], "length"), limits=TWICE)
    assert shown in problem.what
    assert "not followed" in problem.what
    assert problem.status == status
    assert len(server.requests) == 1


async def test_a_redirect_that_does_not_say_where_to_offers_no_address() -> None:
    problem, _ = await refused(Answer(302, {}, [], "length"))
    assert "redirects the request but does not say where to; the redirect was not followed" in problem.what
    assert problem.hint == ""


@pytest.mark.parametrize(
    "status", [*range(400, 405), 408, 409, 413, 418, 422, 429, 451, 500, 501, 502, 503, 504, 524, 529]
)
async def test_a_key_that_the_server_repeats_is_nowhere(status: int) -> None:
    echo = {"error": {"message": f"bad Bearer {KEY}", "code": KEY, "type": KEY, "param": KEY, "metadata": {"raw": KEY}}}
    headers = {"X-Echo": f"Bearer {KEY}", "X-Request-Id": KEY, "Location": f"https://x.test/{KEY}"}
    async with ScriptedServer(plain(echo, status, headers)) as server:
        steps = await exchange(call(server.base_url, limits=Limits(retries=1)))
    assert KEY not in repr(steps)
    assert KEY not in json.dumps([step.problem.as_json() for step in steps if isinstance(step, Failed)])
    assert "***" in steps.problem.why


async def test_a_key_repeated_in_an_answer_is_masked_too() -> None:
    async with ScriptedServer(stream(f"your key is {KEY}"), plain({"x": KEY}), page(f"<p>{KEY}")) as server:
        for _ in range(3):
            steps = await exchange(call(server.base_url))
            assert KEY not in repr(steps)
            assert "***" in repr(steps)


async def test_a_key_in_the_query_of_the_path_is_masked_too() -> None:
    path = f"/chat/completions?v=1&key={KEY}%2Fx"
    async with ScriptedServer(plain({"error": f"{path} and {KEY}/x"}, 400)) as server:
        asked = call(server.base_url)
        steps = await exchange(replace(asked, endpoint=replace(asked.endpoint, path=path)))
        assert server.requests[0].path.endswith(f"{KEY}%2Fx")
    assert KEY not in repr(steps)


async def test_a_key_in_a_redirect_is_masked() -> None:
    problem, _ = await refused(Answer(307, {"Location": f"/v1?key={KEY}"}, [], "length"))
    assert KEY not in repr(problem)


@pytest.mark.parametrize(
    "value", [f"Bearer {KEY}\n", f"Bearer {KEY}\r\nX: y", f"Bearer \u200b{KEY}", f"Bearer {KEY}\0"]
)
async def test_a_key_that_cannot_be_sent_is_refused_before_any_request(value: str) -> None:
    async with ScriptedServer(stream("hi")) as server:
        steps = await exchange(call(server.base_url, headers={"Authorization": Secret(value)}))
        assert not server.connections
    assert steps.problem.kind == "key"
    assert KEY not in repr(steps)


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("http://10.255.255.1/v1", "unencrypted"),
        ("ftp://a.test", "ftp://"),
        (f"https://u:{KEY}@a.test", "password"),
        ("https://a.test/\n", "line feed"),
        ("https://" + "a" * 70 + ".test", None),
        ("https://a..test/", None),
    ],
)
async def test_a_bad_address_is_one_problem_and_nothing_is_sent(base_url: str, words: str | None) -> None:
    steps = await exchange(call(base_url))
    assert len(steps) == 1
    assert steps.problem.kind in ("config", "connect")
    if words:
        assert words in steps.problem.sentence()
    assert KEY not in repr(steps)


async def test_a_body_that_is_no_json_is_not_sent() -> None:
    async with ScriptedServer(stream("hi")) as server:
        steps = await exchange(call(server.base_url, {**BODY, "n": float("nan")}))
        assert not server.connections
    assert steps.problem.kind == "usage"

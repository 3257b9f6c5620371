"""The model list of a service."""

from __future__ import annotations

import json

import pytest

from chat_tui.domain.calls import Limits
from chat_tui.domain.problems import Problem, ProblemError
from tests.support.exchanges import KEY, endpoint, http_backend
from tests.support.server import CUT, HOLD, Answer, ScriptedServer, free_port, page, plain, raw, stream


async def problem_of(answer: Answer, limits: Limits | None = None) -> Problem:
    async with ScriptedServer(answer) as server, http_backend() as backend:
        members = {"limits": limits} if limits else {}
        with pytest.raises(ProblemError) as caught:
            await backend.models(endpoint(server.base_url, **members))
    assert KEY not in repr(caught.value.problem)
    return caught.value.problem


async def test_a_list_is_fetched_with_the_key_and_without_a_body() -> None:
    async with ScriptedServer(plain({"data": [{"id": "a"}, {"no": "id"}, {"id": "b"}]})) as server:
        async with http_backend() as backend:
            assert [entry["id"] for entry in await backend.models(endpoint(server.base_url))] == ["a", "b"]
        (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/v1/models", b"")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert "content-type" not in request.headers


async def test_twenty_thousand_models_are_fine() -> None:
    entries = [{"id": f"vendor/model-{number}", "pricing": {"prompt": "0.1"}} for number in range(20_000)]
    async with ScriptedServer(plain({"data": entries})) as server, http_backend() as backend:
        assert len(await backend.models(endpoint(server.base_url))) == 20_000


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (page(), "protocol", "web page"),
        (plain({"error": {"message": f"bad {KEY}"}}, 401), "http", "The key came from environment variable"),
        (plain({"detail": "Not Found"}, 404), "http", "/v1/models."),
        (plain({"object": "list"}), "protocol", "model list"),
        (raw(b"nonsense\r\n\r\n"), "protocol", "does not speak HTTP"),
        (Answer(200, {}, [b'{"data": [', CUT]), "stream", "broke off"),
        (Answer(200, {}, [b'{"data": [{']), "protocol", "model list"),
        (Answer(200, {}, [b"[" * 100_000]), "protocol", "model list"),
        (Answer(200, {}, [json.dumps([{"id": "x" * 2**20}]).encode()] * 17), "protocol", "16 MB"),
        (stream("hi"), "protocol", "model list"),
        (Answer(307, {"Location": "https://evil.test/"}, [], "length"), "http", "https://evil.test"),
    ],
)
async def test_a_list_that_cannot_be_had_is_a_problem(answer: Answer, kind: str, words: str) -> None:
    problem = await problem_of(answer)
    assert problem.kind == kind
    assert words in problem.sentence()


async def test_a_silent_service_is_given_up() -> None:
    for answer in (raw(HOLD), Answer(200, {}, [b"{", HOLD])):
        problem = await problem_of(answer, Limits(first_byte_timeout_s=0.1))
        assert problem.kind == "timeout"


async def test_a_closed_port_is_a_problem() -> None:
    async with http_backend() as backend:
        with pytest.raises(ProblemError, match="Is the server running"):
            await backend.models(endpoint(f"http://127.0.0.1:{free_port()}/v1"))


async def test_an_unfit_address_is_a_problem() -> None:
    async with http_backend() as backend:
        with pytest.raises(ProblemError, match="unencrypted"):
            await backend.models(endpoint("http://10.0.0.1/v1"))

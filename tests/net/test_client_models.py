"""Fetching the model list of a service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chat_tui.domain.calls import Limits
from chat_tui.domain.problems import Problem, ProblemError
from tests.support.exchanges import KEY, endpoint, http_backend
from tests.support.server import CUT, HOLD, Answer, Request, ScriptedServer, free_port, page, plain, raw, stream


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
        (plain({"error": {"message": f"bad {KEY}"}}, 401), "http", "The API key came from environment variable"),
        (plain({"detail": "Not Found"}, 404), "http", "/v1/models."),
        (plain({"object": "list"}), "protocol", "model list"),
        (raw(b"nonsense\r\n\r\n"), "protocol", "does not speak HTTP"),
        (Answer(200, {}, [b'{"data": [', CUT]), "stream", "was cut off"),
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


async def ids_of(*answers: Answer | Callable[[Request], Answer], path: str = "/models") -> tuple[list[str], list[str]]:
    """The ids that were found, and the queries of the requests."""
    async with ScriptedServer(*answers) as server, http_backend() as backend:
        found = await backend.models(endpoint(server.base_url, models_path=path))
        assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
        return [str(entry["id"]) for entry in found], [urlsplit(request.path).query for request in server.requests]


def entries(*names: str) -> list[dict[str, str]]:
    return [{"id": name} for name in names]


@pytest.mark.parametrize(
    ("first", "query"),
    [
        ({"data": entries("a", "b"), "has_more": True}, "after=b"),
        ({"data": entries("a", "b"), "has_more": True, "last_id": "x/y&z"}, "after=x%2Fy%26z"),
        ({"items": entries("a", "b"), "has_more": True}, "starting_after=b"),
        ({"models": entries("a", "b"), "nextPageToken": "t+1="}, "pageToken=t%2B1%3D"),
        ({"data": entries("a", "b"), "next_page_token": "t"}, "page_token=t"),
        ({"data": entries("a", "b"), "links": {"next": "/v1/models?offset=2&limit=2"}}, "offset=2&limit=2"),
        ({"data": entries("a", "b"), "links": {"next": "?offset=2#x"}}, "offset=2"),
    ],
)
async def test_the_next_page_is_asked_for_as_the_service_says(first: Any, query: str) -> None:
    found, queries = await ids_of(plain(first), plain({"data": entries("b", "c")}))
    assert found == ["a", "b", "c"]
    assert queries == ["", query]


async def test_a_query_of_ones_own_is_kept_on_every_page() -> None:
    first = plain({"data": entries("a"), "has_more": True})
    _, queries = await ids_of(first, plain({"data": entries("b")}), path="/models?vendor=x")
    assert queries == ["vendor=x", "vendor=x&after=a"]


@pytest.mark.parametrize(
    "members",
    [
        {"links": {"next": "https://evil.test/v1/models?offset=2"}},
        {"links": {"next": "/v1/other?offset=2"}},
        {"links": {"next": "//["}},
        {"links": {"next": "x" * 3_000}},
        {"links": 3},
        {"has_more": "yes"},
        {"has_more": True, "data": []},
        {"nextPageToken": ""},
        {"nextPageToken": ["t"]},
        {"has_more": False, "last_id": "a"},
    ],
)
async def test_what_leads_elsewhere_or_nowhere_is_not_followed(members: Any) -> None:
    _, queries = await ids_of(plain({"data": entries("a"), **members}))
    assert queries == [""]


async def test_a_service_that_ignores_the_mark_is_asked_twice_and_no_more() -> None:
    found, queries = await ids_of(plain({"data": entries("a", "b"), "has_more": True}))
    assert found == ["a", "b"]
    assert len(queries) == 2


@pytest.mark.parametrize("answer", [page(), plain({"error": {"message": "no"}}, 400), raw(b"nonsense\r\n\r\n")])
async def test_a_page_that_fails_ends_the_list(answer: Answer) -> None:
    found, _ = await ids_of(plain({"data": entries("a"), "has_more": True}), answer)
    assert found == ["a"]


async def test_a_list_without_end_is_bounded() -> None:
    def another(request: Request) -> Answer:
        number = int(parse_qs(urlsplit(request.path).query).get("after", ["0"])[0])
        return plain({"data": entries(str(number + 1)), "has_more": True})

    found, queries = await ids_of(another)
    assert len(queries) == len(found) == 100


async def test_gemini_and_ollama_entries_without_an_id_are_known_by_their_name() -> None:
    found, _ = await ids_of(plain({"models": [{"name": "models/gemini-x"}, {"model": "llama:1b", "name": "l"}]}))
    assert found == ["models/gemini-x", "llama:1b"]

"""The client of services' tokenizers, against a scripted server."""

from __future__ import annotations

import json

import pytest

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.secrets import Secret
from chat_tui.net.tokenizing import HttpTokenizer
from tests.support.server import Answer, Request, Script, ScriptedServer


def answer(value: object, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, [json.dumps(value).encode()], framing="length")


def endpoint(server: ScriptedServer, kind: str) -> Endpoint:
    return Endpoint(
        provider="p",
        base_url=server.base_url,
        path="/chat/completions",
        models_path="/models",
        headers={"Authorization": Secret("Bearer k")},
        tokenizer=kind,
    )


async def test_llamacpp_tells_ids_and_pieces_at_the_root_of_the_server() -> None:
    listed = {"tokens": [{"id": 19556, "piece": "Hello"}, {"id": 3, "piece": [0xC3]}, {"id": 4}, {"piece": "x"}, "odd"]}
    async with ScriptedServer(answer(listed)) as server:
        assert server.base_url.endswith("/v1")
        found = await HttpTokenizer({}).tokens(endpoint(server, "llamacpp"), "m", "Hello w")
        assert found == [(19556, "Hello"), (3, "\ufffd"), (4, "")]
        request = server.requests[0]
        assert (request.method, request.path) == ("POST", "/tokenize")
        assert request.json() == {"content": "Hello w", "with_pieces": True}
        assert request.headers["authorization"] == "Bearer k"


async def test_vllm_is_asked_with_the_model_and_each_text_is_looked_up() -> None:
    def script(request: Request) -> Answer:
        if request.path == "/tokenize":
            return answer({"count": 2, "max_model_len": 9, "tokens": [7, 8]})
        return answer({"prompt": f"<{request.json()['tokens'][0]}>"})

    async with ScriptedServer(script) as server:
        found = await HttpTokenizer({}).tokens(endpoint(server, "vllm"), "m", "ab")
        assert found == [(7, "<7>"), (8, "<8>")]
        assert server.requests[0].json()["prompt"] == "ab"
        looked_up = [request.json() for request in server.requests[1:]]
        assert sorted(looked_up, key=str) == [{"tokens": [7], "model": "m"}, {"tokens": [8], "model": "m"}]


async def test_texts_are_asked_for_one_by_one_and_what_is_no_token_is_left_out() -> None:
    def script(request: Request) -> Answer:
        number = request.json()["tokens"][0]
        return answer({"content": f" w{number}"}) if number < 100 else answer({"error": {"message": "no"}}, 500)

    async with ScriptedServer(script) as server:
        found = await HttpTokenizer({}).texts(endpoint(server, "llamacpp"), "m", [5, 999, 5, 6])
        assert found == {5: " w5", 6: " w6"}
        assert len(server.requests) == 3


FAULTS: list[Script] = [
    answer({"error": "nope"}, 404),
    answer([1, 2]),
    answer({"tokens": "many"}),
    Answer(200, {}, [b"<html>"], framing="length"),
    Answer(200, {}, [b"\xff" * 10], framing="length"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["llamacpp", "vllm"])
async def test_any_fault_means_no_tokenizer(kind: str, fault: Script) -> None:
    async with ScriptedServer(fault) as server:
        tokenizer = HttpTokenizer({})
        assert await tokenizer.tokens(endpoint(server, kind), "m", "x") is None
        assert await tokenizer.texts(endpoint(server, kind), "m", [1]) is None


async def test_a_service_without_a_tokenizer_is_not_asked() -> None:
    async with ScriptedServer(answer({})) as server:
        assert await HttpTokenizer({}).tokens(endpoint(server, ""), "m", "x") is None
        assert await HttpTokenizer({}).texts(endpoint(server, ""), "m", [1]) is None
        assert server.requests == []


async def test_a_server_that_is_not_there_means_no_tokenizer() -> None:
    async with ScriptedServer(answer({})) as server:
        gone = endpoint(server, "llamacpp")
    assert await HttpTokenizer({}).tokens(gone, "m", "x") is None

"""The embedded model itself, over real HTTP: which parameters it honours."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
import pytest_asyncio

from chat_tui.local.adaptation import adapted_body
from chat_tui.local.server import SLOTS, LocalServer

pytestmark = [pytest.mark.local, pytest.mark.asyncio(loop_scope="module")]

Answer: TypeAlias = dict[str, Any]
QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get current weather for a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "add",
            "description": "Add two numbers",
            "parameters": {
                "type": "object",
                "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
                "required": ["a", "b"],
            },
        },
    },
]


class Service:
    """The running server as a client sees it."""

    def __init__(self, client: httpx.AsyncClient, server: LocalServer) -> None:
        self.client = client
        self.server = server

    async def ask(self, *, adapt: bool = False, **body: Any) -> Answer:
        body.setdefault("messages", QUESTION)
        body.setdefault("max_completion_tokens", 24)
        response = await self.client.post("/chat/completions", json=adapted_body(body)[0] if adapt else body)
        assert response.status_code == 200, response.text
        answer: Answer = response.json()
        return answer

    async def text(self, **body: Any) -> str:
        return str((await self.ask(**body))["choices"][0]["message"]["content"])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("local")
    server = LocalServer(data_dir=folder, state_dir=folder / "state", gguf=str(model_file))
    base_url, key = await server.start()
    headers = {"Authorization": f"Bearer {key.reveal()}", "Connection": "close"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60, trust_env=False) as client:
        yield Service(client, server)
    await server.stop()


async def test_it_answers(service: Service) -> None:
    assert "Paris" in await service.text(temperature=0)


async def test_it_streams_with_usage(service: Service) -> None:
    body = {
        "messages": QUESTION,
        "temperature": 0,
        "max_completion_tokens": 24,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    async with service.client.stream("POST", "/chat/completions", json=body) as response:
        data = [line.removeprefix("data: ") async for line in response.aiter_lines() if line]
    assert data[-1] == "[DONE]"
    chunks = [json.loads(item) for item in data[:-1]]
    text = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    assert "Paris" in text
    assert any(chunk.get("usage") for chunk in chunks)


async def test_the_same_seed_gives_the_same_text(service: Service) -> None:
    varied = {"temperature": 1.5, "top_p": 1, "max_completion_tokens": 12}
    first, again = await service.text(seed=7, **varied), await service.text(seed=7, **varied)
    others = {await service.text(seed=seed, **varied) for seed in (8, 9, 10)}
    assert first == again
    assert others != {first}


async def test_temperature_zero_with_a_seed_repeats(service: Service) -> None:
    assert await service.text(temperature=0, seed=7) == await service.text(temperature=0, seed=7)


async def test_three_choices_and_no_more_than_there_are_slots(service: Service) -> None:
    answer = await service.ask(n=3, max_completion_tokens=4, temperature=1)
    assert sorted(choice["index"] for choice in answer["choices"]) == [0, 1, 2]
    body = {"messages": QUESTION, "n": SLOTS + 1}
    refused = await service.client.post("/chat/completions", json=body)
    assert refused.status_code == 400


async def test_logprobs_are_well_formed(service: Service) -> None:
    answer = await service.ask(logprobs=True, top_logprobs=5, max_completion_tokens=4, temperature=0)
    entries = answer["choices"][0]["logprobs"]["content"]
    assert entries
    for entry in entries:
        assert entry["logprob"] <= 0
        assert bytes(entry["bytes"]).decode() == entry["token"]
        assert len(entry["top_logprobs"]) == 5
        likely = [other["logprob"] for other in entry["top_logprobs"]]
        assert likely == sorted(likely, reverse=True)


async def test_a_json_schema_is_kept(service: Service) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 12}, "size": {"enum": ["small", "large"]}},
        "required": ["city", "size"],
        "additionalProperties": False,
    }
    answer = await service.text(
        response_format={"type": "json_schema", "json_schema": {"name": "place", "schema": schema, "strict": True}},
        temperature=1,
        seed=3,
        max_completion_tokens=200,
    )
    value = json.loads(answer)
    assert set(value) == {"city", "size"}
    assert len(value["city"]) <= 12
    assert value["size"] in ("small", "large")


async def test_stop_ends_the_reply_before_the_match(service: Service) -> None:
    answer = await service.ask(stop=[" Paris"], temperature=0)
    assert "Paris" not in answer["choices"][0]["message"]["content"]
    assert answer["choices"][0]["finish_reason"] == "stop"


async def test_the_token_limit_cuts(service: Service) -> None:
    answer = await service.ask(max_completion_tokens=5, temperature=0)
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 5


def calls_of(answer: Answer) -> list[tuple[str, Any]]:
    choice = answer["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    functions = [call["function"] for call in choice["message"]["tool_calls"]]
    return [(function["name"], json.loads(function["arguments"])) for function in functions]


async def test_a_required_tool_call_comes(service: Service) -> None:
    answer = await service.ask(
        adapt=True,
        messages=[{"role": "user", "content": "What is the weather in Paris?"}],
        tools=TOOLS,
        tool_choice="required",
        temperature=0,
        max_completion_tokens=80,
    )
    assert calls_of(answer) == [("get_weather", {"city": "Paris"})]


async def test_a_named_function_is_called(service: Service) -> None:
    answer = await service.ask(
        adapt=True,
        messages=[{"role": "user", "content": "Please add 2 and 40."}],
        tools=TOOLS,
        tool_choice={"type": "function", "function": {"name": "add"}},
        temperature=0,
        max_completion_tokens=80,
    )
    assert calls_of(answer) == [("add", {"a": 2, "b": 40})]


async def test_the_template_writes_roles_tools_calls_and_results(service: Service) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "add", "arguments": '{"a": 1, "b": 2}'}}
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "1 + 2?"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "3"},
    ]
    url = str(service.client.base_url).replace("/v1/", "/apply-template")
    response = await service.client.post(url, json={"messages": messages, "tools": TOOLS})
    prompt = response.json()["prompt"]
    assert prompt.startswith("<|im_start|>system\nBe brief.\n\n# Tools")
    assert "<|im_start|>user\n1 + 2?<|im_end|>" in prompt
    assert '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call><|im_end|>' in prompt
    assert "<|im_start|>user\n<tool_response>\n3\n</tool_response><|im_end|>" in prompt
    assert prompt.endswith("<|im_start|>assistant\n")


async def test_nobody_without_the_key_is_served(service: Service) -> None:
    refused = await service.client.get("/models", headers={"Authorization": "Bearer guessed"})
    assert refused.status_code == 401
    [model] = (await service.client.get("/models")).json()["data"]
    assert model["id"] == "SmolLM2-135M-Instruct"


async def test_its_log_is_private_and_holds_no_prompt(service: Service) -> None:
    assert stat.S_IMODE(service.server.log.stat().st_mode) == 0o600
    assert "capital of France" not in service.server.log.read_text()

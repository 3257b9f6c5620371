"""Complete streams through decoder and fold: the same result however they are split."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_tui.domain.json_values import dump_json, value_at
from chat_tui.domain.reply import Reply
from tests.support.folding import fold, fold_bytes

FIXTURES = Path(__file__).parents[1] / "fixtures"
STREAMS = sorted((FIXTURES / "streams").glob("*.sse"))
RECORDINGS = FIXTURES / "recordings"


def told(chunks: list[bytes]) -> dict[str, Any]:
    reply, comments = fold_bytes(chunks)
    return {
        "comments": comments,
        "events": reply.events,
        "bad_events": reply.bad_events,
        "done": reply.done,
        "outcome": reply.outcome,
        "error": reply.error,
        "warnings": reply.warnings,
        "completion": reply.completion(),
    }


def in_sizes(data: bytes, sizes: list[int] | int | None) -> list[bytes]:
    if sizes is None:
        return [data]
    if isinstance(sizes, int):
        return [data[at : at + sizes] for at in range(0, len(data), sizes)]
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]


def expected_of(stream: Path) -> tuple[dict[str, Any], list[int] | int | None]:
    told_there = json.loads(stream.with_suffix("").with_suffix(".expected.json").read_text("utf-8"))
    names = ("comments", "events", "bad_events", "done", "outcome", "error", "warnings", "completion")
    return {name: told_there[name] for name in names}, told_there["feed"]


@pytest.mark.parametrize("stream", STREAMS, ids=[stream.stem for stream in STREAMS])
def test_a_stream_merges_as_expected_however_it_is_fed(stream: Path) -> None:
    expected, feed = expected_of(stream)
    data = stream.read_bytes()
    for sizes in (None, 1, 7, feed):
        assert told(in_sizes(data, sizes)) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.sampled_from(STREAMS), st.lists(st.integers(1, 1800), max_size=10))
def test_a_stream_merges_as_expected_at_any_cuts(stream: Path, cuts: list[int]) -> None:
    data = stream.read_bytes()
    edges = [0, *sorted({cut for cut in cuts if cut < len(data)}), len(data)]
    assert told([data[start:stop] for start, stop in pairwise(edges)]) == expected_of(stream)[0]


def test_every_stream_has_its_expectation() -> None:
    assert len(STREAMS) >= 20


def recorded(name: str) -> Reply:
    reply, _ = fold_bytes(in_sizes((RECORDINGS / name).read_bytes(), 100))
    assert reply.outcome == "complete"
    assert reply.warnings == []
    assert reply.bad_events == 0
    assert json.loads(dump_json(reply.completion())) == reply.completion()
    return reply


def test_three_recorded_choices_stay_apart() -> None:
    reply = recorded("05-stream-n3.sse")
    assert [choice.index for choice in reply.choices] == [0, 1, 2]
    assert len({choice.text() for choice in reply.choices}) == 3
    assert [choice.finish_reason for choice in reply.choices] == ["length"] * 3
    assert reply.usage is not None
    assert reply.usage["prompt_tokens"] == 34


def test_recorded_logprobs_spell_the_text() -> None:
    [choice] = recorded("03-stream-logprobs-top5.sse").choices
    tokens = choice.logprobs["content"]
    spelled = b"".join(bytes(token["bytes"]) for token in tokens if isinstance(token, dict))  # type: ignore[arg-type]  # a list of ints
    assert spelled.decode() == choice.text()
    assert all(isinstance(token, dict) and len(token["top_logprobs"]) == 5 for token in tokens)  # type: ignore[arg-type]  # a list


@pytest.mark.parametrize(
    ("name", "tools"),
    [("50-stream-tool-required-prefill.sse", ["get_weather", "get_weather"]), ("56-stream-tool-single.sse", ["add"])],
)
def test_recorded_tool_calls_have_ids_and_whole_arguments(name: str, tools: list[str]) -> None:
    [choice] = recorded(name).choices
    assert [call.name for call in choice.tool_calls.states] == tools
    assert len({call.id for call in choice.tool_calls.states} - {None}) == len(tools)
    json.loads("".join(choice.tool_calls.states[0].arguments))
    assert choice.message()["content"] is None


def test_a_recorded_stream_of_another_server_reads_as_text() -> None:
    reply = recorded("60-lcp-basic-stream.sse")
    assert reply.choices[0].text().startswith("I'm glad you")
    assert recorded("66-lcp-stream-length-stop.sse").choices[0].text() == "Rome is a "


def test_recorded_prompt_progress_is_kept_and_an_answer_may_be_empty() -> None:
    reply = recorded("13-stream-long-prompt-progress.sse")
    assert value_at(reply.completion(), ["extra", "prompt_progress", "processed"]) == 533
    assert reply.choices[0].message() == {"role": "assistant", "content": ""}
    assert reply.first_token_s is None


@pytest.mark.parametrize("name", ["21-nonstream-n3-logprobs.json", "51-nonstream-tool-required-prefill.json"])
def test_a_recorded_plain_answer_merges_to_itself(name: str) -> None:
    body = json.loads((RECORDINGS / name).read_text("utf-8"))
    reply = fold(body, plain=True)
    assert reply.outcome == "complete"
    assert reply.warnings == []
    completion = reply.completion()
    assert completion["usage"] == body["usage"]
    choices = completion["choices"]
    assert isinstance(choices, list)
    for merged, given_there in zip(choices, sorted(body["choices"], key=lambda choice: choice["index"]), strict=True):
        assert isinstance(merged, dict)
        assert merged["message"] == {"content": None, **given_there["message"]}
        assert merged["finish_reason"] == given_there["finish_reason"]

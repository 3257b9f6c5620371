"""The rows of the Reply tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.events import Attempted, Closed, Comment, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.services import Services
from chat_tui.engine.turns import Turn, last_turn
from chat_tui.engine.unkept import NoModelLists
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.reply.page import ReplyPage
from chat_tui.ui.reply.rows import Row
from chat_tui.ui.reply.usage import usage_rows
from tests.support.engine_doubles import answered
from tests.support.fakes import MemoryStore, services, workbench

BUSY = Problem(kind="http", what="The service is busy (503)", status=503)
HEADERS = {
    "x-request-id": "req_1",
    "x-ratelimit-limit-tokens": "30000",
    "x-ratelimit-remaining-tokens": "29000",
    "x-ratelimit-reset-tokens": "6m0s",
    "openai-processing-ms": "412",
    "date": "today",
    "via": "1.1 x",
}


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


def chunk(at_s: float, **members: Any) -> StreamEvent:
    return StreamEvent(at_s, dump_json(members))


RICH: list[Step] = [
    Attempted(1, BUSY, 0.5),
    Responded(200, HEADERS, 0.1, plain=False),
    Received(
        (
            chunk(
                0.25,
                id="gen-1",
                model="vendor/m-2026",
                provider="Azure",
                service_tier="scale",
                created=1785542400,
                choices=[
                    {
                        "index": 0,
                        "delta": {
                            "content": "Grey",
                            "reasoning": "hmm",
                            "annotations": [{"type": "url_citation", "url_citation": {"url": "https://a/[b]"}}],
                        },
                        "logprobs": {"content": [{"token": "Grey", "logprob": -0.1}]},
                    },
                    {"index": 1, "delta": {"refusal": "No."}},
                ],
            ),
        ),
        (Comment(0.3, "PROCESSING"),),
    ),
    Received(
        (
            chunk(0.35, choices=[{"index": 0, "delta": {"content": " threads"}, "finish_reason": "length"}]),
            chunk(0.85, choices=[{"index": 1, "delta": {}, "finish_reason": "stop", "native_finish_reason": "STOP"}]),
            StreamEvent(0.9, "{bad"),
            chunk(
                0.95,
                choices=[],
                timings={"prompt_ms": 3.5},
                usage={
                    "prompt_tokens": 17,
                    "completion_tokens": 24,
                    "total_tokens": 41,
                    "completion_tokens_details": {"reasoning_tokens": 9, "rejected_prediction_tokens": 0},
                    "cost": 0.00031,
                    "cost_details": {"upstream_inference_cost": None, "upstream_inference_prompt_cost": 0.0001},
                },
            ),
            StreamEvent(0.96, "[DONE]"),
        )
    ),
    Closed(1.0),
]


async def ran(*scripts: Sequence[Step], given: Services | None = None) -> Workbench:
    bench = workbench(given or services(*scripts), provider="openrouter", model="vendor/m")
    for number, _ in enumerate(scripts):
        await bench.send(f"message {number}", ignore).wait()
    return bench


def rows(bench: Workbench, turn: Turn | None = None, **how: Any) -> list[Row]:
    found = turn or last_turn(bench)
    assert found is not None
    return ReplyPage(bench, found).rows(**how)


def table(listed: Sequence[Row]) -> list[tuple[str, str]]:
    return [(" " * row.depth + row.label, row.value) for row in listed]


async def test_everything_that_came_is_told() -> None:
    shown = table(rows(await ran(RICH), choice=0))
    assert shown == [
        ("outcome", "complete"),
        ("status", "200 OK"),
        ("attempt 1", "503 · waited 0.50 s · The service is busy (503)"),
        ("warning", "some events are not JSON objects"),
        ("bad events", "1"),
        ("comments", "1"),
        ("", ""),
        ("asked", "vendor/m"),
        ("answered by", "vendor/m-2026"),
        ("id", "gen-1"),
        ("provider", "Azure"),
        ("service tier", "scale"),
        ("created", "2026-08-01 00:00:00 UTC"),
        ("", ""),
        ("Choices", ""),
        ("choice 0", "length  ◂ selected"),
        (" content", "12 characters"),
        (" reasoning", "3 characters in reasoning"),
        (" probabilities", "1 token"),
        (" annotations", "1"),
        (" ", "https://a/[b]"),
        ("choice 1", "stop"),
        (" native reason", "STOP"),
        (" refusal", "No."),
        ("", ""),
        ("Tokens", ""),
        ("prompt", "17"),
        ("completion", "24"),
        (" reasoning", "9"),
        (" rejected prediction", "0"),
        ("total", "41"),
        ("cost", "0.00031"),
        (" upstream inference prompt cost", "0.0001"),
        ("", ""),
        ("Cost", ""),
        ("total", "$0.00031"),
        ("", "from the service"),
        ("", ""),
        ("Time", ""),
        ("first byte", "100 ms"),
        ("first token", "250 ms"),
        ("total", "1.00 s"),
        ("speed", "240 tok/s"),
        ("events", "6"),
        ("gaps p50", "50 ms"),
        ("gaps p95", "500 ms"),
        ("gaps max", "500 ms"),
        ("", ""),
        ("Rate limits", ""),
        ("tokens", "29000 of 30000 left · reset 6m0s"),
        ("", ""),
        ("Headers", ""),
        ("x-request-id", "req_1"),
        ("openai-processing-ms", "412"),
        ("▸ other headers", "2 folded"),
        ("", ""),
        ("Other members", ""),
        ("timings", "…"),
        (" prompt ms", "3.5"),
    ]


async def test_all_headers_on_demand() -> None:
    shown = table(rows(await ran(RICH), all_headers=True))
    assert ("via", "1.1 x") in shown
    assert not any(value.endswith("folded") for _, value in shown)


async def test_what_is_odd_stands_out() -> None:
    inks = {row.label: row.ink for row in rows(await ran(RICH))}
    assert (inks["outcome"], inks["answered by"], inks["bad events"]) == ("literal", "warn", "warn")


async def test_a_saved_reply_tells_the_same() -> None:
    store = MemoryStore()
    given = services(RICH, answered("x"), store=store)
    bench = await ran(RICH, answered("x"), given=given)
    assert bench.path is not None
    again = Workbench(given, bench.settings, store.create(keep=False), store.load(bench.path))
    for live, recorded in zip(bench.exchanges.values(), again.exchanges.values(), strict=True):
        assert table(rows(again, recorded)) == table(rows(bench, live))


class Listed(NoModelLists):
    """Knows prices."""

    def card(self, base_url: str, model: str) -> ModelCard | None:
        return ModelCard(id=model, prices={"prompt": 2.5e-6, "completion": 1e-5})


async def test_a_cost_from_the_list_is_marked_and_shows_its_bill() -> None:
    counted = chunk(0.5, choices=[], usage={"prompt_tokens": 17, "completion_tokens": 24})
    script: list[Step] = [*answered("x")[:-2], Received((counted,)), *answered("x")[-2:]]
    shown = table(rows(await ran(script, given=replace(services(script), model_lists=Listed()))))
    place = shown.index(("Cost", ""))
    assert shown[place + 1 : place + 5] == [
        ("total", "≈ $0.00028"),
        ("", "from the model list's prices"),
        (" prompt", "17 × $2.50/M = $0.000043"),
        (" completion", "24 × $10.00/M = $0.00024"),
    ]


async def test_what_was_turned_since_the_turn_before_and_the_try_before() -> None:
    bench = workbench(services())
    await bench.send("a", ignore).wait()
    assert not any(row.label.startswith("Changed since") for row in rows(bench))
    bench.change(replace(bench.settings.set(("seed",), 1), system="Be brief", model="other"))
    await bench.send("b", ignore).wait()
    shown = table(rows(bench))
    place = shown.index(("Changed since the previous turn", ""))
    assert shown[place + 1 : place + 4] == [
        ("system prompt", "added"),
        ("model", "small → other"),
        ("seed", "unset → 1"),
    ]
    await bench.again(ignore).wait()
    shown = table(rows(bench))
    assert shown[shown.index(("Changed since the previous attempt", "")) + 1] == ("nothing", "same parameters")


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (
            [Failed(0.1, BUSY)],
            [("outcome", "error"), ("status", "503 Service Unavailable"), ("problem", "The service")],
        ),
        (
            [Responded(200, {}, 0.1, plain=False), Closed(0.3)],
            [("outcome", "truncated: cut off before its end"), ("warning", "the stream ended without [DONE]")],
        ),
        ([Responded(299, {}, 0.1, plain=True), Closed(0.3)], [("status", "299")]),
    ],
)
async def test_what_went_wrong_is_told(steps: list[Step], wanted: list[tuple[str, str]]) -> None:
    shown = table(rows(await ran(steps)))
    for label, words in wanted:
        assert any(name == label and value.startswith(words) for name, value in shown), (label, shown)


async def test_a_page_grows_with_its_reply() -> None:
    bench = workbench(services([*answered("x " * 9, finish=None), Closed(1.0)]))
    exchange = bench.send("a", ignore)
    page = ReplyPage(bench, exchange)
    assert table(page.rows())[0] == ("outcome", "running")
    await exchange.wait()
    assert table(page.rows()) == table(ReplyPage(bench, exchange).rows())
    exchange.events.append(StreamEvent(9.0, "late"))
    assert ("gaps max", "8.80 s") in table(page.rows())


@pytest.mark.parametrize(
    ("usage", "shown"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 3}}, [("prompt", "…"), (" cached", "3")]),
        (
            {"total_tokens": 3, "prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 1, "x": {"y": 2}}},
            [("prompt", "1"), (" cached", "1"), (" x", "…"), ("  y", "2"), ("total", "3")],
        ),
        ({"prompt_tokens": None, "total_tokens": "many", "n": 12345, "f": 1.5}, None),
    ],
)
def test_usage_of_any_shape(usage: JsonObject, shown: list[tuple[str, str]] | None) -> None:
    wanted = shown or [("total", "many"), ("n", "12,345"), ("f", "1.5")]
    assert table(usage_rows(usage))[2:] == wanted


junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["prompt_tokens", "cost", "cost_details", "x_tokens"]), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.sampled_from(["prompt_tokens", "cost", "prompt_tokens_details"]), junk))
def test_any_usage_has_rows(usage: dict[str, Json]) -> None:
    listed = usage_rows(usage)
    assert all(isinstance(row.value, str) for row in listed)

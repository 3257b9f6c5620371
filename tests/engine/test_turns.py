"""Looking up a message's exchange, the previous one, and each one's settings and cost."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat_tui.domain.events import Failed, Received, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.pricing import cost_of_turn
from chat_tui.engine.turns import asked_of, body_of, last_turn, settings_of, try_before, turn_before, turn_of
from chat_tui.engine.unkept import NoModelLists
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import answered
from tests.support.fakes import MemoryStore, services, workbench


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


async def test_the_exchange_behind_a_message_and_the_ones_before() -> None:
    bench = workbench(services())
    first = bench.send("a", ignore)
    await first.wait()
    second = bench.send("b", ignore)
    await second.wait()
    third = bench.again(ignore)
    await third.wait()
    user, reply, user2, reply2 = bench.conversation.path()
    assert [turn_of(bench, node.id) for node in (user, reply, user2, reply2)] == [first, first, third, third]
    assert turn_of(bench, "nothing") is None
    assert last_turn(bench) is third
    assert [turn_before(bench, turn) for turn in (first, second, third)] == [None, first, first]
    assert [try_before(bench, turn) for turn in (first, second, third)] == [None, None, second]


async def test_the_exchange_before_is_that_of_the_selected_reply_and_not_of_the_latest() -> None:
    bench = workbench(services())
    first = bench.send("a", ignore)
    await first.wait()
    selected = bench.conversation.head
    later = bench.again(ignore)
    await later.wait()
    bench.select(selected)
    following = bench.send("b", ignore)
    await following.wait()
    assert turn_before(bench, following) is first


async def test_a_failed_exchange_is_the_last_turn_but_nobody_goes_on_from_it() -> None:
    failure = Failed(0.1, Problem(kind="connect", what="Cannot reach x"))
    bench = workbench(services([failure]))
    failed = bench.send("a", ignore)
    await failed.wait()
    assert last_turn(bench) is failed
    again = bench.again(ignore)
    await again.wait()
    assert turn_before(bench, again) is None
    assert try_before(bench, again) is failed


async def test_recorded_exchanges_tell_the_same() -> None:
    store = MemoryStore()
    given = services(store=store)
    bench = workbench(given)
    bench.change(replace(bench.settings.set(("seed",), 1), system="Be brief"))
    live = bench.send("a", ignore)
    await live.wait()
    assert bench.path is not None
    again = Workbench(given, bench.settings, store.create(keep=False), store.load(bench.path))
    recorded = last_turn(again)
    assert isinstance(recorded, RecordedExchange)
    assert body_of(recorded) == body_of(live) == live.call.body
    assert asked_of(recorded) == asked_of(live)
    assert settings_of(again, recorded) == settings_of(bench, live) == bench.settings


@pytest.mark.parametrize(("role", "system"), [("system", "Be brief"), ("user", None)])
def test_settings_are_read_from_the_body_where_the_file_does_not_tell_them(role: str, system: str | None) -> None:
    given = services()
    bench = workbench(given)
    node = bench.put({"role": "user", "content": "a"}, None)
    opening: JsonObject = {"role": role, "content": "Be brief"}
    body: JsonObject = {"model": "m", "seed": 2, "messages": [opening, node.message]}
    turn = RecordedExchange(id="x", head=node.id, request_source={"provider": "openai", "body": body})
    assert settings_of(bench, turn) == SessionSettings("openai", "m", {"seed": 2}, system)
    assert settings_of(bench, RecordedExchange(id="x", head=None)).model == bench.settings.model


class Listed(NoModelLists):
    """Knows a price of one model."""

    def card(self, base_url: str, model: str) -> ModelCard | None:
        prices = {"prompt": 1.0, "completion": 10.0, "image": 1000.0}
        return ModelCard(id=model, prices=prices if model == "priced" else {})


def spoken(usage: JsonObject, model: str) -> list[Step]:
    chunk = StreamEvent(0.5, dump_json({"model": model, "choices": [], "usage": usage}))
    return [*answered("x")[:-2], Received((chunk,)), *answered("x")[-2:]]


async def test_prices_are_those_of_the_model_asked_or_else_of_the_one_that_answered() -> None:
    usage: JsonObject = {"prompt_tokens": 2, "completion_tokens": 1}
    store = MemoryStore()
    given = replace(services(spoken(usage, "priced"), store=store), model_lists=Listed())
    bench = workbench(given, model="alias")
    picture: JsonObject = {"type": "image_url", "image_url": {"url": "data:"}}
    bench.put({"role": "user", "content": [picture]}, None)
    exchange = bench.send("a", ignore)
    await exchange.wait()
    assert cost_of_turn(bench, exchange, usage) is None
    assert cost_of_turn(bench, exchange, {}, answered="priced") is None
    for pictured, dollars in ((None, 1012.0), ([], 12.0)):
        cost = cost_of_turn(bench, exchange, usage, answered="priced", pictured=pictured)
        assert cost is not None
        assert cost.dollars == dollars
    assert bench.path is not None
    recorded = next(iter(store.load(bench.path).exchanges.values()))
    cost = cost_of_turn(bench, recorded, usage, answered="priced")
    assert cost is not None
    assert cost.dollars == 1012.0


@pytest.mark.parametrize(("provider", "dollars"), [("openrouter", 2012.0), ("openai", 12.0)])
async def test_images_of_replies_are_priced_where_they_are_sent_back(provider: str, dollars: float) -> None:
    usage: JsonObject = {"prompt_tokens": 2, "completion_tokens": 1}
    given = replace(services(spoken(usage, "priced")), model_lists=Listed())
    bench = workbench(given, provider=provider, model="priced")
    picture: JsonObject = {"type": "image_url", "image_url": {"url": "data:"}}
    bench.put({"role": "assistant", "content": "Here", "images": [picture, picture]}, None)
    exchange = bench.send("a", ignore)
    await exchange.wait()
    cost = cost_of_turn(bench, exchange, usage)
    assert cost is not None
    assert cost.dollars == dollars

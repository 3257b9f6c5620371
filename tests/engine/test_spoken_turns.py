"""Spoken replies are sent back by audio id, or as their transcript if the service no longer knows the id."""

from __future__ import annotations

import base64

import pytest
from msgspec.structs import replace

from chat_tui.domain.conversation import Node
from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.rerun_plan import plan_rerun
from chat_tui.engine.spoken_turns import messages_of
from chat_tui.engine.sweep_plan import plan_sweep
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import ScriptedBackend, StillClock, answered
from tests.support.fakes import services, workbench

NOW_S = 1000.0
SPOKEN: JsonObject = {"role": "assistant", "content": "Good morning"}
ASKED = Node("u", None, {"role": "user", "content": "Hi"})


def spoken(expires_at: Json, *, words: str = "Good morning", content: str = "") -> tuple[list[Node], RecordedExchange]:
    """A path of a question and a spoken reply, and the exchange that made it."""
    audio: JsonObject = {"id": "a1", "data": base64.b64encode(bytes(4)).decode(), "transcript": words}
    delta: JsonObject = {"audio": {**audio, "expires_at": expires_at}, **({"content": content} if content else {})}
    batch: JsonObject = {"events": [[0.1, dump_json({"choices": [{"index": 0, "delta": delta}]})], [0.2, "[DONE]"]]}
    settings = SessionSettings(provider="openai", model="m")
    exchange = RecordedExchange(id="x", head="u", settings=settings, batches=(batch,), end={"outcome": "complete"})
    assert exchange.events[0] == StreamEvent(0.1, exchange.events[0].data)
    return [ASKED, Node("x.0", "u", exchange.reply.choices[0].message(), "x", 0)], exchange


@pytest.mark.parametrize("expires_at", [NOW_S + 1, 10**400, None, "soon", True])
def test_while_the_service_keeps_the_sound_its_id_goes_back(expires_at: Json) -> None:
    path, exchange = spoken(expires_at)
    sent = messages_of(path, {"x": exchange}, provider="openai", now_s=NOW_S)
    assert sent[1] is path[1].message
    assert sent[1] == {"role": "assistant", "content": None, "audio": {"id": "a1"}}


@pytest.mark.parametrize(("provider", "expires_at"), [("openai", NOW_S), ("openai", -1), ("groq", NOW_S + 1)])
def test_later_and_to_others_its_words_go_back(provider: str, expires_at: float) -> None:
    path, exchange = spoken(expires_at)
    sent = messages_of(path, {"x": exchange}, provider=provider, now_s=NOW_S)
    assert sent == [ASKED.message, {"role": "assistant", "content": "Good morning"}]


def test_what_was_written_beside_the_sound_is_what_is_kept() -> None:
    path, exchange = spoken(NOW_S - 1, content="Written")
    assert messages_of(path, {"x": exchange}, provider="openai", now_s=NOW_S)[1]["content"] == "Written"


def test_without_words_or_an_exchange_the_message_goes_as_it_is() -> None:
    path, exchange = spoken(NOW_S - 1, words="")
    assert messages_of(path, {"x": exchange}, provider="openai", now_s=NOW_S)[1] is path[1].message
    by_hand = replace(path[1], exchange=None)
    assert messages_of([by_hand], {"x": exchange}, provider="openai", now_s=NOW_S)[0] is by_hand.message


class Forgotten(StillClock):
    """A clock long after every audio id has expired."""

    def now_s(self) -> float:
        return 1e12


async def replied() -> tuple[Workbench, ScriptedBackend]:
    """A session with a spoken reply whose audio id has expired, and the backend of its requests."""
    _, recorded = spoken(NOW_S)
    whole: list[Step] = [Responded(200, {}, 0.1, plain=False), Received((*recorded.events,)), Closed(1.0)]
    backend = ScriptedBackend(whole, *(answered("Yes") for _ in range(4)))
    bench = workbench(replace(services(), backend=backend, clock=Forgotten()))
    await bench.send("Hi", lambda *_: None).wait()
    assert "audio" in bench.conversation.path()[1].message
    return bench, backend


async def test_what_is_sent_is_what_is_shown_of_a_spoken_turn() -> None:
    bench, backend = await replied()
    shown = bench.body("And now?")
    await bench.send("And now?", lambda *_: None).wait()
    await bench.again(lambda *_: None).wait()
    head = bench.conversation.path()[2].id
    await bench.beside(head, bench.settings, lambda *_: None).wait()
    assert [call.body for call in backend.calls[1:]] == [shown] * 3
    assert SPOKEN in shown["messages"]  # type: ignore[operator]  # it is a list


async def test_a_sweep_and_a_rerun_plan_what_they_send_of_a_spoken_turn() -> None:
    bench, backend = await replied()
    planned = plan_sweep(bench, [], 2, text="And now?")
    assert SPOKEN in planned.messages
    await bench.send("And now?", lambda *_: None).wait()
    turn = plan_rerun(bench, lambda before: before).turns[1]
    assert turn.body == backend.calls[1].body
    assert SPOKEN in turn.messages

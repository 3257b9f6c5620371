"""Converting a workbench's state to transcript entries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.costs import Cost, money
from chat_tui.domain.events import Closed, Failed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.unkept import NoModelLists
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.changes import changes
from chat_tui.ui.conversation_view import entries, short_model
from chat_tui.ui.figures import count, estimated_tokens, reply_footer, running_figures, seconds
from tests.support.engine_doubles import answered, event
from tests.support.fakes import Gate, MemoryStore, services, workbench
from tests.support.waiting import until


def ignore(exchange: Exchange, step: Step) -> None:
    """A listener that does not look."""


async def ran(*scripts: Sequence[Step], texts: tuple[str, ...] = ("a", "b")) -> Workbench:
    """A workbench after one exchange a script."""
    bench = workbench(services(*scripts))
    for _, text in zip(scripts, texts, strict=False):
        await bench.send(text, ignore).wait()
    return bench


async def test_the_path_as_it_is_read() -> None:
    bench = await ran(answered("one"), answered("two"))
    shown = entries(bench)
    assert [(entry.role, entry.speaker, entry.text) for entry in shown] == [
        ("user", "you", "a"),
        ("assistant", "small", "one"),
        ("user", "you", "b"),
        ("assistant", "small", "two"),
    ]
    assert len({entry.key for entry in shown}) == 4
    assert shown[1].footer.startswith("0.20 s first")
    assert shown[1].footer.endswith("stop")
    assert not shown[1].mark


async def test_the_system_prompt_is_first() -> None:
    bench = await ran(answered("one"))
    bench.change(replace(bench.settings, system="Be brief."))
    assert (entries(bench)[0].role, entries(bench)[0].text) == ("system", "Be brief.")


async def test_a_turned_knob_is_told_below_the_reply_it_made() -> None:
    bench = workbench(services(answered("one"), answered("two")))
    bench.change(bench.settings.set(("seed",), 1))
    await bench.send("a", ignore).wait()
    bench.change(bench.settings.set(("seed",), 2).set(("stop",), ["x"]))
    await bench.send("b", ignore).wait()
    shown = entries(bench)
    assert "seed" not in shown[1].footer
    assert shown[3].footer.endswith('stop · seed 1→2 · stop unset→["x"]')


async def test_branches_are_counted() -> None:
    bench = await ran(answered("one"))
    bench_exchange = bench.again(ignore)
    bench_exchange.stop()
    await bench_exchange.wait()
    assert [entry.aside for entry in entries(bench)] == ["", ""]
    bench = workbench(services(answered("one"), answered("two")))
    await bench.send("a", ignore).wait()
    await bench.again(ignore).wait()
    assert [entry.aside for entry in entries(bench)] == ["", "‹ 2/2 ›"]


@pytest.mark.parametrize(
    ("steps", "mark"),
    [
        (answered("x", finish="length"), "length"),
        (answered("x", finish="content_filter"), "content_filter"),
        (
            [Responded(200, {}, 0.1, plain=False), Received((event(0.2, {"content": "x"}),)), Closed(0.3)],
            (
                "cut off: The stream ended before the reply was finished. "
                "What arrived is saved; send again for a complete reply"
            ),
        ),
    ],
)
async def test_a_reply_that_is_not_whole_is_marked(steps: list[Step], mark: str) -> None:
    shown = entries(await ran(steps))
    assert shown[1].mark.rstrip(".") == mark
    assert mark not in shown[1].footer


async def test_a_failure_without_a_word_is_an_entry_of_its_own() -> None:
    bench = await ran([Failed(0.1, Problem(kind="connect", what="Cannot reach x", hint="Is it up?"))])
    assert [(entry.role, entry.text) for entry in entries(bench)] == [
        ("user", "a"),
        ("problem", "Cannot reach x. Is it up?"),
    ]


async def test_what_is_running_is_shown_as_far_as_it_is() -> None:
    bench = workbench(services([*answered("so ", "far", finish=None), Gate()]))
    exchange = bench.send("a", ignore)
    assert [entry.text for entry in entries(bench)] == ["a", ""]
    await until(lambda: bool(exchange.reply.choices) and exchange.reply.choices[0].text() == "so far", what="the text")
    live = entries(bench)[-1]
    assert live.text == "so far"
    await bench.close()
    kept = entries(bench)[-1]
    assert (kept.key, kept.text, kept.mark) == (live.key, "so far", "stopped")


async def test_what_was_saved_is_shown_as_it_was() -> None:
    store = MemoryStore()
    given = services(answered("one"), answered("two", finish="length"), store=store)
    bench = workbench(given)
    await bench.send("a", ignore).wait()
    bench.change(bench.settings.set(("seed",), 1))
    await bench.send("b", ignore).wait()
    assert bench.path is not None
    again = Workbench(given, bench.settings, store.create(keep=False), store.load(bench.path))
    assert entries(again) == entries(bench)


def test_a_models_short_name() -> None:
    assert [short_model(name) for name in ("openai/gpt-4o", "small", "")] == ["gpt-4o", "small", "reply"]


def test_the_words_of_a_footer() -> None:
    usage = {"prompt_tokens": 17, "completion_tokens": 24}
    text = reply_footer({"first_token_s": 0.41, "tokens_per_s": 63.2}, usage, "stop", "", Cost(0.0007, "service"))
    assert text == "0.41 s first · 63 tok/s · 17→24 tok · $0.0007 · stop"
    assert reply_footer({}, {}, "", "", Cost(0.0007, "prices")) == "≈ $0.0007"
    assert reply_footer({"total_s": 3.0, "tokens_per_s": None}, {}, "", "") == "3.00 s"
    assert reply_footer({}, {"prompt_tokens": True, "completion_tokens": "x"}, "", "") == ""


def test_numbers_in_words() -> None:
    assert [seconds(value) for value in (0.414, 12.34, 125.0)] == ["0.41 s", "12.3 s", "2 min 05 s"]
    assert [money(dollars) for dollars in (0, 0.0000123, 0.0512, 1234.5)] == [
        "$0.0000",
        "$0.000012",
        "$0.0512",
        "$1,234.50",
    ]
    assert [count(number) for number in (417, 12_345)] == ["417", "12.3k"]
    assert [estimated_tokens(number) for number in (0, 1, 4, 5)] == [0, 1, 1, 2]


def test_what_was_turned_in_words() -> None:
    assert changes({"a": 1}, {"a": 1}) == ""
    assert changes({"a": 1}, {"a": 1.0}) == "a 1→1.0"
    assert changes({"a": None}, {}) == "a null→unset"
    assert changes({}, dict.fromkeys("abcdef", 1)).endswith("d unset→1 · 2 more")
    assert len(changes({}, {"a": "x" * 100})) < 40


async def test_silence_is_told() -> None:
    bench = workbench(services([*answered("x", finish=None), Gate()]))
    exchange = bench.send("a", ignore)
    await until(lambda: exchange.status == 200 and bool(exchange.events), what="the first event")

    def told(silent_s: float, width: int = 120) -> str:
        return running_figures(exchange, now_s=100 + silent_s, waiting_since_s=100, data_at_s=100, width=width)

    assert "no data" not in told(9)
    assert told(12).startswith("no data for 12 s · ")
    assert "first" not in told(1, width=80)
    await bench.close()


class Priced(NoModelLists):
    """A list in which one model has prices."""

    def card(self, base_url: str, model: str) -> ModelCard | None:
        return (
            ModelCard(id=model, prices={"prompt": 1e-5, "completion": 1e-4}) if model == "small" and base_url else None
        )


async def test_the_cost_below_a_reply_is_the_services_or_about_that_of_the_list() -> None:
    def said(usage: JsonObject) -> list[Step]:
        chunk = StreamEvent(0.5, dump_json({"choices": [], "usage": usage}))
        return [*answered("x")[:-2], Received((chunk,)), *answered("x")[-2:]]

    counted: JsonObject = {"prompt_tokens": 100, "completion_tokens": 10}
    given = replace(services(said({**counted, "cost": 0.5}), said(counted)), model_lists=Priced())
    bench = workbench(given)
    await bench.send("a", ignore).wait()
    await bench.send("b", ignore).wait()
    footers = [entry.footer for entry in entries(bench) if entry.role == "assistant"]
    assert " · $0.5000 · " in footers[0]
    assert " · ≈ $0.0020 · " in footers[1]


async def test_thinking_written_into_an_answer_stands_apart_and_folds() -> None:
    bench = await ran(answered("<think>\nFirst, rain.\n</think>\nGrey threads"), texts=("a",))
    shown = entries(bench)[-1]
    assert (shown.reasoning, shown.text) == ("First, rain.", "Grey threads")
    assert shown.thought.startswith("≈")
    assert bench.conversation.path()[-1].message["content"] == "<think>\nFirst, rain.\n</think>\nGrey threads"


def test_a_long_path_is_walked_a_few_times_not_once_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = workbench(services())
    for number in range(100):
        parent = bench.conversation.head
        bench.put({"role": "assistant" if number % 2 else "user", "content": str(number)}, parent)
    walks: list[int] = []
    walk = Conversation.path

    def counted(conversation: Conversation) -> tuple[Node, ...]:
        walks.append(1)
        return walk(conversation)

    monkeypatch.setattr(Conversation, "path", counted)
    assert len(entries(bench)) == 100
    assert len(walks) < 10

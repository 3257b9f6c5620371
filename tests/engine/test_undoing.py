"""Undo and redo of changes to a conversation, also after closing it."""

from __future__ import annotations

import pytest

from chat_tui.domain.events import Received
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.editing import leave_out, replace_message
from chat_tui.engine.opening import open_workbench
from chat_tui.engine.undoing import redo, undo
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import MemoryJournal, answered, event
from tests.support.fakes import Gate, MemoryStore, services, workbench


def said(bench: Workbench) -> list[object]:
    """What the path says."""
    return [node.message.get("content") for node in bench.conversation.path()]


def by_hand(text: str, role: str = "user") -> JsonObject:
    """A message of one text."""
    return {"role": role, "content": text}


async def talk(*replies: str) -> tuple[Workbench, MemoryStore]:
    """A conversation of one prompt a reply."""
    store = MemoryStore()
    bench = workbench(services(*(answered(reply) for reply in replies), store=store))
    for number, _ in enumerate(replies):
        await bench.send(f"q{number}", lambda _exchange, _step: None).wait()
    return bench, store


async def test_a_message_and_its_reply_are_one_act() -> None:
    bench, _ = await talk("a0", "a1")
    assert undo(bench)
    assert said(bench) == ["q0", "a0"]
    assert undo(bench)
    assert said(bench) == []
    assert not undo(bench)
    assert redo(bench)
    assert redo(bench)
    assert said(bench) == ["q0", "a0", "q1", "a1"]
    assert not redo(bench)


async def test_a_drop_is_taken_back() -> None:
    bench, _ = await talk("a0", "a1")
    bench.select(bench.conversation.path()[0].id)
    undo(bench)
    assert said(bench) == ["q0", "a0", "q1", "a1"]
    redo(bench)
    assert said(bench) == ["q0"]


async def test_an_edit_with_all_that_follows_is_one_act() -> None:
    bench, _ = await talk("a0", "a1")
    replace_message(bench, bench.conversation.path()[0].id, by_hand("Q0"), keep_following=True)
    assert said(bench) == ["Q0", "a0", "q1", "a1"]
    undo(bench)
    assert said(bench) == ["q0", "a0", "q1", "a1"]
    redo(bench)
    assert said(bench) == ["Q0", "a0", "q1", "a1"]


async def test_another_reply_is_an_act_of_its_own() -> None:
    store = MemoryStore()
    bench = workbench(services(answered("a"), answered("b"), store=store))
    await bench.send("q", lambda _exchange, _step: None).wait()
    await bench.again(lambda _exchange, _step: None).wait()
    assert said(bench) == ["q", "b"]
    undo(bench)
    assert said(bench) == ["q", "a"]


async def test_another_reply_to_the_head_itself_is_an_act_of_its_own() -> None:
    store = MemoryStore()
    bench = workbench(services(answered("a"), store=store))
    bench.put(by_hand("by hand"), None)
    await bench.again(lambda _exchange, _step: None).wait()
    undo(bench)
    assert said(bench) == ["by hand"]


async def test_several_choices_are_one_act() -> None:
    both = [*answered("one", finish=None), Received((event(0.5, {"content": "two"}, index=1),))]
    store = MemoryStore()
    bench = workbench(services(both, store=store))
    await bench.send("q", lambda _exchange, _step: None).wait()
    assert len(bench.conversation.nodes) == 3
    assert said(bench) == ["q", "one"]
    undo(bench)
    assert said(bench) == []
    redo(bench)
    assert said(bench) == ["q", "one"]


async def test_the_way_of_the_head_is_the_same_after_closing() -> None:
    bench, store = await talk("a0", "a1")
    replace_message(bench, bench.conversation.path()[2].id, by_hand("Q1"), keep_following=True)
    undo(bench)
    bench.select(bench.conversation.path()[1].id, "passing")
    heads = bench.history.heads
    path = bench.path
    await bench.close()
    assert path is not None
    again = open_workbench(services(store=store), path, bench.settings)
    assert again.history.heads == heads
    undo(again)
    assert said(again) == ["q0", "a0", "q1", "a1"]


async def test_nothing_is_taken_from_the_tree() -> None:
    bench, _ = await talk("a0", "a1")
    nodes = bench.conversation.nodes
    undo(bench)
    undo(bench)
    bench.put(by_hand("elsewhere"), None)
    assert not bench.history.can_redo
    assert nodes.items() <= bench.conversation.nodes.items()


async def test_nothing_is_undone_or_redone_while_a_reply_runs() -> None:
    bench = workbench(services([*answered("x", finish=None), Gate()]))
    exchange = bench.send("q", lambda _exchange, _step: None)
    for act in (undo, redo):
        with pytest.raises(ProblemError, match="still running"):
            act(bench)
    exchange.stop()
    await exchange.wait()


async def test_a_message_in_the_middle_is_left_out_and_comes_back() -> None:
    bench, _ = await talk("a0", "a1")
    path = bench.conversation.path()
    assert leave_out(bench, path[1].id) == (path[1],)
    assert said(bench) == ["q0", "q1", "a1"]
    assert bench.conversation.path()[0] == path[0]
    undo(bench)
    assert bench.conversation.path() == path


async def test_the_last_message_left_out_is_dropped() -> None:
    bench, _ = await talk("a0")
    leave_out(bench, bench.conversation.path()[1].id)
    assert said(bench) == ["q0"]
    undo(bench)
    assert said(bench) == ["q0", "a0"]


async def test_the_answers_to_a_message_that_calls_tools_go_with_it() -> None:
    bench = workbench(services())
    bench.put(by_hand("q"), None)
    call: JsonObject = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    calling = bench.put({"role": "assistant", "content": None, "tool_calls": [call]}, bench.conversation.head)
    bench.put({"role": "tool", "tool_call_id": "c", "content": "1"}, bench.conversation.head)
    bench.put(by_hand("end", "assistant"), bench.conversation.head)
    assert len(leave_out(bench, calling.id)) == 2
    assert said(bench) == ["q", "end"]


async def test_a_message_below_an_answered_prompt_does_not_replace_it() -> None:
    bench, _ = await talk("a0")
    bench.select(bench.conversation.path()[0].id)
    await bench.send("more", lambda _exchange, _step: None).wait()
    assert said(bench)[:2] == ["q0", "more"]


async def test_a_single_later_choice_is_selected_in_the_file_too() -> None:
    second = Received((event(0.5, {"content": "two"}, "stop", index=1),))
    bench = workbench(services([*answered("x")[:1], second]))
    await bench.send("q", lambda _exchange, _step: None).wait()
    assert said(bench) == ["q", "two"]
    journal = bench._journal
    assert isinstance(journal, MemoryJournal)
    assert fold_session(list(journal.records)).conversation.head == bench.conversation.head

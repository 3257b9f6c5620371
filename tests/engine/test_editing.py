"""Editing messages creates branches: nothing is overwritten, and what is sent is what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import Node
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.editing import following_of, insert_after, replace_message
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import MemoryJournal
from tests.support.fakes import Gate, services, workbench


def message(text: str, role: str = "user", **members: str) -> JsonObject:
    """A message of one text."""
    return {"role": role, "content": text, **members}


def talk(*texts: str) -> tuple[Workbench, list[Node]]:
    """A conversation of hand-written messages, one below the other."""
    bench = workbench(services())
    nodes: list[Node] = []
    for text in texts:
        nodes.append(bench.put(message(text), nodes[-1].id if nodes else None))
    return bench, nodes


def texts(bench: Workbench) -> list[object]:
    """What the path says."""
    return [node.message.get("content") for node in bench.conversation.path()]


def test_another_message_stands_beside_the_old_one_and_becomes_the_head() -> None:
    bench, nodes = talk("a", "b", "c")
    new = replace_message(bench, nodes[1].id, message("B", "developer", name="x"))
    assert texts(bench) == ["a", "B"]
    assert new.parent == nodes[0].id
    assert [each.id for each in bench.conversation.siblings(new.id)] == [nodes[1].id, new.id]
    bench.select(nodes[2].id)
    assert texts(bench) == ["a", "b", "c"]


def test_what_follows_comes_along_as_copies_where_that_is_wanted() -> None:
    bench, nodes = talk("a", "b", "c", "d")
    new = replace_message(bench, nodes[1].id, message("B"), keep_following=True)
    assert texts(bench) == ["a", "B", "c", "d"]
    path = bench.conversation.path()
    assert path[1].id == new.id
    assert {node.id for node in path[2:]} & {node.id for node in nodes} == set()
    assert [node.exchange for node in path] == [None] * 4


@pytest.mark.parametrize("keep", [False, True])
def test_the_first_message_can_be_replaced(keep: bool) -> None:
    bench, nodes = talk("a", "b")
    new = replace_message(bench, nodes[0].id, message("A"), keep_following=keep)
    assert new.parent is None
    assert texts(bench) == (["A", "b"] if keep else ["A"])


def test_a_message_is_put_after_any_other_or_before_all() -> None:
    bench, nodes = talk("a", "b")
    insert_after(bench, nodes[0].id, message("in between", "system"), keep_following=True)
    assert texts(bench) == ["a", "in between", "b"]
    insert_after(bench, None, message("first"), keep_following=True)
    assert texts(bench) == ["first", "a", "in between", "b"]
    insert_after(bench, bench.conversation.head, message("last"))
    assert texts(bench) == ["first", "a", "in between", "b", "last"]
    insert_after(bench, nodes[0].id, message("alone"))
    assert texts(bench) == ["a", "alone"]


def test_what_follows_is_told_of_the_selected_path_alone() -> None:
    bench, nodes = talk("a", "b", "c")
    assert [node.id for node in following_of(bench, nodes[0].id)] == [nodes[1].id, nodes[2].id]
    assert len(following_of(bench, None)) == 3
    replace_message(bench, nodes[1].id, message("B"))
    assert following_of(bench, nodes[2].id) == ()


def journal_of(bench: Workbench) -> MemoryJournal:
    """What the session's file holds."""
    journal = bench._journal
    assert isinstance(journal, MemoryJournal)
    return journal


def test_every_branch_is_in_the_session_file() -> None:
    bench, nodes = talk("a", "b")
    replace_message(bench, nodes[0].id, message("A"), keep_following=True)
    read = fold_session(journal_of(bench).records).conversation
    assert dict(read.nodes) == dict(bench.conversation.nodes)
    assert read.head == bench.conversation.head


async def test_nothing_is_written_while_a_reply_runs() -> None:
    bench = workbench(services([Gate()]))
    exchange = bench.send("hello", lambda *_: None)
    before = dict(bench.conversation.nodes)
    with pytest.raises(ProblemError):
        replace_message(bench, str(bench.conversation.head), message("other"))
    with pytest.raises(ProblemError):
        insert_after(bench, None, message("other"))
    assert dict(bench.conversation.nodes) == before
    exchange.stop()
    await exchange.wait()


async def test_asking_again_at_an_edited_reply_answers_what_stands_before_it() -> None:
    bench = workbench(services())
    await bench.send("hello", lambda *_: None).wait()
    edited = replace_message(bench, str(bench.conversation.head), message("mine", "assistant"))
    exchange = bench.again(lambda *_: None, at=edited.id)
    assert exchange.call.body["messages"] == [message("hello")]
    await exchange.wait()
    assert len(bench.conversation.siblings(edited.id)) == 3


async def test_asking_again_in_the_middle_leaves_the_path_alone_if_it_is_refused() -> None:
    bench, nodes = talk("a", "b")
    bench.change(bench.settings.set(("temperature",), 9))
    with pytest.raises(ProblemError):
        bench.again(lambda *_: None, at=nodes[0].id)
    assert bench.conversation.head == nodes[1].id


@given(st.lists(st.tuples(st.sampled_from(["replace", "insert"]), st.integers(0, 30), st.booleans()), max_size=12))
def test_no_edit_ever_loses_a_message(edits: list[tuple[str, int, bool]]) -> None:
    bench, _ = talk("a", "b", "c")
    for number, (kind, where, keep) in enumerate(edits):
        before = dict(bench.conversation.nodes)
        path = bench.conversation.path()
        node = path[where % len(path)]
        length = len(following_of(bench, node.id))
        edit = replace_message if kind == "replace" else insert_after
        new = edit(bench, node.id, message(str(number)), keep_following=keep)
        assert {key: bench.conversation.nodes[key] for key in before} == before
        assert new.id in [each.id for each in bench.conversation.path()]
        assert len(following_of(bench, new.id)) == (length if keep else 0)

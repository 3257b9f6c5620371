"""Undo and redo over the head's history, whatever happened in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import Node
from chat_tui.domain.head_history import HeadHistory, Heads, HeadStep, step_of
from chat_tui.domain.records import head_record, message_record
from chat_tui.domain.session_fold import fold_session

MOVES: list[tuple[list[tuple[str | None, HeadStep]], tuple[str | None, ...], int]] = [
    ([], (None,), 0),
    ([("a", "")], (None, "a"), 1),
    ([("a", ""), ("a", "")], (None, "a"), 1),
    ([("a", ""), ("b", "joined")], (None, "b"), 1),
    ([("a", ""), ("b", ""), ("c", "joined"), ("d", "joined")], (None, "a", "d"), 2),
    ([("a", ""), ("b", "passing"), ("c", "")], (None, "a", "c"), 2),
    ([("a", ""), ("b", "passing"), ("a", "")], (None, "a"), 1),
    ([("a", ""), ("b", "passing"), ("a", "undo")], (None, "a", "b"), 1),
    ([("a", ""), ("a", ""), ("b", "joined")], (None, "a", "b"), 2),
    ([("a", ""), ("b", ""), ("a", "joined")], (None, "a"), 1),
    ([("a", ""), ("b", ""), ("a", "undo")], (None, "a", "b"), 1),
    ([("a", ""), ("b", ""), ("a", "undo"), ("b", "redo")], (None, "a", "b"), 2),
    ([("a", ""), ("b", ""), ("a", "undo"), ("c", "")], (None, "a", "c"), 2),
    ([("a", ""), ("b", ""), ("x", "undo")], (None, "a", "b", "x"), 3),
    ([("a", ""), ("x", "redo")], (None, "a", "x"), 2),
    ([("a", ""), ("b", ""), ("c", "joined"), ("b", "joined")], (None, "a", "b"), 2),
]


@pytest.mark.parametrize(("moves", "stops", "place"), MOVES)
def test_the_stops_after_some_moves(
    moves: list[tuple[str | None, HeadStep]], stops: tuple[str | None, ...], place: int
) -> None:
    history = HeadHistory()
    for head, step in moves:
        history.move(head, step)
    assert (history.heads.stops, history.heads.place) == (stops, place)


HEADS = st.sampled_from([None, "a", "b", "c"])
STEPS: st.SearchStrategy[HeadStep] = st.sampled_from(["", "joined", "passing", "undo", "redo"])


@given(st.lists(st.tuples(HEADS, STEPS)))
def test_the_last_stop_is_where_the_head_went_last(moves: list[tuple[str | None, HeadStep]]) -> None:
    history = HeadHistory()
    for head, step in moves:
        history.move(head, step)
        heads = history.heads
        assert heads.stops[heads.place] == head


@given(st.lists(HEADS))
def test_undoing_everything_leads_to_the_beginning_and_redoing_to_the_end(acts: list[str | None]) -> None:
    history = HeadHistory()
    for head in acts:
        history.move(head)
    end = history.heads
    while history.can_undo:
        history.move(history.back, "undo")
    assert history.heads == Heads(end.stops, 0)
    while history.can_redo:
        history.move(history.forth, "redo")
    assert history.heads == end


@given(st.lists(st.tuples(HEADS, STEPS)))
def test_a_copy_goes_on_as_the_first_would(moves: list[tuple[str | None, HeadStep]]) -> None:
    history = HeadHistory()
    for head, step in moves:
        twin = history.copy()
        history.move(head, step)
        twin.move(head, step)
        assert twin.heads == history.heads


def test_stops_at_lost_messages_are_passed_over() -> None:
    heads = Heads((None, "a", "lost", "a", "b"), 2)
    assert heads.within({"a", "b"}) == Heads((None, "a", "b"), 1)
    assert Heads(("lost",), 0).within(set()) == Heads((None,), 0)


@given(st.lists(st.tuples(HEADS, STEPS)))
def test_a_file_tells_the_same_way(moves: list[tuple[str | None, HeadStep]]) -> None:
    history = HeadHistory()
    records = [message_record(Node(name, None, {"role": "user", "content": name})) for name in "abc"]
    for name in "abc":
        history.move(name)
    for head, step in moves:
        history.move(head, step)
        records.append(head_record(head, step))
    assert fold_session(records).heads == history.heads.within({"a", "b", "c"})


def test_a_step_of_a_newer_version_is_an_act() -> None:
    assert step_of({"type": "head", "message": "a", "step": "sideways"}) == ""
    assert step_of({"type": "head", "message": "a", "step": ["undo"]}) == ""

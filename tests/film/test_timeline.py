"""The timeline of a session."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import Node
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.film import Answered, Asked, Ended, Film, FilmTurn, Retried, Selected, film_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from tests.support.films import sessions
from tests.support.session_files import answer, chunk, end, events, request, turn, user


def names(turn: FilmTurn) -> list[str]:
    return [type(frame.item).__name__ for frame in turn.frames]


def ended(exchange: str, t: int, total_s: float, outcome: str = "complete") -> JsonObject:
    return {**end(exchange, outcome), "t": t, "timing": {"total_s": total_s}}


def test_a_turn_has_everything_in_order_with_the_recorded_times() -> None:
    (only,) = film_of(fold_session([*turn(1)[:-1], ended("x1", 5, 0.75)])).turns
    assert names(only) == ["Node", "Asked", "Answered", "StreamEvent", "StreamEvent", "StreamEvent", "Ended"]
    assert [frame.at_s for frame in only.frames] == pytest.approx([0, 0, 0.25, 0.5, 0.51, 0.52, 0.75])
    assert only.length_s == 0.75
    assert only.title == "question 1"


def test_a_pause_between_turns_is_kept_while_it_is_short_and_cut_where_it_is_long() -> None:
    records = [*turn(1)[:-1], ended("x1", 10_000, 1.0), *turn(2, "x1.0")[:-1], ended("x2", 11_750, 1.25)]
    film = film_of(fold_session(records))
    assert [each.start_s for each in film.turns] == [0, 1.5]
    assert film.length_s == 2.75
    assert film_of(fold_session(records), gap_s=0.1).turns[1].start_s == pytest.approx(1.1)
    records[-1]["t"] = 90_000
    assert film_of(fold_session(records)).turns[1].start_s == 3.0


def test_pauses_within_a_stream_are_kept_unless_they_are_to_be_cut() -> None:
    slow = [user("u", "q"), request("x", "u"), events("x", chunk("a"), at_s=30), events("x", chunk("b"), at_s=95)]
    session = fold_session([*slow, ended("x", 1, 100.0)])
    assert [frame.at_s for frame in film_of(session).turns[0].frames] == [0, 0, 30, 95, 100]
    cut = film_of(session, idle_s=2)
    assert [frame.at_s for frame in cut.turns[0].frames] == [0, 0, 2, 4, 6]
    assert cut.length_s == 6


def test_failed_tries_are_played_with_their_waits() -> None:
    attempt: JsonObject = {
        "type": "attempt",
        "exchange": "x1",
        "number": 1,
        "wait_s": 4.0,
        "problem": {"message": "busy"},
    }
    records = turn(1)
    records[1]["t"] = 1_000
    records.insert(2, {**attempt, "t": 3_000})
    (only,) = film_of(fold_session(records)).turns
    assert names(only)[1:4] == ["Asked", "Retried", "Answered"]
    assert [frame.at_s for frame in only.frames][1:4] == pytest.approx([0, 2, 6.25])
    assert only.frames[2].item == Retried(1, "busy", 4.0)


def test_a_reply_that_was_cut_off_ends_with_its_last_event() -> None:
    (only,) = film_of(fold_session([user("u", "q"), request("x", "u"), events("x", chunk("half"))])).turns
    assert names(only) == ["Node", "Asked", "StreamEvent", "Ended"]
    assert only.length_s == 0.5
    assert [node.id for node in only.replies] == ["x.0"]


def test_branches_come_in_the_order_they_were_made_and_the_last_choice_of_a_path_is_played() -> None:
    records: list[JsonObject] = [
        *turn(1),
        *turn(2, "x1.0"),
        *turn(3, "x1.0"),
        request("x4", "u2"),
        events("x4", chunk("no", finish="stop"), "[DONE]"),
        answer("x4", "u2", "no"),
        end("x4"),
        {"type": "head", "message": "x3.0"},
    ]
    film = film_of(fold_session(records))
    heads = [each.exchange.head for each in film.turns if each.exchange is not None]
    assert heads == ["u1", "u2", "u3", "u2"]
    assert film.turns[3].written == ()
    assert [frame.item for frame in film.turns[4].frames] == [Selected("x3.0")]


def test_messages_that_were_never_sent_are_shown_one_after_the_other() -> None:
    said: JsonObject = {
        "type": "message",
        "id": "a",
        "parent": "u",
        "message": {"role": "assistant", "content": "hello"},
    }
    film = film_of(fold_session([user("u", "hi"), said, user("v", "more", "a"), *turn(1, "v")]))
    assert [[node.id for node in each.written] for each in film.turns] == [["u", "a"], ["v"], ["u1"]]
    assert [each.start_s for each in film.turns] == [0, 3, 5]


def test_an_empty_session_is_an_empty_film() -> None:
    film = film_of(fold_session([]))
    assert (film.turns, film.length_s, film.turn_at(5)) == ((), 0, 0)


def test_damaged_times_do_not_stop_the_film() -> None:
    wild = events("x", chunk("a"), chunk("b"), chunk("c"))
    wild["events"] = [[0.5, chunk("a")], [-7, chunk("b")], [1e300, chunk("c")], [0.6, "[DONE]"]]
    (only,) = film_of(fold_session([user("u", "q"), request("x", "u"), wild, ended("x", 1, 1.0)])).turns
    assert [frame.at_s for frame in only.frames] == [0, 0, 0.5, 0.5, 1, 1, 1]


@given(session=sessions(), idle_s=st.sampled_from([None, 0.0, 0.5]))
def test_every_message_and_everything_recorded_comes_once_in_order(session: Session, idle_s: float | None) -> None:
    film = film_of(session, idle_s=idle_s)
    assert {node.id for node in film.nodes} == {*session.conversation.nodes}
    assert len(film.nodes) == len(session.conversation.nodes)
    assert [each.exchange.id for each in film.turns if each.exchange] == [*session.exchanges]
    for each in film.turns:
        _check(each, film)
    starts = [each.start_s for each in film.turns]
    assert all(before.end_s <= after for before, after in zip(film.turns, starts[1:], strict=False))


def _check(turn: FilmTurn, film: Film) -> None:
    items, times = [frame.item for frame in turn.frames], [frame.at_s for frame in turn.frames]
    assert times == sorted(times)
    assert turn.length_s == pytest.approx(times[-1])
    assert tuple(item for item in items if isinstance(item, Node)) == turn.written
    if turn.exchange is None:
        return
    assert [item for item in items if isinstance(item, StreamEvent)] == [*turn.exchange.events]
    assert [item for item in items if isinstance(item, Comment)] == [*turn.exchange.comments]
    kinds = [type(item) for item in items]
    assert (kinds.count(Asked), kinds.count(Ended), kinds[-1]) == (1, 1, Ended)
    assert kinds.count(Answered) == (turn.exchange.status is not None)
    if turn.idle_s is not None:
        assert max((after - before for before, after in pairwise(times)), default=0) <= turn.idle_s + 1e-9
    assert film.turn_at(turn.start_s) >= 0

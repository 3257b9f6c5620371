"""Folding the records of a session file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.formats.facts import total_s
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.records import settings_record
from chat_tui.domain.reply_facts import facts_of
from chat_tui.domain.session import first_words
from chat_tui.domain.session_fold import SessionFold, fold_session
from chat_tui.domain.settings import SessionSettings
from chat_tui.domain.times import LONGEST_S
from tests.support.session_files import answer, chunk, end, events, request, texts, told, turn, user

OPENING: JsonObject = {"type": "session", "version": 1, "id": "s", "created": "2026-01-02T03:04:05Z", "app": "chat-tui"}


def test_a_session_comes_back_with_everything_in_it() -> None:
    settings = SessionSettings("local", "m", {"stream": True}, "brief", frozenset({("stream",)}))
    session = fold_session([OPENING, {"type": "title", "title": "rain"}, settings_record(settings), *turn(1)])
    assert (session.id, session.title, session.created) == ("s", "rain", "2026-01-02T03:04:05Z")
    assert session.settings == settings
    assert texts(session) == ["question 1", "answer 1"]
    assert session.conversation.head == "x1.0"
    exchange = session.exchanges["x1"]
    assert (exchange.head, exchange.status, exchange.first_byte_s) == ("u1", 200, 0.25)
    assert exchange.headers == {"x-id": "1"}
    assert (exchange.reply.outcome, exchange.reply.choices[0].text(), exchange.cut) == ("complete", "answer 1", False)
    assert exchange.asked == {"model": "m", "stream": True}
    assert session.notices == ()
    assert not session.read_only


def test_the_last_title_and_settings_count() -> None:
    one, two = SessionSettings("local", "a"), SessionSettings("openai", "b")
    session = fold_session(
        [
            settings_record(one),
            *turn(1),
            {"type": "title", "title": "old"},
            settings_record(two),
            {"type": "title", "title": "new"},
        ]
    )
    assert (session.title, session.settings) == ("new", two)
    assert session.exchanges["x1"].settings == one


def test_without_settings_what_was_asked_is_read_from_the_request() -> None:
    asked = request("x", "u", "gpt")
    asked["body"] = {"model": "gpt", "messages": [], "seed": 7}
    assert fold_session([asked]).exchanges["x"].asked == {"model": "gpt", "seed": 7}


def test_a_further_choice_does_not_move_the_head_and_a_head_record_does() -> None:
    records = [user("u", "q"), answer("x", "u", "first"), answer("x", "u", "second", 1)]
    assert fold_session(records).conversation.head == "x.0"
    assert texts(fold_session([*records, {"type": "head", "message": "x.1"}])) == ["q", "second"]
    assert fold_session([*records, {"type": "head", "message": None}]).conversation.path() == ()
    assert fold_session([*records, {"type": "head", "message": 5}]).conversation.head == "x.0"


def test_a_reply_that_was_cut_off_is_in_the_conversation_marked_as_truncated() -> None:
    session = fold_session(
        [user("u", "q"), request("x", "u"), events("x", chunk("half of ")), events("x", chunk("it"), at_s=1)]
    )
    assert texts(session) == ["q", "half of it"]
    node = session.conversation.path()[-1]
    assert (node.id, node.parent, node.exchange, node.choice) == ("x.0", "u", "x", 0)
    exchange = session.exchanges["x"]
    assert exchange.cut
    assert exchange.reply.outcome == "truncated"


def test_even_a_finished_stream_counts_as_cut_off_until_its_end_is_written() -> None:
    session = fold_session([user("u", "q"), request("x", "u"), events("x", chunk("all", finish="stop"), "[DONE]")])
    assert session.exchanges["x"].reply.outcome == "truncated"
    assert texts(session) == ["q", "all"]


def test_a_cut_reply_without_a_word_leaves_the_question_at_the_end() -> None:
    session = fold_session([user("u", "q"), request("x", "u"), events("x", chunk(""))])
    assert texts(session) == ["q"]
    assert session.exchanges["x"].cut


def test_every_choice_of_a_cut_reply_is_kept_and_those_written_already_are_not_doubled() -> None:
    records = [
        user("u", "q"),
        request("x", "u"),
        events("x", chunk("one"), chunk("two", index=1)),
        answer("x", "u", "one"),
    ]
    session = fold_session(records)
    assert [node.id for node in session.conversation.siblings("x.0")] == ["x.0", "x.1"]
    assert session.conversation.head == "x.0"


def test_a_conversation_goes_on_below_a_cut_reply() -> None:
    records = [
        user("u", "q"),
        request("x", "u"),
        events("x", chunk("half")),
        user("v", "go on", "x.0"),
        answer("y", "v", "more"),
    ]
    assert texts(fold_session(records)) == ["q", "half", "go on", "more"]


def test_a_cut_reply_does_not_take_the_head_from_where_it_was_moved() -> None:
    records: list[JsonObject] = [
        *turn(1),
        user("u", "q", "x1.0"),
        request("x", "u"),
        events("x", chunk("half")),
        {"type": "head", "message": "x1.0"},
    ]
    assert fold_session(records).conversation.head == "x1.0"


def test_of_two_cut_replies_the_later_one_is_shown() -> None:
    records = [
        user("u", "q"),
        request("x", "u"),
        events("x", chunk("one")),
        request("y", "u"),
        events("y", chunk("two")),
    ]
    session = fold_session(records)
    assert texts(session) == ["q", "two"]
    assert [node.id for node in session.conversation.siblings("y.0")] == ["x.0", "y.0"]


def test_a_plain_answer_is_folded_as_one() -> None:
    body = '{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}'
    records: list[JsonObject] = [
        user("u", "q"),
        request("x", "u"),
        {"type": "response", "exchange": "x", "status": 200, "headers": {}, "at_s": 0.1, "plain": True},
        events("x", body),
    ]
    assert fold_session(records).exchanges["x"].reply.choices[0].text() == "hi"
    assert fold_session(records).exchanges["x"].reply.outcome == "truncated"
    assert fold_session([*records, end("x")]).exchanges["x"].reply.outcome == "complete"


@pytest.mark.parametrize("outcome", ["complete", "truncated", "stopped", "error"])
def test_the_recorded_outcome_is_the_outcome(outcome: str) -> None:
    ending: JsonObject = {**end("x", outcome), "error": {"message": "why"}} if outcome == "error" else end("x", outcome)
    reply = fold_session([request("x", "u"), events("x", chunk("hi")), ending]).exchanges["x"].reply
    assert reply.outcome == outcome
    assert reply.error == ({"message": "why"} if outcome == "error" else None)


def test_event_names_and_comments_come_back() -> None:
    record: JsonObject = {**events("x", chunk("a"), "bad"), "names": {"1": "error"}, "comments": [[0.1, "ping"]]}
    exchange = fold_session([record]).exchanges["x"]
    assert [event.name for event in exchange.events] == ["message", "error"]
    assert [(comment.at_s, comment.text) for comment in exchange.comments] == [(0.1, "ping")]


def test_a_file_of_a_newer_version_is_for_reading_only_and_says_so() -> None:
    session = fold_session([{**OPENING, "version": 2}, *turn(1), {"type": "hologram", "data": 1}])
    assert session.read_only
    assert "newer version" in session.notices[0]
    assert texts(session) == ["question 1", "answer 1"]


def test_unknown_types_and_members_change_nothing() -> None:
    records = [OPENING, *turn(1)]
    odd: list[JsonObject] = [{"type": "hologram", "exchange": "x1", "id": "u1"}]
    for record in records:
        odd += [{**record, "unheard_of": {"a": [1]}}, {"type": "later", "message": "u1"}]
    known, fold = fold_session(records), SessionFold()
    assert all(fold.add(record) for record in odd)
    assert dict(fold.session().conversation.nodes) == dict(known.conversation.nodes)
    assert fold.session().conversation.head == known.conversation.head


@given(st.data())
def test_doubled_records_change_nothing(data: st.DataObject) -> None:
    timed = [{**record, "t": number} for number, record in enumerate([OPENING, *turn(1), *turn(2, "x1.0")])]
    doubled = []
    for record in timed:
        doubled += [record] * data.draw(st.integers(1, 3))
    assert told(fold_session(doubled)) == told(fold_session(timed))


@given(st.permutations([{**record, "t": number} for number, record in enumerate(turn(1))]))
def test_records_of_a_turn_may_come_in_any_order(records: list[JsonObject]) -> None:
    session = fold_session([*records, {"type": "head", "message": "x1.0"}])
    assert texts(session) == ["question 1", "answer 1"]
    assert session.exchanges["x1"].reply.outcome == "complete"
    assert session.exchanges["x1"].reply.choices[0].text() == "answer 1"


def test_batches_out_of_order_are_put_in_order() -> None:
    batches = [{**events("x", chunk(text), at_s=at_s), "t": 1} for text, at_s in (("b", 2.0), ("c", 3.0), ("a", 1.0))]
    assert fold_session(batches).exchanges["x"].reply.choices[0].text() == "abc"


def test_a_reply_is_not_folded_before_it_is_looked_at() -> None:
    fold, loaded = SessionFold(), []

    def load() -> JsonObject:
        loaded.append(1)
        return events("x1", chunk("answer 1", finish="stop"), "[DONE]")

    for record in turn(1):
        if record["type"] == "events":
            fold.add_events("x1", load)
        else:
            fold.add(record)
    session = fold.session()
    assert loaded == []
    assert session.exchanges["x1"].reply.choices[0].text() == "answer 1"
    assert session.exchanges["x1"].reply is session.exchanges["x1"].reply
    assert loaded == [1]


json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
TYPES = ["session", "title", "settings", "message", "request", "attempt", "response", "events", "end", "head", "note"]
MEMBERS = ["version", "id", "title", "provider", "model", "parameters", "own", "parent", "message", "exchange"]
MEMBERS += [
    "choice",
    "head",
    "status",
    "headers",
    "at_s",
    "events",
    "names",
    "comments",
    "outcome",
    "error",
    "warnings",
]
hostile = st.builds(
    lambda kind, members: {**members, "type": kind},
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(MEMBERS), json_values | st.sampled_from(["a", "b"]), max_size=6),
)


def test_an_attempt_that_is_recorded_twice_is_one() -> None:
    attempts: list[JsonObject] = [
        {"type": "attempt", "exchange": "x1", "number": number, "problem": "busy"} for number in (1, 1, 2)
    ]
    exchange = fold_session([{"type": "request", "exchange": "x1", "body": {}}, *attempts]).exchanges["x1"]
    assert [each["number"] for each in exchange.attempts] == [1, 2]


@given(st.lists(hostile, max_size=12))
def test_no_record_can_break_the_fold(records: list[JsonObject]) -> None:
    session = fold_session(records)
    session.conversation.path()
    for exchange in session.exchanges.values():
        assert exchange.reply.outcome in {"complete", "truncated", "stopped", "error"}
        assert isinstance(exchange.asked, dict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a\n b ", "a b"),
        ("", ""),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, ("word " * 12)[:59].rstrip() + "…"),
    ],
)
def test_first_words_fit_on_a_line(text: str, expected: str) -> None:
    assert first_words(text) == expected
    assert len(first_words(text)) <= 60


@pytest.mark.parametrize("wild", [10**400, -(10**400), 1e308, True])
def test_impossible_times_lose_no_event(wild: float) -> None:
    early: list[Json] = [0.5, chunk("a")]
    late: list[Json] = [wild, chunk("b")]
    records: list[JsonObject] = [
        {"type": "request", "exchange": "x", "head": None},
        {"type": "response", "exchange": "x", "status": 200, "at_s": wild},
        {"type": "events", "exchange": "x", "events": [early, late], "comments": [[wild, "ping"]]},
        {"type": "end", "exchange": "x", "outcome": "complete", "timing": {"total_s": wild, "first_token_s": wild}},
    ]
    (exchange,) = fold_session(records).exchanges.values()
    assert exchange.reply.choices[0].text() == "ab"
    assert [comment.text for comment in exchange.comments] == ["ping"]
    assert all(abs(event.at_s) <= LONGEST_S for event in exchange.events)
    assert total_s(exchange) <= LONGEST_S
    assert facts_of(exchange.reply, {"total_s": wild}).total_s is None

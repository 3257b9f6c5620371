"""Malformed events, errors and ends of streams: merge rules R27 to R30, the end marker, non-streamed replies."""

from __future__ import annotations

import pytest

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply import Reply
from tests.support.folding import choice_of, delta, fold


@pytest.mark.parametrize("data", ["", "{", "[]", "null", "17", '"text"', "<html>", '{"a": NaN}', '{"a": 1e999}'])
def test_r27_what_is_no_json_object_is_counted_and_passed_over(data: str) -> None:
    reply = fold(*delta({"content": "a"}), data, *delta({"content": "b"}, finish_reason="stop"))
    assert (reply.bad_events, reply.events, reply.warnings) == (1, 4, ["bad_json"])
    assert (reply.outcome, reply.choices[0].text()) == ("complete", "ab")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"message": "m", "code": 1}, {"message": "m", "code": 1}),
        ("words", {"message": "words"}),
        (True, {"message": "true"}),
        (["a"], {"message": '["a"]'}),
    ],
)
def test_r28_a_truthy_error_is_the_outcome_and_the_text_stays(error: object, expected: JsonObject) -> None:
    chunk = {"error": error, "choices": [{"delta": {"content": "b"}, "finish_reason": "error"}]}
    reply = fold(*delta({"content": "a"}), chunk, {"error": {"message": "second"}})
    assert (reply.outcome, reply.error) == ("error", expected)
    assert reply.choices[0].text() == "ab"
    assert "extra" not in reply.completion()


@pytest.mark.parametrize("error", [None, "", {}, False, 0, []])
def test_r28_a_falsy_error_is_none(error: object) -> None:
    reply = fold({"error": error}, *delta({"content": "a"}, finish_reason="stop"))
    assert (reply.outcome, reply.error) == ("complete", None)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"message": "busy", "code": 1}', {"message": "busy", "code": 1}),
        ('{"error": {"message": "busy"}}', {"message": "busy"}),
        (" overloaded\n", {"message": "overloaded"}),
        ("{}", {"message": "The service sent an error event without a message."}),
        ('"busy"', {"message": '"busy"'}),
    ],
)
def test_r28_an_event_named_error_is_an_error_whatever_its_data(data: str, expected: JsonObject) -> None:
    reply = Reply()
    reply.apply(StreamEvent(0.0, data, "error"))
    reply.close()
    assert (reply.outcome, reply.error) == ("error", expected)


def test_r28_an_error_object_and_an_error_in_a_choice_are_errors() -> None:
    assert fold({"object": "error", "message": "m", "code": 400}).error == {"message": "m", "code": 400}
    reply = fold(*delta({"content": "a"}, error={"code": 502, "message": "m"}))
    assert (reply.outcome, reply.error) == ("error", {"code": 502, "message": "m"})
    assert reply.choices[0].text() == "a"


FINISHED = delta({"content": "a"}, finish_reason="stop")
OPEN = delta({"content": "a"})
OTHER_OPEN = [{"choices": [{"index": 1, "delta": {"content": "b"}}]}]


@pytest.mark.parametrize(
    ("chunks", "done", "outcome", "warnings"),
    [
        (FINISHED, True, "complete", []),
        (FINISHED, False, "complete", ["no_done"]),
        (OPEN, True, "complete", ["no_finish_reason"]),
        (OPEN, False, "truncated", ["no_done"]),
        ([*FINISHED, *OTHER_OPEN], True, "complete", ["no_finish_reason"]),
        ([*FINISHED, *OTHER_OPEN], False, "truncated", ["no_done"]),
        ([], False, "truncated", ["no_done"]),
        ([{"usage": {"a": 1}}], False, "truncated", ["no_done"]),
        ([{"error": "e"}], False, "error", ["no_done"]),
        ([{"error": "e"}], True, "error", []),
    ],
)
def test_r29_the_end_of_a_stream_decides_the_outcome(
    chunks: list[object], done: bool, outcome: str, warnings: list[str]
) -> None:
    reply = fold(*chunks, done=done)
    assert (reply.outcome, reply.warnings, reply.done) == (outcome, warnings, done)


def test_r30_a_chunk_with_an_empty_object_merges_like_any_other() -> None:
    filters = {"hate": {"filtered": False}}
    reply = fold(
        *OPEN,
        {"object": "", "id": "", "choices": [{"index": 0, "finish_reason": None, "content_filter_results": filters}]},
        *delta({"content": "b"}, finish_reason="stop"),
    )
    assert choice_of(reply)["extra"] == {"content_filter_results": filters}
    assert reply.choices[0].text() == "ab"


@pytest.mark.parametrize("mark", ["[DONE]", " [DONE] ", "[DONE]\n", "\t[DONE]"])
def test_nothing_after_the_end_mark_is_read(mark: str) -> None:
    reply = fold(*FINISHED, mark, *delta({"content": "more"}), "junk", "[DONE]")
    assert (reply.events, reply.done, reply.bad_events) == (2, True, 0)
    assert reply.choices[0].text() == "a"


def test_a_text_that_speaks_of_the_end_mark_does_not_end() -> None:
    reply = fold(*delta({"content": "[DONE]"}), *delta({"content": "!"}), "x[DONE]", done=False)
    assert (reply.choices[0].text(), reply.done, reply.bad_events) == ("[DONE]!", False, 1)


def test_an_event_left_open_is_told() -> None:
    reply = fold(*FINISHED, close=False)
    reply.close(unterminated=True)
    assert (reply.outcome, reply.warnings) == ("complete", ["unterminated_event"])


def test_a_stopped_reply_keeps_its_text_and_has_no_warning() -> None:
    reply = fold(*OPEN, done=False, close=False)
    reply.close(stopped=True)
    assert (reply.outcome, reply.warnings, reply.error, reply.choices[0].text()) == ("stopped", [], None, "a")


def test_stopping_what_was_done_leaves_it_complete() -> None:
    reply = fold(*FINISHED, close=False)
    reply.close(stopped=True)
    assert reply.outcome == "complete"


def test_an_error_from_outside_keeps_the_text() -> None:
    reply = fold(*OPEN, done=False, close=False)
    assert reply.outcome == "running"
    reply.close(error={"message": "cut"})
    assert (reply.outcome, reply.error, reply.choices[0].text()) == ("error", {"message": "cut"}, "a")


def test_the_first_close_decides_and_later_events_are_ignored() -> None:
    reply = fold(*OPEN, done=False)
    reply.close(error={"message": "late"})
    reply.apply(StreamEvent(9.0, '{"choices":[{"delta":{"content":"late"}}]}'))
    assert (reply.outcome, reply.error, reply.events, reply.choices[0].text()) == ("truncated", None, 1, "a")


@pytest.mark.parametrize(
    ("body", "outcome", "error"),
    [
        ({"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}, "complete", None),
        ({"choices": [{"message": {"content": "a"}}]}, "complete", None),
        ({"error": {"message": "m"}}, "error", {"message": "m"}),
        ({"choices": []}, "error", {"message": "The response contains no choices."}),
        ({"detail": "x"}, "error", {"message": "The response contains no choices."}),
        ("<html>", "error", {"message": "The response is not a JSON object."}),
    ],
)
def test_a_plain_answer_is_complete_with_choices_and_else_an_error(
    body: object, outcome: str, error: JsonObject | None
) -> None:
    reply = fold(body, plain=True)
    assert (reply.outcome, reply.error, reply.events) == (outcome, error, 1)
    assert set(reply.warnings) <= {"bad_json"}


def test_a_plain_answer_keeps_leading_blank_lines_out() -> None:
    assert fold('\n\n  {"choices": [{"message": {"content": "a"}}]}', plain=True).choices[0].text() == "a"


def test_tool_calls_of_a_plain_answer_need_no_index() -> None:
    calls = [
        {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}} for name in ("call_1", "call_2")
    ]
    reply = fold({"choices": [{"message": {"content": None, "tool_calls": calls}}]}, plain=True)
    assert choice_of(reply)["message"]["tool_calls"] == calls
    assert reply.warnings == []

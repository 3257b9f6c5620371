"""A session stores an image's data once, and its requests are still read as they were sent."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.attachments import file_attachment
from chat_tui.domain.file_references import refers
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.kept_once import LEAST, MEMBER, Place, data_in, with_repeats, without_repeats
from chat_tui.domain.message_parts import part_lines, user_message
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.kept_files import whole_body
from tests.support.media_files import PDF, png, wav

BIG = {"a.png": png(300, 300) + bytes(LEAST), "b.wav": wav(1.0), "c.pdf": PDF + b"\n" * LEAST + b"%%EOF\n"}
PARTS = {name: file_attachment(name, data).part for name, data in BIG.items()}


def body(*messages: Json) -> JsonObject:
    return {"model": "m", "messages": [*messages], "stream": True}


def messages_of(sent: JsonObject) -> list[JsonObject]:
    found = sent["messages"]
    assert isinstance(found, list)
    return [message for message in found if isinstance(message, dict)]


def kept_of(**messages: JsonObject) -> dict[str, Place]:
    return {data: place for name, message in messages.items() for data, place in data_in(name, message)}


@pytest.mark.parametrize("name", list(BIG))
def test_a_request_names_the_data_and_is_read_whole_again(name: str) -> None:
    message = user_message("look", [PARTS[name]])
    sent = body({"role": "system", "content": "Be brief"}, message, {"role": "assistant", "content": "ok"})
    written = without_repeats(sent, kept_of(u1=message))
    assert base64.b64encode(BIG[name]).decode()[:400] not in dump_json(written)
    assert '"message":"u1","part":1' in dump_json(written)
    assert with_repeats(written, {"u1": message}.get) == sent


words = st.text(max_size=3)
parts = st.sampled_from(
    [*PARTS.values(), {"type": "text", "text": "x"}, file_attachment("s.png", png()).part, "odd", None]
)
contents = st.one_of(words, st.lists(parts, max_size=4), st.none())
messages = st.lists(st.one_of(contents.map(lambda each: {"role": "user", "content": each}), st.just("odd")), max_size=5)


@given(messages, st.integers(0, 5))
def test_any_body_is_read_as_it_went_out(found: list[Json], held: int) -> None:
    nodes = {f"u{number}": each for number, each in enumerate(found[:held]) if isinstance(each, dict)}
    written = without_repeats(body(*found), kept_of(**nodes))
    assert with_repeats(written, nodes.get) == body(*found)
    if not any(MEMBER in dump_json(written) for _ in nodes):
        assert without_repeats(written, {}) is written


def test_what_is_short_or_stands_nowhere_else_is_written_out() -> None:
    short, long = file_attachment("s.png", png()).part, PARTS["a.png"]
    sent = body(user_message("", [short, long]))
    assert without_repeats(sent, kept_of(u=user_message("", [short]))) is sent


def test_data_that_are_lost_are_said_and_never_sent() -> None:
    message = user_message("look", [PARTS["a.png"]])
    read = with_repeats(without_repeats(body(message), kept_of(u1=message)), lambda _: None)
    assert MEMBER not in dump_json(read)
    assert refers(read)
    assert "part 1 of message u1, which is missing from this session" in dump_json(read)
    [line] = [line for message in messages_of(read) for line in part_lines(message)]
    assert "missing" in line
    with pytest.raises(ProblemError, match="missing"):
        whole_body(read)


@pytest.mark.parametrize("mark", [None, 1, {}, {"message": "u1"}, {"message": "u1", "part": -1}, {"part": 0}, "u1"])
def test_a_broken_mark_harms_nothing(mark: Json) -> None:
    part: JsonObject = {"type": "image_url", "image_url": {"url": ""}, MEMBER: mark}
    read = with_repeats(body({"role": "user", "content": [part]}), {"u1": user_message("x", [PARTS["a.png"]])}.get)
    assert MEMBER not in dump_json(read)


def test_the_requests_of_a_session_file_are_whole() -> None:
    message = user_message("look", [PARTS["a.png"]])
    sent = body(message)
    records: list[JsonObject] = [
        {"type": "message", "id": "u1", "parent": None, "message": message},
        {"type": "request", "exchange": "x", "head": "u1", "body": without_repeats(sent, kept_of(u1=message))},
    ]
    assert fold_session(records).exchanges["x"].request["body"] == sent


def test_images_of_a_reply_are_named_in_later_requests_too() -> None:
    reply: JsonObject = {"role": "assistant", "content": [{"type": "text", "text": "Two"}], "images": [PARTS["a.png"]]}
    plain: JsonObject = {"role": "assistant", "content": "One", "images": [None, PARTS["a.png"], "odd"]}
    for message, place in ((reply, 1), (plain, 1)):
        sent = body(message, {"role": "user", "content": "In blue"})
        written = without_repeats(sent, kept_of(r1=message))
        assert len(dump_json(written)) < LEAST
        assert f'"message":"r1","part":{place}' in dump_json(written)
        assert with_repeats(written, {"r1": message}.get) == sent


def test_lost_images_of_a_reply_are_never_sent() -> None:
    reply: JsonObject = {"role": "assistant", "content": "Here", "images": [PARTS["a.png"]]}
    read = with_repeats(without_repeats(body(reply), kept_of(r1=reply)), lambda _: None)
    assert refers(read)
    with pytest.raises(ProblemError, match="missing"):
        whole_body(read)

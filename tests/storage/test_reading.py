"""Reading session files in any condition."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.storage.library.library import FileLibrary
from chat_tui.storage.lines import decode, encode
from chat_tui.storage.reading import read_session
from tests.support.session_files import chunk, events, request, store, texts, told, turn, user, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path, [{"type": "title", "title": "mine"}, *turn(1), *turn(2, "x1.0")])


def damage(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


HARMLESS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "byte order mark": lambda lines: [b"\xef\xbb\xbf", *lines],
    "CR LF": lambda lines: [line[:-1] + b"\r\n" for line in lines],
    "blank lines": lambda lines: [piece for line in lines for piece in (b"\n", line, b"  \r\n")],
    "no newline at the end": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "doubled lines": lambda lines: [piece for line in lines for piece in (line, line)],
    "spaces after colons": lambda lines: [json.dumps(json.loads(line)).encode() + b"\n" for line in lines],
    "members in another order": lambda lines: [
        json.dumps(dict(sorted(json.loads(line).items()))).encode() + b"\n" for line in lines
    ],
    "unknown records": lambda lines: [piece for line in lines for piece in (line, b'{"type":"later","t":1,"x":[]}\n')],
}
TOLD: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a bad line": (lambda lines: [*lines[:3], b"garbage\n", *lines[3:]], "Line 4 "),
    "a line that is no object": (lambda lines: [*lines[:3], b"[1, 2]\n", *lines[3:]], "Line 4 "),
    "bad lines": (lambda lines: [*lines[:3], b"{\n", b"}\n", *lines[3:6], b"?\n", *lines[6:]], "Lines 4-5, 9 "),
    "a run of NULs": (lambda lines: [*lines[:3], b"\0" * 500 + b"\n", *lines[3:]], "Line 4 "),
    "NULs before a record": (lambda lines: [*lines[:3], b"\0" * 500 + lines[3], *lines[4:]], "Line 4 "),
    "glued records": (lambda lines: [*lines[:3], lines[3][:-1] + lines[4], *lines[5:]], "Line 4 "),
    "records on one line": (lambda lines: [*lines[:3], lines[3][:-1] + b" \0\t " + lines[4], *lines[5:]], "Line 4 "),
    "glued after events": (lambda lines: [*lines[:5], lines[5][:-1] + lines[6], *lines[7:]], "Line 6 "),
    "glued to a torn one": (lambda lines: [*lines[:5], lines[5][:60] + lines[5], *lines[6:]], "Line 6 "),
    "a torn last line": (lambda lines: [*lines, lines[1][:20]], "The last line "),
    "a known record without its members": (lambda lines: [*lines, b'{"type":"message","id":5}\n'], "Line 15 "),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_differences_change_nothing(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    before = told(read_session(path))
    damage(path, change)
    session = read_session(path)
    assert told(session) == before
    assert session.notices == ()


@pytest.mark.parametrize(("change", "notice"), TOLD.values(), ids=TOLD.keys())
def test_everything_readable_is_shown_with_one_notice_and_the_file_is_left(
    path: Path, change: Callable[[list[bytes]], list[bytes]], notice: str
) -> None:
    before = told(read_session(path))
    damage(path, change)
    data = path.read_bytes()
    session = read_session(path)
    assert told(session) == before
    assert len(session.notices) == 1
    assert session.notices[0].startswith(notice)
    assert path.name in session.notices[0]
    assert path.read_bytes() == data


def test_bytes_that_are_no_text_are_shown_as_marks(path: Path) -> None:
    damage(path, lambda lines: [line.replace(b"question 1", b"question \xff") for line in lines])
    session = read_session(path)
    assert texts(session)[0] == "question \ufffd"
    assert session.notices[0].startswith("Line 3 ")


def test_a_damaged_batch_of_events_is_seen_when_it_is_looked_at(path: Path) -> None:
    damage(path, lambda lines: [line.replace(b'[0.51,"', b'[0.51,,"') for line in lines])
    session = read_session(path)
    assert texts(session) == ["question 1", "answer 1", "question 2", "answer 2"]
    reply = session.exchanges["x1"].reply
    assert reply.bad_events == 1
    assert "bad_json" in reply.warnings


def test_many_bad_lines_are_told_in_few_words(path: Path) -> None:
    damage(path, lambda lines: [*lines, *[b"x\n", b"\n"] * 40])
    assert read_session(path).notices[0].startswith("Lines 15, 17, 19, 21, 23, 25, 27, 29 and 32 more of ")


def test_the_id_is_the_files_name_wherever_it_went(path: Path) -> None:
    moved = path.rename(path.with_name("moved.jsonl"))
    assert read_session(moved).id == "moved"


def test_an_empty_file_is_an_empty_session(tmp_path: Path) -> None:
    empty = tmp_path / "e.jsonl"
    empty.touch()
    session = read_session(empty)
    assert (session.id, session.conversation.path(), session.notices) == ("e", (), ())


def test_replies_can_be_read_after_the_file_is_gone(path: Path) -> None:
    session = read_session(path)
    path.unlink()
    assert session.exchanges["x2"].reply.choices[0].text() == "answer 2"
    assert session.exchanges["x2"].request["url"] == "http://127.0.0.1:1/v1/chat/completions"


def test_a_request_full_of_types_is_read_rightly(tmp_path: Path) -> None:
    asked = request("x", "u")
    parts: list[Json] = [{"type": "text", "text": '{"type":"message","t":1}'}, {"type": "text", "t": 5}]
    asked["body"] = {"messages": [{"role": "user", "content": parts}], "tools": [{"type": "function"}]}
    path = written(tmp_path, [user("u", "q"), asked])
    session = read_session(path)
    assert session.notices == ()
    assert session.exchanges["x"].request["body"] == asked["body"]
    assert session.exchanges["x"].head == "u"


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_link(path: Path) -> None:
    real = written(path.parent / "real", turn(1))
    path.symlink_to(real)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_fifo, "named pipe"),
        (Path.mkdir, "folder"),
        (make_link, "symbolic link"),
        (lambda path: path.symlink_to(path), "symbolic link"),
        (lambda _: None, "There is no session file"),
        (lambda path: path.write_text("# notes\nhello\n"), "not a chat-tui session"),
        (lambda path: path.write_text('{"foo": 1}\n[]\n'), "not a chat-tui session"),
        (lambda path: path.write_text('{"type":"session","t":1,"ver'), "not a chat-tui session"),
        (lambda path: path.write_bytes(b"\0" * 5000), "not a chat-tui session"),
        (lambda path: path.write_bytes('{"type":"session"}'.encode("utf-16")), "not a chat-tui session"),
        (lambda path: path.write_bytes(b"[" * 100_000), "not a chat-tui session"),
    ],
)
def test_what_is_no_session_is_refused_in_a_sentence_for_reading_and_for_adding(
    tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "s.jsonl"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for use in (store(tmp_path).load, store(tmp_path).append_to):
        with pytest.raises(ProblemError) as caught:
            use(str(path))
        assert caught.value.problem.kind == "session"
        assert words in str(caught.value)
        assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_nothing_is_added_to_a_file_of_a_newer_version(path: Path) -> None:
    damage(path, lambda lines: [lines[0].replace(b'"version":1', b'"version":2'), *lines[1:]])
    assert store(path.parent).load(str(path)).read_only
    before = path.read_bytes()
    with pytest.raises(ProblemError, match="newer version"):
        store(path.parent).append_to(str(path))
    assert path.read_bytes() == before


def test_a_session_whose_first_line_is_lost_can_still_be_added_to(path: Path) -> None:
    damage(path, lambda lines: [b"garbage\n", *lines[1:]])
    store(path.parent).append_to(str(path)).close()
    assert texts(read_session(path))[-1] == "answer 2"


names = st.sampled_from(["session", "title", "message", "events", "request", "end", "later"])
pieces = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b"\n", b"\r\n", b"\0\0", b"{", b"}", b'"', b'{"type":"', b"\xef\xbb\xbf"]),
    names.map(lambda name: b'{"type":"%s","t":1,"exchange":"x","events":[[0.5,"a"]]}\n' % name.encode()),
)


@given(st.lists(pieces, max_size=12).map(b"".join))
def test_no_bytes_can_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(data)
    try:
        session = read_session(path)
    except ProblemError:
        return
    assert all(exchange.reply.outcome != "running" for exchange in session.exchanges.values())
    journal = store(path.parent).append_to(str(path))
    journal.append({"type": "title", "title": "after"})
    journal.close()
    assert read_session(path).title == "after"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
records = st.builds(
    lambda members: {"type": "note", **members}, st.dictionaries(st.text(max_size=5), values, max_size=4)
)


@given(records)
def test_a_line_gives_back_its_record(record: JsonObject) -> None:
    line = encode(record, 7)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == ([{"type": record["type"], "t": 7, **record}], True)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (rb'{"type":"note","text":"\ud83d half"}', "\ud83d half"),
        (b'{"type":"note","text":NaN}', None),
        (b'{"type":"note","text":[-Infinity,1e999,1.5]}', [None, None, 1.5]),
        (b'{"type":"note","text":123456789012345678901234567890}', 123456789012345678901234567890),
        ('{"type":"note","text":"\ufffd"}'.encode(), "\ufffd"),
    ],
)
def test_what_other_writers_may_write_is_read_as_meant(line: bytes, text: Json) -> None:
    assert decode(line) == ([{"type": "note", "text": text}], True)


@given(st.lists(records, min_size=2, max_size=4))
def test_glued_lines_give_back_their_records(glued: list[JsonObject]) -> None:
    found = decode(b"".join(encode(record, 7)[:-1] for record in glued))
    assert found.records == [{"type": record["type"], "t": 7, **record} for record in glued]
    assert not found.whole


@settings(max_examples=30)
@given(records, st.data())
def test_a_record_after_a_torn_one_is_found(record: JsonObject, data: st.DataObject) -> None:
    torn = encode(record, 7)[:-2]
    cut = data.draw(st.integers(0, len(torn)))
    found = decode(torn[:cut] + encode({"type": "title", "title": "found"}, 8))
    assert found.records[-1] == {"type": "title", "t": 8, "title": "found"}


@pytest.mark.parametrize("piece", [b'{"type":"a","t":1,"x":[', b'{"type":"a","t":1,"x":"', b"[", b'{"type":"a","t":1}'])
def test_a_line_made_to_be_slow_is_given_up_in_time(piece: bytes) -> None:
    assert not decode(piece * 100_000).whole


def test_events_of_another_writer_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    made = [user("u", "q"), request("x y \u00e9", "u"), events("x y \u00e9", chunk("hi"))]
    path.write_text("".join(json.dumps({"t": 1, **record}) + "\n" for record in made))
    assert texts(read_session(path)) == ["q", "hi"]


@pytest.mark.parametrize("member", ["title", "exchange", "model", "id"])
def test_a_lone_surrogate_in_a_file_does_not_keep_it_out_of_the_list(path: Path, member: str) -> None:
    with path.open("ab") as file:
        for kind in ("title", "settings", "message", "events", "end"):
            known: JsonObject = {"title": "t", "provider": "local", "model": "m", "id": "z", "exchange": "z"}
            record: JsonObject = {"type": kind, "t": 9, **known, member: "a\ud800", "message": {"content": "\udfff"}}
            file.write(json.dumps(record).encode() + b"\n")
    data_dir = path.parent.parent
    library = FileLibrary(data_dir, store(data_dir))
    assert [progress.done for progress in library.refreshing()][-1:] == [1]
    assert len(library.search("a").sessions) + len(library.search("").sessions) >= 1
    library.close()


def test_a_disk_that_fails_is_a_problem_and_not_a_traceback(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(descriptor: int, length: int, place: int) -> bytes:
        raise OSError(5, "Input/output error")

    session = read_session(path)
    monkeypatch.setattr(os, "pread", failing)
    events_read = [event.data for exchange in session.exchanges.values() for event in exchange.events]
    assert events_read
    assert all("Input/output error" in data for data in events_read)


def test_a_file_that_fails_while_it_is_read_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("chat_tui.storage.reading._fold_line", failing)
    with pytest.raises(ProblemError, match="Input/output error"):
        read_session(path)

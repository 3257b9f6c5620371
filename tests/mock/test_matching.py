"""Matching requests to recorded responses."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.attaching import attach
from chat_tui.mock.matching import Book, Nearest
from chat_tui.mock.recordings import Recording, recordings
from chat_tui.mock.unknown import body as unknown_body
from tests.support.media_files import png, wav

ASKED: JsonObject = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "temperature": 0,
    "stream_options": {"include_usage": True},
}


def recording(name: str, **members: Json) -> Recording:
    return Recording(session="s", exchange=name, body={**ASKED, **members}, status=200)


def answered(book: Book, **members: Json) -> str:
    found = book.answer({**ASKED, **members})
    return found.exchange if isinstance(found, Recording) else ""


def with_file(file: Path, keep: Literal["data", "reference"]) -> Json:
    return [{"role": "user", "content": [attach(str(file), keep).part]}]


def test_the_order_of_members_and_the_kind_of_a_whole_number_do_not_count() -> None:
    book = Book([recording("a")])
    found = book.answer({**dict(reversed(ASKED.items())), "temperature": 0.0})
    assert isinstance(found, Recording)


@pytest.mark.parametrize(
    "members",
    [{"temperature": False}, {"temperature": "0"}, {"seed": 1}, {"model": "n"}, {"messages": []}, {"temperature": 0.1}],
)
def test_anything_else_counts(members: dict[str, Json]) -> None:
    assert isinstance(Book([recording("a")]).answer({**ASKED, **members}), Nearest)


def test_a_member_left_out_is_another_request() -> None:
    assert isinstance(Book([recording("a")]).answer({k: v for k, v in ASKED.items() if k != "temperature"}), Nearest)


def test_ignored_members_do_not_count_on_either_side() -> None:
    book = Book([recording("a", seed=1)], ["seed", "stream_options.include_usage"])
    assert answered(book, seed=2) == "a"
    assert answered(book, stream_options={"include_usage": False}) == "a"


@pytest.mark.parametrize("data", [png(), wav()], ids=["image", "sound"])
def test_data_sent_equals_data_recorded_by_reference(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(data)
    referring, whole = with_file(file, "reference"), with_file(file, "data")
    file.unlink()
    assert referring != whole
    assert answered(Book([recording("a", messages=referring)]), messages=whole) == "a"
    assert answered(Book([recording("a", messages=whole)]), messages=referring) == "a"
    file.write_bytes(data + b"\0")
    assert answered(Book([recording("a", messages=referring)]), messages=with_file(file, "data")) == ""


@pytest.mark.parametrize("url", ["https://example.org/a,abcd", "data:image/png,abcd", "data:image/png;base64,§", ""])
def test_an_address_without_data_is_compared_as_it_is(url: str) -> None:
    asked: Json = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]
    other: Json = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": f"{url}x"}}]}]
    assert answered(Book([recording("a", messages=asked)]), messages=asked) == "a"
    found = Book([recording("a", messages=asked)]).answer({**ASKED, "messages": other})
    assert isinstance(found, Nearest)
    assert "sha256" not in repr(found.changes)


def test_a_request_recorded_more_than_once_is_answered_in_order_and_round_again() -> None:
    book = Book([recording("a"), recording("other", seed=3), recording("b")])
    assert [answered(book) for _ in range(5)] == ["a", "b", "a", "b", "a"]
    assert answered(book, seed=3) == "other"


def test_an_unknown_request_is_told_the_nearest_one_and_the_difference() -> None:
    book = Book([recording("far", temperature=1, seed=9, model="z"), recording("near")])
    found = book.answer({**ASKED, "temperature": 0.5})
    assert isinstance(found, Nearest)
    told = unknown_body(found)["error"]
    assert isinstance(told, dict)
    assert told["code"] == "no_recorded_request"
    assert told["param"] == "temperature"
    assert told["nearest"] == {"session": "s", "exchange": "near"}
    assert told["differences"] == [{"path": "temperature", "kind": "changed", "recorded": 0, "asked": 0.5}]
    assert "temperature is 0.5, recorded: 0" in str(told["message"])


def test_an_end_of_any_kind_in_a_session_file_is_replayed() -> None:
    odd: list[JsonObject] = [
        {"type": "request", "exchange": "x", "head": "u", "body": ASKED},
        {"type": "response", "exchange": "x", "status": 200, "headers": {}, "at_s": 0.1},
        {"type": "end", "exchange": "x", "outcome": "error", "error": {"kind": ["stream"]}},
    ]
    assert [each.exchange for each in recordings([fold_session(odd), fold_session([odd[0], odd[2]])])] == ["x"]


def test_without_any_recording_it_says_so() -> None:
    found = Book([]).answer(ASKED)
    assert isinstance(found, Nearest)
    assert "No request was recorded" in str(unknown_body(found))

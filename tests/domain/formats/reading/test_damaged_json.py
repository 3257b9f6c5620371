"""Damaged JSON: readable parts are returned in order, the rest is reported, and nothing raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.formats.reading.damaged_json import closed_value, read_values
from chat_tui.domain.formats.reading.source_text import text_of_bytes
from chat_tui.domain.json_values import Json

ITEMS: list[Json] = [{"id": number, "words": ["a", {"b": '"}]'}]} for number in range(4)]
LINES = "".join(json.dumps(item) + "\n" for item in ITEMS)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEMS),
        json.dumps(ITEMS, indent=2),
        "\ufeff" + json.dumps(ITEMS) + "\n\0\0",
        LINES,
        LINES.replace("\n", "\r\n"),
        LINES.replace("\n", ""),
        LINES.replace("\n", "\n\n\0\0\n"),
        LINES.replace("\n", ",\n"),
    ],
)
def test_lists_and_lines_of_any_shape_give_the_same(text: str) -> None:
    found = read_values(text)
    assert found.values == ITEMS
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LINES.replace('{"id": 1', '{"id" 1'), 2),
        (LINES.replace('{"id": 2', "garbage\n" + '{"id": 2'), 3),
        (json.dumps(ITEMS).replace('{"id": 1', '{"id" 1'), 1),
        (json.dumps(ITEMS, indent=2).replace('"id": 1', '"id" 1'), 11),
    ],
)
def test_what_stands_around_damage_is_read_and_the_line_is_told(text: str, line: int) -> None:
    found = read_values(text)
    ids = [value.get("id") for value in found.values if isinstance(value, dict) and "words" in value]
    assert ids in ([0, 2, 3], [0, 1, 2, 3])
    assert found.notes[0].startswith(f"Line {line} could not")


@given(st.integers(1, len(json.dumps(ITEMS)) - 1))
def test_a_cut_list_keeps_all_that_was_whole(cut: int) -> None:
    text = json.dumps(ITEMS)[:cut]
    found = read_values(text)
    ends = [len(json.dumps(ITEMS[:count])) - 1 for count in range(1, 5)]
    whole = sum(end <= cut for end in ends)
    assert found.values[:whole] == ITEMS[:whole]
    assert len(found.values) <= whole + 1


def test_a_value_that_was_cut_off_is_closed_after_its_last_whole_member() -> None:
    assert closed_value('{"a": 1, "b": ["x", "y", "tor') == {"a": 1, "b": ["x", "y"]}
    assert closed_value('{"a": {"b": 12') == {"a": {}}
    assert closed_value("no json") is None
    cut = read_values('{"a": 1,\n "b": [\n  {"c": 1},\n  {"d"')
    assert cut.values == [{"a": 1, "b": [{"c": 1}, {}]}]
    assert cut.notes == ("The end of the file is missing; everything before it was imported.",)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_endless_nesting_is_given_up_in_words(text: str) -> None:
    assert not any(isinstance(value, dict) and value for value in read_values(text).values)


def test_nesting_that_could_not_be_written_again_is_left_out() -> None:
    deep = "[" * 400 + "]" * 400
    found = read_values(f'[{{"a": {deep}}}, {{"b": 1}}]')
    assert found.values == [{"b": 1}]
    assert found.notes == ("Left out: values nested too deeply (1).",)


@pytest.mark.parametrize("piece", ['{"a":', '{"a":"', "[", '{"a":1}x', '{"a":1,', "\n{"])
def test_a_text_made_to_be_slow_is_given_up_in_time(piece: str) -> None:
    read_values(piece * 100_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_text(encoding: str) -> None:
    text = '[{"role": "user", "content": "Grüße 🙂"}]'
    assert text_of_bytes(text.encode(encoding)) == (text, ())
    assert (
        text_of_bytes(text.encode(encoding).rstrip(b"\0") + b"\0\0")[0].rstrip("\ufffd\0") == text or "16" in encoding
    )


def test_bad_bytes_are_marks_and_told() -> None:
    text, notes = text_of_bytes(b'{"a": "\xff"}')
    assert text == '{"a": "\ufffd"}'
    assert "not valid UTF-8" in notes[0]


@given(st.text(alphabet='{}[]",:\\ab1 \n\0', max_size=60))
def test_no_text_can_break_the_reader(text: str) -> None:
    for value in read_values(text).values:
        json.dumps(value)


@given(st.binary(max_size=60))
def test_no_bytes_can_break_the_reader(data: bytes) -> None:
    read_values(text_of_bytes(data)[0])

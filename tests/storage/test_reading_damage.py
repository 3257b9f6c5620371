"""Randomly damaged session files: every intact record is shown, and the file is never changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import Session
from chat_tui.storage.reading import read_session
from tests.support.session_files import texts, turn, user, written

TURNS = 6


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    records = [record for number in range(TURNS) for record in turn(number, f"x{number - 1}.0" if number else None)]
    path = written(tmp_path_factory.mktemp("whole"), records)
    return path.read_bytes().splitlines(keepends=True)


def read(folder: Path, data: bytes) -> Session | None:
    path = folder / "any.jsonl"
    path.write_bytes(data)
    try:
        return read_session(path)
    except ProblemError:
        return None
    finally:
        assert path.read_bytes() == data


def said(session: Session | None) -> set[object]:
    return set() if session is None else {node.message.get("content") for node in session.conversation.nodes.values()}


def messages_of(kept: list[bytes]) -> set[object]:
    """What the whole lines say, by themselves."""
    return {
        f"{word} {n}" for n in range(TURNS) for word in ("question", "answer") for line in kept if _says(line, word, n)
    }


def _says(line: bytes, word: str, number: int) -> bool:
    return line.startswith(b'{"type":"message"') and f'"{word} {number}"'.encode() in line


@settings(max_examples=60, deadline=None)
@given(seed=st.integers())
def test_lines_in_any_order_tell_the_same_messages(
    lines: list[bytes], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shuffled = [*lines]
    random.Random(seed).shuffle(shuffled)
    session = read(tmp_path_factory.getbasetemp(), b"".join(shuffled))
    assert session is not None
    assert session.notices == ()
    assert said(session) == messages_of(lines)
    assert {exchange.reply.outcome for exchange in session.exchanges.values()} == {"complete"}
    assert set(session.exchanges) == {f"x{number}" for number in range(TURNS)}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_run_of_nuls_or_garbage_anywhere_takes_no_line_but_those_it_touches(
    lines: list[bytes], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = b"".join(lines)
    begin = data.draw(st.integers(0, len(whole) - 1))
    end = min(len(whole), begin + data.draw(st.integers(1, 400)))
    fill = data.draw(st.sampled_from([b"\0", b"\xff", b"x", b"{", b'"']))
    session = read(tmp_path_factory.getbasetemp(), whole[:begin] + fill * (end - begin) + whole[end:])
    place, untouched = 0, []
    for line in lines:
        if place + len(line) <= begin or place >= end + 1:
            untouched.append(line)
        place += len(line)
    assert said(session) >= messages_of(untouched)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_file_cut_anywhere_shows_every_whole_line(
    lines: list[bytes], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = b"".join(lines)
    cut = data.draw(st.integers(1, len(whole)))
    session = read(tmp_path_factory.getbasetemp(), whole[:cut])
    kept = whole[:cut].splitlines(keepends=True)
    assert said(session) >= messages_of(kept[:-1])
    if session is not None:
        assert len(session.notices) <= 1


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_newlines_lost_or_doubled_anywhere_take_nothing(
    lines: list[bytes], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ends = data.draw(
        st.lists(st.sampled_from([b"\n", b"", b"\n\n", b"\r\n", b" \n\0\n"]), min_size=len(lines), max_size=len(lines))
    )
    changed = [line.rstrip(b"\n") + end for line, end in zip(lines, ends, strict=True)]
    session = read(tmp_path_factory.getbasetemp(), b"\xef\xbb\xbf" + b"".join(changed))
    assert session is not None
    assert texts(session)[-1] == f"answer {TURNS - 1}"
    assert said(session) == messages_of(lines)


def test_one_line_of_many_megabytes_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, [*turn(1), user("u", "x" * 20_000_000, "x1.0")])
    assert len(texts(read_session(path))[-1]) == 20_000_000

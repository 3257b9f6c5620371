"""Two programs update one index: results based on stale reads are skipped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chat_tui.domain.text_search import Term
from chat_tui.storage.library.database import VERSION
from chat_tui.storage.library.memory_index import MemoryIndex
from chat_tui.storage.library.peek import fresh_surveys
from chat_tui.storage.library.sqlite_index import SqliteIndex
from chat_tui.storage.library.surveying import Surveyed, survey_file
from tests.support.session_files import store, turn, user, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path, turn(1))


def surveyed(index: SqliteIndex, path: Path) -> Surveyed:
    known = index.known([path.name]).get(path.name)
    return survey_file(path, known[1] if known is not None else None, same_file=known is not None)


def found(index: SqliteIndex, word: str) -> int:
    return len(index.matching([Term(word)]))


def test_what_another_program_has_taken_in_already_is_not_taken_in_twice(path: Path, tmp_path: Path) -> None:
    one, other = (SqliteIndex(tmp_path / "index", path.parent) for _ in range(2))
    one.put([surveyed(one, path)], {})
    before = one.stamps()
    journal = store(tmp_path).append_to(str(path))
    journal.append(user("later", "umbrella", "x1.0"))
    journal.close()
    mine, theirs = surveyed(one, path), surveyed(other, path)
    other.put([theirs], before)
    one.put([mine], before)
    (number,) = one.cards()
    assert sum(text.count("umbrella") for text in one.texts(number)) == 1
    assert (found(one, "umbrella"), found(other, "umbrella")) == (1, 1)
    one.close()
    other.close()


def test_what_another_program_takes_out_is_listed_no_more(path: Path, tmp_path: Path) -> None:
    one, other = (SqliteIndex(tmp_path / "index", path.parent) for _ in range(2))
    stays = written(tmp_path, turn(2))
    one.put([surveyed(one, path), surveyed(one, stays)], {})
    assert len(one.cards()) == 2
    other.drop([path.name])
    assert [card.path for card in one.cards().values()] == [str(stays)]
    one.close()
    other.close()


def test_an_index_of_another_version_is_not_read(path: Path, tmp_path: Path) -> None:
    index = SqliteIndex(tmp_path / "index", path.parent)
    index.put([surveyed(index, path)], {})
    stamps = index.stamps()
    index.close()
    assert [*fresh_surveys(tmp_path / "index", stamps)] == [path.name]
    with closing(sqlite3.connect(tmp_path / "index")) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert not fresh_surveys(tmp_path / "index", stamps)


def test_an_index_in_memory_knows_the_sessions_it_has(path: Path) -> None:
    index = MemoryIndex(path.parent)
    session = survey_file(path, None, same_file=False)
    index.put([session], {})
    assert index.known([path.name, "other.jsonl"]) == {path.name: (session.stamp, session.survey)}

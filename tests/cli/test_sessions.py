"""Tests of ``chat-tui sessions`` in a real process."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from chat_tui.domain.records import settings_record, title_record
from chat_tui.domain.settings import SessionSettings
from tests.support.command_line import environment, run
from tests.support.session_files import store, turn, user, written


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A rainy session, a sunny one and two of the same name."""
    for place, (title, text) in enumerate(
        [("rain", "grey threads"), ("sun", "bright"), ("twice", "a"), ("twice", "b")]
    ):
        path = written(
            tmp_path / "data",
            [title_record(title), settings_record(SessionSettings("local", "small")), user("u", text), *turn(1, "u")],
        )
        os.utime(path, (1_000 + place, 1_000 + place))
    return environment(tmp_path)


def sessions(env: Mapping[str, str], *words: str, code: int = 0) -> str:
    """What comes out; of a refusal, what is said about it."""
    done = run(env, "sessions", *words)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def titles(env: Mapping[str, str], *words: str) -> list[str]:
    return [each["title"] for each in json.loads(sessions(env, "list", "--json", *words))]


def test_list_sorts_filters_and_cuts(home: Mapping[str, str]) -> None:
    assert titles(home) == ["twice", "twice", "sun", "rain"]
    assert titles(home, "--sort", "title", "--limit", "2") == ["rain", "sun"]
    assert titles(home, "model:small", "grey") == ["rain"]
    assert titles(home, "model:large") == []
    assert [line.split()[-1] for line in sessions(home).splitlines()] == ["twice", "twice", "sun", "rain"]


def test_a_file_name_takes_one_line_and_controls_no_terminal(tmp_path: Path) -> None:
    written(tmp_path / "data", turn(1)).rename(tmp_path / "data" / "sessions" / "a\x1b[31m\nb.jsonl")
    (row,) = sessions(environment(tmp_path), "list").splitlines()
    assert row.startswith("a␛[31m")


def test_search_shows_where_the_words_stand(home: Mapping[str, str]) -> None:
    found = sessions(home, "search", "thr").splitlines()
    assert found[0].endswith("local small  rain")
    assert found[1].strip() == "grey threads question 1 answer 1"
    assert json.loads(sessions(home, "search", "thr", "--json"))[0]["excerpt"].startswith("grey threads")
    assert sessions(home, "search", "nowhere") == ""
    assert "QUERY is required" in sessions(home, "search", code=2)


def test_a_session_is_named_tagged_starred_put_away_and_shown(home: Mapping[str, str]) -> None:
    sessions(home, "rename", "rain", "a/../b\n\x1b[31m")
    sessions(home, "tag", "sun", "#Work", "play,later")
    assert sessions(home, "tag", "sun", "--remove", "play") == "#Work #later\n"
    sessions(home, "star", "sun")
    sessions(home, "archive", sessions(home, "path", "sun").strip())
    assert titles(home, "is:archived", "tag:work") == ["sun"]
    assert "sun" not in titles(home)
    sessions(home, "archive", "sun", "--remove")
    sessions(home, "star", "sun", "--remove")
    assert titles(home, "is:starred") == []
    assert "a/../b␊␛[31m" in sessions(home)
    assert sessions(home, "show", "sun").startswith("# sun #Work #later\nlocal small {}\n\n[user]\nbright\n")
    assert json.loads(sessions(home, "show", "sun", "--json"))["tags"] == ["Work", "later"]


def test_what_is_deleted_can_be_restored(home: Mapping[str, str]) -> None:
    trashed = Path(sessions(home, "delete", "rain").strip())
    assert trashed.parent == Path(home["CHAT_TUI_DATA_DIR"]) / "trash"
    assert "rain" not in titles(home)
    assert titles(home, "--trash") == ["rain"]
    assert Path(sessions(home, "restore", "rain").strip()).exists()
    assert titles(home, "grey") == ["rain"]
    assert not trashed.exists()


def test_a_copy_is_a_session_of_its_own(home: Mapping[str, str]) -> None:
    copy = sessions(home, "duplicate", "rain").strip()
    sessions(home, "duplicate", "rain", "another", "name")
    assert sorted(titles(home, "grey")) == ["another name", "rain", "rain (copy)"]
    assert store(Path(home["CHAT_TUI_DATA_DIR"])).load(copy).title == "rain (copy)"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "twice"], "matches several sessions"),
        (["delete", "twice"], "matches several sessions"),
        (["rename", "nobody", "x"], "There is no session"),
        (["rename", "rain"], "the new TITLE"),
        (["tag", "rain"], "at least one TAG"),
        (["delete"], "NAME is required"),
        (["delete", "rain", "sun"], "one session"),
        (["show", "rain", "sun"], "one session"),
        (["restore", "rain"], "in the trash"),
        (["delete", "../no-such-session"], "There is no session"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(
    home: Mapping[str, str], words: list[str], says: str
) -> None:
    assert says in sessions(home, *words, code=2)
    assert len(titles(home)) == 4

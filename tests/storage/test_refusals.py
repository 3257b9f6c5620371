"""Refusals on disk: stored, removed, shared by two processes, and harmless if unreadable."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.knowledge import Refusal
from chat_tui.storage import refusals as module
from chat_tui.storage.refusals import FileRefusals

HERE = ("https://x/v1", "m")


def refusal(name: str, words: str = "no", at_ms: int = 1) -> Refusal:
    return Refusal(name=name, status=400, words=words, at_ms=at_ms)


def test_a_refusal_is_known_to_the_next_program(tmp_path: Path) -> None:
    FileRefusals(tmp_path).remember(*HERE, refusal("seed", "no “seed”\u202e"))
    assert FileRefusals(tmp_path).of(*HERE) == {"seed": refusal("seed", "no “seed”\u202e")}
    assert FileRefusals(tmp_path).of("https://x/v1", "other") == {}
    assert FileRefusals(tmp_path).of("https://y/v1", "m") == {}


def test_a_later_refusal_of_a_name_replaces_the_one_before(tmp_path: Path) -> None:
    kept = FileRefusals(tmp_path)
    kept.remember(*HERE, refusal("seed"))
    kept.remember(*HERE, refusal("seed", "still no", 2))
    assert FileRefusals(tmp_path).of(*HERE) == {"seed": refusal("seed", "still no", 2)}


def test_forgetting_takes_exactly_the_names_and_the_model(tmp_path: Path) -> None:
    kept = FileRefusals(tmp_path)
    for name in ("seed", "n"):
        kept.remember(*HERE, refusal(name))
        kept.remember("https://x/v1", "other", refusal(name))
    kept.forget(*HERE, ["seed", "stop"])
    assert set(FileRefusals(tmp_path).of(*HERE)) == {"n"}
    assert set(FileRefusals(tmp_path).of("https://x/v1", "other")) == {"seed", "n"}


def test_forgetting_what_is_not_known_writes_nothing(tmp_path: Path) -> None:
    FileRefusals(tmp_path).forget(*HERE, ["seed"])
    assert not list(tmp_path.iterdir())


def test_two_windows_keep_what_each_of_them_learnt(tmp_path: Path) -> None:
    one, two = FileRefusals(tmp_path), FileRefusals(tmp_path)
    assert one.of(*HERE) == two.of(*HERE) == {}
    one.remember(*HERE, refusal("seed"))
    two.remember(*HERE, refusal("n"))
    assert set(one.of(*HERE)) == set(two.of(*HERE)) == {"seed", "n"}
    one.forget(*HERE, ["n"])
    assert set(two.of(*HERE)) == {"seed"}


def test_the_oldest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    kept = FileRefusals(tmp_path)
    for name in ("a", "b", "c", "a", "d"):
        kept.remember(*HERE, refusal(name))
    assert set(kept.of(*HERE)) == set(FileRefusals(tmp_path).of(*HERE)) == {"c", "a", "d"}


def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    FileRefusals(tmp_path / "new").remember(*HERE, refusal("seed"))
    for file in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"refusals": 3}',
        '{"refusals": [1, null, {}]}',
        "[" * 100_000,
        "\x00" * 50,
        '{"refusals": [{"base_url": "https://x/v1", "model": "m", "name": 3}]}',
    ],
)
def test_a_damaged_file_counts_as_empty_and_is_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "refusals.json").write_text(text)
    kept = FileRefusals(tmp_path)
    assert kept.of(*HERE) == {}
    kept.remember(*HERE, refusal("seed"))
    assert set(FileRefusals(tmp_path).of(*HERE)) == {"seed"}


def test_a_damaged_entry_costs_only_itself(tmp_path: Path) -> None:
    FileRefusals(tmp_path).remember(*HERE, refusal("seed"))
    file = tmp_path / "refusals.json"
    file.write_text(file.read_text().replace('"refusals": [', '"refusals": [{"name": "n"},', 1))
    assert set(FileRefusals(tmp_path).of(*HERE)) == {"seed"}


def test_what_cannot_be_written_holds_until_the_program_ends(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    kept = FileRefusals(tmp_path / "state")
    kept.remember(*HERE, refusal("seed"))
    kept.remember(*HERE, refusal("n"))
    kept.forget(*HERE, ["seed"])
    assert set(kept.of(*HERE)) == {"n"}
    (tmp_path / "state").unlink()
    kept.remember(*HERE, refusal("stop"))
    assert set(FileRefusals(tmp_path / "state").of(*HERE)) == {"n", "stop"}


def test_a_folder_or_link_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text('{"refusals": []}')
    (tmp_path / "refusals.json").symlink_to(tmp_path / "elsewhere.json")
    kept = FileRefusals(tmp_path)
    assert kept.of(*HERE) == {}
    kept.remember(*HERE, refusal("seed"))
    assert (tmp_path / "elsewhere.json").read_text() == '{"refusals": []}'
    assert set(kept.of(*HERE)) == {"seed"}


@given(st.lists(st.tuples(st.text(alphabet="ab\ud800", min_size=1), st.text()), max_size=5))
def test_any_name_and_words_are_kept_without_raising(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    kept = FileRefusals(tmp_path_factory.mktemp("state"))
    for name, words in pairs:
        kept.remember(*HERE, refusal(name, words))
    assert len(kept.of(*HERE)) <= len(pairs)

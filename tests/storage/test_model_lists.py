"""Cached model lists: available at once, private, and harmless if damaged."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_cards import read_card, read_cards
from chat_tui.storage.model_lists import MOST_BYTES, FileModelLists

URL = "https://openrouter.ai/api/v1"
CARDS = [
    ModelCard(
        id="a/one",
        name="One",
        description="The first.",
        created_s=5,
        context_length=8,
        max_output=4,
        inputs=("text", "image"),
        outputs=("text",),
        prices={"prompt": 0.5},
        parameters=frozenset({"top_k", "seed"}),
        defaults={"seed": 1, "top_k": None},
        entry={"id": "a/one", "n": [1, {"x": None}], "big": 2**70},
    ),
    ModelCard(id="b/two", parameters=frozenset({"top_p"})),
    ModelCard(id="c"),
]


def kept(folder: Path, cards: list[ModelCard] | None = None, url: str = URL) -> Path:
    """Keep a list; the file it went to."""
    FileModelLists(folder, now_s=lambda: 1_000.0).keep(url, CARDS if cards is None else cards)
    (file,) = (folder / "models").iterdir()
    return file


def test_a_kept_list_comes_back_whole(tmp_path: Path) -> None:
    kept(tmp_path)
    lists = FileModelLists(tmp_path)
    assert list(lists.cards(URL)) == CARDS
    assert lists.card(URL + "/", "a/one") == CARDS[0]
    assert lists.listed(URL) == {"top_k", "seed", "top_p"}
    assert lists.fetched_s(URL) == 1_000.0


def test_a_service_never_asked_has_nothing_and_makes_nothing(tmp_path: Path) -> None:
    lists = FileModelLists(tmp_path / "none")
    assert (lists.cards(URL), lists.fetched_s(URL), lists.card(URL, "m"), lists.listed(URL)) == (
        (),
        None,
        None,
        frozenset(),
    )
    assert not (tmp_path / "none").exists()


def test_the_files_are_private_and_named_by_host(tmp_path: Path) -> None:
    file = kept(tmp_path)
    assert file.name.startswith("openrouter.ai-")
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize(
    "url", ["http://a/v1", "http://a/v2", "http://[::1]:8080/v1", "../../../etc", "", "\x00/\ud800", "x" * 5_000]
)
def test_every_address_has_a_file_of_its_own_within_the_folder(url: str, tmp_path: Path) -> None:
    lists = FileModelLists(tmp_path)
    lists.keep(URL, CARDS)
    lists.keep(url, CARDS[:1])
    assert len(list((tmp_path / "models").iterdir())) == 2
    again = FileModelLists(tmp_path)
    assert (len(again.cards(url)), len(again.cards(URL))) == (1, 3)


def test_a_new_list_takes_the_place_of_the_old_one_and_other_runs_see_it(tmp_path: Path) -> None:
    kept(tmp_path)
    mine, other = FileModelLists(tmp_path), FileModelLists(tmp_path)
    assert len(mine.cards(URL)) == 3
    other.keep(URL, [ModelCard(id="new")])
    assert [card.id for card in mine.cards(URL)] == ["new"]
    assert mine.card(URL, "a/one") is None


def test_a_model_is_found_under_a_name_the_list_has_it_by(tmp_path: Path) -> None:
    kept(tmp_path)
    lists = FileModelLists(tmp_path)
    assert lists.card(URL, "a/one:nitro") == lists.card(URL, "models/a/one") == CARDS[0]
    assert lists.card(URL, "a/one:free") is None


def test_a_card_is_read_once(tmp_path: Path) -> None:
    kept(tmp_path)
    lists = FileModelLists(tmp_path)
    first = lists.card(URL, "a/one")
    assert lists.card(URL, "a/one") is first
    assert lists.cards(URL)[0] is first


DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[: len(data) // 2],
    lambda data: b"\xff" + data,
    lambda data: b"[" * 100_000,
    lambda data: b"null",
    lambda data: data.replace(b'"version":1', b'"version":2'),
    lambda data: data.replace(b"openrouter", b"elsewhere"),
    lambda data: data.replace(b'"listed":', b'"listed":1,"x":'),
    lambda data: data + b" " * (2 * MOST_BYTES),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_none_of_ours_counts_as_none_and_is_replaced(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    file = kept(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    lists = FileModelLists(tmp_path)
    assert (list(lists.cards(URL)), lists.card(URL, "a/one"), lists.fetched_s(URL)) == ([], None, None)
    lists.keep(URL, CARDS)
    assert list(FileModelLists(tmp_path).cards(URL)) == CARDS


def test_one_damaged_card_does_not_cost_the_others(tmp_path: Path) -> None:
    file = kept(tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"created_s":5', b'"created_s":"x"'))
    lists = FileModelLists(tmp_path)
    assert [card.id for card in lists.cards(URL)] == ["b/two", "c"]
    assert lists.card(URL, "a/one") is None


def test_what_is_no_file_is_left_alone_and_the_list_is_there_in_memory(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    lists = FileModelLists(tmp_path)
    lists.keep(URL, CARDS)
    assert list(lists.cards(URL)) == CARDS
    assert (tmp_path / "models").read_text() == "in the way"


def test_a_named_pipe_does_not_hold_the_program_up(tmp_path: Path) -> None:
    file = kept(tmp_path)
    file.unlink()
    os.mkfifo(file)
    assert FileModelLists(tmp_path).cards(URL) == ()


def test_an_overlong_entry_goes_without_what_the_service_sent(tmp_path: Path) -> None:
    kept(tmp_path, [replace(CARDS[0], entry={"x": "y" * 100_000}), CARDS[1]])
    assert list(FileModelLists(tmp_path).cards(URL)) == [replace(CARDS[0], entry={}), CARDS[1]]


def test_a_list_beyond_the_bound_keeps_its_cards_without_the_entries(tmp_path: Path) -> None:
    entry: dict[str, Any] = {"x": "y" * 20_000}
    file = kept(tmp_path, [ModelCard(id=f"m{number}", entry=entry) for number in range(1_000)])
    lists = FileModelLists(tmp_path)
    assert len(lists.cards(URL)) == 1_000
    assert lists.card(URL, "m0") == ModelCard(id="m0")
    assert file.stat().st_size < MOST_BYTES


def test_twenty_thousand_and_no_more(tmp_path: Path) -> None:
    kept(tmp_path, [ModelCard(id=f"m{number}") for number in range(20_001)])
    assert len(FileModelLists(tmp_path).cards(URL)) == 20_000


def test_text_that_is_no_text_does_no_harm(tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    entries: list[dict[str, Any]] = [{"id": "a", "x": "\ud800"}, {"id": "b", "x": deep}, {"id": "c\ud800"}, {"id": "d"}]
    kept(tmp_path, read_cards(entries))
    assert [card.id for card in FileModelLists(tmp_path).cards(URL)] == ["a", "b", "d"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(data=st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_in_the_file_are_survived(data: bytes, tmp_path: Path) -> None:
    folder = tmp_path / msgspec.json.encode(hash(data)).decode()
    file = kept(folder)
    file.write_bytes(data)
    assert FileModelLists(folder).cards(URL) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=5),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        max_size=5,
    )
)
def test_any_entry_comes_back_as_it_was_or_empty(tmp_path: Path, entry: dict[str, Any]) -> None:
    card = read_card({**entry, "id": "m"})
    lists = FileModelLists(tmp_path)
    lists.keep(URL, [card])
    found = FileModelLists(tmp_path).card(URL, "m")
    assert found is not None
    assert found in (card, replace(card, entry={}))

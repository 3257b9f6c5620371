"""Probe cards on disk: private, one per model; foreign files are ignored."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.probing.card import ProbeCard, ProbeRow
from chat_tui.storage.probe_cards import ProbeCardFiles

CARD = ProbeCard(
    provider="p",
    base_url="http://x/v1",
    model="../m\x00",
    at_ms=1,
    ended="complete",
    rows=(ProbeRow(name="n", outcome="refused", words="\ud800 \x1b"),),
)


def test_a_card_is_there_in_the_next_run(tmp_path: Path) -> None:
    ProbeCardFiles(tmp_path / "probes").keep(CARD)
    kept = ProbeCardFiles(tmp_path / "probes").card(CARD.base_url, CARD.model)
    assert kept == replace(CARD, rows=(ProbeRow(name="n", outcome="refused", words="\ufffd \x1b"),))


def test_the_newest_counts_and_each_model_has_its_own(tmp_path: Path) -> None:
    files = ProbeCardFiles(tmp_path)
    for card in (CARD, replace(CARD, at_ms=2), replace(CARD, model="other", at_ms=3)):
        files.keep(card)
    again = ProbeCardFiles(tmp_path)
    assert [getattr(again.card(CARD.base_url, name), "at_ms", None) for name in (CARD.model, "other", "third")] == [
        2,
        3,
        None,
    ]


def test_files_and_folder_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ProbeCardFiles(tmp_path / "probes").keep(CARD)
    finally:
        os.umask(before)
    [file] = (tmp_path / "probes").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', "\x00" * 50])
def test_a_damaged_file_counts_as_missing_and_is_replaced(text: str, tmp_path: Path) -> None:
    ProbeCardFiles(tmp_path).keep(CARD)
    [file] = tmp_path.iterdir()
    file.write_text(text)
    files = ProbeCardFiles(tmp_path)
    assert files.card(CARD.base_url, CARD.model) is None
    files.keep(CARD)
    assert ProbeCardFiles(tmp_path).card(CARD.base_url, CARD.model) is not None


def test_a_card_of_another_model_under_that_name_is_not_believed(tmp_path: Path) -> None:
    ProbeCardFiles(tmp_path).keep(CARD)
    [file] = tmp_path.iterdir()
    ProbeCardFiles(tmp_path).keep(replace(CARD, model="other"))
    [other] = set(tmp_path.iterdir()) - {file}
    other.write_bytes(file.read_bytes())
    assert ProbeCardFiles(tmp_path).card(CARD.base_url, "other") is None


def test_a_disk_that_refuses_does_not_disturb(tmp_path: Path) -> None:
    (tmp_path / "probes").write_text("a file where the folder should be")
    files = ProbeCardFiles(tmp_path / "probes")
    files.keep(CARD)
    assert files.card(CARD.base_url, CARD.model) == CARD

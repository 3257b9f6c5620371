"""Unreadable folders count as empty and prevent no request."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_tui.storage.model_lists import FileModelLists
from chat_tui.storage.probe_cards import ProbeCardFiles


@pytest.fixture(autouse=True)
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user who may not look; the tests may run as one who may look at everything."""

    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", refuse)


def test_no_list_of_models_is_known(tmp_path: Path) -> None:
    lists = FileModelLists(tmp_path)
    assert lists.card("http://127.0.0.1/v1", "m") is None
    assert not lists.cards("http://127.0.0.1/v1")


def test_no_card_of_a_probe_is_known(tmp_path: Path) -> None:
    assert ProbeCardFiles(tmp_path).card("http://127.0.0.1/v1", "m") is None

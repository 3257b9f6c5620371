"""Fixtures of the transcript tests."""

from __future__ import annotations

import pytest

from chat_tui.ui.transcript import view


@pytest.fixture(autouse=True)
def _all_is_laid_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: on a busy one the share of a frame ends in the middle of a message."""
    monkeypatch.setattr(view, "BUDGET_S", 60.0)

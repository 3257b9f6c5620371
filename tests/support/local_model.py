"""Finds the embedded model's file for tests."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from chat_tui.local.model_file import find_model


def real_model_file() -> Path:
    """The shipped model's file on this machine; fails, with the command to run, where there is none."""
    data_dir = os.environ.get("CHAT_TUI_DATA_DIR") or platformdirs.user_data_dir("chat-tui")
    found = find_model(Path(data_dir))
    if found is None or not found.shipped:
        pytest.fail("These tests need the embedded model's file. Run: chat-tui local fetch", pytrace=False)
    return found.path

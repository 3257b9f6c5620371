"""The crash file: locations without values, private, and a message that names it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from chat_tui.ui import crash

KEY = "sk-canary-0123456789abcdef"


def fails(value: str) -> None:
    """Raise an error with a cause, both of which carry the value."""
    table: dict[str, int] = {}
    try:
        table[value] += 1
    except KeyError as error:
        raise ValueError(f"cannot use {value}") from error


def failure(value: str) -> BaseException:
    """That error."""
    with pytest.raises(ValueError, match="cannot use") as caught:
        fails(value)
    return caught.value


def test_the_report_has_the_places_of_the_whole_chain_and_no_value() -> None:
    text = crash.report(failure(KEY))
    assert text.count("in fails") == 2
    assert "KeyError" in text
    assert "ValueError: cannot use ***" in text
    assert KEY not in text


def test_the_file_is_private_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = crash.write_report(failure("x"), tmp_path / "state", "20260101-000000")
    finally:
        os.umask(before)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_file_is_no_further_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert crash.write_report(failure("x"), tmp_path / "file", "now") is None
    assert crash.write_report(failure("x"), None, "now") is None


def test_the_sentence_is_one_harmless_line() -> None:
    assert "saved in /a␛b" in crash.sentence("/a\x1bb", None)
    assert "/state/crash.txt" in crash.sentence(None, Path("/state/crash.txt"))
    assert "\n" not in crash.sentence("/a", Path("/b"))

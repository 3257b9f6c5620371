"""What the entry point says about errors that no command expects."""

from __future__ import annotations

import errno

import pytest

from chat_tui.cli import main as entry


@pytest.mark.parametrize(
    ("error", "why"),
    [(OSError(errno.EMFILE, "x"), "Too many open files"), (MemoryError(), "Out of memory")],
)
def test_a_system_out_of_resources_is_not_reported_as_a_bug(
    error: Exception, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: list[str]) -> int:
        raise error

    monkeypatch.delenv("CHAT_TUI_TRACEBACK", raising=False)
    monkeypatch.setattr(entry, "_run_command", fail)
    assert entry.main(["params"]) == 1
    said = capsys.readouterr().err
    assert f"no more resources: {why}." in said
    assert "report" not in said

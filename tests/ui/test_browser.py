"""Passing addresses to the system's browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.browser import open_address


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that writes down what it was called with, its environment, and whether it has a terminal."""
    program = tmp_path / "browser"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        f"open({str(tmp_path / 'called')!r}, 'w').write(json.dumps([sys.argv[1:], sorted(os.environ), os.isatty(0)]))\n"
        "print('noise')\n"
        "print('noise', file=sys.stderr)\n"
    )
    program.chmod(0o755)
    return program


def environment(browser: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "BROWSER": str(browser), "A_KEY": "sk-canary", "DISPLAY": ":9"}


def test_the_browser_gets_the_address_as_one_argument_and_no_key(
    browser: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    address = "https://example.org/a?b=c&d='e';$(touch%20x)#f"
    open_address(address, environment(browser), secret=["A_KEY"])
    called = (browser.parent / "called").read_text()
    assert f'[["{address}"]' in called
    assert "BROWSER" in called
    assert "A_KEY" not in called
    assert "false]" in called
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:x", "--help", "https://a@b.org", "https://a.org/\n"]
)
def test_what_may_not_be_opened_reaches_no_browser(browser: Path, address: str) -> None:
    with pytest.raises(ProblemError, match="was not opened"):
        open_address(address, environment(browser))
    assert not (browser.parent / "called").exists()


def test_a_machine_without_a_browser_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="No browser could be started"):
        open_address("https://example.org", {"PATH": str(tmp_path)})

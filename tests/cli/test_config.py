"""Tests of ``chat-tui config`` in a real process."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import run


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return str(file)


def test_a_created_file_has_no_problems_and_is_not_overwritten(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    assert run(home, "config", "init", "--config", str(file)).returncode == 0
    assert run(home, "config", "check", "--config", str(file)).stdout == f"{file}: no problems\n"
    before = file.read_text("utf-8")
    assert run(home, "config", "init", "--config", str(file)).returncode == 2
    assert file.read_text("utf-8") == before


def test_every_problem_is_named(home: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, 'modle = "m"\n[keys]\npanl = "f2"\ntheme = "x"\n[network]\nretries = "x"\n')
    done = run(home, "config", "check", "--config", file)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    for words in (
        "modle",
        "network.retries",
        "[keys] panl: no action has this id. Did you mean panel?",
        "[keys] theme",
    ):
        assert any(words in line for line in lines), words


def test_a_file_that_is_there_but_cannot_be_read_is_a_problem(home: dict[str, str], tmp_path: Path) -> None:
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    done = run(home, "config", "check", "--config", str(loop))
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_a_theme_that_does_not_exist_is_a_problem(home: dict[str, str], tmp_path: Path) -> None:
    done = run(home, "config", "check", "--config", written(tmp_path, 'theme = "no-such-theme"\n'))
    assert (done.returncode, done.stderr) == (2, "chat-tui: There is no theme named no-such-theme.\n")
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.toml").write_text("dark = 5\n", "utf-8")
    done = run(home, "config", "check", "--config", written(tmp_path, 'theme = "mine"\n'))
    assert "Theme not used: mine.toml: missing" in done.stderr
    for good in ("harbour", "textual-dark"):
        assert run(home, "config", "check", "--config", written(tmp_path, f'theme = "{good}"\n')).returncode == 0

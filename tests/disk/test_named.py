"""Invalid file names are reported as problems, wherever a user can type one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chat_tui.config.paths import config_file, data_dir
from chat_tui.config.presets import PresetFolder
from chat_tui.disk.named import expanded
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.reply_media import Medium
from chat_tui.engine.attaching import attach
from chat_tui.engine.media_files import save_media
from chat_tui.engine.user_files import read_bytes, read_text
from chat_tui.engine.written_files import is_taken, write_text
from chat_tui.storage.imports import FileImports
from chat_tui.tools.definitions import read_definitions
from tests.support.session_files import store

NOBODY = "~nobody-has-this-name/x.json"
IMPOSSIBLE = (NOBODY, "x" * 300, "a\0b", "\udcff/\udcff")
USES: dict[str, Callable[[str], object]] = {
    "read text": read_text,
    "read bytes": read_bytes,
    "write": lambda name: write_text(name, "x"),
    "save media": lambda name: save_media(name, [Medium(b"x", "bin")]),
    "attach": attach,
    "tool file": read_definitions,
    "preset": PresetFolder(Path("/nowhere")).load,
    "import database": lambda name: FileImports(Path("/nowhere")).tables(name, ["t"]),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
@pytest.mark.parametrize("use", USES)
def test_an_impossible_name_is_a_problem_that_says_it(
    use: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProblemError):
        USES[use](name)
    assert not is_taken(name)


@pytest.mark.parametrize("use", [config_file, data_dir])
def test_a_folder_of_nobody_is_told(use: Callable[..., Path]) -> None:
    with pytest.raises(ProblemError, match="~nobody"):
        use({}, NOBODY)


def test_a_session_of_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="~nobody"):
        store(tmp_path).create(path=NOBODY)
    with pytest.raises(ProblemError, match="~nobody"):
        FileImports(tmp_path).keep([], path=NOBODY)


def test_the_home_folder_is_put_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert expanded("~/a") == Path("/home/me/a")
    assert expanded("a/~") == Path("a/~")

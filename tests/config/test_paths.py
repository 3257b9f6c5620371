"""Tests of file locations and permissions."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs
import pytest

from chat_tui.config import paths


def test_the_platform_says_where_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "k"))
    assert paths.config_file({}).name == "config.toml"
    folders = {paths.config_file({}).parent, paths.data_dir({}), paths.state_dir({}), paths.cache_dir({})}
    assert all(folder.name == "chat-tui" for folder in folders)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", ["", "relative/folder", "/abs/folder", "/abs/with space/"])
@pytest.mark.parametrize("home", ["/home/somebody", "", "relative"])
def test_the_usual_places_are_those_platformdirs_names(monkeypatch: pytest.MonkeyPatch, home: str, named: str) -> None:
    monkeypatch.setenv("HOME", home)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", named)
    theirs = platformdirs.PlatformDirs("chat-tui", appauthor=False)
    assert paths.config_file({}).parent == Path(theirs.user_config_dir)
    assert paths.data_dir({}) == Path(theirs.user_data_dir)
    assert paths.state_dir({}) == Path(theirs.user_state_dir)
    assert paths.cache_dir({}) == Path(theirs.user_cache_dir)


def test_the_environment_names_a_file_or_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert paths.config_file({"CHAT_TUI_CONFIG": str(file)}) == file
    assert paths.config_file({"CHAT_TUI_CONFIG": str(tmp_path)}) == tmp_path / "config.toml"
    assert paths.config_file({"CHAT_TUI_CONFIG": str(tmp_path)}, named=str(file)) == file
    assert paths.user_themes_dir({"CHAT_TUI_CONFIG": str(tmp_path)}) == tmp_path / "themes"


def test_what_is_not_named_need_not_be_there() -> None:
    assert not paths.config_is_named({})
    assert not paths.config_is_named({"CHAT_TUI_CONFIG": ""})
    assert paths.config_is_named({"CHAT_TUI_CONFIG": "x"})
    assert paths.config_is_named({}, "x")


def test_a_named_data_folder_holds_everything_that_is_kept(tmp_path: Path) -> None:
    env = {"CHAT_TUI_DATA_DIR": str(tmp_path)}
    assert paths.data_dir(env) == tmp_path
    assert paths.state_dir(env) == tmp_path / "state"
    assert paths.cache_dir(env) == tmp_path / "cache"
    assert paths.data_dir(env, named="~/other") == Path("~/other").expanduser()


@pytest.mark.skipif(os.name != "posix", reason="modes are posix")
def test_what_is_made_is_private_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        paths.write_new(tmp_path / "a" / "b" / "f.toml", "x")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / each).stat().st_mode) for each in ("a", "a/b", "a/b/f.toml")]
    assert modes == [0o700, 0o700, 0o600]
    with pytest.raises(FileExistsError):
        paths.write_new(tmp_path / "a" / "b" / "f.toml", "y")
    assert (tmp_path / "a" / "b" / "f.toml").read_text("utf-8") == "x"


def test_what_is_shipped_is_found() -> None:
    assert "#validation" in paths.example_config()
    assert paths.themes_dir().name == "themes"

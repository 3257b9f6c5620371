"""Theme files: the bundled ones are valid, invalid ones are reported and never fatal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.color import Color

from chat_tui.ui.default_theme import DEFAULT_THEME, default_theme
from chat_tui.ui.themes import ThemeError, load_theme, load_themes, theme_files
from tests.support.fakes import THEMES
from tests.support.rows_on_screen import contrast

SOUND = "\n".join(
    f'{name} = "#123456"'
    for name in ("primary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error")
)


def test_the_themes_that_come_along_are_sound_dark_and_light() -> None:
    found = load_themes([THEMES])
    assert not found.problems
    assert DEFAULT_THEME in {theme.name for theme in found.themes}
    assert sum(not theme.dark for theme in found.themes) >= 2
    assert sum(theme.dark for theme in found.themes) >= 3


@pytest.mark.parametrize("path", sorted(THEMES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_colour_can_be_read_on_every_ground(path: Path) -> None:
    theme = load_theme(path)
    least = 7.0 if "beacon" in theme.name else 4.0
    for ground in (theme.background, theme.surface):
        for ink in (theme.foreground, theme.primary, theme.accent, theme.success, theme.warning, theme.error):
            assert ground is not None
            assert ink is not None
            assert contrast(Color.parse(ink), Color.parse(ground)) >= least, (theme.name, ink, ground)
    assert contrast(Color.parse(str(theme.foreground)), Color.parse(str(theme.background))) >= 7.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "primary"),
        ("primary = #\ndark = true", "line 1"),
        (f"{SOUND}\nprimry = '#fff'", "unknown key primry"),
        (SOUND.replace('error = "#123456"', "error = 3"), "error = '3' is not a valid color"),
        (SOUND.replace('error = "#123456"', 'error = "[/x]"'), "error = '[/x]' is not a valid color"),
        (f"{SOUND}\ndark = 'yes'", "dark must be true or false"),
        (f"{SOUND}\ntext_alpha = 7", "text_alpha must be a number from 0 to 1"),
        (f"{SOUND}\nvariables = 1", "[variables] must be a table"),
        (f"{SOUND}\n[variables]\nborder = 'x; y'", "variables.border"),
        ("\x00", "mine.toml"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ThemeError) as caught:
        load_theme(path)
    assert "mine.toml" in str(caught.value)
    assert words in str(caught.value)


def test_a_file_that_is_not_text_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    for name in ("mine.toml", "folder.toml", "pipe.toml", "missing.toml"):
        with pytest.raises(ThemeError, match=name):
            load_theme(tmp_path / name)
    assert len(load_themes([tmp_path]).problems) == 3


def test_a_users_theme_takes_the_place_of_one_that_comes_along(tmp_path: Path) -> None:
    (tmp_path / "harbour.toml").write_text(SOUND, "utf-8")
    assert theme_files([THEMES, tmp_path])["harbour"].parent == tmp_path
    assert theme_files([tmp_path / "missing"]) == {}


def test_the_built_in_theme_is_the_file_of_its_name() -> None:
    assert load_theme(THEMES / f"{DEFAULT_THEME}.toml") == default_theme()

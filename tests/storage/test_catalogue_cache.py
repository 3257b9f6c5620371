"""The cached catalogue: used if valid, replaced if not, ignored if it cannot be stored."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from chat_tui.catalogue import load
from chat_tui.catalogue.load import FOLDER, Tables, load_catalogue
from chat_tui.domain.problems import ProblemError
from chat_tui.storage import catalogue_cache
from chat_tui.storage.catalogue_cache import cached_catalogue

CACHE = "catalogue.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue's data."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were parsed, in order; nothing is remembered from one start to the next."""
    seen: list[Path] = []

    def parse(folder: Path) -> Tables:
        seen.append(folder)
        return load.parse_tables(folder)

    monkeypatch.setattr(catalogue_cache, "parse_tables", parse)
    return seen


def start(tmp_path: Path, folder: Path) -> object:
    """What the next start of the program reads."""
    cached_catalogue.cache_clear()
    return cached_catalogue(tmp_path / "cache", folder)


def test_the_second_start_parses_nothing_and_reads_the_same(tmp_path: Path, folder: Path, parsed: list[Path]) -> None:
    assert start(tmp_path, folder) == load_catalogue()
    assert start(tmp_path, folder) == load_catalogue()
    assert parsed == [folder]


def test_what_is_kept_is_private(tmp_path: Path, folder: Path) -> None:
    start(tmp_path, folder)
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "cache" / CACHE).stat().st_mode) == 0o600


def test_a_changed_file_is_parsed_again(tmp_path: Path, folder: Path, parsed: list[Path]) -> None:
    start(tmp_path, folder)
    groq = folder / "providers" / "groq.toml"
    groq.write_text(groq.read_text("utf-8").replace('title = "Groq"', 'title = "Other"'), "utf-8")
    assert cached_title(start(tmp_path, folder)) == "Other"
    assert len(parsed) == 2


def test_a_file_more_or_less_is_noticed(tmp_path: Path, folder: Path, parsed: list[Path]) -> None:
    start(tmp_path, folder)
    another = folder / "providers" / "another.toml"
    shutil.copy(folder / "providers" / "groq.toml", another)
    assert start(tmp_path, folder) != load_catalogue()
    another.unlink()
    assert start(tmp_path, folder) == load_catalogue()
    assert len(parsed) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [("{", ""), ('"stamp"', '"stomp"'), ('"parameters.toml":{', '"parameters.toml":{"odd":1,'), ("[{", "[5,{")],
)
def test_a_damaged_file_is_replaced(tmp_path: Path, folder: Path, parsed: list[Path], old: str, new: str) -> None:
    start(tmp_path, folder)
    file = tmp_path / "cache" / CACHE
    good = file.read_text("utf-8")
    assert old in good
    file.write_text(good.replace(old, new, 1), "utf-8")
    assert start(tmp_path, folder) == load_catalogue()
    assert file.read_text("utf-8") == good
    assert len(parsed) == 2


def test_where_nothing_can_be_written_every_start_parses(tmp_path: Path, folder: Path, parsed: list[Path]) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert start(tmp_path, folder) == load_catalogue()
    assert start(tmp_path, folder) == load_catalogue()
    assert len(parsed) == 2


def test_a_broken_catalogue_is_told_and_not_kept(tmp_path: Path, folder: Path) -> None:
    (folder / "families.toml").unlink()
    with pytest.raises(ProblemError, match=r"families\.toml"):
        start(tmp_path, folder)
    assert not (tmp_path / "cache").exists()


def cached_title(catalogue: object) -> str:
    """The title of one provider."""
    assert isinstance(catalogue, type(load_catalogue()))
    return catalogue.providers["groq"].title

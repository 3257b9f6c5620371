"""Tests of the catalogue loader: invalid data is reported by file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import chat_tui.catalogue.load
from chat_tui.catalogue.load import load_catalogue, read_catalogue
from chat_tui.domain.problems import ProblemError

SOURCE = Path(chat_tui.catalogue.load.__file__).parent
SEED = 'name = "seed"\n'
O_SERIES = 'id = "openai-o"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue's data, to be broken."""
    for name in ("parameters.toml", "families.toml"):
        shutil.copy(SOURCE / name, tmp_path / name)
    shutil.copytree(SOURCE / "providers", tmp_path / "providers")
    return tmp_path


def test_the_copy_reads_as_the_original(folder: Path) -> None:
    assert read_catalogue(folder) == load_catalogue()


def test_it_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("parameters.toml", SEED, SEED + "min = 1\nmin = 2\n", ("parameters.toml", "Cannot overwrite a value")),
        ("parameters.toml", SEED, SEED + "minn = 1\n", ("parameter 'seed', key minn", "not a valid key of this table")),
        ("parameters.toml", SEED, SEED + "step = true\n", ("parameter 'seed', key step", "must be a number")),
        ("parameters.toml", SEED, SEED + "required = 1\n", ("key required", "must be true or false")),
        ("parameters.toml", SEED, SEED + "max_items = 1.5\n", ("key max_items", "must be a whole number")),
        ("parameters.toml", SEED, SEED + "enum = 5\n", ("key enum", "must be a list")),
        ("parameters.toml", SEED, SEED + "enum = [{}]\n", ("key enum", "must be a string, number or boolean")),
        ("parameters.toml", SEED, SEED + 'item_types = ["text"]\n', ("key item_types", "must be a list of string")),
        ("parameters.toml", SEED, SEED + 'pattern = "("\n', ("parameter 'seed'", "not a valid regular expression")),
        ("parameters.toml", SEED, "name = 5\n", ("key name", "must be a string")),
        ("parameters.toml", SEED, "", ("key name", "is missing")),
        ("parameters.toml", SEED, 'name = "stop"\n', ("parameters.toml, key name", "occurs twice")),
        ("parameters.toml", 'control = "model"', 'control = "knob"', ("key control", "must be one of slider")),
        ("parameters.toml", 'group = "stream"', 'group = "river"', ("key group", "no group 'river'")),
        ("parameters.toml", 'other = "top_p"', 'other = "topp"', ("'temperature' rules, key other", "'topp'")),
        ("parameters.toml", 'op = "mentions"', 'op = "says"', ("rules, key op", "must be one of set")),
        ("parameters.toml", 'other = "top_p", ', "", ("'temperature' rules", "requires other and op")),
        ("parameters.toml", 'family = "openai-gpt56"', 'family = "gpt"', ("reasoning_effort", "no family 'gpt'")),
        ("parameters.toml", 'providers = ["openai"]', 'providers = ["opeai"]', ("rules", "no provider 'opeai'")),
        ("parameters.toml", "[[group]]", "[[grupp]]", ("parameters.toml, key grupp", "not a valid key of this file")),
        ("parameters.toml", "order = 9\n", "", ("group 'stream', key order", "is missing")),
        ("families.toml", O_SERIES, O_SERIES + "title = 5\n", ("families.toml", "overwrite")),
        ("families.toml", O_SERIES, "", ("families.toml, family 1, key id", "is missing")),
        (
            "families.toml",
            'match = ["^gpt-5\\\\.[5-9]"',
            'match = ["^gpt-5\\\\.[5-9"',
            ("openai-gpt56", "not a valid regular expression"),
        ),
        ("families.toml", 'refuses = ["max_tokens", ', 'refuses = ["max_token", ', ("openai-o", "'max_token'")),
        ("families.toml", "n = [1, 8]", "n = [8, 1]", ("key ranges", "must be [smallest, largest]")),
        ("families.toml", "n = [1, 8]", "n = 8", ("key ranges", "must be [smallest, largest]")),
        ("families.toml", 'of = ["tools"]', "of = []", ("'openai-gpt56', key rules", "needs `of`")),
        ("families.toml", "fixed = { temperature = 1 }", "fixed = 1", ("key fixed", "must be a table")),
        ("families.toml", 'confidence = "recalled"', 'confidence = "sure"', ("key confidence", "must be one of")),
        ("providers/groq.toml", 'title = "Groq"\n', "", ("providers/groq.toml, key title", "is missing")),
        ("providers/groq.toml", 'title = "Groq"\n', "title = [", ("providers/groq.toml", "line 1")),
        ("providers/groq.toml", "order = 10", 'order = "a"', ("providers/groq.toml", "must be a whole number")),
        ("providers/groq.toml", '"top_logprobs"', '"toplogprobs"', ("groq.toml, key unsupported", "'toplogprobs'")),
        ("providers/groq.toml", '"error"\n', '"angry"\n', ("key unsupported_how", "must be one of error")),
        ("providers/groq.toml", "unsupported = [", "unsupported = [5, ", ("key unsupported", "a list of strings")),
    ],
)  # fmt: skip
def test_broken_data_is_named_by_file_and_key(
    folder: Path, file: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ProblemError) as caught:
        read_catalogue(folder)
    sentence = caught.value.problem.sentence()
    assert file in sentence
    for word in words:
        assert word in sentence


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "families.toml").unlink()
    with pytest.raises(ProblemError, match=r"families\.toml: No such file"):
        read_catalogue(folder)

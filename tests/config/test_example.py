"""The example configuration contains every setting, explained, with its default."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import NODEFAULT
from msgspec.structs import fields

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config.load import load_config
from chat_tui.config.paths import example_config
from chat_tui.config.settings import Config, LocalConfig, ProviderConfig, UiConfig
from chat_tui.domain.calls import Limits

SETTING = re.compile(r"#(\w[\w-]* = .*|\[[\w.]+\])")


def uncommented() -> dict[str, Any]:
    """The example as a file in which every setting is made."""
    lines = [re.sub(r"^#", "", line) if SETTING.fullmatch(line) else line for line in example_config().splitlines()]
    return tomllib.loads("\n".join(lines))


def defaults(kind: type[Any]) -> dict[str, Any]:
    """Names and defaults of a part of the configuration."""
    return {each.name: each.default for each in fields(kind) if each.default is not NODEFAULT}


def test_as_it_comes_it_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(example_config(), "utf-8")
    assert load_config(file, {}) == (Config(), [])


def test_every_setting_is_there_with_its_default() -> None:
    table = uncommented()
    assert {name: value for name, value in table.items() if not isinstance(value, dict)} == defaults(Config)
    assert {name for name, value in table.items() if isinstance(value, dict)} == {
        each.name for each in fields(Config) if each.default is NODEFAULT
    }
    assert table["network"] == defaults(Limits)
    assert table["ui"] == defaults(UiConfig)
    assert table["local"] == defaults(LocalConfig)
    assert table["keys"] == {}


def test_every_setting_of_a_provider_is_there() -> None:
    mine = uncommented()["providers"]["mine"]
    assert set(mine) == {each.name for each in fields(ProviderConfig)}
    assert {name: mine[name] for name in defaults(Limits)} == defaults(Limits)


def test_with_every_setting_made_it_reads_without_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    text = "\n".join(
        re.sub(r"^#", "", line) if SETTING.fullmatch(line) else line for line in example_config().splitlines()
    )
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")
    config, problems = load_config(file, {})
    assert problems == []
    assert config.providers["mine"].headers == {"X-Team": "research"}


def paragraphs() -> Iterator[tuple[str, str]]:
    """Each setting with the line before its paragraph of settings."""
    lines = example_config().splitlines()
    for number, line in enumerate(lines):
        if SETTING.fullmatch(line):
            above = number - 1
            while SETTING.fullmatch(lines[above]):
                above -= 1
            yield line, lines[above]


def test_every_setting_is_explained() -> None:
    assert [line for line, above in paragraphs() if not above.startswith("# ") and not line.startswith("#[")] == []


def test_it_names_the_providers_there_are() -> None:
    text = example_config()
    assert [name for name in load_catalogue().providers if not re.search(rf"\b{name}\b", text)] == []

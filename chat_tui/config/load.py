"""Load the configuration; faults are reported with what is used instead, and the file is never written."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from msgspec.structs import fields

from chat_tui.config.paths import config_file, config_is_named
from chat_tui.config.settings import Config, LocalConfig, ProviderConfig, UiConfig
from chat_tui.config.text_files import fault_words, regular_text
from chat_tui.config.toml_text import TomlFaultError, parse_toml
from chat_tui.domain.calls import Limits
from chat_tui.domain.problems import Problem

_SIZE_LIMIT: Final = 1024 * 1024
_RETRIES_LIMIT: Final = 2
_SECONDS_LIMIT: Final = 86_400
"""One day. The clock of an event loop cannot represent arbitrarily large times."""
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"

Check: TypeAlias = Callable[[Any], str]
"""Returns what a value must be, or an empty string if it is valid."""


def load_config(path: Path | str | None = None, env: Mapping[str, str] | None = None) -> tuple[Config, list[Problem]]:
    """Load the user's configuration.

    Args:
        path: The file; None: the one from ``CHAT_TUI_CONFIG``, else the platform's. Only an explicitly named file must
            exist.
        env: The environment; None: that of the process.

    Returns:
        The configuration, with defaults for everything invalid, and a problem for each fault.
    """
    named = str(path) if path is not None else None
    file = config_file(env, named)
    try:
        table = parse_toml(regular_text(file, _SIZE_LIMIT))
    except FileNotFoundError:
        missing = Problem(kind="config", what=f"There is no configuration file {file}", hint="The defaults are used.")
        return Config(), [missing] if config_is_named(env, named) else []
    except (OSError, ValueError, RecursionError) as error:
        return Config(), [_unusable(file, error)]
    reader = _Reader(file)
    config = reader.config(table)
    if any(each.headers for each in config.providers.values()):
        reader.problems += _readable_by_others(file)
    return config, reader.problems


def _unusable(file: Path, error: Exception) -> Problem:
    instead = "The defaults are used; the file was not changed."
    if isinstance(error, TomlFaultError):
        what = f"The configuration {file}{error.place} is not valid TOML"
        return Problem(kind="config", what=what, why=str(error), hint=instead)
    what = f"The configuration {file} cannot be read"
    return Problem(kind="config", what=what, why=fault_words(error), hint=instead)


def _readable_by_others(file: Path) -> list[Problem]:
    try:
        private = os.name != "posix" or not file.stat().st_mode & 0o077
    except OSError:  # deleted since it was read
        return []
    if private:
        return []
    what = f"Other users of this machine can read {file}, which contains headers"
    return [Problem(kind="config", what=what, hint=f"Run: chmod 600 {file}")]


def _text_check(value: Any) -> str:
    return "" if isinstance(value, str) else "must be a string"


def _flag_check(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _seconds_check(value: Any) -> str:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not value > 0:
        return "must be a number of seconds above 0"
    return "" if value <= _SECONDS_LIMIT else f"must be at most {_SECONDS_LIMIT} seconds"


def _whole_check(low: int, high: int) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if good else f"must be a whole number from {low} to {high}"

    return check


def _validation_check(value: Any) -> str:
    return "" if value in ("block", "warn", "off") else "must be block, warn or off"


def _attach_check(value: Any) -> str:
    return "" if value in ("data", "reference") else "must be data or reference"


def _headers_check(value: Any) -> str:
    good = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    return "" if good else "must be a table of strings"


_LIMITS: Final[Mapping[str, Check]] = {
    "connect_timeout_s": _seconds_check,
    "first_byte_timeout_s": _seconds_check,
    "idle_timeout_s": _seconds_check,
    "retries": _whole_check(0, _RETRIES_LIMIT),
}
_UI: Final[Mapping[str, Check]] = dict.fromkeys((each.name for each in fields(UiConfig)), _flag_check)
_LOCAL: Final[Mapping[str, Check]] = {
    "model": _text_check,
    "context": _whole_check(256, 1_048_576),
    "threads": _whole_check(0, 1024),
}
_PROVIDER: Final[Mapping[str, Check]] = {
    **dict.fromkeys((each.name for each in fields(ProviderConfig)), _text_check),
    **dict.fromkeys(("key_required", "allow_http", "stream_usage"), _flag_check),
    **_LIMITS,
    "headers": _headers_check,
}
_TOP: Final[Mapping[str, Check]] = {
    "provider": _text_check,
    "model": _text_check,
    "theme": _text_check,
    "validation": _validation_check,
    "attach": _attach_check,
}
_TABLES: Final = ("network", "keys", "ui", "local", "providers")


class _Reader:
    """Converts the tables of one file to a configuration and collects the problems."""

    def __init__(self, file: Path) -> None:
        self.problems: list[Problem] = []
        self._file = file

    def config(self, table: Mapping[str, Any]) -> Config:
        """Convert the whole file."""
        top = {name: value for name, value in table.items() if name not in _TABLES}
        members = self._members(top, _TOP, "", _TABLES)
        return Config(
            **members,
            network=Limits(**self._members(self._table(table, "network"), _LIMITS, "network.")),
            keys=self._keys(self._table(table, "keys")),
            ui=UiConfig(**self._members(self._table(table, "ui"), _UI, "ui.")),
            local=LocalConfig(**self._members(self._table(table, "local"), _LOCAL, "local.")),
            providers=self._providers(self._table(table, "providers")),
        )

    def _table(self, table: Mapping[str, Any], name: str, before: str = "") -> Mapping[str, Any]:
        found = table.get(name, {})
        if isinstance(found, dict):
            return found
        self._say(f"{before}{name}", "must be a table", "It is ignored.")
        return {}

    def _members(
        self, table: Mapping[str, Any], checks: Mapping[str, Check], before: str, also: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for name, value in table.items():
            check = checks.get(name)
            if check is None:
                self._say(f"{before}{name}", "is not a setting", self._similar(name, (*checks, *also)))
            elif fault := check(value):
                self._say(f"{before}{name}", fault, "The default is used.")
            else:
                members[name] = value
        return members

    def _keys(self, table: Mapping[str, Any], before: str = "") -> dict[str, str]:
        """Convert key bindings given as a string or a list of strings; an id with dots may be quoted or not."""
        keys: dict[str, str] = {}
        for name, value in table.items():
            action = f"{before}{name}"
            words = value if isinstance(value, list) else [value]
            if isinstance(value, dict):
                keys |= self._keys(value, f"{action}.")
            elif words and all(isinstance(word, str) and word for word in words):
                keys[action] = ",".join("comma" if word.strip() == "," else word for word in words)
            else:
                self._say(f"keys.{action}", "must be a key or a list of keys", "The default keys are used.")
        return keys

    def _providers(self, tables: Mapping[str, Any]) -> dict[str, ProviderConfig]:
        found: dict[str, ProviderConfig] = {}
        for name in tables:
            if not re.fullmatch(_NAME, name):
                self._say(f"providers.{name!r}", "must have a name of letters, digits, . _ -", "It is ignored.")
                continue
            members = self._members(self._table(tables, name, "providers."), _PROVIDER, f"providers.{name}.")
            found[name] = ProviderConfig(**members)
        return found

    def _similar(self, name: str, known: tuple[str, ...]) -> str:
        import difflib

        near = difflib.get_close_matches(name, known, n=1)
        return f"Did you mean {near[0]}? It is ignored." if near else "It is ignored."

    def _say(self, name: str, fault: str, hint: str) -> None:
        self.problems.append(Problem(kind="config", what=f"{self._file}: {name} {fault}", hint=hint))

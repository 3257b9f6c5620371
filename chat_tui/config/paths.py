"""Locate configuration, data, state, cache and packaged files on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chat_tui.disk.named import expanded
from chat_tui.disk.private import create_private
from chat_tui.domain.problems import Problem, ProblemError

_APP: Final = "chat-tui"
_PACKAGE: Final = Path(__file__).parent.parent
_NAME: Final = "config.toml"
_XDG: Final = {"config": ".config", "data": ".local/share", "state": ".local/state", "cache": ".cache"}


def config_file(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the configuration file: as named, else from ``CHAT_TUI_CONFIG``, else the platform's default.

    A named folder stands for the ``config.toml`` in it. The current directory is never searched.
    """
    words = named or _of(env).get("CHAT_TUI_CONFIG", "")
    if not words:
        return _platform_dir("config") / _NAME
    path = _named(words)
    return path / _NAME if path.is_dir() else path


def config_is_named(env: Mapping[str, str] | None = None, named: str | None = None) -> bool:
    """Return whether the user named a configuration explicitly, so that its absence should be reported."""
    return bool(named or _of(env).get("CHAT_TUI_CONFIG"))


def data_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of sessions and the model file: as named, else ``CHAT_TUI_DATA_DIR``, else the default."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return _named(words) if words else _platform_dir("data")


def state_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of logs, drafts and crash reports: ``state`` in a named data folder, else the default."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return data_dir(env, named) / "state" if words else _platform_dir("state")


def cache_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of data that can be regenerated: ``cache`` in a named data folder, else the default."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return data_dir(env, named) / "cache" if words else _platform_dir("cache")


def themes_dir() -> Path:
    """Return the folder of the packaged themes: in the installed package, else in the source tree."""
    installed = _PACKAGE / "themes"
    return installed if installed.is_dir() else _PACKAGE.parent / "themes"


def user_themes_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of the user's themes: ``themes`` next to the configuration."""
    return config_file(env, named).parent / "themes"


def presets_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of the user's presets: ``presets`` next to the configuration."""
    return config_file(env, named).parent / "presets"


def tools_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Return the folder of the user's tool definitions: ``tools`` next to the configuration."""
    return config_file(env, named).parent / "tools"


def example_config() -> str:
    """Return the text of the example configuration, which documents every setting."""
    name = "config.example.toml"
    installed = Path(__file__).with_name(name)
    return (installed if installed.is_file() else _PACKAGE.parent / name).read_text("utf-8")


def write_new(path: Path, text: str) -> None:
    """Write a new file with mode 0600, creating missing folders with mode 0700.

    Raises:
        OSError: The file exists already, or cannot be written.
    """
    with os.fdopen(create_private(path, os.O_WRONLY), "w", encoding="utf-8") as file:
        file.write(text)


def _named(words: str) -> Path:
    """Return the path for a user-supplied name.

    Raises:
        ProblemError: Its home folder does not exist.
    """
    try:
        return expanded(words)
    except OSError as error:
        raise ProblemError(Problem(kind="config", what=f"Cannot use {words}", why=error.strerror or "")) from None


def _of(env: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if env is None else env


def _platform_dir(kind: str) -> Path:
    home = os.environ.get("HOME", "")
    if sys.platform == "linux" and home.startswith("/"):
        return _xdg_dir(kind, Path(home))
    import platformdirs  # imported only if needed, since it takes as long as the rest of the configuration

    return Path(getattr(platformdirs, f"user_{kind}_dir")(_APP, appauthor=False))


def _xdg_dir(kind: str, home: Path) -> Path:
    """Return a folder per the XDG Base Directory Specification: an empty or relative variable counts as unset."""
    named = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    base = Path(named) if named.startswith("/") else home / _XDG[kind]
    return base / _APP

"""Where configuration, data, state and what is shipped with the program are on this machine."""

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
    """The configuration: the file (or folder with a ``config.toml``) named, else by ``CHAT_TUI_CONFIG``, else usual.

    Never a file in the current directory unless it is named.
    """
    words = named or _of(env).get("CHAT_TUI_CONFIG", "")
    if not words:
        return _platform_dir("config") / _NAME
    path = _named(words)
    return path / _NAME if path.is_dir() else path


def config_is_named(env: Mapping[str, str] | None = None, named: str | None = None) -> bool:
    """Whether the user said which configuration to read, so that its absence is worth a word."""
    return bool(named or _of(env).get("CHAT_TUI_CONFIG"))


def data_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Where sessions and the model file are: as named, else by ``CHAT_TUI_DATA_DIR``, else the platform's place."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return _named(words) if words else _platform_dir("data")


def state_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Where logs, drafts and crash reports are: ``state`` in a data folder that was named, else the platform's."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return data_dir(env, named) / "state" if words else _platform_dir("state")


def cache_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """Where what can be made again is: ``cache`` in a data folder that was named, else the platform's place."""
    words = named or _of(env).get("CHAT_TUI_DATA_DIR", "")
    return data_dir(env, named) / "cache" if words else _platform_dir("cache")


def themes_dir() -> Path:
    """The themes that come with the program: in the installed package, else in the source tree."""
    installed = _PACKAGE / "themes"
    return installed if installed.is_dir() else _PACKAGE.parent / "themes"


def user_themes_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """The user's own themes: ``themes`` beside the configuration."""
    return config_file(env, named).parent / "themes"


def presets_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """The user's presets: ``presets`` beside the configuration."""
    return config_file(env, named).parent / "presets"


def tools_dir(env: Mapping[str, str] | None = None, named: str | None = None) -> Path:
    """The user's tool definitions: ``tools`` beside the configuration."""
    return config_file(env, named).parent / "tools"


def example_config() -> str:
    """The text of the example configuration, in which every setting is explained."""
    name = "config.example.toml"
    installed = Path(__file__).with_name(name)
    return (installed if installed.is_file() else _PACKAGE.parent / name).read_text("utf-8")


def write_new(path: Path, text: str) -> None:
    """Write a new file for this user alone (0600), in a folder made likewise.

    Raises:
        OSError: It exists already, or cannot be written.
    """
    with os.fdopen(create_private(path, os.O_WRONLY), "w", encoding="utf-8") as file:
        file.write(text)


def _named(words: str) -> Path:
    """A path that somebody named.

    Raises:
        ProblemError: It lies in the home folder of nobody.
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
    import platformdirs  # as long to load as the rest of the configuration: only where the rule is not this plain

    return Path(getattr(platformdirs, f"user_{kind}_dir")(_APP, appauthor=False))


def _xdg_dir(kind: str, home: Path) -> Path:
    """As the XDG Base Directory Specification has it: an empty or relative variable counts as unset."""
    named = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    base = Path(named) if named.startswith("/") else home / _XDG[kind]
    return base / _APP

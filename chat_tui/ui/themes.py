"""Themes: one validated TOML file each, converted to Textual themes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

_REQUIRED: Final = ("primary", "accent", "foreground", "background", "surface", "panel", "success", "warning", "error")
_COLOURS: Final = (*_REQUIRED, "secondary", "boost")
_SHARES: Final = ("luminosity_spread", "text_alpha")
_OTHER: Final = ("title", "dark", "variables")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_READ_LIMIT: Final = 64 * 1024


class ThemeError(ValueError):
    """A theme file that cannot be used; the text names the file and the error."""


class ThemeList(Struct, frozen=True):
    """The usable themes, and a sentence for each file that cannot be used."""

    themes: tuple[Theme, ...]
    problems: tuple[str, ...]


def theme_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Map theme names to files; a later folder overrides an earlier one. Missing folders count as empty."""
    found: dict[str, Path] = {}
    for folder in folders:
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
        except OSError:
            continue
        found.update((path.stem, path) for path in files)
    return found


def load_theme(path: Path) -> Theme:
    """Read one theme file.

    Raises:
        ThemeError: Not readable, not a regular file, not TOML, an unknown or missing key, or an invalid value.
    """
    import tomllib

    try:
        if not path.is_file() and path.exists():
            raise ThemeError(f"{path.name}: not a regular file")
        with path.open("rb") as file:
            text = file.read(_READ_LIMIT + 1)
        if len(text) > _READ_LIMIT:
            raise ThemeError(f"{path.name}: larger than 64 KiB")
        entries = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        raise ThemeError(f"{path.name}: {error.strerror or 'cannot be read'}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeError(f"{path.name}: {error}") from None
    return theme_of(path.stem, entries, source=path.name)


def theme_of(name: str, entries: Mapping[str, object], *, source: str) -> Theme:
    """Build a theme from the entries of its file.

    Raises:
        ThemeError: As ``load_theme``; the text begins with ``source``.
    """
    if not _NAME.fullmatch(name):
        raise ThemeError(f"{source}: a theme's file name may contain only a-z, 0-9, - and _")
    unknown = sorted(set(entries) - {*_COLOURS, *_SHARES, *_OTHER})
    if unknown:
        raise ThemeError(f"{source}: unknown key {', '.join(unknown)}")
    missing = [key for key in _REQUIRED if key not in entries]
    if missing:
        raise ThemeError(f"{source}: missing {', '.join(missing)}")
    dark = entries.get("dark", True)
    if not isinstance(dark, bool):
        raise ThemeError(f"{source}: dark must be true or false")
    members: dict[str, Any] = {key: _colour(entries[key], key, source) for key in _COLOURS if key in entries}
    members |= {key: _share(entries[key], key, source) for key in _SHARES if key in entries}
    return Theme(name=name, dark=dark, variables=_variables(entries.get("variables", {}), source), **members)


def theme_fault(name: str, folders: Sequence[Path]) -> str:
    """Return a sentence saying why a theme cannot be used; empty if it can."""
    file = theme_files(folders).get(name)
    if file is None:
        return "" if name in BUILTIN_THEMES else f"There is no theme named {name}."
    try:
        load_theme(file)
    except ThemeError as error:
        return f"Theme not used: {error}"
    return ""


def load_themes(folders: Sequence[Path]) -> ThemeList:
    """Load every theme in the folders; a bad file is reported and skipped."""
    themes: list[Theme] = []
    problems: list[str] = []
    for path in theme_files(folders).values():
        try:
            themes.append(load_theme(path))
        except ThemeError as error:
            problems.append(str(error))
    return ThemeList(tuple(themes), tuple(problems))


def _colour(value: object, key: str, source: str) -> str:
    if isinstance(value, str) and len(value) <= 60:
        try:
            Color.parse(value)
        except ColorParseError:
            pass
        else:
            return value
    raise ThemeError(f"{source}: {key} = {str(value)[:60]!r} is not a valid color (use #rrggbb)")


def _share(value: object, key: str, source: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ThemeError(f"{source}: {key} must be a number from 0 to 1")


def _variables(value: object, source: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ThemeError(f"{source}: [variables] must be a table")
    return {str(name): _colour(colour, f"variables.{name}", source) for name, colour in value.items()}

"""Manage the presets folder next to the configuration; its files may be edited by hand and shared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui.disk.named import expanded
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.preset import Preset

_SUFFIXES: Final = (".toml", ".json")
_MOST_NAMED: Final = 8


class PresetFolder:
    """Loads and saves presets by name, or any preset file by path. Parsers are imported on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Return the names of all presets in the folder, sorted alphabetically."""
        try:
            found = {path.stem for path in self._folder.iterdir() if path.suffix in _SUFFIXES and path.name[0] != "."}
        except OSError:
            return []
        return sorted(found, key=str.casefold)

    def load(self, name: str) -> Preset:
        """Load a preset by name or by file path.

        Raises:
            ProblemError: It does not exist, or its file is invalid; names the file, and line and column if known.
        """
        from chat_tui.config.preset_files import read_preset

        path = Path(self.path(name))
        try:
            return read_preset(path)
        except FileNotFoundError:
            raise self._missing(name, path) from None

    def save(self, preset: Preset, *, overwrite: bool = False) -> str:
        """Save a preset; returns the path of its file.

        Raises:
            ProblemError: The name is invalid or taken, or the file cannot be written.
        """
        from chat_tui.config.preset_files import write_preset
        from chat_tui.domain.preset import name_fault

        fault = name_fault(preset.name)
        if fault:
            raise ProblemError(Problem(kind="usage", what=f"A preset cannot be named {preset.name!r}", why=fault))
        before = list(self._files(preset.name))
        if before and not overwrite:
            what = f"A preset named {preset.name} already exists"
            raise ProblemError(Problem(kind="usage", what=what, why=str(before[0]), hint="Choose another name."))
        path = write_preset(preset, self._folder)
        self._remove(each for each in before if each != path)
        return str(path)

    def delete(self, name: str) -> None:
        """Delete a preset from the folder.

        Raises:
            ProblemError: It does not exist, or cannot be deleted.
        """
        files = [] if re.search(r"[/\\]", name) else list(self._files(name))
        if not files:
            raise self._missing(name, self._folder / name)
        self._remove(files)

    def path(self, name: str = "") -> str:
        """Return the path of a preset's file, existing or not; without a name, the folder."""
        if not name:
            return str(self._folder)
        if re.search(r"[/\\]", name) or name.startswith("~") or name.endswith(_SUFFIXES):
            with suppress(OSError):
                return str(expanded(name))
            return name
        return str(next(self._files(name), self._folder / f"{name}{_SUFFIXES[0]}"))

    def _files(self, name: str) -> Iterator[Path]:
        """Return the existing files of a name."""
        return (path for suffix in _SUFFIXES if _is_there(path := self._folder / f"{name}{suffix}"))

    def _remove(self, files: Iterable[Path]) -> None:
        for path in files:
            try:
                path.unlink()
            except OSError as error:
                problem = Problem(kind="config", what=f"{path} cannot be deleted", why=error.strerror or "")
                raise ProblemError(problem) from None

    def _missing(self, name: str, path: Path) -> ProblemError:
        if path.parent != self._folder:
            return ProblemError(Problem(kind="usage", what=f"There is no preset file {path}"))
        names = self.names()
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        known = f"Presets: {', '.join(names[:_MOST_NAMED])}{more}."
        hint = known if names else "Save one in the workbench with /preset save NAME."
        return ProblemError(Problem(kind="usage", what=f"There is no preset {name!r}", hint=hint))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # for example, the name is too long
        return False

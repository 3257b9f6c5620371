"""Caches the parsed tables of the catalogue, so that start-up need not parse them again."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from chat_tui import __version__
from chat_tui.catalogue.load import FOLDER, Tables, build_catalogue, catalogue_files, checked_catalogue, parse_tables
from chat_tui.disk.private import write_private
from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.problems import ProblemError

_NAME: Final = "catalogue.json"


class _Parsed(msgspec.Struct, frozen=True):
    """The contents of the cache file; the stamp identifies the program version and the source files."""

    stamp: list[Any]
    tables: dict[str, dict[str, Any]]


@cache
def cached_catalogue(cache_dir: Path, folder: Path = FOLDER) -> Catalogue:
    """Load the catalogue of a folder; its parsed tables are cached in ``cache_dir`` until a file changes.

    Only tables that passed all checks are cached, so they need no checking when loaded. A cache file that is missing,
    stale or damaged is replaced; one that cannot be written is ignored.

    Raises:
        ProblemError: The catalogue itself is invalid; as for ``read_catalogue``.
    """
    file, stamp = cache_dir / _NAME, _stamp(folder)
    kept = _kept(file, stamp)
    if kept is not None:
        with suppress(ProblemError, TypeError, AttributeError):
            return build_catalogue(kept)
    tables = parse_tables(folder)
    catalogue = checked_catalogue(tables)
    with suppress(OSError):
        write_private(file, msgspec.json.encode(_Parsed(stamp, tables)).decode())
    return catalogue


def _stamp(folder: Path) -> list[Any]:
    """Return the version, and each file's name, size and modification time; the parser reports missing files."""
    stamp: list[Any] = [__version__]
    for file in catalogue_files(folder):
        with suppress(OSError):
            state = file.stat()
            stamp += [str(file), state.st_size, state.st_mtime_ns]
    return stamp


def _kept(file: Path, stamp: list[Any]) -> Tables | None:
    try:
        parsed = msgspec.json.decode(file.read_bytes(), type=_Parsed)
    except (OSError, msgspec.DecodeError):
        return None
    return parsed.tables if parsed.stamp == stamp else None

"""Read and write one preset file: TOML, or JSON if TOML cannot represent a value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from chat_tui.config.text_files import fault_words, regular_text
from chat_tui.config.toml_text import TomlFaultError, parse_toml
from chat_tui.disk.private import write_private
from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json, syntax_fault
from chat_tui.domain.preset import Preset, preset_in, table_of
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.toml_values import fits_toml, json_of_toml

_SIZE_LIMIT: Final = 4 * 1024 * 1024
_HEADER: Final = (
    "# A chat-tui preset. Apply it with chat-tui --preset NAME, or /preset NAME.\n"
    '# Settings left out here are not changed; the parameters are replaced as a whole. system = "" means none.\n\n'
)


def read_preset(path: Path) -> Preset:
    """Read a preset file.

    Raises:
        FileNotFoundError: The file does not exist.
        ProblemError: The file is invalid; names the file, and line and column if known.
    """
    try:
        return preset_in(_value(path), path.stem, str(path))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise ProblemError(_unusable(path, error)) from None


def write_preset(preset: Preset, folder: Path) -> Path:
    """Write a preset under its name, replacing an existing file.

    Raises:
        ProblemError: The file cannot be written.
    """
    try:
        table = table_of(preset)
        path = folder / f"{preset.name}{'.toml' if fits_toml(table) else '.json'}"
        write_private(path, _text(table, path.suffix))
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        problem = Problem(kind="config", what=f"The preset {preset.name} cannot be saved", why=why or "")
        raise ProblemError(problem) from None
    return path


def _value(path: Path) -> Json:
    """Parse a preset file.

    Raises:
        OSError: The file cannot be read, is not a regular file, or is too large.
        ValueError: The content does not match the suffix.
    """
    text = regular_text(path, _SIZE_LIMIT)
    return parse_json(text) if path.suffix == ".json" else json_of_toml(parse_toml(text))


def _text(table: JsonObject, suffix: str) -> str:
    """Serialise a preset; strings with a carriage return are not written as multi-line TOML, which would change it."""
    if suffix == ".json":
        return dump_json(table, indent=2) + "\n"
    import tomli_w

    return _HEADER + tomli_w.dumps(table, multiline_strings="\\r" not in dump_json(table))


def _unusable(path: Path, error: Exception) -> Problem:
    hint = "Nothing was changed."
    if isinstance(error, TomlFaultError):
        what = f"The preset {path}{error.place} is not valid TOML"
        return Problem(kind="config", what=what, why=str(error), hint=hint)
    if isinstance(error, json.JSONDecodeError):
        what = f"The preset {path}, line {error.lineno}, column {error.colno}, is not valid JSON"
        return Problem(kind="config", what=what, why=syntax_fault(error), hint=hint)
    return Problem(kind="config", what=f"The preset {path} cannot be used", why=fault_words(error), hint=hint)

"""Reads the user's tool definitions: JSON files in a folder beside the configuration, and files named explicitly."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_definitions import ToolDefinition
from chat_tui.domain.tool_files import definitions_in

SIZE_LIMIT: Final = 4 * 1024 * 1024
"""Maximum size of a definition file in bytes."""
_MOST: Final = 1000
"""Maximum number of files read from the folder."""


class ToolFolder:
    """The definitions in the ``*.json`` files of a folder, read again when a file changes.

    Args:
        folder: Need not exist. No other folder is searched.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._definitions: tuple[ToolDefinition, ...] = ()
        self._problems: tuple[Problem, ...] = ()

    def definitions(self) -> Sequence[ToolDefinition]:
        """Return the tools ordered by file and position; the first of a duplicate name wins."""
        self._refresh()
        return self._definitions

    def problems(self) -> Sequence[Problem]:
        """Return the problems of unusable files and duplicate names."""
        return self._problems

    def read(self, file: str) -> Sequence[ToolDefinition]:
        """Read the tools in a file; in a ``.py`` file, the functions of Python code, which is never executed.

        Raises:
            ProblemError: The file cannot be read, or holds something that is not a tool.
        """
        return read_definitions(file)

    def _refresh(self) -> None:
        seen = tuple(self._stamps())
        if seen == self._seen:
            return
        found: dict[str, ToolDefinition] = {}
        problems: list[Problem] = []
        for file, _, _ in seen:
            try:
                for definition in read_definitions(file):
                    first = found.setdefault(definition.name, definition)
                    if first is not definition:
                        what = f"The tool {definition.name} of {file} is not used"
                        problems.append(
                            Problem(kind="config", what=what, why=f"{first.source} already defines a tool of that name")
                        )
            except ProblemError as error:
                problems.append(error.problem)
        self._seen, self._definitions, self._problems = seen, tuple(found.values()), tuple(problems)

    def _stamps(self) -> Iterator[tuple[str, int, int]]:
        try:
            files = sorted(file for file in self._folder.iterdir() if file.suffix == ".json")
        except OSError:
            return
        for path in files[:_MOST]:
            try:
                facts = path.stat()
            except OSError:
                continue
            yield str(path), facts.st_mtime_ns, facts.st_size


def read_definitions(file: str) -> tuple[ToolDefinition, ...]:
    """Read the definitions in one file.

    Raises:
        ProblemError: The file is invalid; names it and the reason.
    """
    try:
        path = Path(file).expanduser()
        text = _text(path)
        folder = str(path.resolve().parent)
        if path.suffix.lower() == ".py":
            from chat_tui.tools.python_functions import functions_in

            return tuple(ToolDefinition(tool=tool, source=str(path)) for tool in functions_in(text))
        return definitions_in(text, str(path), folder)
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        hint = "A tool file contains a tool as JSON, a list of them, or Python functions (.py)."
        raise ProblemError(
            Problem(kind="config", what=f"Cannot use the tool file {file}", why=why, hint=hint)
        ) from None


def _text(path: Path) -> str:
    """Return the text of a regular file within the size limit."""
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise ValueError("it is not a regular file")
    if facts.st_size > SIZE_LIMIT:
        raise ValueError(f"it is larger than {SIZE_LIMIT // 1024 // 1024} MiB")
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None

"""Reads the file from which an output format is generated."""

from __future__ import annotations

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.schema_sources import MadeFormat, file_and_class, format_from_file
from chat_tui.engine.user_files import read_text


def read_format(word: str) -> MadeFormat:
    """Return the output format generated from ``FILE`` or ``FILE.py:CLASS``.

    Raises:
        ProblemError: No format can be generated; names the file and the reason.
    """
    file, class_name = file_and_class(word)
    text = read_text(file)
    try:
        return format_from_file(file, text, class_name)
    except ValueError as error:
        what = f"Cannot create an output format from {file}"
        hint = "Use a JSON Schema, an example in JSON, or Python code (.py) with a dataclass or a model."
        raise ProblemError(Problem(kind="usage", what=what, why=str(error), hint=hint)) from None

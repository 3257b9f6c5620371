"""Summarises a session file, for lists and for finding a session by its title."""

from __future__ import annotations

from pathlib import Path

from chat_tui.domain.session import SessionSummary
from chat_tui.storage.library.surveying import summary_of, survey_file


def summary(path: Path, modified_s: float) -> SessionSummary:
    """Return the summary of a session. An unreadable file gets a title in brackets that says so."""
    found = survey_file(path, texts=False)
    return summary_of(str(path), found.survey, modified_s=modified_s, size=max(0, found.stamp.size))

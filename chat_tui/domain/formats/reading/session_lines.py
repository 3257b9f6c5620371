"""Import chat-tui's own session files, to be copied under a new id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation, moment_s, text_at
from chat_tui.domain.json_values import Json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import VERSION

_KINDS: Final = frozenset(
    "session title label settings message request adapted attempt response events end head note".split()  # noqa: SIM905
)


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first records include a record type of session files, with its typical members."""
    if len(values) == 1 and isinstance(values[0], dict) and values[0].get("type") == "request":
        return False
    for value in values[:20]:
        if isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"] in _KINDS:
            opening = value["type"] == "session" and "version" in value
            if opening or ("t" in value and value["type"] != "session"):
                return True
    return False


def read(values: Sequence[Json], account: Account) -> tuple[ImportedConversation, ...]:
    """Return the records of one session, in order.

    Raises:
        ProblemError: The file has a newer format version, so that an import might lose something.
    """
    records = [value for value in values if isinstance(value, dict) and isinstance(value.get("type"), str)]
    account.lose("lines that are no record", len(values) - len(records))
    opening = next((record for record in records if record["type"] == "session"), {})
    version = opening.get("version")
    if isinstance(version, (int, float)) and version > VERSION:
        raise ProblemError(
            Problem(
                kind="session",
                what="This session was written by a newer version of chat-tui",
                hint="Update chat-tui to import it.",
            )
        )
    kept = tuple(record for record in records if record["type"] != "session")
    titles = [text_at(record, "title") for record in kept if record["type"] == "title"]
    created_s = moment_s(text_at(opening, "created"))
    title = titles[-1] if titles else ""
    return (ImportedConversation(title=title, created_s=created_s, records=kept),) if kept else ()

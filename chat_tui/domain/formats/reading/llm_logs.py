"""Import the log database of ``llm``: its older and newer tables."""

from __future__ import annotations

from typing import Final

from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation
from chat_tui.domain.formats.reading.llm_responses import conversations_of
from chat_tui.domain.formats.reading.llm_rows import Tables
from chat_tui.domain.formats.reading.llm_threads import threads_of

TABLES: Final = (
    "conversations",
    "responses",
    "attachments",
    "prompt_attachments",
    "fragments",
    "prompt_fragments",
    "system_fragments",
    "tool_calls",
    "tool_results",
    "messages",
    "parts",
    "threads",
    "turns",
)
"""Tables to read, if the database has them."""


def read(tables: Tables, account: Account) -> tuple[ImportedConversation, ...]:
    """Return the conversations, oldest first. One stored in both kinds of tables is read from the newer ones."""
    threads = threads_of(tables, account)
    newer = {str(row.get("id")) for row in tables.get("threads", ())}
    older = conversations_of(tables, newer, account)
    return tuple(sorted([*older, *threads], key=lambda each: each.created_s or 0.0))

"""Registry of import formats, and detection of a file's format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation, Reading
from chat_tui.domain.formats.reading.damaged_json import Values, read_values
from chat_tui.domain.formats.reading.source_text import text_of_bytes
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.formats.reading.llm_rows import Tables

REQUEST: Final = "request"
DATABASE: Final = "llm"
_YAML: Final = "aichat"
_MESSAGES: Final = "messages"
DATABASE_MARK: Final = b"SQLite format 3\0"
"""Magic bytes of an SQLite file."""
_COMPRESSED_MARKS: Final = (b"PK\x03\x04", b"\x1f\x8b")
"""Magic bytes of ZIP archives and gzip files."""


class Source(Struct, frozen=True):
    """One import format."""

    id: str
    title: str
    module: str = ""
    """Module of this package with ``recognises`` and ``read``; empty if it is read elsewhere."""
    placed: bool = False
    """Whether its reader takes the known providers."""


SOURCES: Final[Mapping[str, Source]] = {
    row.id: row
    for row in (
        Source(REQUEST, "a curl command, or the JSON body of a request"),
        Source("send", "output of chat-tui send --json", "printed_exchanges", placed=True),
        Source("har", "HAR 1.2 with chat completions requests", "har", placed=True),
        Source("llamacpp", "llama.cpp web UI: JSONL, or older JSON", "llamacpp"),
        Source("openwebui", "Open WebUI: chat export JSON", "openwebui"),
        Source("chatgpt", "ChatGPT: conversations.json", "chatgpt"),
        Source("session", "a chat-tui session file", "session_lines"),
        Source(_MESSAGES, "messages as JSON or JSON Lines; several requests", "message_lists", placed=True),
        Source(_YAML, "aichat: session YAML", "aichat"),
        Source(DATABASE, "llm: logs.db"),
    )
}
"""In the order in which they are tried."""


def source_named(name: str) -> Source:
    """Return the format with an id.

    Raises:
        ProblemError: It does not exist; the message lists the known ones.
    """
    found = SOURCES.get(name)
    if found is None:
        known = ", ".join(SOURCES)
        raise ProblemError(Problem(kind="usage", what=f"Unknown import format {name!r}", hint=f"Formats: {known}."))
    return found


def read_conversations(
    data: bytes, *, name: str, providers: Mapping[str, Provider], prefer: str, form: str = ""
) -> Reading | None:
    """Read the conversations of a file.

    Args:
        data: The complete content.
        name: The file name without its suffix, used as the title if the format has none.
        providers: Known providers; URLs select among them.
        prefer: Id of the provider that takes precedence over others with the same URL.
        form: Id of the format; empty: detected from the content.

    Returns:
        None if the file is a single request, which ``import_text`` imports without loss.

    Raises:
        ProblemError: The file has no known format, not the given one, or contains no conversation.
    """
    wanted = source_named(form).id if form else ""
    _refuse_binary(data, wanted)
    text, notes = text_of_bytes(data)
    if wanted == REQUEST or (not wanted and _is_curl(text)):
        return None
    account = Account()
    for note in notes:
        account.say(note)
    if wanted == _YAML or (not wanted and _recognises_yaml(text)):
        from chat_tui.domain.formats.reading.aichat import read_text

        return _told(_YAML, read_text(text, account, name), account)
    values = read_values(text)
    source = _chosen(values, wanted, text)
    if source is None:
        return None
    for note in values.notes:
        account.say(note)
    module: Any = import_module(f"{__package__}.{source.module}")
    more: dict[str, Any] = {"providers": providers, "prefer": prefer} if source.placed else {}
    return _told(source.id, module.read(values.values, account, **more), account)


def _refuse_binary(data: bytes, wanted: str) -> None:
    if wanted == DATABASE:
        raise ProblemError(Problem(kind="usage", what="The file is not an SQLite database"))
    if data.startswith(_COMPRESSED_MARKS):
        hint = "Unpack it, and import the file inside; in an export of ChatGPT that is conversations.json."
        raise ProblemError(Problem(kind="usage", what="The file is compressed", hint=hint))


def read_database(tables: Tables) -> Reading:
    """Read the conversations of a database's rows.

    Raises:
        ProblemError: There are none.
    """
    from chat_tui.domain.formats.reading.llm_logs import read

    account = Account()
    return _told(DATABASE, read(tables, account), account)


def _chosen(values: Values, wanted: str, text: str) -> Source | None:
    """Return the format to read with; None for a single request."""
    if wanted:
        return SOURCES[wanted]
    if not values.notes and _is_request(values, text):
        return None
    for source in SOURCES.values():
        if source.module and source.id != _YAML and _recognises(source, values.values):
            return source
    if text.lstrip("\ufeff \t\r\n\0")[:1] in ("", "{"):
        return None
    raise ProblemError(_unknown())


def _is_request(values: Values, text: str) -> bool:
    """Return whether it is a single object that has no other format."""
    if len(values.values) != 1 or text.lstrip("\ufeff \t\r\n\0")[:1] != "{":
        return False
    others = (source for source in SOURCES.values() if source.module and source.id not in (_YAML, _MESSAGES))
    return not any(_recognises(source, values.values) for source in others)


def _recognises(source: Source, values: Sequence[object]) -> bool:
    module: Any = import_module(f"{__package__}.{source.module}")
    recognises: Callable[[Sequence[object]], bool] = module.recognises
    return recognises(values)


def _recognises_yaml(text: str) -> bool:
    from chat_tui.domain.formats.reading.aichat import recognises_text

    return recognises_text(text)


def _is_curl(text: str) -> bool:
    from chat_tui.domain.curl_command import holds_curl

    return text.lstrip()[:1] not in ("{", "[") and holds_curl(text)


def _told(form: str, conversations: tuple[ImportedConversation, ...], account: Account) -> Reading:
    kept = tuple(each for each in conversations if each.messages or each.records)
    account.lose("conversations without a message", len(conversations) - len(kept))
    reading = Reading(form=form, conversations=kept, losses=account.losses, notes=tuple(account.notes))
    if not kept:
        why = " ".join((*reading.notes, *reading.loss_notes()))
        what = f"No conversations found in the file ({SOURCES[form].title})"
        raise ProblemError(Problem(kind="usage", what=what, why=why))
    return reading


def _unknown() -> Problem:
    known = "; ".join(f"{source.id} ({source.title})" for source in SOURCES.values())
    return Problem(
        kind="usage",
        what="Unknown format: neither a curl command nor any other format that can be imported",
        why=f"it is not one of {known}",
        hint="Name the format with --from FORMAT.",
    )

"""Imports conversations of other programs: reads a file and stores each conversation as a new session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.formats.reading.conversation import ImportedConversation, Reading
from chat_tui.domain.formats.reading.detection import (
    DATABASE,
    DATABASE_MARK,
    SOURCES,
    read_conversations,
    read_database,
    source_named,
)
from chat_tui.domain.labels import Labels
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import (
    head_record,
    label_record,
    message_record,
    note_record,
    settings_record,
    title_record,
)
from chat_tui.domain.request_place import place_of
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.opening import first_settings
from chat_tui.engine.user_files import read_bytes

if TYPE_CHECKING:
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.services import Services

_AS_WRITTEN: Final = frozenset({"messages", "session", "har", "send"})
"""Formats whose parameters are those of a request; other formats mix in options of their own."""


class Kept(Struct, frozen=True):
    """A stored session."""

    path: str
    title: str
    messages: int


def read_file(services: Services, name: str, *, current: SessionSettings, form: str = "") -> Reading | None:
    """Read the conversations of a file in any supported format; a database is opened in place.

    Args:
        services: Give the providers, the parameters and access to databases.
        name: Path of the file.
        current: Its provider is preferred among those with the same address.
        form: Id of the format; empty: detected from the content.

    Returns:
        None if the file is a single request, which ``import_request`` reads without loss.

    Raises:
        ProblemError: The file cannot be read, has no known format, or contains no conversation.
    """
    if form:
        source_named(form)
    data = read_bytes(name)
    if data.startswith(DATABASE_MARK) or form == DATABASE:
        from chat_tui.domain.formats.reading.llm_logs import TABLES

        if form not in ("", DATABASE):
            raise ProblemError(Problem(kind="usage", what=f"{name} is a database", hint="Import it with --from llm."))
        del data
        return _known(services, read_database(services.imports.tables(name, TABLES)))
    return read_data(services, data, name=Path(name).stem, current=current, form=form)


def read_data(
    services: Services, data: bytes, *, name: str, current: SessionSettings, form: str = ""
) -> Reading | None:
    """Like ``read_file``, for data already in memory, which must not be a database."""
    if data.startswith(DATABASE_MARK):
        raise ProblemError(Problem(kind="usage", what="A database must be given as a file name"))
    prefer = current.provider
    found = read_conversations(data, name=name, providers=services.providers, prefer=prefer, form=form)
    return None if found is None else _known(services, found)


class Wish(Struct, frozen=True, kw_only=True):
    """Options for storing imported sessions."""

    current: SessionSettings
    """Provider and model for conversations that name none."""
    origin: str
    """The name of the file, for the note in each session."""
    change: Callable[[SessionSettings], SessionSettings] = lambda settings: settings
    """Applied to the settings of conversations that contain no requests."""
    title: str = ""
    """Replaces the conversation's own title."""
    path: str | None = None
    """Where to store the session instead of the sessions folder."""


def keep_all(services: Services, reading: Reading, wish: Wish) -> Iterator[Kept]:
    """Store the sessions one by one, each atomically.

    Raises:
        ProblemError: A session cannot be stored; the preceding ones are.
    """
    note = f"Imported from {wish.origin} ({SOURCES[reading.form].title})."
    for each in reading.conversations:
        records = [*_records(services, each, reading.form, wish), note_record(note)]
        kept = services.imports.keep(records, created_s=each.created_s, ended_s=each.ended_s, path=wish.path)
        yield Kept(kept, wish.title or each.title, each.messages)


def _records(services: Services, conversation: ImportedConversation, form: str, wish: Wish) -> Iterator[JsonObject]:
    if conversation.labels != Labels():
        labels = conversation.labels
        yield label_record(tags=labels.tags or None, starred=labels.starred or None, archived=labels.archived or None)
    if conversation.records:
        yield from conversation.records
    else:
        settings = wish.change(_settings(services, conversation, form, wish.current))
        yield settings_record(settings)
    if title := wish.title or ("" if conversation.records else conversation.title):
        yield title_record(title)
    last = None
    for node in conversation.nodes:
        record = message_record(node)
        yield record if node.at_ms is None else {**record, "t": node.at_ms}
        last = node.id
    if conversation.nodes and conversation.head != last:
        yield head_record(conversation.head)


def _settings(
    services: Services, conversation: ImportedConversation, form: str, current: SessionSettings
) -> SessionSettings:
    place = place_of(conversation.url, services.providers, current.provider)
    named = conversation.provider if conversation.provider in services.providers else ""
    provider = named or place.provider or current.provider
    model = conversation.model or current.model
    if form in _AS_WRITTEN:
        return SessionSettings(provider, model, conversation.parameters, conversation.system)
    settings = first_settings(services, provider, model, system=conversation.system)
    for name, value in conversation.parameters.items():
        settings = settings.set((name,), value)
    return settings


def _known(services: Services, reading: Reading) -> Reading:
    """Drop parameters that no request has: other programs store options of their own among them."""
    if reading.form in _AS_WRITTEN:
        return reading
    names = {spec.path[0] for spec in services.catalogue.parameters.values()}
    kept, lost = [], 0
    for each in reading.conversations:
        parameters = {name: value for name, value in each.parameters.items() if name in names}
        lost += len(each.parameters) - len(parameters)
        kept.append(replace(each, parameters=parameters))
    losses = {**reading.losses, **({"options that are no parameters of a request": lost} if lost else {})}
    return replace(reading, conversations=tuple(kept), losses=losses)

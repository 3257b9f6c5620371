"""A kept session in another format: chosen branch and exchange, written to bytes or a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.disk.named import expanded
from chat_tui.domain.file_references import MEMBER, refers
from chat_tui.domain.formats.table import Format, Material, Weights, written
from chat_tui.domain.formats.tree import only_path, tree_of
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import RecordedExchange, Session
from chat_tui.engine.kept_files import whole_body

if TYPE_CHECKING:
    from chat_tui.engine.services import Services
    from chat_tui.engine.workbench import Workbench

_MOST_LISTED: Final = 8
_NAMED: Final = "Files that were attached by reference are named by path and checksum, not included."


class Wanted(Struct, frozen=True, kw_only=True):
    """What of a session is exported."""

    form: Format
    branch: str = ""
    """The message whose branch is selected; empty: the one that is."""
    path_only: bool = False
    """Of formats that hold every branch: the selected one alone."""
    exchange: str = ""
    """For formats that hold one: its id, or its number from 1; empty: the last on the selected branch."""
    weights: Weights = "all"


class Export(Struct, frozen=True):
    """What was made."""

    data: bytes
    notes: tuple[str, ...] = ()
    """Sentences about what could not be carried."""


def export_session(services: Services, source: str | Session, wanted: Wanted) -> Export:
    """A session in another format. A file is read as a whole; call it in a thread where a screen waits.

    Args:
        services: Know the providers, and read the file.
        source: The session's file, or the session where it has none.
        wanted: What of it.

    Raises:
        ProblemError: It cannot be read, has no such branch or exchange, or nothing the format could hold.
    """
    session = services.store.load(source) if isinstance(source, str) else source
    if wanted.form.scope == "file":
        return Export(_file(source), session.notices)
    session = _selected(session, wanted)
    exchange = _exchange(session, wanted.exchange) if wanted.form.scope == "exchange" else None
    if exchange is not None:
        exchange = _with_files(exchange)
    material = Material(session=session, exchange=exchange, providers=services.providers, weights=wanted.weights)
    made = written(wanted.form, material)
    named = (_NAMED,) if MEMBER in made.text else ()
    return Export(made.text.encode("utf-8", "replace"), (*session.notices, *made.notes, *named))


def _with_files(exchange: RecordedExchange) -> RecordedExchange:
    """With the data of attachments that are kept by reference, as they were sent."""
    body = exchange.request.get("body")
    if not isinstance(body, dict) or not refers(body):
        return exchange
    request = {**exchange.request, "body": whole_body(body)}
    return replace(exchange, request_source=lambda: request)


def file_name(source: str | Session, form: Format) -> str:
    """What an export is called unless the user says otherwise."""
    stem = Path(source).stem if isinstance(source, str) else source.id
    return f"{stem}-copy{form.suffix}" if form.scope == "file" else f"{stem}-{form.id}{form.suffix}"


def source_of(bench: Workbench) -> str | Session:
    """What is exported of a session at work: its file, or, where it has none, what it was opened with.

    Raises:
        ProblemError: There is nothing in it.
    """
    if not bench.conversation.nodes:
        raise ProblemError(Problem(kind="usage", what="There is nothing in this session to export yet"))
    if bench.path is not None:
        return bench.path
    return Session(
        id="session",
        title=bench.title,
        settings=bench.settings,
        conversation=bench.conversation,
        exchanges={name: each for name, each in bench.exchanges.items() if isinstance(each, RecordedExchange)},
    )


def refuse_own_file(source: str | Session, name: str) -> None:
    """Make sure that an export does not take the place of the session it is made of.

    Raises:
        ProblemError: It would.
    """
    with suppress(OSError, ValueError):
        if isinstance(source, str) and expanded(name).samefile(source):
            raise ProblemError(Problem(kind="usage", what=f"{name} is the session itself", hint="Choose another name."))


def _file(path: str | Session) -> bytes:
    if isinstance(path, Session):
        raise ProblemError(Problem(kind="usage", what="This session is not kept in a file"))
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ProblemError(Problem(kind="session", what=f"Cannot read {path}", why=error.strerror or "")) from None


def _selected(session: Session, wanted: Wanted) -> Session:
    conversation = session.conversation
    if wanted.branch:
        if wanted.branch not in conversation.nodes:
            ends = [node.id for node in tree_of(conversation).leaves()]
            more = f" and {len(ends) - _MOST_LISTED} more" if len(ends) > _MOST_LISTED else ""
            hint = f"Its branches end at {', '.join(ends[:_MOST_LISTED])}{more}." if ends else ""
            what = f"There is no message {wanted.branch!r} in this session"
            raise ProblemError(Problem(kind="usage", what=what, hint=hint))
        conversation = conversation.at(wanted.branch)
    exchanges = session.exchanges
    if wanted.path_only:
        conversation = only_path(conversation)
        made = {node.exchange for node in conversation.nodes.values()}
        exchanges = {name: each for name, each in exchanges.items() if name in made or each.head == conversation.head}
    return replace(session, conversation=conversation, exchanges=exchanges)


def _exchange(session: Session, name: str) -> RecordedExchange | None:
    """By id or number; without a name, the last that made or answers a message of the selected branch."""
    exchanges = [*session.exchanges.values()]
    if name:
        found = session.exchanges.get(name)
        if found is None and name.isdecimal() and 0 < int(name[:9]) <= len(exchanges):
            found = exchanges[int(name[:9]) - 1]
        if found is None:
            what = f"There is no exchange {name!r} in this session"
            raise ProblemError(Problem(kind="usage", what=what, hint=f"It has {len(exchanges)}, numbered from 1."))
        return found
    path = session.conversation.path()
    here = {node.id for node in path}
    made = {node.exchange for node in path}
    on_path = [each for each in exchanges if each.id in made or each.head in here]
    candidates = on_path or exchanges
    return candidates[-1] if candidates else None

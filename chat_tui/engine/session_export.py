"""Exports a saved session to another format, to bytes or a file, with the selected branch and exchange."""

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
_NAMED: Final = "Files attached by reference are exported as path and checksum, without their data."


class Wanted(Struct, frozen=True, kw_only=True):
    """Which parts of a session are exported."""

    form: Format
    branch: str = ""
    """A message on the branch to export; empty: the selected branch."""
    path_only: bool = False
    """For formats that hold every branch: export only the selected one."""
    exchange: str = ""
    """For formats that hold one exchange: its id or its number from 1; empty: the last on the selected branch."""
    weights: Weights = "all"


class Export(Struct, frozen=True):
    """The result of an export."""

    data: bytes
    notes: tuple[str, ...] = ()
    """Sentences about what the format cannot represent."""


def export_session(services: Services, source: str | Session, wanted: Wanted) -> Export:
    """Export a session to another format. Reads the whole file; call it in a thread from a screen.

    Args:
        services: Give the providers and read the file.
        source: The session's file, or the session if it has none.
        wanted: Which parts to export.

    Raises:
        ProblemError: The session cannot be read, has no such branch or exchange, or nothing the format can hold.
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
    """Inline the data of attachments stored by reference, as it was sent."""
    body = exchange.request.get("body")
    if not isinstance(body, dict) or not refers(body):
        return exchange
    request = {**exchange.request, "body": whole_body(body)}
    return replace(exchange, request_source=lambda: request)


def file_name(source: str | Session, form: Format) -> str:
    """Return the default file name of an export."""
    stem = Path(source).stem if isinstance(source, str) else source.id
    return f"{stem}-copy{form.suffix}" if form.scope == "file" else f"{stem}-{form.id}{form.suffix}"


def source_of(bench: Workbench) -> str | Session:
    """Return the source for an open session's export: its file, or its contents if it has no file.

    Raises:
        ProblemError: The session is empty.
    """
    if not bench.conversation.nodes:
        raise ProblemError(Problem(kind="usage", what="This session has nothing to export yet"))
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
    """Refuse an export that would overwrite the session it is made from.

    Raises:
        ProblemError: The name refers to the session's own file.
    """
    with suppress(OSError, ValueError):
        if isinstance(source, str) and expanded(name).samefile(source):
            raise ProblemError(
                Problem(kind="usage", what=f"{name} is the session file itself", hint="Choose another name.")
            )


def _file(path: str | Session) -> bytes:
    if isinstance(path, Session):
        raise ProblemError(Problem(kind="usage", what="This session is not saved in a file"))
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
            what = f"This session has no message {wanted.branch!r}"
            raise ProblemError(Problem(kind="usage", what=what, hint=hint))
        conversation = conversation.at(wanted.branch)
    exchanges = session.exchanges
    if wanted.path_only:
        conversation = only_path(conversation)
        made = {node.exchange for node in conversation.nodes.values()}
        exchanges = {name: each for name, each in exchanges.items() if name in made or each.head == conversation.head}
    return replace(session, conversation=conversation, exchanges=exchanges)


def _exchange(session: Session, name: str) -> RecordedExchange | None:
    """Find an exchange by id or number; without a name, the last that produced or answers a message of the branch."""
    exchanges = [*session.exchanges.values()]
    if name:
        found = session.exchanges.get(name)
        if found is None and name.isdecimal() and 0 < int(name[:9]) <= len(exchanges):
            found = exchanges[int(name[:9]) - 1]
        if found is None:
            what = f"This session has no exchange {name!r}"
            raise ProblemError(
                Problem(kind="usage", what=what, hint=f"It has {len(exchanges)} exchanges, numbered from 1.")
            )
        return found
    path = session.conversation.path()
    here = {node.id for node in path}
    made = {node.exchange for node in path}
    on_path = [each for each in exchanges if each.id in made or each.head in here]
    candidates = on_path or exchanges
    return candidates[-1] if candidates else None

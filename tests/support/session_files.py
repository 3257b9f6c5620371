"""Builds session files for tests: records, journals and damage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import RecordedExchange, Session
from chat_tui.storage.store import FileSessionStore

NOW_S = 1_790_000_000.25
"""A moment: 2026-09-21T14:13:20Z."""


def store(folder: Path) -> FileSessionStore:
    """Return a store with a stopped clock."""
    return FileSessionStore(folder, now_s=lambda: NOW_S)


def chunk(text: str, *, finish: str | None = None, index: int = 0) -> str:
    """The data of a streamed event."""
    return json.dumps({"choices": [{"index": index, "delta": {"content": text}, "finish_reason": finish}]})


def user(node: str, text: str, parent: str | None = None) -> JsonObject:
    """Return a ``message`` record of a user message."""
    return {"type": "message", "id": node, "parent": parent, "message": {"role": "user", "content": text}}


def request(exchange: str, head: str, model: str = "m") -> JsonObject:
    """A ``request`` record."""
    return {
        "type": "request",
        "exchange": exchange,
        "head": head,
        "provider": "local",
        "method": "POST",
        "url": "http://127.0.0.1:1/v1/chat/completions",
        "headers": {},
        "body": {"model": model, "messages": [{"role": "user", "content": "?"}]},
    }


def events(exchange: str, *data: str, at_s: float = 0.5) -> JsonObject:
    """An ``events`` record."""
    return {
        "type": "events",
        "exchange": exchange,
        "events": [[at_s + place / 100, each] for place, each in enumerate(data)],
    }


def answer(exchange: str, parent: str, text: str, choice: int = 0) -> JsonObject:
    """The ``message`` record of a reply."""
    return {
        "type": "message",
        "id": f"{exchange}.{choice}",
        "parent": parent,
        "message": {"role": "assistant", "content": text},
        "exchange": exchange,
        "choice": choice,
    }


def end(exchange: str, outcome: str = "complete") -> JsonObject:
    """An ``end`` record."""
    return {"type": "end", "exchange": exchange, "outcome": outcome, "timing": {}, "warnings": []}


def turn(number: int, parent: str | None = None) -> list[JsonObject]:
    """Return the records of a question and its complete reply."""
    exchange = f"x{number}"
    return [
        user(f"u{number}", f"question {number}", parent),
        request(exchange, f"u{number}"),
        {"type": "response", "exchange": exchange, "status": 200, "headers": {"x-id": "1"}, "at_s": 0.25},
        events(exchange, chunk(f"answer {number}"), chunk("", finish="stop"), "[DONE]"),
        answer(exchange, f"u{number}", f"answer {number}"),
        end(exchange),
    ]


def written(folder: Path, records: Iterable[JsonObject]) -> Path:
    """A session file with these records, as the journal writes it."""
    journal = store(folder).create()
    for record in records:
        journal.append(record)
    journal.close()
    assert journal.problem is None
    assert journal.path is not None
    return Path(journal.path)


def lines(path: Path) -> list[JsonObject]:
    """Return the records of a file, which must be intact."""
    data = path.read_bytes()
    assert data.endswith(b"\n")
    return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]


def texts(session: Session) -> list[str]:
    """Return the texts on the selected path."""
    return [str(node.message["content"]) for node in session.conversation.path()]


def told(session: Session) -> tuple[object, ...]:
    """Return a session's contents in comparable form."""
    exchanges = [_told_of(exchange) for exchange in session.exchanges.values()]
    return (session.title, session.settings, dict(session.conversation.nodes), session.conversation.head, exchanges)


def _told_of(exchange: RecordedExchange) -> Sequence[object]:
    request = {name: value for name, value in exchange.request.items() if name != "t"}
    return (
        exchange.id,
        exchange.head,
        exchange.status,
        dict(exchange.headers),
        request,
        tuple(exchange.events),
        tuple(exchange.comments),
        exchange.reply.outcome,
        exchange.reply.completion(),
        exchange.cut,
    )

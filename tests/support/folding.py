"""Feeds the bytes of a stream through decoder and fold, as a client does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.reply import Reply
from chat_tui.net.sse import CommentLine, Item, SseDecoder


def fold_bytes(chunks: Iterable[bytes]) -> tuple[Reply, list[str]]:
    """Return the closed reply and the comments; data after ``[DONE]`` is ignored."""
    decoder, reply = SseDecoder(), Reply()
    comments: list[str] = []

    def take(items: list[Item]) -> None:
        for item in items:
            if reply.done:
                return
            if isinstance(item, CommentLine):
                comments.append(item.text)
            else:
                reply.apply(StreamEvent(float(reply.events), item.data, item.name))

    for chunk in chunks:
        take(decoder.feed(chunk))
        if reply.done:
            break
    else:
        take(decoder.end())
    reply.close(unterminated=decoder.unterminated)
    return reply, comments


def fold(*data: object, plain: bool = False, done: bool = True, close: bool = True) -> Reply:
    """Fold events given as JSON values or raw text, one second apart."""
    reply = Reply(plain=plain)
    texts = [item if isinstance(item, str) else json.dumps(item) for item in data]
    if done and not plain:
        texts.append("[DONE]")
    for number, text in enumerate(texts):
        reply.apply(StreamEvent(float(number), text))
    if close:
        reply.close()
    return reply


def delta(*deltas: object, **choice: object) -> list[dict[str, Any]]:
    """Return one chunk of the first choice per delta; ``choice`` gives further members of the choice."""
    return [{"choices": [{"index": 0, "delta": told, **choice}]} for told in deltas]


def choice_of(reply: Reply, place: int = 0) -> dict[str, Any]:
    """Return a choice of the merged reply."""
    choices: Any = reply.completion()["choices"]
    found: dict[str, Any] = choices[place]
    return found

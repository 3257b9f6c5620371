"""Export the selected branch as Markdown; message text cannot imitate the structure of the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.file_references import reference_of
from chat_tui.domain.formats.facts import model_of, others_note, role_of, title_of
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.parts import kind_of
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.formats.told import told
from chat_tui.domain.formats.tree import tree_of
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.literal import UNSAFE, visible, visible_line
from chat_tui.domain.message_parts import part_lines
from chat_tui.domain.reply_media import media_of_parts
from chat_tui.domain.session import RecordedExchange, Session

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>&~^$|#])")
"""Characters that are markup within a line."""
_DOUBTFUL: Final = re.compile(r"[<\[#=~]|```|-[ \t]*$", re.MULTILINE)
"""Without a match, a text contains no HTML, fence, heading or link definition."""
_BACKTICKS: Final = re.compile("`+")
_AFTER: Final = "after"
_READ_MOST: Final = 200_000
"""In characters; a longer message is written as a literal block."""


def write(material: Material) -> Written:
    """Write front matter with the settings, then a heading and the text of each message."""
    session = material.session
    tree = tree_of(session.conversation)
    path = tree.path()
    blocks = [_front_matter(session), f"# {_plain(title_of(session))}"]
    if session.settings is not None and session.settings.system:
        blocks += ["## system", _text(session.settings.system)]
    for node in path:
        blocks += _message(session, node)
    marked = sum(bool(UNSAFE.search(text_of(node.message).replace("\r\n", "\n"))) for node in path)
    notes = others_note(path, tree) + _losses(session, path).notes()
    if marked:
        notes += ("Control characters are shown as marks.",)
    return Written("\n\n".join(blocks) + "\n", notes)


def _losses(session: Session, path: Sequence[Node]) -> Losses:
    """Return which data the document only describes; an address is text, and written."""
    losses = Losses()
    for node in path:
        matter = told(session, node)
        if matter.spoken is not None:
            losses.add("content of type audio", node.id)
        for part in matter.parts:
            if media_of_parts([part]) or reference_of(part) is not None:
                losses.add(f"content of type {kind_of(part)}", node.id)
    return losses


def _front_matter(session: Session) -> str:
    """Return YAML front matter; every value is written as JSON, which YAML parses identically."""
    settings = session.settings
    members: JsonObject = {"title": title_of(session), "session": session.id, "created": session.created}
    if settings is not None:
        members |= {"provider": settings.provider, "model": settings.model, "parameters": settings.parameters}
    lines = [f"{name}: {_yaml(value)}" for name, value in members.items()]
    return "\n".join(["---", *lines, "---"])


def _yaml(value: Json) -> str:
    text = json.dumps(_shown(value), ensure_ascii=False)
    return re.sub("[\ufdd0-\ufdef\ufffe\uffff]", lambda match: f"\\u{ord(match.group()):04X}", text)


def _shown(value: Json) -> Json:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return {visible(name): _shown(each) for name, each in value.items()} if isinstance(value, dict) else value


def _message(session: Session, node: Node) -> Iterator[str]:
    model, name, matter = model_of(session, node), node.message.get("name"), told(session, node)
    words = [role_of(node), *([name] if isinstance(name, str) else []), *([model] if model else [])]
    yield f"## {' · '.join(_plain(word) for word in words)}"
    exchange = session.exchanges.get(node.exchange) if node.exchange is not None else None
    if exchange is not None and exchange.reply.outcome != "complete":
        yield f"*{_plain(_outcome(exchange))}*"
    if matter.reasoning:
        yield "<details><summary>Reasoning</summary>"
        yield fenced(matter.reasoning)
        yield "</details>"
    if matter.text:
        yield fenced(matter.text) if role_of(node) in ("tool", "function") else _text(matter.text)
    lines = [f"audio ({matter.spoken.words()})"] if matter.spoken is not None else []
    lines += [*part_lines({"content": [*matter.parts]}), *matter.sources]
    if lines:
        yield "\n".join(f"- {_item(line)}" for line in lines)
    if matter.others:
        yield fenced(dump_json(matter.others, indent=2), "json")
    elif not matter.text and not lines:
        yield "*no text*"


def _outcome(exchange: RecordedExchange) -> str:
    reply = exchange.reply
    words = reply.error.get("message") if reply.error is not None else None
    return f"{reply.outcome}: {words}" if isinstance(words, str) else reply.outcome


def _text(text: str) -> str:
    """Return a text as Markdown if it is self-contained; as a quote if it has large headings; else as literal."""
    shown = visible(text)
    found = _reading(shown)
    if found == "raw":
        return shown
    return "\n".join(f"> {line}".rstrip(" ") for line in shown.split("\n")) if found == "quoted" else fenced(text)


def _reading(text: str) -> str:
    """Return how to include a text: ``raw``, ``quoted`` or ``literal``, by its effect on the document."""
    if not _DOUBTFUL.search(text):
        return "raw"
    if len(text) > _READ_MOST:
        return "literal"
    references: dict[str, dict[str, object]] = {}
    tokens = _reader().parse(f"{text}\n\n{_AFTER}", references)
    kinds = {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or () if token.children
    }
    last = tokens[-2] if len(tokens) > 2 else None
    ended = last is not None and last.content == _AFTER and last.level == 1 and tokens[-3].type == "paragraph_open"
    if not ended or references.get("references") or kinds & {"html_block", "html_inline"}:
        return "literal"
    great = any(token.type == "heading_open" and token.tag in ("h1", "h2") for token in tokens)
    return "quoted" if great else "raw"


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark")


def fenced(text: str, language: str = "") -> str:
    """Return a literal block whose fence is longer than any run of backticks in the text."""
    shown = visible(text)
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _plain(text: str) -> str:
    """Return inline text on one line with all markup escaped."""
    return _MARKUP.sub(r"\\\1", " ".join(visible_line(text).split())) or "\\-"


def _item(text: str) -> str:
    """Return a list item's text on one line with all markup escaped, even at its start."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(visible_line(text).split()))

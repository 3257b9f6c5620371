"""Export a session as one self-contained HTML page: every message once, linked branches, no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from msgspec import Struct

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.counts import counted
from chat_tui.domain.formats.facts import exchange_of, iso_time, model_of, role_of, times_ms, title_of
from chat_tui.domain.formats.losses import Losses
from chat_tui.domain.formats.page_parts import part_html, sound_html
from chat_tui.domain.formats.page_style import STYLE
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.formats.told import told
from chat_tui.domain.formats.tree import Tree, tree_of
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.session import Session, first_words

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
)
_ROLES: Final = frozenset({"user", "assistant", "system", "developer", "tool", "function"})


class _Page(Struct):
    session: Session
    tree: Tree
    times: Mapping[str, int]
    numbers: Mapping[str, int]
    """Number of each message, from 1; used for anchors."""
    losses: Losses


def write(material: Material) -> Written:
    """Write the selected branch, then every other branch from its fork on."""
    session = material.session
    tree = tree_of(session.conversation)
    numbers = {node_id: number for number, node_id in enumerate(tree.nodes, 1)}
    page = _Page(session, tree, times_ms(session, tree), numbers, Losses())
    tree_lines = [*_conversation(page)]
    page.losses.of_tree(tree)
    title = _line(title_of(session))
    text = "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{title}</h1>",
            *_settings(page),
            *tree_lines,
            "</body>",
            "</html>",
            "",
        ]
    )
    return Written(text, page.losses.notes())


def branches(tree: Tree) -> list[list[Node]]:
    """Return every message once: the selected branch down to a leaf, then the others from their forks on."""
    shown = [*tree.path()]
    while shown and tree.children[shown[-1].id]:
        shown.append(tree.nodes[tree.children[shown[-1].id][-1]])
    found = [shown] if shown else []
    told = {node.id for node in shown}
    for node in tree.nodes.values():
        if node.id in told:
            continue
        branch = [node]
        while children := tree.children[branch[-1].id]:
            branch.append(tree.nodes[children[0]])
        told.update(each.id for each in branch)
        found.append(branch)
    return found


def _conversation(page: _Page) -> Iterator[str]:
    found = branches(page.tree)
    if not found:
        yield '<p class="text">No messages.</p>'
        return
    first, others = (found[0], found[1:]) if page.tree.head is not None else ([], found)
    yield "<main>"
    for node in first:
        yield from _message(page, node)
    yield "</main>"
    if not others:
        return
    yield f"<h2>{counted(len(others), 'other branch').replace('branchs', 'branches')}</h2>"
    yield "<nav><ol>"
    for branch in others:
        words = _line(first_words(text_of(branch[0].message)) or role_of(branch[0]))
        yield f'<li><a href="#m{page.numbers[branch[0].id]}">{words}</a> ({counted(len(branch), "message")})</li>'
    yield "</ol></nav>"
    for branch in others:
        yield from _branch(page, branch)


def _branch(page: _Page, branch: Sequence[Node]) -> Iterator[str]:
    parent = page.tree.parents[branch[0].id]
    words = _line(first_words(text_of(branch[0].message)) or role_of(branch[0]))
    yield f'<section class="branch"><details><summary>{words}</summary>'
    if parent is not None:
        yield f'<p><a href="#m{page.numbers[parent]}">after this message</a></p>'
    for node in branch:
        yield from _message(page, node)
    yield "</details></section>"


def _message(page: _Page, node: Node) -> Iterator[str]:
    role, matter = role_of(node), told(page.session, node)
    yield f'<article id="m{page.numbers[node.id]}" class="{role if role in _ROLES else "other"}">'
    yield from _heading(page, node)
    if matter.reasoning:
        yield f'<details><summary>Reasoning</summary><div class="text">{_text(matter.reasoning)}</div></details>'
    if matter.text:
        yield f'<div class="text">{_text(matter.text)}</div>'
    if matter.spoken is not None:
        yield from sound_html(matter.spoken, node.id, page.losses)
    for part in matter.parts:
        yield from part_html(part, node.id, page.losses)
    if matter.sources:
        yield "<ul>"
        for line in matter.sources:
            yield f"<li>{_line(line)}</li>"
        yield "</ul>"
    if matter.others:
        yield f'<div class="code">{_text(dump_json(matter.others, indent=2))}</div>'
    yield from _asked(page, node)
    yield "</article>"


def _heading(page: _Page, node: Node) -> Iterator[str]:
    name, model, exchange = node.message.get("name"), model_of(page.session, node), exchange_of(page.session, node)
    yield f'<header class="said"><b>{_line(role_of(node))}</b>'
    for word in (name, model):
        if isinstance(word, str) and word:
            yield f"<span>{_line(word)}</span>"
    if page.times[node.id] > len(page.times):
        moment = iso_time(page.times[node.id])
        yield f'<time datetime="{moment}">{moment[:19].replace("T", " ")}</time>'
    if exchange is not None and exchange.reply.outcome != "complete":
        yield f'<span class="bad">{_line(exchange.reply.outcome)}</span>'
    siblings = page.tree.children[page.tree.parents[node.id]]
    if len(siblings) > 1:
        yield f"<span>{_turns(page, node.id, siblings)}</span>"
    yield "</header>"


def _turns(page: _Page, node_id: str, siblings: Sequence[str]) -> str:
    """Return ``‹ 2/3 ›`` with links to the neighbours."""
    place = siblings.index(node_id)
    left = f'<a href="#m{page.numbers[siblings[place - 1]]}" title="previous">‹</a> ' if place else ""
    more = place + 1 < len(siblings)
    right = f' <a href="#m{page.numbers[siblings[place + 1]]}" title="next">›</a>' if more else ""
    return f"{left}{place + 1}/{len(siblings)}{right}"


def _asked(page: _Page, node: Node) -> Iterator[str]:
    exchange = exchange_of(page.session, node)
    if exchange is None or node.choice:
        return
    if exchange.reply.error is not None:
        yield f'<div class="code bad">{_text(dump_json(exchange.reply.error, indent=2))}</div>'
    if exchange.asked:
        asked = _text(dump_json(exchange.asked, indent=2))
        yield f'<details><summary>Parameters</summary><div class="code">{asked}</div></details>'


def _settings(page: _Page) -> Iterator[str]:
    session, settings = page.session, page.session.settings
    rows = [("Session", session.id), ("Created", session.created)]
    if settings is not None:
        rows += [("Provider", settings.provider), ("Model", settings.model)]
    yield "<dl>"
    for word, value in rows:
        if value:
            yield f"<dt>{word}</dt><dd>{_line(value)}</dd>"
    yield "</dl>"
    if settings is not None and settings.system:
        yield '<article class="system"><header class="said"><b>system</b></header>'
        yield f'<div class="text">{_text(settings.system)}</div></article>'


def _text(text: str) -> str:
    return escape(visible(text))


def _line(text: str) -> str:
    return escape(visible_line(text))

"""HTML exports: complete, self-contained, without scripts, every message once and exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

import html5lib
from hypothesis import given, settings

from chat_tui.domain.conversation import text_of
from chat_tui.domain.formats.page_style import STYLE
from chat_tui.domain.formats.table import FORMATS, Material, written
from chat_tui.domain.literal import visible
from chat_tui.domain.session import Session
from tests.support.session_trees import Teller, forty_turns, handwritten, sessions

VOID = {"meta", "img", "br", "link", "input", "hr"}
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "dt", "dd", "main", "article", "header", "b"),
    *("span", "time", "a", "details", "summary", "div", "p", "img", "nav", "ol", "li", "section"),
}
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def page_of(session: Session) -> str:
    return written(FORMATS["html"], Material(session=session)).text


def parsed(page: str) -> Element:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(page)
    faults = [code for _, code, _ in parser.errors if code != "invalid-codepoint"]
    assert not faults, faults
    assert isinstance(root, Element)
    return root


class Balance(HTMLParser):
    """Notes tags that are not closed in order, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> Balance:
    balance = Balance()
    balance.feed(page)
    balance.close()
    assert not balance.open
    assert balance.seen <= KNOWN
    for address in balance.addresses:
        assert address.startswith(("#m", "data:image/"))
    return balance


def articles(root: Element) -> Iterator[tuple[str, list[str]]]:
    for article in root.iter("article"):
        yield article.get("id", ""), ["".join(each.itertext()) for each in article if each.get("class") == "text"]


@settings(max_examples=150, deadline=None)
@given(sessions())
def test_each_message_stands_once_with_its_exact_text(session: Session) -> None:
    page = page_of(session)
    checked(page)
    found = {name: words for name, words in articles(parsed(page)) if name}
    nodes = [*session.conversation.nodes.values()]
    assert set(found) == {f"m{number}" for number in range(1, len(nodes) + 1)}
    for number, node in enumerate(nodes, 1):
        text = visible(text_of(node.message))
        assert found[f"m{number}"] == ([text] if text else [])


def test_the_selected_branch_comes_first_and_links_lead_to_the_others() -> None:
    session = forty_turns()
    page = page_of(session)
    addresses = checked(page).addresses
    root = parsed(page)
    names = {name for name, _ in articles(root) if name}
    assert {address[1:] for address in addresses} <= names
    main = next(root.iter("main"))
    first = [words[0] for name, words in articles(main) if name]
    path = [text_of(node.message) for node in session.conversation.path()]
    assert first[: len(path)] == path
    assert sum(1 for name, _ in articles(root) if name) == len(session.conversation.nodes)
    assert "2/3" in page
    assert "m-again" in page


def test_the_page_may_fetch_and_run_nothing() -> None:
    page = page_of(forty_turns())
    assert """content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;""" in page
    assert "prefers-color-scheme: dark" in page
    assert not re.search(r"url\(|@import|<", STYLE)


def test_only_harmless_pictures_are_shown() -> None:
    told = Teller()
    parts = [PIXEL, "data:image/svg+xml;base64,PHN2Zz4=", "http://evil.example/x.png", f'{PIXEL}" onload="x']
    told.asks("", None, content=[{"type": "image_url", "image_url": {"url": url}} for url in parts])
    made = written(FORMATS["html"], Material(session=told.session()))
    assert [each for each in checked(made.text).addresses if each.startswith("data:")] == [PIXEL]
    assert made.notes == ("Left out: content of type image (1 message).",)


def test_a_very_deep_and_forked_tree_is_no_trouble() -> None:
    count = 3000
    session = handwritten([f"text {n}" for n in range(count)], [n // 2 for n in range(count)], "t", None)
    checked(page_of(session))
    chain = handwritten([f"text {n}" for n in range(count)], [n - 1 for n in range(count)], "t", None)
    checked(page_of(chain))

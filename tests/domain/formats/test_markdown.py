"""Markdown exports: independent parsers find each message's exact text, and nothing else."""

from __future__ import annotations

import re

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chat_tui.domain.conversation import text_of
from chat_tui.domain.formats.markdown import fenced
from chat_tui.domain.formats.table import FORMATS, Material, written
from chat_tui.domain.json_values import Json
from chat_tui.domain.literal import visible
from chat_tui.domain.session import Session
from tests.support.session_trees import Teller, handwritten, sessions, texts

PARAGRAPH = ["paragraph_open", "paragraph_close"]


def made(session: Session, form: str) -> str:
    return written(FORMATS[form], Material(session=session)).text


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    _, front, body = text.split("---\n", 2)
    found = yaml.safe_load(front)
    assert isinstance(found, dict)
    return found, body


@settings(max_examples=150, deadline=None)
@given(sessions())
def test_markdown_has_one_heading_a_message_and_its_text_stands_in_it(session: Session) -> None:
    text = made(session, "markdown")
    front, body = split_front_matter(text)
    assert front["session"] == "s"
    assert front["parameters"] == {"seed": 1}
    if session.title:
        assert front["title"] == visible(session.title)
    tokens = MarkdownIt("commonmark").parse(body)
    headings = [
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0
    ]
    path = session.conversation.path()
    system = session.settings is not None and bool(session.settings.system)
    roles = [*(["system"] if system else []), *(node.message["role"] for node in path)]
    assert headings == roles
    assert not [token for token in tokens if token.type == "html_block"]
    place = 0
    for node in path:
        shown = visible(text_of(node.message))
        ways = [shown, "\n".join(f"> {line}".rstrip(" ") for line in shown.split("\n"))]
        spots = [spot for way in ways if (spot := body.find(way, place)) >= 0]
        assert spots
        place = min(spots)


@given(texts)
def test_a_fence_holds_any_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"before\n\n{fenced(text)}\n\nafter")
    assert [token.type for token in tokens if not token.level] == [*PARAGRAPH, "fence", *PARAGRAPH]
    replaced = re.sub("\x00", "\ufffd", visible(text))
    assert next(token.content for token in tokens if token.type == "fence") == replaced + "\n"
    assert tokens[-2].content == "after"


def test_markdown_keeps_what_is_harmless_and_quotes_great_headings() -> None:
    session = handwritten(["plain *text*", "# Great\n\ntext", "<b>x"], [-1, 0, 1], "t", None)
    text = made(session, "markdown")
    assert "\nplain *text*\n" in text
    assert "> # Great\n>\n> text" in text
    assert "```\n<b>x\n```" in text


def test_markdown_folds_reasoning_and_shows_calls_and_outcome() -> None:
    told = Teller()
    calls: list[Json] = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": "```"}'}}]
    asked = told.asks("go")
    reply = told.says(
        {"role": "assistant", "content": None, "reasoning_content": "</details> hm ```", "tool_calls": calls}, asked
    )
    told.says({"role": "tool", "tool_call_id": "c", "content": "# 42"}, reply)
    text = made(told.session(), "markdown")
    assert "<details><summary>Reasoning</summary>\n\n````\n</details> hm ```\n````\n\n</details>" in text
    assert '"name": "f"' in text
    assert "```\n# 42\n```" in text


@given(st.lists(texts, min_size=1, max_size=3), texts, texts)
def test_names_models_and_parts_are_no_markup(kinds: list[str], name: str, title: str) -> None:
    told = Teller(title=title)
    told.asks("", None, name=name, content=[{"type": kind} for kind in kinds])
    tokens = MarkdownIt("commonmark").parse(split_front_matter(made(told.session(), "markdown"))[1])
    tops = [token.type for token in tokens if not token.level]
    assert tops == ["heading_open", "heading_close"] * 2 + ["bullet_list_open", "bullet_list_close"]
    assert sum(token.type == "list_item_open" for token in tokens) == len(kinds)
    words = {child.type for token in tokens for child in token.children or ()}
    assert words <= {"text", "text_special"}


def test_a_model_is_readable_in_its_heading() -> None:
    told = Teller()
    told.answers(told.asks("a"), "b", model="vendor/Model-1.5_b:free")
    assert "\n## assistant · vendor/Model-1.5\\_b:free\n" in made(told.session(), "markdown")


@settings(max_examples=500, deadline=None)
@given(st.text("a`~#=-<>[]:\\*1. \t\n", max_size=20))
def test_no_text_of_markup_reaches_out_of_its_message(text: str) -> None:
    session = handwritten([text, "the end"], [-1, 0], "t", None)
    tokens = MarkdownIt("commonmark").parse(split_front_matter(made(session, "markdown"))[1])
    tops = [token for token in tokens if not token.level and token.type == "heading_open"]
    assert [token.tag for token in tops if token.tag in ("h1", "h2")] == ["h1", "h2", "h2"]
    assert tokens[-2].content == "the end"
    assert "html_block" not in {token.type for token in tokens}

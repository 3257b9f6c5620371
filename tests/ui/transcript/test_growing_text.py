"""A growing text yields the same rows as the complete text, and finished parts are rendered once."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat_tui.ui.transcript import parts
from chat_tui.ui.transcript.blocks import Block
from chat_tui.ui.transcript.document import Document
from chat_tui.ui.transcript.rendering import Options, flows_of
from chat_tui.ui.transcript.rows import Row
from chat_tui.ui.transcript.spans import Span

FOREVER = float("inf")
WIDTH = 40
Seen = list[tuple[tuple[Span, ...], str, str]]

LINES = st.sampled_from(
    [
        "",
        "",
        "plain words **strong words** and `code`",
        "# Heading",
        "Title",
        "===",
        "---",
        "- item",
        "- [ ] task *open*",
        "  - nested",
        "  continued",
        "1. first",
        "10) tenth",
        "   ```python",
        "```python",
        "```",
        "~~~~",
        "~~~",
        "def f(): return '**no**'",
        "> quote",
        "> - in quote",
        ">",
        "lazy",
        "    indented",
        "\ttab",
        "| a | b |",
        "|---|:-:|",
        "| 1 | `x\\|y` |",
        "* * *",
        "[1]: https://example.com",
        "see [this][1]",
        "<think>",
        "hidden \x1b[31m \u202e",
        "back`tick",
        "`" * 3 + " not ` a fence",
        "x" * 30 + " " + "y" * 30,
        "word " * 90,
        "z" * 2500,
        "word " * 600,
    ]
)
TEXTS = st.lists(LINES, max_size=30).map("\n".join)


def seen(document: Document) -> Seen:
    return [(row.spans, row.fill, row.end) for rows in document.row_lists for row in rows]


def whole(text: str, *, markdown: bool = True) -> Seen:
    document = Document(text, Options(), markdown=markdown)
    assert document.lay_out(WIDTH, FOREVER)
    return seen(document)


def grown(text: str, cuts: list[int], *, markdown: bool = True) -> Seen:
    document = Document("", Options(), markdown=markdown, live=True)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    for start, end in itertools.pairwise(edges):
        document.grow(text[start:end])
        assert document.lay_out(WIDTH, FOREVER)
    document.complete()
    assert document.lay_out(WIDTH, FOREVER)
    return seen(document)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=12))
@example("- a\n- b\n\n  c\n- d", [3, 7])
@example("Title\n===\ntext", [7])
def test_markdown_grown_by_any_cuts_gives_the_rows_of_the_whole(text: str, cuts: list[int]) -> None:
    assert grown(text, cuts) == whole(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=12))
def test_literal_text_grown_by_any_cuts_gives_the_rows_of_the_whole(text: str, cuts: list[int]) -> None:
    assert grown(text, cuts, markdown=False) == whole(text, markdown=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join))
def test_markdown_grown_character_by_character_gives_the_rows_of_the_whole(text: str) -> None:
    text = text[:700]
    assert grown(text, list(range(len(text)))) == whole(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_a_literal_copy_of_all_rows_is_the_exact_text(text: str) -> None:
    rows = whole(text, markdown=False)
    copied = "".join("".join(span.copied for span in spans) + end for spans, _, end in rows)
    expected = text.replace("\r\n", "\n")
    assert copied.removesuffix("\n") == expected.removesuffix("\n")


def test_layout_in_slices_gives_the_same_rows() -> None:
    text = "\n\n".join(f"paragraph {number} with `code`" for number in range(500))
    document = Document(text, Options())
    rounds = 1
    while not document.lay_out(WIDTH, 0.0):
        rounds += 1
    assert rounds > 5
    assert seen(document) == whole(text)


def test_a_settled_block_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []

    def counted(block: Block, options: Options) -> object:
        rendered.append(block.lines[0])
        return flows_of(block, options)

    monkeypatch.setattr(parts, "flows_of", counted)
    document = Document("", Options(), live=True)
    for number in range(30):
        document.grow(f"paragraph {number}\n\n")
        document.lay_out(WIDTH, FOREVER)
    assert rendered.count("paragraph 3") <= 2  # once in the open tail, once when it settled
    rendered.clear()
    document.grow("more\n\nand more\n\n")
    document.lay_out(WIDTH, FOREVER)
    assert all(not line.startswith("paragraph 2") or line == "paragraph 29" for line in rendered)
    rendered.clear()
    document.lay_out(WIDTH // 2, FOREVER)
    assert len(rendered) <= 1  # another width wraps again, it does not parse again


def test_rows_of_settled_blocks_stay_the_same_objects() -> None:
    document = Document("", Options(), live=True)
    document.grow("- one\n- two\n- three\n")
    document.lay_out(WIDTH, FOREVER)
    before: list[Row] = list(document.row_lists[0])
    for number in range(100):
        document.grow(f"- item {number}\n")
        document.lay_out(WIDTH, FOREVER)
    after = document.row_lists[0]
    assert len(before) == 2
    assert all(old is new for old, new in zip(before, after, strict=False))
    assert len(after) == 102


def test_lines_of_an_open_fence_are_laid_out_once() -> None:
    document = Document("", Options(), live=True)
    document.grow("```python\n" + "x = 1\n" * 200)
    document.lay_out(WIDTH, FOREVER)
    before = list(document.row_lists[1])
    document.grow("y = 2\n" * 50)
    document.lay_out(WIDTH, FOREVER)
    assert all(old is new for old, new in zip(before, document.row_lists[1], strict=False))


def test_a_closed_fence_is_coloured() -> None:
    looks = {span.look.role for spans, _, _ in whole("```python\n" + "x = 'a'  # c\n" * 100 + "```") for span in spans}
    assert {"code-string", "code-comment"} <= looks


def test_a_message_over_two_megabytes_is_cut_with_a_note() -> None:
    document = Document("line of text\n" * 200_000, Options(), markdown=False)
    assert document.lay_out(80, FOREVER)
    rows = [row for rows in document.row_lists for row in rows]
    assert rows[-1].text == "(longer than 2 MB: the rest is in the session file)"
    assert len(rows) < 160_000


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("- " + "an item that never ends\n  " * 500, "(shown as plain text: longer than 8,000 characters)"),
        ("> " + "a quote that never ends\n> " * 500, "(shown as plain text: longer than 8,000 characters)"),
        ("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 300, "(shown as plain text from row 201 on)"),
    ],
)
def test_what_cannot_be_rendered_cheaply_is_shown_as_plain_text_with_a_note(text: str, note: str) -> None:
    document = Document(text + "\n\nafter **it**", Options())
    document.lay_out(80, FOREVER)
    texts = [row.text for rows in document.row_lists for row in rows]
    assert note in texts
    assert texts[-1] == "after it"
    assert grown(text, [9000, 9100]) == whole(text)

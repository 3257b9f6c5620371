"""Rendering Markdown as rows."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from chat_tui.ui.transcript.document import Document
from chat_tui.ui.transcript.rendering import Options
from chat_tui.ui.transcript.rows import Row, breaks


def rows(text: str, width: int = 40, options: Options | None = None) -> list[Row]:
    document = Document(text, options or Options())
    assert document.lay_out(width, float("inf"))
    return [row for part in document.row_lists for row in part]


def texts(text: str, width: int = 40) -> list[str]:
    return [row.text for row in rows(text, width)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# One\ntext", ["One", "", "text"]),
        ("One\n---\ntext", ["One", "", "text"]),
        ("a\nb", ["a", "b"]),
        ("- a\n- b", ["• a", "• b"]),
        ("- a\n\n- b", ["• a", "", "• b"]),
        ("- a\n  - b\n    - c\n- d", ["• a", "  ◦ b", "    ▪ c", "• d"]),
        ("3. a\n3. b", ["3. a", "3. b"]),
        ("-\n- b", ["• ", "• b"]),
        ("- - a", ["• ", "  ◦ a"]),
        ("> a\n> b", ["▎ a", "▎ b"]),
        ("> a\n>\n> b", ["▎ a", "▎ ", "▎ b"]),
        ("[site](https://e.org)", ["site (https://e.org)"]),
        ("<https://e.org>", ["https://e.org"]),
        ("![alt](x.png)", ["[image: alt] (x.png)"]),
        ("<b>&amp;</b>", ["<b>&</b>"]),
        ("<div>\n\nx\n\n</div>", ["<div>", "", "x", "", "</div>"]),
        ("[a]: https://e.org", ["[a]: https://e.org"]),
        ("```\n  x\n\n y\n```", ["   x", " ", "  y"]),
        ("    code", [" code"]),
        ("~~old~~", ["old"]),
        ("a  \nb\\\nc", ["a", "b", "c"]),
        ("[x](javascript:alert)", ["[x](javascript:alert)"]),
    ],
)
def test_blocks(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_references_resolve_wherever_they_are_defined() -> None:
    source = "see [docs][1]\n\n[1]: https://e.org/docs"
    from chat_tui.ui.transcript.inline import references

    shown = [row.text for row in rows(source, 60, Options(known=references(source)))]
    assert shown == ["see docs (https://e.org/docs)", "", "[1]: https://e.org/docs"]


def test_a_table_is_aligned_and_fits() -> None:
    source = "| name | n |\n|:--|--:|\n| a long cell of many words | 1 |\n| b | 20 |"
    narrow = texts(source, 20)
    assert narrow[0].split() == ["name", "│", "n"]
    assert {cell_len(text) for text in narrow} == {20}
    assert " ".join(text.partition("│")[0].strip() for text in narrow[2:]) == "a long cell of many words b"
    wide = texts(source, 60)
    assert wide[0] == "name                      │  n"
    assert wide[3] == "b                         │ 20"


def test_a_table_with_more_columns_than_fit_is_shown_as_text() -> None:
    head = "|".join(f"column{number}" for number in range(30))
    source = f"|{head}|\n|{'-|' * 30}\n|{'x|' * 30}"
    shown = texts(source, 40)
    assert all(cell_len(text) <= 40 for text in shown)
    assert "column29" in "".join(shown)


def test_no_cell_of_a_ragged_table_is_lost() -> None:
    assert any("3" in text for text in texts("|a|b|\n|-|-|\n|1|2|3|"))


def test_wrapped_list_items_hang() -> None:
    assert texts("- one two three four", 12) == ["• one two", "  three four"]


def test_very_deep_nesting_is_shown_as_plain_text() -> None:
    source = "> " * 30 + "deep"
    assert texts(source, 80) == [source]


@pytest.mark.parametrize("width", [12, 20, 33])
@pytest.mark.parametrize(
    "text",
    [
        "日本語の文章です。とても長いので折り返します。" * 3,
        "👨‍👩‍👧 family " * 9,
        "e\u0301\u0323" * 50,
        "x" * 99,
        "  indented " * 9,
    ],
)
def test_no_row_is_wider_than_the_width(text: str, width: int) -> None:
    for source in (text, f"- {text}", f"> {text}", f"```\n{text}\n```"):
        assert all(cell_len(row.text) <= width for row in rows(source, width))


def test_a_joined_emoji_stays_whole() -> None:
    family = "👨‍👩‍👧"
    for start, end in breaks(family * 20, 9, 9):
        assert (end - start) % len(family) == 0


def test_code_lines_can_be_cut_and_copied_whole() -> None:
    (row,) = rows("```\n" + "abcdefghij" * 5 + "\n```", 20, Options(wrap_code=False))
    assert row.text == " abcdefghijabcdefgh…"
    assert "".join(span.copied for span in row.spans) == "abcdefghij" * 5

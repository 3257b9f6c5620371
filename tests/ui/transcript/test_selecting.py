"""Selecting with the mouse: several messages, exact text."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from chat_tui.ui.transcript import Entry
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.painting import GUTTER
from chat_tui.ui.transcript.selection import position, selected_text
from tests.ui.transcript.transcript_app import TranscriptApp

HEAD = 0


def select(views: list[MessageView], start: tuple[int, int, int], end: tuple[int, int, int], width: int = 40) -> str:
    (m1, r1, x1), (m2, r2, x2) = start, end
    chosen = Selection(Offset(x1 + GUTTER, position(m1, r1)), Offset(x2 + GUTTER, position(m2, r2)))
    return selected_text(views, chosen, width)


@pytest.mark.parametrize(
    ("text", "markdown", "start", "end", "expected"),
    [
        ("one two three", True, (1, 4), (1, 7), "two"),
        ("a\nb\nc", False, (1, 0), (3, 1), "a\nb\nc"),
        ("  a\tb", False, (1, 0), (1, 9), "  a\tb"),
        ("x\x1b[31my", True, (1, 0), (1, 99), "x\x1b[31my"),
        ("x\u202ey", True, (1, 1), (1, 3), "\u202e"),
        ("- a\n- b", True, (1, 0), (2, 9), "- a\n- b"),
        ("> a\n> b", True, (1, 0), (2, 9), "> a\n> b"),
        ("word " * 30, True, (1, 0), (4, 99), ("word " * 30).strip()),
        ("x" * 100, False, (1, 0), (3, 99), "x" * 100),
        ("```\nif x:\n\ty\n```", True, (1, 0), (2, 99), "if x:\n\ty"),
        ("日本語", True, (1, 1), (1, 2), "本"),
    ],
)
def test_a_selection_gives_the_exact_text(
    text: str, markdown: bool, start: tuple[int, int], end: tuple[int, int], expected: str
) -> None:
    view = MessageView(Entry("a", "user", "you", text, markdown=markdown))
    view.lay_out(40)
    assert select([view], (0, *start), (0, *end)).rstrip(" ") == expected


def test_messages_in_the_middle_are_copied_as_they_came() -> None:
    views = [MessageView(Entry(str(number), "user", "you", f"**m{number}**")) for number in range(3)]
    assert select(views, (0, 1, 0), (2, 1, 2)) == "m0\n\nyou\n**m1**\n\nyou\nm2"


async def test_a_mouse_drag_selects_over_messages() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("a", "user", "you", "first message"), Entry("b", "user", "you", "second message")])
        await pilot.pause()
        await pilot.mouse_down(app.transcript, offset=(GUTTER + 6, 1))
        await pilot.hover(app.transcript, offset=(GUTTER + 5, 4))
        await pilot.mouse_up(app.transcript, offset=(GUTTER + 5, 4))
        assert app.transcript.selected_or_current_text() == "message\n\nyou\nsecond"
        assert app.screen.get_selected_text() == "message\n\nyou\nsecond"
        background = app.transcript.render_lines(app.transcript.size.region)[1]
        styles = {segment.style.bgcolor for segment in background if segment.style and segment.text == "message"}
        assert styles != {app.transcript.rich_style.bgcolor}


async def test_a_click_makes_a_message_the_current_one() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("a", "user", "you", "first"), Entry("b", "user", "you", "second")])
        await pilot.pause()
        await pilot.click(app.transcript, offset=(5, 1))
        assert app.transcript.cursor == "a"

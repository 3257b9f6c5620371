"""Header, status line and hint: fitted to any width, safe for any content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from chat_tui.domain.literal import visible_line
from chat_tui.ui.widgets.header import HeaderState, header_line
from chat_tui.ui.widgets.hint import HintState, hint
from chat_tui.ui.widgets.status_line import status_line

STATE = HeaderState(provider="openrouter", model="openai/gpt-4o", title="rain haiku", written=True)


def test_a_wide_header_says_all() -> None:
    text = header_line(STATE, 90).plain
    assert text.startswith("chat-tui   openrouter ▸ openai/gpt-4o")
    assert text.endswith("rain haiku  ● saved")
    assert Content(text).cell_length == 90


def test_the_title_goes_first_then_the_programs_name() -> None:
    assert "rain" not in header_line(STATE, 45).plain
    assert "● saved" in header_line(STATE, 45).plain
    assert "chat-tui" not in header_line(STATE, 45).plain
    assert header_line(STATE, 20).plain == "openrouter ▸ openai…"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (HeaderState(provider="p", model="m", save_problem="No space left"), "● not saved: No space left"),
        (HeaderState(provider="p", model="m", read_only=True), "● read only"),
        (HeaderState(provider="p", model="m", kept=False), "● not saved"),
        (HeaderState(provider="p", model="m"), "○ new"),
        (HeaderState(provider="p", model=""), "p ▸ no model"),
        (HeaderState(provider="p", model="m", offline=True), "offline p ▸ m"),
    ],
)
def test_what_the_header_tells(state: HeaderState, words: str) -> None:
    assert words in header_line(state, 80).plain


@given(st.text(), st.text(), st.text(), st.text(), st.integers(0, 200))
def test_no_header_is_too_wide_or_harmful(provider: str, model: str, title: str, problem: str, width: int) -> None:
    state = HeaderState(provider=provider, model=model, title=title, save_problem=problem or None)
    line = header_line(state, width)
    assert line.cell_length <= width
    assert visible_line(line.plain) == line.plain


KEYS = [("enter", "send"), ("esc", "stop"), ("F1", "help")]


def test_figures_stay_and_keys_give_way() -> None:
    figures = Content("1.2 s · 63 tok/s")
    assert status_line(KEYS, figures, 60).plain == "enter send   esc stop   F1 help             1.2 s · 63 tok/s"
    assert status_line(KEYS, figures, 31).plain == "enter send     1.2 s · 63 tok/s"
    assert status_line(KEYS, figures, 10).plain == "1.2 s · 6…"


@given(st.text(), st.integers(0, 200))
def test_no_status_line_is_too_wide(figures: str, width: int) -> None:
    assert status_line(KEYS, Content(visible_line(figures)), width).cell_length <= width


@given(st.text(), st.text(), st.one_of(st.none(), st.text()), st.integers(1, 100), st.integers(1, 20))
def test_the_hint_fits(provider: str, model: str, path: str | None, width: int, height: int) -> None:
    lines = hint(HintState(provider, model, path), width, height).split()
    assert len(lines) <= height
    assert all(line.cell_length <= width for line in lines)

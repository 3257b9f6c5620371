"""Editing one line of text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.ui.panel.line_draft import LineDraft

KEYS = ["backspace", "delete", "left", "right", "home", "end", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+a", "ctrl+e"]


def after(draft: LineDraft, *keys: str) -> LineDraft:
    for key in keys:
        pressed = draft.pressed(key, key if len(key) == 1 else None)
        assert pressed is not None, key
        draft = pressed
    return draft


def test_text_goes_in_at_the_cursor() -> None:
    assert after(LineDraft.of("ac"), "left", "b").text == "abc"
    assert after(LineDraft.of("abc"), "home", "delete", "end", "backspace").text == "b"


def test_a_word_and_a_line_can_be_cut() -> None:
    assert after(LineDraft.of("one two three"), "ctrl+w").text == "one two"
    assert after(LineDraft.of("one two"), "left", "ctrl+k").text == "one tw"
    assert after(LineDraft.of("one two"), "left", "ctrl+u").text == "o"


def test_keys_that_mean_nothing_to_a_line_are_left_alone() -> None:
    assert LineDraft.of("a").pressed("f5", None) is None
    assert LineDraft.of("a").pressed("ctrl+x", "\x18") is None


@given(st.text(), st.lists(st.sampled_from(KEYS) | st.characters(), max_size=40))
def test_the_cursor_never_leaves_the_text(text: str, keys: list[str]) -> None:
    draft = LineDraft.of(text)
    for key in keys:
        draft = draft.pressed(key, key if len(key) == 1 else None) or draft
        assert 0 <= draft.cursor <= len(draft.text)

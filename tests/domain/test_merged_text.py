"""Lone surrogates in JSON text are found before it is parsed, and clean text is left alone."""

from __future__ import annotations

import pytest

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.merging.text import may_hold_surrogates, mended, mended_text
from chat_tui.domain.reply import Reply


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('{"a": "plain"}', False),
        ('{"a": "é日本😀"}', False),
        ('{"a": "\\u00e9"}', False),
        ('{"a": "\\ud83d"}', True),
        ('{"a": "\\uD83D\\uDE00"}', True),
        ('{"a": "\ud83d"}', True),
        ('{"é": "\udc00"}', True),
    ],
)
def test_text_that_may_hold_surrogates_is_told_from_text_that_cannot(data: str, found: bool) -> None:
    assert may_hold_surrogates(data) is found


def test_pairs_are_joined_and_lone_halves_marked_in_values_and_names() -> None:
    assert mended({"\ud83d\ude00": ["a\ud83d", 1, None]}) == {"😀": ["a\ufffd", 1, None]}


@pytest.mark.parametrize("text", ["plain", "é日本😀"])
def test_clean_text_stays_the_object_it_is(text: str) -> None:
    assert mended_text(text) is text


@pytest.mark.parametrize(
    "delta", ['{"content": "a\\ud83d"}', '{"refusal": "a\\ud83d"}', '{"audio": {"transcript": "a\\ud83d"}}']
)
def test_half_a_character_at_the_end_of_a_reply_is_marked_wherever_it_is_read(delta: str) -> None:
    reply = Reply()
    reply.apply(StreamEvent(0.0, f'{{"choices": [{{"delta": {delta}}}]}}'))
    reply.close()
    assert "".join(reply.choices[0].said()) == "a\ufffd"

"""Escaping untrusted text: every character a terminal would interpret becomes a mark, and no other."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.literal import UNSAFE, visible, visible_line

BIDI = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
CONTROLS = frozenset(("Cc", "Cs"))
HIDDEN = frozenset((0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)))
"""Marks of direction, line ends, a byte order mark, annotations, tags."""


def is_obeyed(code: int) -> bool:
    character = chr(code)
    return (
        (unicodedata.category(character) in CONTROLS and character not in "\n\t")
        or code in HIDDEN
        or unicodedata.bidirectional(character) in BIDI
    )


def test_exactly_the_characters_that_a_terminal_obeys_or_that_hide_are_marked() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    marked = {match.start() for match in UNSAFE.finditer(every)}
    assert marked == {code for code in range(sys.maxunicode + 1) if is_obeyed(code)}
    assert all(visible(chr(code)) != chr(code) for code in marked)


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_holds_nothing_unsafe_and_is_encodable(text: str) -> None:
    shown = visible(text)
    assert UNSAFE.search(shown) is None
    shown.encode()
    assert visible(shown) == shown
    assert not set(visible_line(text)) & set("\n\t")


def test_a_sequence_that_is_cut_in_two_does_not_slip_through() -> None:
    text = "\x1b]52;c;aGk=\x07\u202eabc\r\n\x9b2J"
    assert visible(text[:1]) + visible(text[1:]) == visible(text) == "␛]52;c;aGk=␇⟨U+202E⟩abc\n⟨U+009B⟩2J"

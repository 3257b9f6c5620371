"""A line of text being edited: the text, the cursor, and the effect of editing keys. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace


class LineDraft(Struct, frozen=True):
    """One state of the line. ``text`` is the exact text, however it is displayed."""

    text: str = ""
    cursor: int = 0
    """Number of code points before the cursor, 0 to ``len(text)``."""
    fault: str = ""
    """Why the text was not accepted; cleared by any edit."""

    @classmethod
    def of(cls, text: str) -> LineDraft:
        """Create a draft with the cursor at the end."""
        return cls(text, len(text))

    def typed(self, text: str) -> LineDraft:
        """Return the draft with ``text`` inserted at the cursor."""
        return LineDraft(self.text[: self.cursor] + text + self.text[self.cursor :], self.cursor + len(text))

    def refused(self, fault: str) -> LineDraft:
        """Return the draft with a reason why it is not accepted."""
        return replace(self, fault=fault)

    def pressed(self, key: str, character: str | None) -> LineDraft | None:
        """Return the draft after a key, given by its Textual name; None if the key does not edit a line."""
        edit = _EDITS.get(key)
        if edit is not None:
            return edit(self)
        if character is not None and character.isprintable():
            return self.typed(character)
        return None

    def without(self, start: int, end: int) -> LineDraft:
        """Return the draft without the code points from ``start`` to ``end``, the cursor in their place."""
        start = max(0, start)
        return LineDraft(self.text[:start] + self.text[end:], start)

    def moved(self, cursor: int) -> LineDraft:
        """Return the draft with the cursor at ``cursor``, clamped to the text."""
        return LineDraft(self.text, max(0, min(len(self.text), cursor)))

    def word_start(self) -> int:
        """Return the index where the word before the cursor begins."""
        return len(self.text[: self.cursor].rstrip().rpartition(" ")[0])


_EDITS: Mapping[str, Callable[[LineDraft], LineDraft]] = {
    "backspace": lambda line: line.without(line.cursor - 1, line.cursor),
    "delete": lambda line: line.without(line.cursor, line.cursor + 1),
    "left": lambda line: line.moved(line.cursor - 1),
    "right": lambda line: line.moved(line.cursor + 1),
    "home": lambda line: line.moved(0),
    "end": lambda line: line.moved(len(line.text)),
    "ctrl+a": lambda line: line.moved(0),
    "ctrl+e": lambda line: line.moved(len(line.text)),
    "ctrl+u": lambda line: line.without(0, line.cursor),
    "ctrl+k": lambda line: line.without(line.cursor, len(line.text)),
    "ctrl+w": lambda line: line.without(line.word_start(), line.cursor),
}

"""A line of text being typed: the text, the cursor, and what an editing key does to them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace


class LineDraft(Struct, frozen=True):
    """One state of the line. ``text`` is exact, whatever it shows as."""

    text: str = ""
    cursor: int = 0
    """Code points before the cursor, 0 to ``len(text)``."""
    fault: str = ""
    """Why the text could not be taken; any edit clears it."""

    @classmethod
    def of(cls, text: str) -> LineDraft:
        """A draft with the cursor at the end."""
        return cls(text, len(text))

    def typed(self, text: str) -> LineDraft:
        """With ``text`` put in at the cursor."""
        return LineDraft(self.text[: self.cursor] + text + self.text[self.cursor :], self.cursor + len(text))

    def refused(self, fault: str) -> LineDraft:
        """The same text with a reason why it cannot be taken."""
        return replace(self, fault=fault)

    def pressed(self, key: str, character: str | None) -> LineDraft | None:
        """After a key, by Textual's name; ``None`` if the key does nothing to a line."""
        edit = _EDITS.get(key)
        if edit is not None:
            return edit(self)
        if character is not None and character.isprintable():
            return self.typed(character)
        return None

    def without(self, start: int, end: int) -> LineDraft:
        """Without the code points from ``start`` to ``end``; the cursor stands where they were."""
        start = max(0, start)
        return LineDraft(self.text[:start] + self.text[end:], start)

    def moved(self, cursor: int) -> LineDraft:
        """With the cursor at ``cursor``, or at the nearest end of the text."""
        return LineDraft(self.text, max(0, min(len(self.text), cursor)))

    def word_start(self) -> int:
        """Where the word before the cursor begins."""
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

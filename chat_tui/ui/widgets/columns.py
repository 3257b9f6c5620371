"""Messages side by side: as many columns as fit, including the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.selection import Selection
from textual.widgets import Static

from chat_tui.domain.literal import visible_line
from chat_tui.domain.word_diff import word_diff
from chat_tui.ui.actions import bindings
from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.message import MessageView
from chat_tui.ui.transcript.painting import Mark
from chat_tui.ui.transcript.places import rows_of
from chat_tui.ui.transcript.search import Stretch
from chat_tui.ui.transcript.widget import Transcript

if TYPE_CHECKING:
    from chat_tui.domain.reply import ChoiceState
    from chat_tui.engine.ports import Pictures

NARROWEST: Final = 36
"""Minimum width of a column in cells."""
MOST: Final = 4
_MOST_MARKS: Final = 300
_LONGEST_MARKED: Final = 60_000


class ColumnText(Transcript, can_focus=False):
    """One message with its own scroll position; differing words are highlighted."""

    def __init__(self, pictures: Pictures | None) -> None:
        super().__init__(pictures=pictures)
        self.entry: Entry | None = None
        self._content = self._reasoning = 0
        self._differing: list[Stretch] = []

    def put(self, entry: Entry, choice: ChoiceState | None) -> None:
        """Show a message; for one that is streaming, ``choice`` is its current state."""
        if self.entry != entry:
            another = self.entry is None or self.entry.key != entry.key
            self.entry = entry
            self._differing = []
            self._content = len(choice.said()) if choice is not None else 0
            self._reasoning = len(choice.reasoning) if choice is not None else 0
            if another:
                self.show([entry])
            else:
                self.update_entry(entry)
            if another and choice is None:
                self.action_home()

    def follow(self, choice: ChoiceState) -> None:
        """Append the text that has arrived since the last call."""
        text = "".join((said := choice.said())[self._content :])
        thinking = "".join(choice.reasoning[self._reasoning :])
        self._content, self._reasoning = len(said), len(choice.reasoning)
        if self.entry is not None:
            self.grow(self.entry.key, text, thinking)

    def mark_against(self, other: str | None) -> None:
        """Highlight the words that ``other`` does not contain; None: highlight nothing."""
        self._differing = []
        view = self.view_of(self.entry.key) if self.entry is not None else None
        if view is not None and other is not None:
            self._differing = differing(view, other, self.store.width)
        self.refresh()

    def _marks(self, view: MessageView, index: int, number: int, selection: Selection | None) -> list[Mark]:
        style = self._fresh_palette().styles["match"]
        found = [Mark(part.start, part.end, style) for part in self._differing if part.row == number]
        return found + super()._marks(view, index, number, selection)


class Column(Vertical):
    """A message under its number, which is highlighted for the chosen message."""

    DEFAULT_CSS = """
    Column { width: 1fr; height: 1fr; }
    Column .number { height: 1; width: 1fr; margin: 0 1 0 0; padding: 0 1; color: $foreground 60%; }
    Column.-chosen .number { background: $panel; color: $accent; text-style: bold; }
    """

    def __init__(self, pictures: Pictures | None) -> None:
        super().__init__()
        self.text = ColumnText(pictures)
        self._number = Static(classes="number", markup=False)

    def compose(self) -> ComposeResult:
        """Compose number and message."""
        yield self._number
        yield self.text

    def head(self, number: str, *, chosen: bool) -> None:
        """Show the number, and whether the message is the chosen one."""
        self._number.update(Content(number))
        self.set_class(chosen, "-chosen")


class Columns(Vertical, can_focus=True):
    """Shows some of a list of messages, depending on the width and the chosen message."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("beside"),
        Binding("up", "scroll_all(-1)", show=False),
        Binding("down", "scroll_all(1)", show=False),
        Binding("pageup", "scroll_all(-10)", show=False),
        Binding("pagedown", "scroll_all(10)", show=False),
        Binding("home", "scroll_all(-1000000)", show=False),
        Binding("end", "scroll_all(1000000)", show=False),
    ]
    DEFAULT_CSS = """
    Columns { height: 1fr; }
    Columns #columns-head { height: 1; padding: 0 1; color: $foreground 60%; }
    Columns #columns-row { height: 1fr; }
    """

    def __init__(
        self, source: Callable[[str], tuple[Entry, ChoiceState | None]], pictures: Pictures | None = None
    ) -> None:
        """Create the columns.

        Args:
            source: Returns the current entry of a key, and its choice while it is streaming.
            pictures: The image decoder; None: images are shown as lines only.
        """
        super().__init__(id="columns")
        self._source = source
        self._keys: Sequence[str] = ()
        self._chosen = self._first = 0
        self._about = ""
        self._marking = False
        self._head = Static(id="columns-head", markup=False)
        self._columns = [Column(pictures) for _ in range(MOST)]

    def compose(self) -> ComposeResult:
        """Compose a line about all messages, and the columns."""
        yield self._head
        with Horizontal(id="columns-row"):
            yield from self._columns

    def show(self, keys: Sequence[str], chosen: int, about: str) -> None:
        """Show these messages, one of them chosen; ``about`` describes the message they answer."""
        self._keys, self._about = keys, about
        self._chosen = max(0, min(chosen, len(keys) - 1))
        self._arrange()

    def follow(self, choices: Sequence[ChoiceState]) -> None:
        """Append what has arrived of the choices, which correspond to the keys in order."""
        for column, choice in zip(self._shown, choices[self._first :], strict=False):
            column.text.follow(choice)

    def toggle_words(self) -> None:
        """Switch the highlighting of words that differ from the chosen message on or off."""
        self._marking = not self._marking
        self._mark()

    def action_scroll_all(self, lines: int) -> None:
        """Scroll all columns together."""
        for column in self._shown:
            column.text.jump(column.text.scroll_y + lines)

    def on_resize(self) -> None:
        """Show as many columns as fit the new width."""
        self._arrange()

    @property
    def _shown(self) -> list[Column]:
        return [column for column in self._columns if column.display]

    @property
    def _fitting(self) -> int:
        width = self.size.width or self.app.size.width
        return max(1, min(MOST, len(self._keys), width // NARROWEST))

    def _arrange(self) -> None:
        fitting, total = self._fitting, len(self._keys)
        self._first = max(min(self._first, self._chosen, total - fitting), self._chosen - fitting + 1, 0)
        for place, column in enumerate(self._columns, self._first):
            column.display = place < min(self._first + fitting, total)
            if column.display:
                entry, choice = self._source(self._keys[place])
                column.text.put(entry, choice)
                column.head(f"{place + 1}/{total}", chosen=place == self._chosen)
        head = Content.assemble((f"‹ {self._chosen + 1}/{total} ›", "bold $accent"), "  ←→ select  ")
        self._head.update(Content.assemble(head, (visible_line(self._about), "$foreground 45%")))
        if self._marking:
            self.call_after_refresh(self._mark)

    def _mark(self) -> None:
        chosen = self._source(self._keys[self._chosen])[0].text if self._keys and self._marking else None
        for place, column in enumerate(self._shown, self._first):
            column.text.mark_against(chosen if place != self._chosen else None)


def differing(view: MessageView, other: str, width: int) -> list[Stretch]:
    """Return where the words of a message that ``other`` lacks are shown; empty for texts that are too long."""
    text = view.entry.text
    if len(text) + len(other) > _LONGEST_MARKED:
        return []
    found: list[Stretch] = []
    place = marks = 0
    for piece in word_diff(other, text):
        if piece.kind == "removed":
            continue
        if piece.kind == "added" and not piece.text.isspace() and marks < _MOST_MARKS:
            marks += 1
            found += rows_of(view, "text", place, place + len(piece.text), width)
        place += len(piece.text)
    return found

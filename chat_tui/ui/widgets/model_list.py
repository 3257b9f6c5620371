"""The lines of a model list, in a virtual view that renders only visible lines."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from chat_tui.domain.literal import visible_line
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_words import is_free, modality_marks, per_million, token_count
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.inked_view import InkedView

_HEAD = 1
"""Number of lines above the models: the column headings."""
_MARK, _COUNT, _PRICE = 2, 7, 8


class Columns(Struct, frozen=True):
    """The start of each column; columns without room start at the right edge."""

    width: int
    context: int
    prices: int
    marks: int

    @classmethod
    def within(cls, width: int) -> Columns:
        """Compute the columns of a view of ``width`` cells; ids get what the others do not need, at least half."""
        marks = width - (18 if width >= 96 else 14) if width >= 66 else width
        prices = marks - 2 * _PRICE if width >= 52 else marks
        context = prices - _COUNT if width >= 36 else prices
        return cls(width, context, prices, marks)


class ModelList(InkedView):
    """Shows models and a cursor. The last line, always visible, offers the typed text."""

    ALLOW_SELECT = False

    class Taken(Message):
        """A line was clicked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.cards: Sequence[ModelCard] = ()
        self.places: Sequence[int] = ()
        """Indexes of the cards that are shown, in order."""
        self.typed = ""
        """The text offered in the last line; empty: no such line."""
        self.cursor = 0
        self.current = ""
        """The id of the model in use."""
        self.recent: frozenset[str] = frozenset()
        """Ids of recently used models."""

    @property
    def card(self) -> ModelCard | None:
        """The card under the cursor; None on the last line and in an empty list."""
        return self.cards[self.places[self.cursor]] if self.cursor < len(self.places) else None

    @property
    def value(self) -> str:
        """The value enter chooses: the id under the cursor, else the typed text."""
        card = self.card
        return card.id if card is not None else self.typed

    def show(self, cards: Sequence[ModelCard], places: Sequence[int], typed: str, cursor: int) -> None:
        """Show some of the cards, with the cursor on one of the lines."""
        self.cards, self.places, self.typed = cards, places, typed
        self.virtual_size = Size(self.width, _HEAD + len(places) + self._foot)
        self.move_to(cursor)

    def move_to(self, line: int) -> None:
        """Move the cursor to a line and scroll it into view; the last line is that of the typed text."""
        self.cursor = max(0, min(line, self._lines - 1))
        top, window = self.scroll_offset.y, max(1, self.size.height - _HEAD - self._foot)
        if self.cursor < len(self.places):
            target = max(min(top, self.cursor), self.cursor - window + 1)
            if target != top:
                self.scroll_to(y=target, animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Render one line: the column headings, a model, or the typed text."""
        if y < _HEAD:
            return self._heading()
        line = self._line_at(y)
        if line is None:
            return LineBuilder(self.ink, self.width).strip()
        return self._typed_line() if line == len(self.places) else self._model_line(line)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked line and post ``Taken``."""
        place = event.get_content_offset(self)
        line = self._line_at(place.y) if place is not None else None
        if line is not None:
            self.move_to(line)
            self.post_message(self.Taken())

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.show(self.cards, self.places, self.typed, self.cursor)

    @property
    def _foot(self) -> int:
        return 1 if self.typed else 0

    @property
    def _lines(self) -> int:
        return len(self.places) + self._foot

    def _line_at(self, y: int) -> int | None:
        if self._foot and y == min(self.size.height - 1, _HEAD + len(self.places)):
            return len(self.places)
        line = y - _HEAD + self.scroll_offset.y
        return line if _HEAD <= y < self.size.height and line < len(self.places) else None

    def _heading(self) -> Strip:
        columns = Columns.within(self.width)
        line = LineBuilder(self.ink, self.width).to(_MARK)
        if not self.places:
            return line.strip()
        line.put("model", "faint", limit=columns.context - _MARK)
        _put_right(line, "context", "faint", columns.prices)
        _put_right(line, "$/M in", "faint", columns.prices + _PRICE if columns.prices < columns.marks else 0)
        _put_right(line, "out", "faint", columns.marks if columns.prices < columns.marks else 0)
        if columns.marks < columns.width:
            line.to(columns.marks + 2).put("non-text", "faint")
        return line.strip()

    def _model_line(self, place: int) -> Strip:
        card, columns = self.cards[self.places[place]], Columns.within(self.width)
        chosen = place == self.cursor
        line = LineBuilder(self.ink, self.width, "current" if chosen else "")
        line.put("●" if card.id == self.current else "○" if card.id in self.recent else "", "accent").to(_MARK)
        line.put(card.id, "value" if chosen else "text", limit=columns.context - _MARK - 1)
        _put_right(line, token_count(card.context_length), "quiet", columns.prices)
        if columns.prices < columns.marks:
            free = is_free(card)
            _put_right(line, "" if free else per_million(card.prices.get("prompt")), "quiet", columns.prices + _PRICE)
            _put_right(line, "free" if free else per_million(card.prices.get("completion")), "quiet", columns.marks)
        if columns.marks < columns.width:
            line.to(columns.marks + 2).put(modality_marks(card), "quiet")
        return line.strip()

    def _typed_line(self) -> Strip:
        chosen = self.cursor == len(self.places)
        line = LineBuilder(self.ink, self.width, "current" if chosen else "").to(_MARK)
        room = line.room - len("use ‹› as typed")
        shown = visible_line(self.typed)
        line.put("use ‹", "quiet").put(shown, "value" if chosen else "text", limit=max(8, room)).put(
            "› as typed", "quiet"
        )
        return line.strip()


def _put_right(line: LineBuilder, text: str, ink: str, end: int) -> None:
    """Append text that ends at a column; nothing if it does not fit."""
    start = end - cell_len(text)
    if text and start > line.column and end <= line.column + line.room:
        line.to(start).put(text, ink)

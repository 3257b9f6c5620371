"""A pick list: type to filter, enter chooses, escape cancels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.problems import ProblemError
from chat_tui.ui.choices import Choice
from chat_tui.ui.literal import literal
from chat_tui.ui.screens.list_overlay import ListOverlay
from chat_tui.ui.widgets.line_input import LineInput
from chat_tui.ui.workers import start_worker

_PAGE: Final = 10


class Picker(ListOverlay):
    """Returns the value of the chosen item, or None."""

    DEFAULT_CSS = """
    Picker OptionList { margin-top: 1; max-height: 100%; }
    """

    def __init__(
        self,
        title: str,
        load: Callable[[], Awaitable[Sequence[Choice]]],
        *,
        own_text: bool = False,
        current: str = "",
        highlighted: Callable[[str], None] | None = None,
    ) -> None:
        """Create the list.

        Args:
            title: The title above the list.
            load: Returns the items; a ``ProblemError`` is shown in their place.
            own_text: Whether enter takes the typed text if no item matches it.
            current: The value of the item highlighted at first.
            highlighted: Called with the value under the cursor when it moves.
        """
        super().__init__()
        self._title = title
        self._load = load
        self._own_text = own_text
        self._current = current
        self._highlighted = highlighted
        self._choices: Sequence[Choice] = ()
        self._fitting: list[Choice] = []

    def compose(self) -> ComposeResult:
        """Compose the title, the filter, the list and the note."""
        with Vertical(classes="window"):
            yield Static(literal(self._title), classes="title")
            yield LineInput(placeholder="type to filter", id="picker-filter")
            yield OptionList(id="picker-list", compact=True, markup=False)
            yield Static(Content("loading …"), id="picker-note", classes="quiet")

    def on_mount(self) -> None:
        """Load the items without blocking the screen."""
        self.query_one(OptionList).can_focus = False
        start_worker(self, self._bring, group="picker")

    async def _bring(self) -> None:
        note = ""
        try:
            self._choices = await self._load()
        except ProblemError as error:
            note = error.problem.sentence()
        if not self.is_mounted:
            return
        self._show(note or ("" if self._choices else "nothing to choose from"))
        values = [choice.value for choice in self._fitting]
        if self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    def action_move(self, lines: int) -> None:
        """Move the cursor of the list."""
        listing = self.query_one(OptionList)
        if self._fitting:
            here = listing.highlighted if listing.highlighted is not None else -1
            listing.highlighted = max(0, min(here + lines, len(self._fitting) - 1))

    def action_page(self, pages: int) -> None:
        """Move the cursor of the list by ten lines per page."""
        self.action_move(_PAGE * pages)

    @on(LineInput.Changed)
    def _filter(self, event: LineInput.Changed) -> None:
        event.stop()
        self._show("" if self._choices else None)

    @on(LineInput.Submitted)
    def _take(self, event: LineInput.Submitted) -> None:
        event.stop()
        place = self.query_one(OptionList).highlighted
        typed = self.query_one(LineInput).value.strip()
        if place is not None and place < len(self._fitting):
            self.dismiss(self._fitting[place].value)
        elif self._own_text and typed:
            self.dismiss(typed)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._fitting):
            self.dismiss(self._fitting[event.option_index].value)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._highlighted is not None and event.option_index < len(self._fitting):
            self._highlighted(self._fitting[event.option_index].value)

    def _show(self, note: str | None) -> None:
        typed = self.query_one(LineInput).value.lower().split()
        self._fitting = [choice for choice in self._choices if choice.fits(typed)]
        listing = self.query_one(OptionList)
        listing.clear_options()
        listing.add_options([Option(choice.content()) for choice in self._fitting])
        if self._fitting:
            listing.highlighted = 0
        if note is None:
            return
        if not note and self._choices and not self._fitting:
            note = "no match; enter uses what you typed" if self._own_text else "no match"
        line = self.query_one("#picker-note", Static)
        line.update(literal(note))
        line.display = bool(note)

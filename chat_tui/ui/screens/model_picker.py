"""The model picker of a service: shows the cached list at once, updates it when fetched, accepts any typed id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_search import ORDERS, ModelIndex, Order
from chat_tui.domain.problems import Problem
from chat_tui.ui.literal import literal, literal_line
from chat_tui.ui.model_details import details
from chat_tui.ui.model_source import ModelSource
from chat_tui.ui.screens.list_overlay import ListOverlay
from chat_tui.ui.widgets.line_input import LineInput
from chat_tui.ui.widgets.model_list import ModelList
from chat_tui.ui.workers import start_worker

_FEW = 10
"""With at most this many models the window is less tall."""
_KEYS = "ctrl+s sort · ctrl+r refresh"


class ModelPicker(ListOverlay):
    """Returns a model's id, or None. Whatever the list holds, a typed id can be chosen at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "order", show=False, priority=True),
        Binding("ctrl+r", "fetch", show=False, priority=True),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (30, "-tall")]  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    ModelPicker .window { width: 112; height: 88%; }
    ModelPicker #model-head { height: 1; }
    ModelPicker #model-head .title { width: 1fr; }
    ModelPicker #model-count { width: auto; color: $foreground 60%; }
    ModelPicker ModelList { height: 1fr; margin-top: 1; }
    ModelPicker #model-details { height: 6; margin: 1 0 0 2; }
    ModelPicker #model-note { max-height: 3; margin-left: 2; }
    ModelPicker.-flat .window { height: 100%; max-height: 100%; }
    ModelPicker.-flat ModelList { margin-top: 0; }
    ModelPicker.-flat #model-details { height: 4; }
    ModelPicker.-tall #model-note { margin: 1 0 0 2; }
    ModelPicker.-tall.-short .window { height: 26; }
    """

    def __init__(self, source: ModelSource) -> None:
        super().__init__()
        self._source = source
        self._index = ModelIndex(())
        self._order: Order = ORDERS[0]
        self._recent: Sequence[str] = ()
        self._fetching = False
        self._problem: Problem | None = None
        self._filter = LineInput(placeholder="type to filter, or type a model id", id="model-filter")
        self._list = ModelList(id="model-list")
        self._count = Static(id="model-count", markup=False)
        self._details = Static(id="model-details", markup=False)
        self._notes = Static(id="model-note", classes="quiet", markup=False)

    def compose(self) -> ComposeResult:
        """Compose the title with the count, the filter, the list, the details and the note."""
        with Vertical(classes="window"):
            with Horizontal(id="model-head"):
                yield Static(literal_line(self._source.title), classes="title")
                yield self._count
            yield self._filter
            yield self._list
            yield self._details
            yield self._notes

    def on_mount(self) -> None:
        """Load the cached list without blocking, and fetch a new one if it is old."""
        self._list.current = self._source.current
        start_worker(self, self._open, group="model-picker")

    async def _open(self) -> None:
        if self._source.old:
            self._fetch()
        await self._take_in(await asyncio.to_thread(self._source.cards))
        self._recent = await asyncio.to_thread(self._source.recent)
        if self.is_mounted and self._recent:
            self._list.recent = frozenset(self._recent)
            self._keep_place()

    async def _take_in(self, cards: Sequence[ModelCard]) -> None:
        """Replace the shown list; cursor and filter stay."""
        first = not self._index.cards
        index = await asyncio.to_thread(ModelIndex, cards)
        if not self.is_mounted:
            return
        self.set_class(len(cards) <= _FEW, "-short")
        before, self._index = self._list.card, index
        if first and before is None and not self._typed:
            self._search(at=self._source.current)
        else:
            self._keep_place(before)

    def action_move(self, lines: int) -> None:
        """Move the cursor, wrapping around at the ends."""
        count = len(self._list.places) + bool(self._list.typed)
        if count:
            self._list.move_to((self._list.cursor + lines) % count)
            self._show_details()

    def action_page(self, pages: int) -> None:
        """Move the cursor by the height of the list."""
        self._list.move_to(self._list.cursor + pages * max(1, self._list.size.height - 2))
        self._show_details()

    def action_order(self) -> None:
        """Switch to the next order."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._search()

    def action_fetch(self) -> None:
        """Fetch the list now."""
        if not self._fetching:
            self._fetch()

    @property
    def _typed(self) -> str:
        return self._filter.value.strip()

    @on(LineInput.Changed)
    def _typing(self, event: LineInput.Changed) -> None:
        event.stop()
        self._search()

    @on(LineInput.Submitted)
    @on(ModelList.Taken)
    def _take(self, event: LineInput.Submitted | ModelList.Taken) -> None:
        event.stop()
        if self._list.value:
            self.dismiss(self._list.value)

    def _fetch(self) -> None:
        self._fetching, self._problem = True, None
        self._show_note()
        self._source.fetch(self._fetched)

    def _fetched(self, result: Sequence[ModelCard] | Problem) -> None:
        if not self.is_mounted:
            return
        self._fetching = False
        if isinstance(result, Problem):
            self._problem = result
            self._show_note()
        elif result:
            start_worker(self, partial(self._take_in, result), group="model-picker")
        else:
            self._problem = Problem(kind="protocol", what="The service lists no models")
            self._show_note()

    def _search(self, *, at: str = "") -> None:
        """Show the models that match the typed text, with the cursor on the given id, else on the best match."""
        typed = self._typed
        places = self._index.find(typed, self._order)
        if not typed and self._order == ORDERS[0]:
            known = self._index.places
            first = [known[model] for model in self._recent if model in known]
            places = [*first, *(place for place in places if place not in first)]
        place = self._index.places.get(at)
        cursor = places.index(place) if place in places else 0
        self._list.show(self._index.cards, places, typed, cursor)
        self._show_details()
        self._show_note()

    def _keep_place(self, before: ModelCard | None = None) -> None:
        """Search again, with the cursor on the same model, or on the typed text if it was there."""
        held = before or self._list.card
        if held is not None:
            self._search(at=held.id)
        else:
            self._search()
            self._list.move_to(len(self._list.places))
            self._show_details()

    def _show_details(self) -> None:
        card = self._list.card
        if card is not None:
            shown = details(card, self._source.lacking(card))
        else:
            shown = Content("Not in the list. Any id can be used; the service decides." if self._list.typed else "")
        self._details.update(shown)

    def _show_note(self) -> None:
        total, shown = len(self._index.cards), len(self._list.places)
        count = f"{shown:,} of {total:,}" if shown != total else f"{total:,}"
        by = "" if self._order == ORDERS[0] else f" · by {self._order}"
        self._count.update(literal_line(f"{count}{by}" if total else ""))
        self._notes.set_class(self._problem is not None, "refused")
        self._notes.update(literal(self._note()))

    def _note(self) -> str:
        """Describe the age of the list and the state of fetching it, or why there is none."""
        of = f"list fetched {self._source.age}" if self._source.age and self._index.cards else ""
        if self._problem is not None:
            kept = f" Showing the {of}." if of else " Type a model id."
            told = self._problem.sentence()
            return f"{told}{'' if told.endswith(('.', '!', '?')) else '.'}{kept}"
        if self._fetching:
            return f"{of} · fetching a new list …" if of else "fetching the list … you can already type an id"
        return " · ".join(part for part in (of, _KEYS) if part)

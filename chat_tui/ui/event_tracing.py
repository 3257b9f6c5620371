"""Links events and text: from an event to the text it added, and from a position in the text to its event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from chat_tui.domain.reply import ChoiceState
from chat_tui.domain.session import RecordedExchange
from chat_tui.domain.text_places import Stretch, TextName, TextPlaces
from chat_tui.domain.think_tags import Parted, parted
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.turns import turn_of
from chat_tui.ui.actions import first_key
from chat_tui.ui.conversation_view import live_key

if TYPE_CHECKING:
    from chat_tui.engine.turns import Turn
    from chat_tui.ui.screens.chat import ChatScreen

_AT_ONCE: Final = 500
"""Number of events folded before control returns to the event loop."""


class EventTracing:
    """Caches the text positions of one exchange, the one asked about last."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._places = TextPlaces()
        self._of: Turn | None = None

    async def show_text(self) -> None:
        """Show in the transcript the text that the Events tab's current event added."""
        screen = self._screen
        turn = screen.panel_view.record
        number = screen.panel.events.event_number
        if turn is None or number is None:
            screen.tell("No event is selected.", severity="warning")
            return
        places = await self._placed(turn)
        brought = places.brought_by(number)
        if not brought:
            screen.tell(f"Event {number + 1:,} contains no text.")
            return
        shown = [stretch for stretch in brought if self._key(turn, stretch.name.choice) is not None]
        if not shown:
            self._point_to_sibling(turn, brought[0].name.choice)
            return
        self._mark(turn, shown[0])

    async def show_event(self) -> None:
        """Show in the Events tab the event that produced the selection, the search match or the current message."""
        screen = self._screen
        key = screen.transcript.cursor or screen.bench.conversation.head or ""
        live = screen.bench.current if screen.bench.running else None
        turn: Turn | None = live if live is not None and live_key(live) == key else None
        node = screen.bench.conversation.nodes.get(key)
        if turn is None and node is not None and node.exchange is not None:
            turn = turn_of(screen.bench, key)
        if turn is None:
            screen.tell("No event delivered this message.", severity="warning")
            return
        choice = node.choice or 0 if node is not None else 0
        place = screen.transcript.marked_place(key)
        number = self._event_of(turn, choice, place, await self._placed(turn))
        screen.panel_view.inspect(turn)
        await screen.windows.open_tab("Events")
        if number is not None and turn.events:
            screen.panel.events.go_to_event(number)
        screen.panel.focus_view()

    async def _placed(self, turn: Turn) -> TextPlaces:
        """Return the text positions of an exchange for the events received so far."""
        if turn is not self._of:
            self._of, self._places = turn, TextPlaces(plain=isinstance(turn, RecordedExchange) and turn.plain)
        places = self._places
        while places.folded < len(turn.events):
            places.take(turn.events, at_most=_AT_ONCE)
            await asyncio.sleep(0)
        return places

    def _event_of(self, turn: Turn, choice: int, place: tuple[str, int] | None, places: TextPlaces) -> int | None:
        """Return the event of a position; without one, the first event of the choice, else the first of all."""
        if place is not None:
            region, offset = place
            both = _parted(turn, choice)
            if both.thinking and region in ("reasoning", "text"):
                region, offset = "text", both.whole(region, offset)
            name, before = _name_of(turn, choice, region, places)
            found = places.event_at(name, max(0, offset - before)) if name is not None else None
            if found is not None:
                return found
        firsts = [places.event_at(name, 0) for name in places.names() if name.choice == choice]
        return min((first for first in firsts if first is not None), default=0)

    def _mark(self, turn: Turn, stretch: Stretch) -> None:
        screen, name = self._screen, stretch.name
        key = self._key(turn, name.choice)
        region, before = _region_of(turn, name)
        start, length = before + stretch.start, stretch.end - stretch.start
        if region == "text":
            region, start = _parted(turn, name.choice).shown(start)
        if key is None or not screen.transcript.mark(key, region, start, start + length):
            screen.tell("The event's text is not in the transcript.", severity="warning")
        elif screen.has_class("-narrow"):
            screen.panel_place.display = False
            screen.transcript.focus()

    def _key(self, turn: Turn, choice: int) -> str | None:
        """Return the transcript key of a choice's message; None where it is not shown."""
        key = f"{turn.id}.{choice}"
        return key if screen_has(self._screen, key) else None

    def _point_to_sibling(self, turn: Turn, choice: int) -> None:
        screen = self._screen
        shown = next((node for node in screen.bench.conversation.path() if node.exchange == turn.id), None)
        if shown is None:
            screen.tell("The event's message is on another branch.", severity="warning")
            return
        screen.transcript.mark(shown.id, "head", 0, 0)
        left, right = (first_key(f"transcript.{way}", screen.services.options.keys) for way in ("left", "right"))
        screen.tell(f"The event's text is in choice {choice + 1}: press {left} or {right} on the message to show it.")


def screen_has(screen: ChatScreen, key: str) -> bool:
    """Return whether the transcript shows a message."""
    return screen.transcript.view_of(key) is not None


def _choice_of(turn: Turn, index: int) -> ChoiceState | None:
    return next((choice for choice in turn.reply.choices if choice.index == index), None)


def _parted(turn: Turn, index: int) -> Parted:
    """Split a choice's content as the transcript does: once the reply is over, thinking is separate from the answer."""
    choice = _choice_of(turn, index)
    if choice is None or choice.reasoning or (isinstance(turn, Exchange) and not turn.done):
        return Parted("")
    return parted("".join(choice.said()))


def _region_of(turn: Turn, name: TextName) -> tuple[str, int]:
    """Return the region of the transcript that shows a text, and the number of characters before the text in it."""
    if name.kind == "content":
        return "text", 0
    if name.kind == "reasoning":
        return "reasoning", 0
    if name.kind == "refusal":
        return "text", 0
    choice = _choice_of(turn, name.choice)
    if choice is None or name.call >= len(choice.tool_calls.states):
        return "call 0", 0
    state = choice.tool_calls.states[name.call]
    return f"call {choice.tool_calls.ordered().index(state)}", len(state.name or "?") + 1


def _name_of(turn: Turn, choice: int, region: str, places: TextPlaces) -> tuple[TextName | None, int]:
    """Return the text shown in a region: the inverse of ``_region_of``."""
    for name in places.names():
        if name.choice == choice:
            found, before = _region_of(turn, name)
            if found == region:
                return name, before
    return None, 0

"""Measures the cost of the Events tab while a stream grows. Run by hand: python -m tests.benchmarks.events_tab."""

from __future__ import annotations

import asyncio
import json
from time import process_time

from textual.app import App, ComposeResult

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.text_places import TextPlaces
from chat_tui.ui.panel.events.tab import EventsTab

TICK = 40
"""Events between two updates: 200 a second, five updates a second."""
SMALL, LARGE = 1_000, 50_000


def stream(count: int) -> list[StreamEvent]:
    """That many events with a word each."""
    body = {"id": "b", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    return [
        StreamEvent(
            number / 200, json.dumps({**body, "choices": [{"index": 0, "delta": {"content": f"word {number} "}}]})
        )
        for number in range(count)
    ]


class TabApp(App[None]):
    """The tab alone."""

    CSS = "EventsTab { width: 46; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.tab = EventsTab()

    def compose(self) -> ComposeResult:
        """The tab."""
        yield self.tab


async def ticks_ms(events: list[StreamEvent], already: int, ticks: int = 60) -> float:
    """CPU milliseconds of an update with its paint, once so many events are there."""
    app = TabApp()
    async with app.run_test(size=(46, 39)) as pilot:
        app.tab.show(events[:already], ())
        await pilot.pause()
        began = process_time()
        for tick in range(1, ticks + 1):
            app.tab.show(events[: already + tick * TICK], ())
            await pilot.pause()
        return (process_time() - began) * 1000 / ticks


async def opening_ms(events: list[StreamEvent]) -> float:
    """CPU milliseconds until a whole stream is shown."""
    app = TabApp()
    async with app.run_test(size=(46, 39)) as pilot:
        began = process_time()
        app.tab.show(events, ())
        await pilot.pause()
        return (process_time() - began) * 1000


async def filtering_ms(events: list[StreamEvent], text: str) -> float:
    """CPU milliseconds until a filter has gone over everything."""
    app = TabApp()
    async with app.run_test(size=(46, 39)) as pilot:
        app.tab.show(events, ())
        await pilot.pause()
        began = process_time()
        app.tab.set_filter(text)
        while not app.tab.stream.advance(0.0):
            await pilot.pause(0.001)
        return (process_time() - began) * 1000


async def main() -> None:
    """Every figure."""
    events = stream(LARGE + 61 * TICK)
    few, many = await ticks_ms(events, SMALL), await ticks_ms(events, LARGE)
    print(f"an update of {TICK} events: {few:.1f} ms at {SMALL:,}, {many:.1f} ms at {LARGE:,}", end="")
    print(f" = {many / few:.2f} x (goal 1.5)")
    five = await opening_ms(events[:5_000])
    print(f"showing 5,000 events at once: {five:.0f} ms; {LARGE:,}: {await opening_ms(events[:LARGE]):.0f} ms")
    for text in ("word", "kind:usage"):
        print(
            f"filter {text!r} over 5,000 events: {await filtering_ms(events[:5_000], text):.0f} ms, in slices of 8 ms"
        )
    began = process_time()
    TextPlaces().take(events[:5_000])
    print(f"places of the texts of 5,000 events: {(process_time() - began) * 1000:.0f} ms, in slices of 500 events")


if __name__ == "__main__":
    asyncio.run(main())

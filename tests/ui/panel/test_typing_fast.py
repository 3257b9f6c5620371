"""Keys typed faster than the app handles them keep their order."""

from __future__ import annotations

from textual import events

from chat_tui.domain.settings import SessionSettings
from tests.support.panel_app import PanelApp
from tests.support.waiting import wait_until

BURST = ["down", "right", "right", "down", "0", ".", "5", "enter", "down", "7", "down", "3", "enter", "up", "delete"]


async def test_a_burst_of_arrows_and_digits_reaches_the_rows_it_was_meant_for() -> None:
    app = PanelApp(SessionSettings(provider="openrouter", model="m"))
    async with app.run_test(size=(60, 40)) as pilot:
        for key in BURST:
            app.panel.post_message(events.Key(key, key if len(key) == 1 else None))
        await wait_until(pilot, lambda: len(app.changes) >= 5, what="five changes")
        await pilot.pause()
        assert app.settings.parameters == {"temperature": 1.05, "top_p": 0.5, "seed": 3}

"""Editing while a reply streams; the saved value is sent with the next request."""

from __future__ import annotations

from chat_tui.engine.services import Options
from chat_tui.ui.panel.editors.form_screen import FormScreen
from tests.support.engine_doubles import answered
from tests.support.fakes import THEMES, Gate, services
from tests.support.journeys import journey


async def test_a_form_is_filled_in_while_a_reply_streams() -> None:
    first, second = Gate(), Gate()
    script = [
        *answered("one", finish=None),
        first,
        *answered(*["more "] * 200, finish=None)[1:],
        second,
        *answered("end")[1:],
    ]
    given = services(script, options=Options(theme_dirs=(THEMES,), validation="off"))
    async with journey(given) as trip:
        await trip.sends("go")
        await trip.sees("one")
        await trip.pilot.press("f2")
        panel = trip.chat.panel.parameters
        await trip.until(lambda: panel.has_focus, "the focus in the panel")
        assert panel.put_cursor_on("stop")
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, FormScreen), "the form")
        await trip.types("EN")
        first.open()
        await trip.types("D")
        await trip.pilot.press("enter")
        await trip.types("\\n\\n")
        await trip.pilot.press("enter", "ctrl+s")
        await trip.until(lambda: trip.bench.settings.parameters.get("stop") == ["END", "\n\n"], "the value")
        assert trip.bench.running
        second.open()
        await trip.idle()
        assert "stop" not in trip.bodies[0]
        await trip.pilot.press("escape", "escape")
        await trip.sends("next")
        await trip.idle()
        assert trip.bodies[1]["stop"] == ["END", "\n\n"]

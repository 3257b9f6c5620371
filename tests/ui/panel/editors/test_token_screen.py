"""Looking up tokens with the model's tokenizer, in the editor of a map keyed by tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from chat_tui.domain.json_values import Json
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_screen import FormScreen
from chat_tui.ui.panel.editors.token_screen import TokenScreen
from chat_tui.ui.widgets.line_input import LineInput
from tests.support.panel_app import PanelApp, press_on
from tests.support.waiting import wait_until

SIZE = (90, 40)


class Letters:
    """Every character is a token: its code point."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def tokens(self, text: str) -> list[tuple[int, str]] | None:
        self.asked.append(text)
        await self.open.wait()
        return [(ord(each), each) for each in text] if self.there else None

    async def texts(self, ids: Sequence[int]) -> Mapping[int, str] | None:
        return {each: chr(each) for each in ids if each < 1000} if self.there else None


def app_with(value: Json = None) -> PanelApp:
    parameters = {} if value is None else {"logit_bias": value}
    return PanelApp(SessionSettings("llamacpp", "m", cast("dict[str, Json]", parameters)))


async def opened(pilot: Pilot[None], app: PanelApp, source: Letters | None) -> FormScreen:
    app.panel.tokens = source
    await press_on(pilot, app, "logit_bias", "enter")
    await wait_until(pilot, lambda: isinstance(app.screen, FormScreen), what="the form")
    return cast("FormScreen", app.screen)


async def looking(pilot: Pilot[None], app: PanelApp) -> None:
    await pilot.press("ctrl+f")
    await wait_until(pilot, lambda: isinstance(app.screen, TokenScreen), what="the tokens")
    await wait_until(pilot, lambda: isinstance(app.focused, LineInput), what="its line")


def listed(app: PanelApp) -> list[str]:
    options = app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


def state(app: PanelApp) -> str:
    return str(app.screen.query_one("#state", Static).content)


async def test_tokens_of_a_text_are_picked_and_biased() -> None:
    app = app_with()
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, Letters())
        await looking(pilot, app)
        await pilot.press("space", "n", "o")
        await wait_until(pilot, lambda: state(app) == "3 tokens", what="the tokens")
        assert listed(app)[0] == '○       32  " "'
        await pilot.press("down", "enter", "down", "enter", "ctrl+s")
        await wait_until(pilot, lambda: app.screen is screen, what="the form")
        form = screen.query_one(FormEdit)
        assert form.value == {"110": 0, "111": 0}
        assert form.notes["110"] == '"n"'
        await pilot.press(*"-100", "enter")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: len(app.screen_stack) == 1, what="the panel")
        assert app.settings.parameters == {"logit_bias": {"110": -100, "111": 0}}


async def test_what_is_biased_already_shows_its_text_and_is_kept() -> None:
    app = app_with({"97": 5, "5000": 1, "word": 2})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, Letters())
        form = screen.query_one(FormEdit)
        await wait_until(pilot, lambda: form.notes == {"97": '"a"'}, what="the texts")
        await looking(pilot, app)
        await pilot.press("a")
        await wait_until(pilot, lambda: len(listed(app)) == 1, what="the token")
        await pilot.press("ctrl+a", "ctrl+s")
        await wait_until(pilot, lambda: app.screen is screen, what="the form")
        assert form.value == {"97": 5, "5000": 1, "word": 2}


async def test_typing_goes_on_while_the_service_is_silent_and_only_the_last_text_counts() -> None:
    source = Letters()
    app = app_with()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, app, source)
        await looking(pilot, app)
        source.open.clear()
        await pilot.press("a")
        await wait_until(pilot, lambda: source.asked == ["a"], what="the question")
        await pilot.press("b")
        assert app.screen.query_one(LineInput).value == "ab"
        await wait_until(pilot, lambda: source.asked == ["a", "ab"], what="the next question")
        source.open.set()
        await wait_until(pilot, lambda: len(listed(app)) == 2, what="the tokens of both")
        await pilot.press("escape")


async def test_a_service_without_a_tokenizer_says_so() -> None:
    app = app_with({"97": 5})
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, Letters(there=False))
        await looking(pilot, app)
        await pilot.press("a")
        await wait_until(pilot, lambda: "no tokenizer" in state(app), what="the note")
        await pilot.press("enter", "ctrl+a", "ctrl+s")
        await wait_until(pilot, lambda: app.screen is screen, what="the form")
        assert screen.query_one(FormEdit).value == {"97": 5}


async def test_without_any_source_there_is_no_key_for_it() -> None:
    app = app_with()
    async with app.run_test(size=SIZE) as pilot:
        screen = await opened(pilot, app, None)
        assert "find tokens" not in str(screen.query_one("#keys", Static).content)
        await pilot.press("ctrl+f")
        assert app.screen is screen

"""The tabs, and the views next to the parameters."""

from __future__ import annotations

import json

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.literal import visible_line
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.panel.side_panel import TABS, SidePanel
from chat_tui.ui.reply.rows import Row
from chat_tui.ui.request_page import RequestPage
from tests.support.waiting import wait_until

TEXT = "[/INST] \x1b]0;x\x07 日本語\u202e " + "z" * 99
BODY: JsonObject = {"model": "m", "messages": [{"role": "user", "content": TEXT}]}


def page(body: JsonObject) -> RequestPage:
    return RequestPage(target="POST https://host/v1/chat/completions", body=body)


class TabsApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.side_panel = SidePanel()
        self.tabs: list[str] = []
        self.copied = ""

    def compose(self) -> ComposeResult:
        yield self.side_panel

    def on_side_panel_tab_shown(self, event: SidePanel.TabShown) -> None:
        self.tabs.append(event.tab)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text

    def lines(self) -> list[str]:
        view = self.side_panel.view
        assert isinstance(view, InkedView)
        return ["".join(segment.text for segment in view.render_line(y)) for y in range(view.size.height)]


async def opened(pilot: Pilot[None], app: TabsApp, tab: str) -> None:
    app.side_panel.open_tab(tab)
    await wait_until(pilot, lambda: app.side_panel.view.size.height > 0, what=f"the tab {tab}")
    await pilot.pause()


async def test_tabs_are_built_when_they_are_first_shown() -> None:
    app = TabsApp()
    async with app.run_test(size=(50, 20)) as pilot:
        assert len(app.side_panel.query(InkedView)) == 2
        app.side_panel.focus_view()
        for _ in range(4):
            app.side_panel.show_tab(1)
            await pilot.pause()
            assert app.focused is not None
            assert app.side_panel.view in app.focused.ancestors_with_self
        assert app.tabs == [*TABS[1:], TABS[0]]
        app.side_panel.show_tab(-1)
        assert app.side_panel.tab == TABS[3]


async def test_a_click_on_a_name_opens_the_tab() -> None:
    app = TabsApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.click(app.side_panel, offset=(1 + len("  Parameters ") + 2, 0))
        await wait_until(pilot, lambda: app.side_panel.tab == "Request", what="the tab")


async def test_a_hidden_tab_shows_the_latest_when_it_opens() -> None:
    app = TabsApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.side_panel.show_request(page({"model": "old"}))
        app.side_panel.show_request(page({"model": "new"}))
        app.side_panel.show_tab(1)
        await wait_until(pilot, lambda: any("new" in line for line in app.lines()), what="the body")
        assert not any("old" in line for line in app.lines())
        app.side_panel.show_request(page({"model": "newer"}))
        assert any("newer" in line for line in app.lines())


@pytest.mark.parametrize("width", [36, 46, 80])
async def test_the_request_is_all_there_and_copied_exactly(width: int) -> None:
    app = TabsApp()
    async with app.run_test(size=(width, 30)) as pilot:
        app.side_panel.styles.width = width
        app.side_panel.show_request(page(BODY))
        app.side_panel.show_tab(1)
        app.side_panel.focus_view()
        await wait_until(pilot, lambda: any("INST" in line for line in app.lines()), what="the body")
        shown = "".join(app.lines())
        assert visible_line(shown) == shown
        assert shown.count("z") == 99
        assert json.loads(app.side_panel.request.copied_text()) == BODY


async def test_what_is_selected_comes_out_unwrapped() -> None:
    app = TabsApp()
    async with app.run_test(size=(40, 30)) as pilot:
        app.side_panel.show_request(page(BODY))
        app.side_panel.show_tab(1)
        view = app.side_panel.view
        await wait_until(pilot, lambda: any("zzz" in line for line in app.lines()), what="the body")
        app.screen.text_select_all()
        assert isinstance(view, LinesView)
        text = app.screen.get_selected_text()
        assert text is not None
        assert "z" * 99 in text
        assert '{\n  "model": "m",' in text
        assert any(segment.style and segment.style.bgcolor for segment in view.render_line(2))


async def test_a_body_of_a_megabyte_is_shown() -> None:
    app = TabsApp()
    async with app.run_test(size=(46, 20)) as pilot:
        app.side_panel.show_tab(1)
        messages: list[Json] = [{"role": "user", "content": "word " * 20_000} for _ in range(10)]
        app.side_panel.show_request(page({"messages": messages}))
        await wait_until(pilot, lambda: app.side_panel.view.virtual_size.height > 20_000, what="the lines")
        app.side_panel.view.scroll_end(animate=False)
        await wait_until(pilot, lambda: any(line.strip() == "}" for line in app.lines()), what="the end")


async def test_the_reply_has_labels_and_values() -> None:
    app = TabsApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(pilot, app, "Reply")
        assert "No reply yet." in app.lines()[0]
        app.side_panel.show_reply([])
        assert "No reply yet." in app.lines()[0]
        app.side_panel.show_reply([Row("Usage"), Row("prompt tokens", "12"), Row("model", "[/x] \x9b1m")])
        await pilot.pause()
        lines = [line.strip() for line in app.lines()]
        assert lines[:3] == ["Usage", "prompt tokens   12", "model           [/x] ⟨U+009B⟩1m"]

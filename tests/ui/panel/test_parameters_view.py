"""The Parameters tab, driven by real keys."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json
from chat_tui.domain.settings import SessionSettings, with_own_defaults
from tests.support.panel_app import PanelApp, press_on
from tests.support.waiting import wait_until

EMPTY = SessionSettings("openai", "gpt-4o-mini")
SIZE = (46, 40)


def set_to(name: str, value: Json) -> SessionSettings:
    return EMPTY.set(tuple(name.split(".")), value)


@pytest.mark.parametrize(
    ("name", "before", "keys", "after"),
    [
        ("temperature", {}, ["right"], {"temperature": 1.0}),
        ("temperature", {}, ["left"], {"temperature": 1.0}),
        ("temperature", {}, ["right", "right", "left", "left"], {"temperature": 0.95}),
        ("temperature", {"temperature": 0.7}, ["shift+right"], {"temperature": 1.2}),
        ("temperature", {"temperature": 0.7}, ["shift+left"], {"temperature": 0.2}),
        ("temperature", {}, ["0", "enter"], {"temperature": 0}),
        ("temperature", {}, [".", "5", "enter"], {"temperature": 0.5}),
        ("temperature", {}, ["1", ".", "enter"], {"temperature": 1.0}),
        ("temperature", {}, [".", "enter"], {}),
        ("presence_penalty", {}, ["minus", ".", "5", "enter"], {"presence_penalty": -0.5}),
        ("temperature", {}, ["0", ".", "3", "7", "enter"], {"temperature": 0.37}),
        ("temperature", {"temperature": 0.7}, ["9", "escape"], {"temperature": 0.7}),
        ("temperature", {"temperature": 0.7}, ["enter", "5", "enter"], {"temperature": 0.75}),
        ("temperature", {}, ["7", "enter"], {"temperature": 7}),
        ("temperature", {"temperature": 0.7}, ["delete"], {}),
        ("temperature", {"temperature": 0}, ["backspace"], {}),
        ("temperature", {}, ["N"], {"temperature": None}),
        ("presence_penalty", {}, ["minus", "1", "enter"], {"presence_penalty": -1}),
        ("seed", {}, ["9", *"007199254740993", "enter"], {"seed": 9007199254740993}),
        ("seed", {"seed": 9007199254740993}, ["right"], {"seed": 9007199254740994}),
        ("seed", {"seed": 12}, ["enter", "ctrl+u", "enter"], {}),
        ("seed", {}, ["right"], {"seed": 0}),
        ("n", {}, ["3", "down"], {"n": 3}),
        ("logprobs", {}, ["right"], {"logprobs": True}),
        ("logprobs", {}, ["space", "space"], {"logprobs": False}),
        ("logprobs", {}, ["left"], {"logprobs": False}),
        ("logprobs", {}, ["right", "right", "right"], {}),
        ("logprobs", {"logprobs": False}, ["delete"], {}),
        ("service_tier", {}, ["right"], {"service_tier": "auto"}),
        ("service_tier", {}, ["right", "left"], {}),
        ("reasoning_effort", {"reasoning_effort": "low"}, ["right"], {"reasoning_effort": "medium"}),
        ("user", {}, ["enter", *"al e", "enter"], {"user": "al e"}),
        ("user", {}, ["enter", "4", "2", "enter"], {"user": "42"}),
        ("user", {}, ["enter", "enter"], {}),
        ("user", {"user": "a"}, ["enter", "backspace", "enter"], {"user": ""}),
        ("user", {"user": "a"}, ["N"], {"user": "a"}),
        (
            "stream_options.include_obfuscation",
            {},
            ["right", "right"],
            {"stream_options": {"include_obfuscation": False}},
        ),
        (
            "stream_options.include_usage",
            {"stream_options": {"include_usage": True, "include_obfuscation": True}},
            ["delete"],
            {"stream_options": {"include_obfuscation": True}},
        ),
        ("stream_options.include_usage", {"stream_options": {"include_usage": True}}, ["delete"], {}),
        ("response_format.type", {}, ["right", "right"], {"response_format": {"type": "json_object"}}),
    ],
)
async def test_keys_set_exactly_this(name: str, before: dict[str, Json], keys: Sequence[str], after: Json) -> None:
    app = PanelApp(SessionSettings("openai", "gpt-4o-mini", before))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, name, *keys)
        got = app.settings.parameters
        assert json.dumps(got) == json.dumps(after)


async def test_mounting_and_showing_change_nothing() -> None:
    app = PanelApp(with_own_defaults(EMPTY, stream_usage=True), sent=EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        app.show()
        for key in ("down", "down", "pagedown", "end", "home", "right", "left", "slash", "t", "enter", "escape"):
            await pilot.press(key)
        app.show()
        await pilot.pause()
        assert app.changes == []


async def test_pressing_keys_that_make_no_difference_posts_nothing() -> None:
    app = PanelApp(set_to("temperature", 2.0))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "temperature", "right", "shift+right", "enter", "enter")
        await press_on(pilot, app, "seed", "delete", "backspace")
        assert app.changes == []


async def test_touching_what_chat_tui_set_makes_it_the_users_own() -> None:
    app = PanelApp(with_own_defaults(EMPTY, stream_usage=True))
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "stream")
        assert "by chat-tui" in app.line_of("stream ")
        await pilot.press("delete")
        assert app.settings.parameters == {"stream_options": {"include_usage": True}}
        assert ("stream",) not in app.settings.own
        await press_on(pilot, app, "stream", "right")
        assert "by chat-tui" not in app.line_of("stream ")


async def test_what_is_no_number_stays_on_the_line_with_the_reason() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "seed", "1", "minus", "enter")
        assert app.changes == []
        assert "1-" in app.line_of("seed")
        assert any("must be a whole number" in line for line in app.lines())
        await pilot.press("backspace", "enter")
        assert app.settings.parameters == {"seed": 1}


async def test_leaving_the_panel_takes_what_was_typed() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "seed", "4", "2")
        app.screen.set_focus(None)
        await wait_until(pilot, lambda: bool(app.changes), what="the value to be set")
        assert app.settings.parameters == {"seed": 42}


async def test_a_paste_goes_into_the_line_exactly() -> None:
    from textual import events

    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        assert app.panel.put_cursor_on("user")
        app.post_message(events.Paste("two\nlines \x1b]52;c;x\x07"))
        await wait_until(pilot, lambda: app.panel.draft is not None, what="the paste")
        assert "two␊lines" in app.line_of("user")
        await pilot.press("enter")
        assert app.settings.parameters == {"user": "two\nlines \x1b]52;c;x\x07"}


async def test_rows_show_value_default_and_change() -> None:
    settings = set_to("temperature", 0.7).set(("seed",), 42).set(("stop",), ["\n\n", "END"])
    app = PanelApp(settings, sent=EMPTY.set(("temperature",), 0.7))
    async with app.run_test(size=(60, 50)) as pilot:
        await pilot.pause()
        assert "●" in app.line_of("temperature")
        assert "0.70" in app.line_of("temperature")
        assert "· 1.00" in app.line_of("top_p")
        assert "42  was unset" in app.line_of("seed")
        assert '"\\n\\n", "END"' in app.line_of("stop")
        assert "3 set · 2 changed" in app.lines()[0]


@pytest.mark.parametrize("width", [36, 40, 46, 60, 80])
async def test_every_line_is_exactly_as_wide_as_the_panel(width: int) -> None:
    settings = EMPTY.set(("temperature",), 9).set(("user",), "日本語" * 40).set(("logit_bias",), {"1": 2})
    finding = Finding(name="temperature", level="error", kind="range", text="must be between 0 and 2", value=9)
    app = PanelApp(settings, sent=EMPTY, findings=[finding])
    async with app.run_test(size=(width, 24)) as pilot:
        for _ in range(12):
            widths = {app.panel.render_line(y).cell_length for y in range(24)}
            assert widths == {width - 1}
            await pilot.press("pagedown")


async def test_members_found_by_the_filter_are_told_apart_by_their_names() -> None:
    wanted: Json = {"type": "json_schema", "json_schema": {"name": "Haiku", "schema": {}}}
    app = PanelApp(set_to("response_format", wanted))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"response", "enter")
        await wait_until(pilot, lambda: "….json_schema.name" in "\n".join(app.lines()), what="the name's end")
        assert "….json_schema.strict" in "\n".join(app.lines())
        assert "response_format.type" in "\n".join(app.lines())


async def test_a_wrong_value_says_why_in_its_row_and_below() -> None:
    finding = Finding(name="presence_penalty", level="error", kind="range", text="must be between -2 and 2", value=2.5)
    app = PanelApp(set_to("presence_penalty", 2.5), findings=[finding])
    async with app.run_test(size=(60, 40)) as pilot:
        await press_on(pilot, app, "presence_penalty")
        assert "2.5  must be between -2 and 2" in app.line_of("presence_penalty")
        assert any(line.startswith("presence_penalty = 2.5: must be") for line in app.lines()[-4:])
        assert "1 wrong" in app.lines()[0]


async def test_keys_are_named_only_where_they_work() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "seed")
        assert "/ filter" in app.lines()[-1]
        app.screen.set_focus(None)
        await wait_until(pilot, lambda: not app.panel.has_focus, what="the focus to leave")
        assert app.lines()[-1].strip() == ""


async def test_the_filter_is_typed_kept_and_cleared() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *"penal")
        assert app.panel.filter == "penal"
        assert [line.split()[0] for line in app.lines() if "penalty" in line][:2] == [
            "frequency_penalty",
            "presence_penalty",
        ]
        await pilot.press("enter", "right")
        assert app.settings.parameters == {"frequency_penalty": 0.0}
        await pilot.press("escape")
        assert app.panel.filter == ""
        await pilot.press("slash", "x", "escape")
        assert app.panel.filter == ""
        assert app.panel.draft is None


async def test_groups_and_members_fold_by_keys() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("home", "left")
        assert not any(line.startswith("temperature") for line in app.lines())
        await pilot.press("enter")
        assert any(line.startswith("temperature") for line in app.lines())
        await pilot.press("right")
        assert any(line.startswith("top_k") for line in app.lines())
        await pilot.press("shift+left")
        assert not any("·" in line for line in app.lines())
        await press_on(pilot, app, "stream_options", "right")
        assert any(line.startswith("  include_usage") for line in app.lines())
        await pilot.press("space")
        assert not any(line.startswith("  include_usage") for line in app.lines())
        assert app.changes == []


async def test_the_cursor_stays_on_its_row_when_rows_come_and_go() -> None:
    app = PanelApp(EMPTY)
    async with app.run_test(size=SIZE) as pilot:
        await press_on(pilot, app, "presence_penalty")
        app.settings = EMPTY.set(("top_k",), 1).set(("min_p",), 0.1)
        app.show()
        await pilot.press("1", "enter")
        assert app.settings.parameters["presence_penalty"] == 1


async def test_the_mouse_selects_folds_and_sets_a_slider() -> None:
    app = PanelApp(set_to("temperature", 1.0))
    async with app.run_test(size=SIZE) as pilot:
        row = next(y for y, line in enumerate(app.lines()) if line.startswith("temperature"))
        start = app.line_of("temperature").index("━")
        await pilot.click(app.panel, offset=(start, row))
        assert app.settings.parameters == {"temperature": 0.0}
        await pilot.click(app.panel, offset=(start + app.panel.canvas.slider_width - 1, row))
        assert app.settings.parameters == {"temperature": 2.0}
        await pilot.click(app.panel, offset=(2, row - 1))
        assert not any(line.startswith("temperature") for line in app.lines())


HOSTILE = ["[/INST]", "[@click=app.quit]x[/]", "\x1b]52;c;aGk=\x07", "\x9b31m", "a\u202eb", "\ud800", "\U000e0041"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
async def test_foreign_text_is_shown_as_text(text: str) -> None:
    from chat_tui.domain.literal import visible_line

    settings = EMPTY.set(("user",), text).set((text,), text).set(("stop",), [text])
    findings = [Finding(name="user", level="error", kind="pattern", text=f"bad {text}", value=text)]
    app = PanelApp(settings, sent=EMPTY.set(("user",), text + "x"), findings=findings)
    async with app.run_test(size=(80, 40)) as pilot:
        for name in ("user", "stop"):
            await press_on(pilot, app, name)
            shown = "\n".join(app.lines())
            assert visible_line(shown.replace("\n", "")) == shown.replace("\n", "")
        await pilot.press("end")
        assert app.line_of(visible_line(text))
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: len(app.screen_stack) == 2, what="the explanation")
        await pilot.press("escape")


async def test_a_small_panel_still_has_rows() -> None:
    app = PanelApp(set_to("temperature", 0.5))
    async with app.run_test(size=(40, 6)) as pilot:
        await press_on(pilot, app, "temperature", "right")
        assert "0.55" in app.line_of("temperature")

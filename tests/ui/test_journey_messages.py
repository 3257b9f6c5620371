"""End-to-end tests: messages edited and written in the transcript by keys alone, and exactly what is sent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.places import Place
from chat_tui.engine.services import Options, Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.writing import WritingScreen
from chat_tui.ui.screens.message_form import MessageForm
from tests.support.engine_doubles import answered
from tests.support.fakes import THEMES, Gate, known, services, workbench
from tests.support.journeys import Journey, journey, toasts

ANYTHING = Options(theme_dirs=(THEMES,), validation="off")
HELLO: JsonObject = {"role": "user", "content": "hello"}
MINE: JsonObject = {"role": "assistant", "content": "hi"}


def talk(given: Services, *messages: JsonObject) -> Workbench:
    """A session in which these messages stand, one below the other."""
    bench = workbench(given)
    parent = None
    for message in messages:
        parent = bench.put(message, parent).id
    return bench


async def on_message(trip: Journey, number: int) -> None:
    """Go to the transcript and to a message, counted from the top."""
    await trip.pilot.press("up")
    await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
    await trip.pilot.press("home", *["down"] * number)


async def open_form(trip: Journey, key: str) -> FormEdit:
    """Press a key and wait for the form."""
    await trip.pilot.press(key)
    await trip.until(lambda: isinstance(trip.app.screen, MessageForm), "the form")
    form = trip.app.screen.query_one("#form", FormEdit)
    await trip.until(lambda: form.has_focus, "the focus in the form")
    return form


async def on_line(trip: Journey, form: FormEdit, *place: str | int, kind: str = "") -> None:
    """Go down to a line of the form, key by key."""

    def here() -> bool:
        line = form.current
        return line is not None and line.place == place and kind in ("", line.kind)

    lines = [line for line in form.lines if line.kind != "heading"]
    above = next(n for n, line in enumerate(lines) if line.place == place and kind in ("", line.kind))
    for key in ("home", *["down"] * above):
        trip.app.simulate_key(key)
    await trip.until(here, f"the line of {place}")


async def saved(trip: Journey, key: str = "ctrl+s") -> None:
    """Save, and wait until the form has gone."""
    await trip.pilot.press(key)
    await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")


async def sent(trip: Journey) -> Json:
    """Ask for a reply to the conversation as it stands; the messages that went out."""
    count = len(trip.bodies)
    await trip.pilot.press("ctrl+r")
    await trip.until(lambda: len(trip.bodies) > count, "the request")
    await trip.idle()
    return trip.bodies[-1]["messages"]


MEMBERS: list[tuple[JsonObject, Place, Sequence[str], JsonObject]] = [
    (HELLO, ("role",), ["left"], {**HELLO, "role": "system"}),
    (HELLO, ("name",), [*"ann"], {**HELLO, "name": "ann"}),
    (HELLO, ("tool_call_id",), [*"call_1"], {**HELLO, "tool_call_id": "call_1"}),
    (HELLO, ("refusal",), [*"no"], {**HELLO, "refusal": "no"}),
    (HELLO, ("audio", "id"), [*"a1"], {**HELLO, "audio": {"id": "a1"}}),
]


@pytest.mark.parametrize(("before", "place", "keys", "after"), MEMBERS, ids=lambda value: str(value)[:30])
async def test_each_member_is_set_by_keys_sent_exactly_and_removed_exactly(
    before: JsonObject, place: Place, keys: Sequence[str], after: JsonObject
) -> None:
    given = services(answered("one"), answered("two"), options=ANYTHING)
    async with journey(given, bench=talk(given, before)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        if len(place) > 1:
            await on_line(trip, form, *place[:1])
            await trip.pilot.press("right")
        await on_line(trip, form, *place)
        await trip.pilot.press(*keys, "enter") if place != ("role",) else await trip.pilot.press(*keys)
        await saved(trip)
        await trip.until(lambda: len(trip.bench.conversation.path()) == 1, "the branch")
        assert await sent(trip) == [after]
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, *place)
        await trip.pilot.press("delete")
        await saved(trip)
        without = {name: value for name, value in after.items() if name != place[0]}
        assert await sent(trip) == [without]
        assert len(trip.bench.conversation.siblings(trip.bench.conversation.path()[0].id)) == 3


def test_these_are_all_members_the_catalogue_lists_but_the_content_and_the_calls() -> None:
    listed = {name.removeprefix("messages[].") for name in known().parameters if name.startswith("messages[].")}
    assert {".".join(map(str, place)) for _, place, _, _ in MEMBERS} == listed - {"content", "tool_calls"}


async def test_the_content_becomes_parts_and_each_kind_of_part_is_sent_exactly() -> None:
    given = services(options=ANYTHING)
    async with journey(given, bench=talk(given, HELLO), size=(120, 50)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, "content", kind="kind")
        await trip.pilot.press("right")
        await on_line(trip, form, "content", kind="add")
        await trip.pilot.press("enter")
        await on_line(trip, form, "content", 0, kind="kind")
        await trip.pilot.press("right")
        await on_line(trip, form, "content", 0, "image_url", "url")
        await trip.pilot.press(*"http://x/y.png", "enter")
        await on_line(trip, form, "content", 0, "image_url", "detail")
        await trip.pilot.press("right", "right")
        await on_line(trip, form, "content", kind="add")
        await trip.pilot.press("enter")
        await on_line(trip, form, "content", 1, "text")
        await trip.pilot.press(*"look", "enter")
        await saved(trip)
        parts: list[Json] = [
            {"type": "image_url", "image_url": {"url": "http://x/y.png", "detail": "low"}},
            {"type": "text", "text": "look"},
        ]
        await trip.sees("image_url")
        assert await sent(trip) == [{"role": "user", "content": parts}]
        await on_message(trip, 0)
        form = await open_form(trip, "e")
        await on_line(trip, form, "content", 1, kind="kind")
        await trip.pilot.press("alt+up")
        await saved(trip)
        assert await sent(trip) == [{"role": "user", "content": [parts[1], parts[0]]}]
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, "content", 1, kind="kind")
        await trip.pilot.press("ctrl+d")
        await saved(trip)
        assert await sent(trip) == [{"role": "user", "content": [parts[1]]}]
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, "content", kind="kind")
        await trip.pilot.press("delete")
        await saved(trip)
        assert await sent(trip) == [{"role": "user"}]


PARTS: list[JsonObject] = [
    {"type": "text", "text": "a"},
    {"type": "image_url", "image_url": {"url": "a"}},
    {"type": "input_audio", "input_audio": {"data": "a", "format": "wav"}},
    {"type": "file", "file": {"filename": "a"}},
    {"type": "refusal", "refusal": "a"},
    {"type": "video_url", "video_url": {"url": "a"}},
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part["type"]))
async def test_every_kind_of_part_can_be_written_by_keys(part: JsonObject) -> None:
    given = services(options=ANYTHING)
    kind = PARTS.index(part)
    held = part[str(part["type"])]
    inner = next(iter(held)) if isinstance(held, dict) else None
    async with journey(given, bench=talk(given, {"role": "assistant", "content": []}, HELLO), size=(120, 50)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, "content", kind="add")
        await trip.pilot.press("enter")
        await on_line(trip, form, "content", 0, kind="kind")
        await trip.pilot.press(*["right"] * kind)
        place: Place = ("content", 0, str(part["type"]), *((inner,) if inner is not None else ()))
        if inner == "filename":
            await on_line(trip, form, *place[:-1])
            await trip.pilot.press("right")
        await on_line(trip, form, *place)
        await trip.pilot.press("a", "enter")
        await saved(trip, "f7")
        assert await sent(trip) == [{"role": "assistant", "content": [part]}, HELLO]


async def test_a_tool_call_and_its_answer_are_written_by_hand() -> None:
    given = services(options=ANYTHING)
    async with journey(given, bench=talk(given, HELLO), size=(120, 50)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "a")
        await on_line(trip, form, "content", kind="kind")
        await trip.pilot.press("delete")
        await on_line(trip, form, "tool_calls")
        await trip.pilot.press("right")
        await on_line(trip, form, "tool_calls", kind="add")
        await trip.pilot.press("enter")
        await on_line(trip, form, "tool_calls", 0, "id")
        await trip.pilot.press(*"c1", "enter")
        await on_line(trip, form, "tool_calls", 0, "function", "name")
        await trip.pilot.press(*"add", "enter")
        await saved(trip)
        await trip.sees("add  waiting for a result")
        form = await open_form(trip, "insert")
        await on_line(trip, form, "role")
        await trip.pilot.press("right", "right")
        await on_line(trip, form, "content")
        await on_line(trip, form, "content", kind="value")
        await trip.pilot.press("7", "enter")
        await on_line(trip, form, "tool_call_id")
        await trip.pilot.press(*"c1", "enter")
        await saved(trip)
        await trip.sees("answers add")
        call: JsonObject = {"type": "function", "id": "c1", "function": {"name": "add", "arguments": "{}"}}
        assert await sent(trip) == [
            HELLO,
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "content": "7", "tool_call_id": "c1"},
        ]


async def test_few_shot_examples_are_written_by_hand_from_nothing() -> None:
    given = services(options=ANYTHING)
    async with journey(given) as trip:
        for number, text in enumerate(("first", "second", "third")):
            if number:
                await on_message(trip, number - 1)
                await open_form(trip, "a")
            else:
                await trip.pilot.press("ctrl+p")
                await trip.types("add a message")
                await trip.pilot.press("enter")
                await trip.until(lambda: isinstance(trip.app.screen, MessageForm), "the form")
            form = trip.app.screen.query_one("#form", FormEdit)
            await on_line(trip, form, "content", kind="value")
            await trip.pilot.press(*text, "enter")
            await saved(trip)
            await trip.until(lambda: len(trip.bench.conversation.path()) == number + 1, "the message")  # noqa: B023
        await trip.pilot.press("escape")
        await trip.sends("now")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "second"},
            {"role": "user", "content": "third"},
            {"role": "user", "content": "now"},
        ]


async def test_a_developer_message_in_the_middle_takes_what_follows_along() -> None:
    given = services(options=ANYTHING)
    async with journey(given, bench=talk(given, HELLO, MINE)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "a")
        await trip.sees("also")
        await on_line(trip, form, "role")
        await trip.pilot.press("left", "left", "left")
        await on_line(trip, form, "content", kind="value")
        await trip.pilot.press(*"be brief", "enter")
        await saved(trip, "f7")
        await trip.sees("developer")
        await trip.pilot.press("escape")
        await trip.sends("so?")
        await trip.idle()
        assert trip.bodies[0]["messages"] == [
            HELLO,
            {"role": "developer", "content": "be brief"},
            MINE,
            {"role": "user", "content": "so?"},
        ]


async def test_the_text_of_a_reply_is_edited_in_a_window_and_the_old_one_stays() -> None:
    given = services(answered("the model's words"))
    async with journey(given, size=(80, 24)) as trip:
        await trip.sends("hello")
        await trip.idle()
        await on_message(trip, 1)
        await trip.pilot.press("e")
        await trip.until(lambda: isinstance(trip.app.screen, WritingScreen), "the window")
        await trip.types("!")
        await saved(trip)
        await trip.sees("the model's words!")
        await trip.sees("‹ 2/2 ›")
        await trip.pilot.press("left")
        await trip.sees("‹ 1/2 ›")
        assert "words!" not in trip.text


async def test_a_text_that_was_not_changed_makes_no_branch() -> None:
    given = services()
    async with journey(given, bench=talk(given, HELLO, MINE)) as trip:
        await on_message(trip, 1)
        await trip.pilot.press("e")
        await trip.until(lambda: isinstance(trip.app.screen, WritingScreen), "the window")
        await saved(trip)
        await open_form(trip, "E")
        await saved(trip)
        assert len(trip.bench.conversation.nodes) == 2


async def test_a_changed_message_is_given_up_only_at_the_second_escape() -> None:
    given = services()
    async with journey(given, bench=talk(given, HELLO)) as trip:
        await on_message(trip, 0)
        form = await open_form(trip, "E")
        await on_line(trip, form, "name")
        await trip.pilot.press("a", "enter", "escape")
        await trip.sees("not saved")
        assert isinstance(trip.app.screen, MessageForm)
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        assert len(trip.bench.conversation.nodes) == 1


async def test_the_system_prompt_is_edited_in_several_lines_and_taken_away_again() -> None:
    given = services()
    bench = talk(given, HELLO)
    bench.change(type(bench.settings)("local", "small", system="one"))
    async with journey(given, bench=bench) as trip:
        await on_message(trip, 0)
        await trip.pilot.press("e")
        await trip.until(lambda: isinstance(trip.app.screen, WritingScreen), "the window")
        await trip.pilot.press("enter", *"two")
        await saved(trip)
        await trip.until(lambda: trip.bench.settings.system == "one\ntwo", "the prompt")
        assert await sent(trip) == [{"role": "system", "content": "one\ntwo"}, HELLO]
        await on_message(trip, 0)
        await trip.pilot.press("E")
        await trip.until(lambda: isinstance(trip.app.screen, WritingScreen), "the window")
        await trip.pilot.press("ctrl+u", "backspace", "ctrl+u")
        await saved(trip)
        await trip.until(lambda: trip.bench.settings.system is None, "no prompt")
        assert await sent(trip) == [HELLO]


async def test_any_member_can_be_written_as_json_and_nothing_but_an_object_is_a_message() -> None:
    given = services(options=ANYTHING)
    async with journey(given, bench=talk(given, MINE, HELLO), size=(120, 50)) as trip:
        await on_message(trip, 0)
        await open_form(trip, "E")
        await trip.pilot.press("f6")
        await trip.until(lambda: trip.app.screen.has_class("-json"), "the JSON")
        await trip.pilot.press("shift+up", "shift+up", "shift+up", "shift+up", "shift+home", "delete")
        await trip.types("[1]")
        await trip.pilot.press("ctrl+s")
        await trip.sees("a message must be a JSON object")
        await trip.pilot.press("shift+up", "shift+up", "shift+up", "shift+up", "shift+home", "delete")
        await trip.types('{"role":"assistant","reasoning_content":"hm","content":null}')
        await saved(trip, "f7")
        assert await sent(trip) == [{"role": "assistant", "reasoning_content": "hm", "content": None}, HELLO]


async def test_foreign_text_in_a_message_is_shown_literally() -> None:
    given = services()
    hostile: JsonObject = {
        "role": "user",
        "name": "[/x]\x1b[31m",
        "content": [{"type": "image_url", "image_url": {"url": "\x1b]0;x\x07[@click=app.quit]y[/]"}}],
    }
    async with journey(given, bench=talk(given, hostile)) as trip:
        await trip.sees("[@click=app.quit]y")
        await on_message(trip, 0)
        await open_form(trip, "E")
        await trip.sees("[/x]")
        assert "\x1b" not in trip.text


async def test_nothing_is_edited_while_a_reply_runs() -> None:
    given = services([*answered("partial", finish=None), Gate()])
    async with journey(given, bench=talk(given, HELLO, MINE)) as trip:
        await trip.sends("go")
        await trip.sees("partial")
        await on_message(trip, 0)
        for key in ("e", "E", "a"):
            await trip.pilot.press(key)
            await trip.until(lambda: "still running" in toasts(trip.app), "the note")
            assert trip.app.screen is trip.chat
        await trip.pilot.press("escape")
        await trip.idle()


@pytest.mark.parametrize("system", [None, "Be brief."])
async def test_what_is_wrong_with_a_message_is_told_below_it_before_it_is_sent(system: str | None) -> None:
    given = services()
    bench = talk(given, HELLO, {**MINE, "name": "a b"}, {"content": "nobody's"}, HELLO)
    bench.change(type(bench.settings)("local", "small", system=system))
    async with journey(given, bench=bench) as trip:
        await trip.sees('name = "a b": must match')
        await trip.sees("role: is required")
        assert trip.text.count("must match") == 1
        await on_message(trip, 1 + bool(system))
        form = await open_form(trip, "E")
        await trip.sees(f"messages[{1 + bool(system)}]")
        await on_line(trip, form, "name")
        await trip.pilot.press("delete")
        await saved(trip, "f7")
        await trip.until(lambda: "must match" not in trip.text, "no complaint")
        assert "role: is required" in trip.text

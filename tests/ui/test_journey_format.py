"""Replies in a requested JSON format: the result line, the tree, jumping from an error to its place, the Reply tab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.ui.screens.reply_value import ReplyValueScreen, ValueList
from tests.domain.output.test_format_check import GOOD, HAIKU, with_line
from tests.support.engine_doubles import answered
from tests.support.fakes import services, workbench
from tests.support.journeys import Journey, journey, toasts

FORMAT: JsonObject = {"type": "json_schema", "json_schema": {"name": "Haiku", "strict": True, "schema": HAIKU}}


async def asked(trip: Journey, format_: Json = FORMAT) -> None:
    if format_ is not None:
        trip.bench.change(trip.bench.settings.set(("response_format",), format_))
    await trip.sends("A haiku as JSON")
    await trip.idle()


async def test_a_reply_that_fits_says_so_quietly_and_opens_as_a_tree() -> None:
    async with journey(services(answered(json.dumps(GOOD)))) as trip:
        await asked(trip)
        await trip.sees("✓ fits Haiku")
        await trip.pilot.press("up", "f")
        await trip.sees("▾ $  {4 members}")
        assert "An old silent pond" in trip.text
        await trip.pilot.press("enter")
        await trip.sees("▸ $  {4 members}")
        await trip.pilot.press("right", "right", "escape")
        await trip.until(lambda: not isinstance(trip.app.screen, ReplyValueScreen), "the transcript")


async def test_an_error_is_shown_and_leads_to_its_place() -> None:
    content = with_line(syllables="fünf", mood="x")
    async with journey(services(answered(content))) as trip:
        await asked(trip)
        await trip.sees("✗ 2 errors: $.lines[2].")
        await trip.pilot.press("up", "f")
        await trip.sees("✗ 2 errors")
        await trip.sees("must be an integer, is a string")
        screen = trip.app.screen
        assert isinstance(screen, ReplyValueScreen)
        first = screen.query_one(ValueList).errors[0]
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.app.screen is trip.chat, "the transcript")
        place = trip.chat.transcript.marked_place(str(trip.bench.conversation.head))
        assert place is not None
        region, offset = place
        assert region == "text"
        assert content[offset:].lstrip().startswith(content[first.offset : first.end])


async def test_a_reply_that_is_no_json_has_its_error_alone() -> None:
    async with journey(services(answered('{"title": "Po'))) as trip:
        await asked(trip)
        await trip.sees("✗ $: is not valid JSON")
        await trip.pilot.press("up", "f")
        await trip.sees("✗ 1 error")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.app.screen is trip.chat, "the transcript")


async def test_the_reply_tab_lists_the_errors() -> None:
    async with journey(services(answered(with_line(syllables=9)))) as trip:
        await asked(trip)
        await trip.pilot.press("up", "i")
        await trip.sees("Format")
        await trip.sees("$.lines[2].syllables")


async def test_without_a_format_there_is_no_line_and_any_json_opens_all_the_same() -> None:
    async with journey(services(answered('{"a": [1]}'), answered("just words"))) as trip:
        await asked(trip, None)
        assert "fits" not in trip.text
        await trip.pilot.press("up", "f")
        await trip.sees("no format was requested")
        await trip.pilot.press("escape", "escape")
        await asked(trip, None)
        await trip.pilot.press("up", "f")
        await trip.until(lambda: "This message is not valid JSON." in toasts(trip.app), "a note")


async def test_the_line_is_there_again_after_opening_the_session() -> None:
    given = services(answered("{}"))
    bench = workbench(given)
    path = str(bench.path)
    async with journey(given, bench=bench) as trip:
        await asked(trip)
        await trip.sees("✗ $: is missing title, season, lines, written")
        await trip.command("/new")
        await trip.until(lambda: "is missing title" not in trip.text, "a new session")
        await trip.command(f"/open {path}")
        await trip.sees("✗ $: is missing title, season, lines, written")


async def test_hostile_names_and_texts_stay_literal() -> None:
    evil = "\x1b[31mred\u202e[bold]"
    async with journey(services(answered(json.dumps({**GOOD, evil: evil}, ensure_ascii=False)))) as trip:
        await asked(trip)
        await trip.sees("✗ $[")
        await trip.pilot.press("up", "f")
        await trip.sees("✗ 1 error")
        assert "\x1b[31m" not in trip.text
        assert "\u202e" not in trip.text
        assert "[bold]" in trip.text


async def test_it_fits_a_small_screen() -> None:
    async with journey(services(answered(with_line(syllables="a very long text " * 9))), size=(80, 24)) as trip:
        await asked(trip)
        assert '   "syllables": 5' in trip.text, "JSON keeps its indentation"
        await trip.pilot.press("up", "f")
        await trip.sees("✗ 1 error")
        await trip.sees("y copy · p path · esc")
        assert all(len(line) <= 80 for line in trip.text.splitlines())


async def test_a_large_value_folds_and_unfolds_whole_and_gives_its_paths() -> None:
    rows: list[JsonObject] = [{"id": number, "inner": {"a b": [number]}} for number in range(900)]
    async with journey(services(answered(json.dumps({"rows": rows}))), size=(80, 24)) as trip:
        await asked(trip, None)
        await trip.pilot.press("up", "f", "down", "plus", "end")
        await trip.sees('$.rows[899].inner["a b"][0]')
        await trip.pilot.press("p")
        await trip.until(lambda: trip.app.clipboard == '$.rows[899].inner["a b"][0]', "the path")
        await trip.pilot.press("y")
        await trip.until(lambda: trip.app.clipboard == "899", "the value")
        await trip.pilot.press("minus")
        await trip.sees("▸ rows  [900 entries]")
        await trip.pilot.press("right", "end", "right")
        await trip.sees("▸ inner  {1 member}")


async def test_a_file_becomes_the_output_format(tmp_path: Path) -> None:
    code = tmp_path / "models.py"
    code.write_text("class Poem(BaseModel):\n    title: str\n    mood: str | None = None\n", "utf-8")
    (tmp_path / "open.json").write_text('{"a": []}', "utf-8")
    async with journey(services(answered('{"title": "Pond", "mood": null}'))) as trip:
        await trip.command(f"/schema {code}:Poem")
        await trip.until(lambda: "A strict schema from the class Poem." in toasts(trip.app), "a note")
        await trip.sends("A poem")
        await trip.idle()
        await trip.sees("✓ fits Poem")
        asked_for: Any = trip.bodies[0]["response_format"]
        assert asked_for["json_schema"]["schema"]["required"] == ["title", "mood"]
        await trip.command(f"/schema {tmp_path / 'open.json'}")
        await trip.until(lambda: "not strict: /properties/a/items" in toasts(trip.app), "a doubt")
        await trip.command(f"/schema {code}:Song")
        await trip.until(lambda: "there is no class Song" in toasts(trip.app), "a problem")
        assert trip.chat.composer.whole_text.startswith("/schema")


async def test_the_command_names_its_argument_where_there_is_none() -> None:
    async with journey(services()) as trip:
        await trip.command("/schema")
        await trip.until(lambda: "/schema" in toasts(trip.app), "a note")
        assert "response_format" not in trip.bench.settings.parameters

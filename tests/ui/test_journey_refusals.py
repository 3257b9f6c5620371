"""A refused parameter is marked with the service's words until it is accepted."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from chat_tui.domain.events import Failed, Responded, Step
from chat_tui.domain.problems import Problem
from chat_tui.engine.services import Services
from chat_tui.storage.refusals import FileRefusals
from tests.support.engine_doubles import answered
from tests.support.fakes import services
from tests.support.journeys import Journey, journey

WORDS = "Unsupported value: 'seed' does not support 5 with this model."


def refusal(param: str, words: str = WORDS) -> list[Step]:
    problem = Problem(kind="http", what="x did not accept the request", why=words, status=400, param=param)
    return [Responded(400, {}, 0.1, plain=True), Failed(0.2, problem)]


def remembering(folder: Path, *scripts: list[Step]) -> Services:
    return replace(services(*scripts), refusals=FileRefusals(folder))


def row_line(app: Journey, name: str) -> str:
    """The panel's line of a parameter."""
    return next(line.partition("│")[2] or line for line in app.text.splitlines() if f" {name} " in f" {line} ")


async def on_row(app: Journey, name: str) -> None:
    await app.chat.windows.show_panel()
    app.chat.panel.focus_view()
    assert app.chat.panel.parameters.put_cursor_on(name)
    await app.pilot.pause()


async def test_a_refusal_marks_the_control_and_the_next_success_clears_it(tmp_path: Path) -> None:
    async with journey(remembering(tmp_path, refusal("seed"), answered("fine")), size=(140, 40)) as app:
        await app.command("/set seed 5")
        await app.sends("hi")
        await app.idle()
        await app.until(lambda: "seed ✗" in app.text, "the mark")
        assert "5  Unsupported val" in row_line(app, "seed")
        await on_row(app, "seed")
        await app.sees("with this model.")
        await app.pilot.press("question_mark")
        await app.sees("It can still be sent.")
        await app.pilot.press("escape")
        app.chat.composer.focus()
        await app.pilot.press("enter")
        await app.idle()
        assert [body.get("seed") for body in app.bodies] == [5, 5]
        await app.until(lambda: "✗" not in app.text, "the mark to go")
        assert "refused" not in row_line(app, "seed")


async def test_a_new_start_still_knows_and_the_mark_stays_while_it_is_unset(tmp_path: Path) -> None:
    async with journey(remembering(tmp_path, refusal("seed"))) as app:
        await app.command("/set seed 5")
        await app.sends("hi")
        await app.idle()
    async with journey(remembering(tmp_path, answered("ok"), answered("ok"))) as app:
        await app.sees("seed ✗")
        assert "refused just now" in row_line(app, "seed")
        await app.sends("without it")
        await app.idle()
        await app.sees("seed ✗")
        await app.command("/model another")
        await app.until(lambda: "✗" not in app.text, "another model to have no mark")
        await app.command("/model small")
        await app.sees("seed ✗")


async def test_a_name_the_catalogue_does_not_know_is_marked_too(tmp_path: Path) -> None:
    words = "Unrecognized request argument supplied: wobble"
    async with journey(remembering(tmp_path, refusal("", words)), size=(140, 60)) as app:
        await app.command("/set wobble 1")
        await app.sends("hi")
        await app.idle()
        await on_row(app, "wobble")
        await app.sees("wobble ✗")


async def test_on_a_narrow_panel_the_mark_of_a_slider_is_in_view(tmp_path: Path) -> None:
    async with journey(remembering(tmp_path, refusal("temperature", "no [bold]heat[/]")), size=(80, 24)) as app:
        await app.command("/set temperature 0.5")
        await app.sends("hi")
        await app.idle()
        await on_row(app, "temperature")
        assert "temperature ✗" in app.text
        await app.sees("[bold]heat[/].")

"""End-to-end tests: images, audio and PDFs attached by keys alone, and exactly what is sent."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace
from textual import events

from chat_tui.domain.attachments import Attachment
from chat_tui.domain.calls import Endpoint
from chat_tui.domain.events import Failed
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem
from chat_tui.engine import attaching
from chat_tui.engine.unkept import NoModelLists
from chat_tui.ui.screens.picker import Picker
from tests.support.engine_doubles import OneEndpoint
from tests.support.exchanges import http_backend
from tests.support.fakes import services
from tests.support.journeys import Journey, journey, toasts
from tests.support.media_files import PDF, png, wav
from tests.support.server import ScriptedServer, stream


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds one file of each kind, and is the current folder."""
    for name, data in {"a.png": png(64, 48), "b c.wav": wav(0.5), "d.pdf": PDF, "e.txt": b"words"}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "f.png").write_bytes(png(7, 7))
    monkeypatch.chdir(tmp_path)
    return tmp_path


class HereEndpoint(OneEndpoint):
    """Every provider is the scripted server."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def endpoint(self, provider: str) -> Endpoint:
        return replace(super().endpoint(provider), base_url=self._base_url)


async def attached(trip: Journey, *names: str) -> None:
    """Wait until exactly these are attached, in this order."""
    await trip.until(
        lambda: [each.name for each in trip.chat.attaching.held] == list(names),
        f"{names} attached; there are {[each.name for each in trip.chat.attaching.held]}; {toasts(trip.app)}",
    )


async def paste(trip: Journey, text: str) -> None:
    """What a terminal sends for a paste, or for files that are dropped on it."""
    trip.chat.composer.post_message(events.Paste(text))
    await trip.pilot.pause()


def content(body: JsonObject) -> list[Json]:
    """The parts of the last message of a body."""
    messages = body["messages"]
    assert isinstance(messages, list)
    found = value_at(messages[-1] if isinstance(messages[-1], dict) else {}, ("content",))
    assert isinstance(found, list)
    return found


async def test_three_files_go_out_with_the_text_by_keys_alone(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.sends("/attach a.png low")
        await attached(trip, "a.png")
        assert trip.chat.composer.text == ""
        await trip.sends("/attach b c.wav")
        await trip.sends("/attach d.pdf")
        await attached(trip, "a.png", "b c.wav", "d.pdf")
        await trip.sees("+ a.png · png 64×48 · ")
        await trip.sees("+ b c.wav · wav 0.5 s · 8.1 KB")
        await trip.sees("backspace removes")
        await trip.sends("look")
        await trip.idle()
        text, image, sound, file = content(trip.bodies[0])
        assert text == {"type": "text", "text": "look"}
        assert isinstance(image, dict)
        assert isinstance(sound, dict)
        assert isinstance(file, dict)
        assert value_at(image, ("image_url", "detail")) == "low"
        for part, path, data in (
            (image, ("image_url", "url"), png(64, 48)),
            (sound, ("input_audio", "data"), wav(0.5)),
            (file, ("file", "file_data"), PDF),
        ):
            assert base64.b64decode(str(value_at(part, path)).rpartition(",")[2], validate=True) == data
        await attached(trip)
        await trip.sees("image_url (png 64×48, ")
        await trip.sees("input_audio (wav 0.5 s, 8.1 KB)")
        await trip.sees("file (d.pdf, pdf, ")
        assert "backspace removes" not in trip.text


async def test_files_reach_a_real_server_byte_for_byte(folder: Path) -> None:
    async with ScriptedServer(stream("Hel", "lo")) as server, http_backend() as backend:
        given = replace(services(), backend=backend, endpoints=HereEndpoint(server.base_url))
        async with journey(given) as trip:
            await paste(trip, f"{folder}/a.png '{folder}/b c.wav' {folder}/d.pdf")
            await attached(trip, "a.png", "b c.wav", "d.pdf")
            await trip.sends("look")
            await trip.until(lambda: bool(server.requests), "a request")
            parts = server.requests[0].json()["messages"][0]["content"]
            await trip.idle()
    assert [part["type"] for part in parts] == ["text", "image_url", "input_audio", "file"]
    assert base64.b64decode(parts[1]["image_url"]["url"].removeprefix("data:image/png;base64,")) == png(64, 48)
    assert base64.b64decode(parts[2]["input_audio"]["data"]) == wav(0.5)
    assert base64.b64decode(parts[3]["file"]["file_data"].removeprefix("data:application/pdf;base64,")) == PDF


@pytest.mark.parametrize("form", ["{}/a.png", "'{}/a.png'", "file://{}/a.png\n"])
async def test_a_dropped_file_is_attached_in_place_of_its_path(folder: Path, form: str) -> None:
    async with journey(services()) as trip:
        await trip.types("before ")
        await trip.until(lambda: trip.chat.composer.text == "before ", "what was typed")
        await paste(trip, form.format(folder))
        await attached(trip, "a.png")
        await trip.until(lambda: trip.chat.composer.text == "before ", "the path gone from the composer")


@pytest.mark.parametrize("text", ["see {}/a.png", "{}/e.txt", "{}/gone.png", "{}/inner", "a.png"])
async def test_any_other_paste_stays_text(folder: Path, text: str) -> None:
    async with journey(services()) as trip:
        await paste(trip, text.format(folder))
        await trip.app.workers.wait_for_complete()
        assert trip.chat.composer.text == text.format(folder)
        await attached(trip)


async def test_backspace_before_the_text_removes_the_last_one(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.sends("/attach a.png")
        await trip.sends("/attach d.pdf")
        await attached(trip, "a.png", "d.pdf")
        await trip.types("x")
        await trip.pilot.press("backspace")
        await attached(trip, "a.png", "d.pdf")
        await trip.pilot.press("backspace")
        await attached(trip, "a.png")
        await trip.types("x")
        await trip.pilot.press("home", "backspace")
        await attached(trip)
        assert trip.chat.composer.text == "x"
        assert "a.png" not in trip.text


async def test_the_hint_on_removal_is_shown_whole_or_not_at_all(folder: Path) -> None:
    (folder / "a_file_name_that_is_rather_long.txt").write_text("x")
    async with journey(services(), size=(80, 24)) as trip:
        await trip.sends("/attach a_file_name_that_is_rather_long.txt")
        await trip.sees("rather_long.txt · text · 1 byte  backspace removes it")
        await trip.pilot.resize_terminal(70, 24)
        await trip.until(lambda: "backspace" not in trip.text, "the line without the hint")
        assert "rather_long.txt · text · 1 byte" in trip.text
        assert "…" not in next(line for line in trip.text.splitlines() if "rather_long.txt" in line)


async def test_one_of_several_is_chosen_for_removal(folder: Path) -> None:
    async with journey(services()) as trip:
        for name in ("a.png", "d.pdf"):
            await trip.sends(f"/attach {name}")
        await attached(trip, "a.png", "d.pdf")
        trip.chat.action_do("attach.remove")
        await trip.until(lambda: isinstance(trip.app.screen, Picker), "the list")
        await trip.sees("d.pdf · pdf")
        await trip.pilot.press("enter")
        await attached(trip, "d.pdf")


async def test_a_file_is_found_in_the_list_of_files(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.types("draft")
        await trip.pilot.press("f5")
        await trip.sees("b c.wav")
        await trip.sees("inner/")
        await trip.types("inner")
        await trip.pilot.press("enter")
        await trip.sees("f.png")
        await trip.types("f.p")
        await trip.pilot.press("enter")
        await attached(trip, "f.png")
        assert trip.chat.composer.text == "draft"
        await trip.until(lambda: trip.chat.composer.has_focus, "the focus in the composer")


async def test_tab_completes_file_names(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.types("/attach in")
        await trip.pilot.press("tab", "tab", "enter")
        await attached(trip, "f.png")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.png", "Cannot read gone.png"),
        ("inner", "inner is a folder"),
        ("/dev/null", "not a regular file"),
        ("noise", "cannot be attached: unknown format"),
        ("d.pdf low", "only images have a detail level"),
        ("https://x.org/a.wav", "only images can be attached by URL"),
    ],
)
async def test_what_cannot_be_attached_is_told_and_the_command_stays(folder: Path, name: str, words: str) -> None:
    (folder / "noise").write_bytes(bytes(50))
    async with journey(services()) as trip:
        await trip.sends(f"/attach {name}")
        await trip.until(lambda: words in toasts(trip.app), f"{words!r} in {toasts(trip.app)!r}")
        assert trip.chat.composer.text == f"/attach {name}"
        await attached(trip)


async def test_an_image_address_goes_as_it_is_and_without_text() -> None:
    async with journey(services()) as trip:
        await trip.sends("/attach https://x.org/a.png")
        await attached(trip, "https://x.org/a.png")
        await trip.sees("image URL, not fetched")
        await trip.pilot.press("enter")
        await trip.idle()
        assert content(trip.bodies[0]) == [{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}]


async def sent_in_vain(trip: Journey) -> None:
    """Send an image with a word, and wait until the failed prompt is back."""
    await trip.sends("/attach a.png")
    await attached(trip, "a.png")
    await trip.sends("look")
    await trip.idle()
    await attached(trip, "a.png")


async def test_what_did_not_get_through_is_attached_again(folder: Path) -> None:
    problem = Problem(kind="connect", what="No connection")
    async with journey(services([Failed(0.1, problem)])) as trip:
        await sent_in_vain(trip)
        assert trip.chat.composer.text == "look"
        await trip.pilot.press("enter")
        await trip.idle()
        assert trip.bodies[1]["messages"] == trip.bodies[0]["messages"]


async def test_what_is_sent_again_by_key_is_attached_no_longer(folder: Path) -> None:
    problem = Problem(kind="connect", what="No connection")
    async with journey(services([Failed(0.1, problem)])) as trip:
        await sent_in_vain(trip)
        await trip.pilot.press("ctrl+r")
        await trip.until(lambda: len(trip.bodies) == 2, "the second request")
        await trip.idle()
        assert trip.bodies[1]["messages"] == trip.bodies[0]["messages"]
        assert trip.chat.attaching.held == ()


async def test_a_name_with_controls_is_shown_with_marks(folder: Path) -> None:
    (folder / "evil\x1b[31m\u202e.png").write_bytes(png())
    async with journey(services()) as trip:
        trip.chat.attaching.command("evil\x1b[31m\u202e.png")
        await trip.sees("evil␛[31m⟨U+202E⟩.png")


async def test_the_request_tab_shows_what_is_attached(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.sends("/attach d.pdf")
        await attached(trip, "d.pdf")
        await trip.pilot.press("f2", "f4")
        await trip.sees('"filename": "d.pdf"')


class TextOnly(NoModelLists):
    """A list whose models take text alone."""

    def card(self, base_url: str, model: str) -> ModelCard | None:
        assert base_url
        return ModelCard(id=model, inputs=("text",))


async def test_a_model_that_takes_no_images_is_told_of_and_nothing_is_held_up(folder: Path) -> None:
    async with journey(replace(services(), model_lists=TextOnly())) as trip:
        await trip.sends("/attach a.png")
        await attached(trip, "a.png")
        await trip.until(lambda: "accepts text, but not image" in toasts(trip.app), toasts(trip.app))


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_many_attachments_leave_room_for_the_rest(folder: Path, size: tuple[int, int]) -> None:
    names: Sequence[str] = [f"{'long name ' * 8}{number}.png" for number in range(9)]
    for name in names:
        (folder / name).write_bytes(png())
    async with journey(services(), size=size) as trip:
        for name in names:
            trip.chat.attaching.command(name)
        await trip.until(lambda: len(trip.chat.attaching.held) == len(names), "all attached")
        await trip.sees("+ 6 more")
        assert trip.chat.attachments.size.height == 4
        assert trip.chat.composer.size.height == 1


async def test_the_image_on_the_clipboard_is_attached_or_that_it_cannot_be_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":0")
    async with journey(services()) as trip:
        trip.chat.action_do("attach.clipboard")
        await trip.until(lambda: "Cannot read the clipboard" in toasts(trip.app), toasts(trip.app))
        (folder / "xclip").write_text("#!/bin/sh\nexec /bin/cat a.png\n")
        (folder / "xclip").chmod(0o755)
        trip.chat.action_do("attach.clipboard")
        await attached(trip, "clipboard.png")
        await trip.sees("clipboard.png · png 64×48")


async def test_attachments_stay_with_their_session(folder: Path) -> None:
    async with journey(services()) as trip:
        await trip.sends("hi")
        await trip.idle()
        first = trip.bench.path
        await trip.sends("/attach a.png")
        await attached(trip, "a.png")
        await trip.pilot.press("ctrl+n")
        await attached(trip)
        await trip.sends("in another")
        await trip.idle()
        assert trip.bodies[1]["messages"] == [{"role": "user", "content": "in another"}]
        await trip.command(f"/open {first}")
        await attached(trip, "a.png")
        await trip.sees("+ a.png")


async def test_a_file_that_is_still_read_when_its_session_is_left_is_not_attached_to_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, whole = threading.Event(), attaching.attach

    def slow(name: str, keep: Literal["data", "reference"]) -> Attachment:
        assert read.wait(30)
        return whole(name, keep)

    monkeypatch.setattr(attaching, "attach", slow)
    async with journey(services()) as trip:
        await trip.sends("hi")
        await trip.idle()
        await trip.sends("/attach a.png")
        await trip.pilot.press("ctrl+n")
        await trip.until(lambda: not trip.bench.conversation.nodes, "the new session")
        read.set()
        await trip.until(lambda: "another session was opened" in toasts(trip.app), "the note")
        await attached(trip)


async def test_a_paste_is_undone_while_the_composer_still_grows_for_it() -> None:
    async with journey(services()) as trip:
        composer = trip.chat.composer
        for _ in range(40):
            composer.put("before ")
            composer.post_message(events.Paste("a line\n"))
            for _ in range(1000):
                if composer.text != "before ":
                    break
                await asyncio.sleep(0)
            composer.undo()
            assert composer.text == "before "
            await asyncio.sleep(0)

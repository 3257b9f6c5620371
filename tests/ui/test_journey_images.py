"""End-to-end tests of images in the transcript, films, columns and enlarged, and of text in their place."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.file_references import FileReference
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.pictures import Picture
from chat_tui.engine.opening import first_settings, open_workbench
from chat_tui.engine.services import Options, Services
from chat_tui.images.decoding import ImageDecoder
from chat_tui.ui.app import ChatApp
from chat_tui.ui.replaying import film_screen
from chat_tui.ui.screens.images import ImagesScreen
from tests.support.engine_doubles import event
from tests.support.fakes import THEMES, MemoryStore, StepClock, services, workbench
from tests.support.journeys import Journey, journey, toasts
from tests.support.media_files import jpeg, png, wav
from tests.support.session_files import answer, request, user

PATH = "/sessions/1.jsonl"
RED = (255, 0, 0)


class Pictures:
    """Decodes whatever it is given to a picture of one colour, when it is let; remembers what it was asked for."""

    available = True

    def __init__(self, *, shown: bool = True) -> None:
        self.let = asyncio.Event()
        self.let.set()
        self.asked: list[str | FileReference] = []
        self._shown = shown

    async def picture(
        self, data: str | FileReference, width: int, height: int, *, grow: bool = False
    ) -> Picture | None:
        self.asked.append(data)
        await self.let.wait()
        return Picture(width, height, b"\xff\0\0\xff" * width * height) if self._shown else None

    async def aclose(self) -> None:
        self.let.set()


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with all colours."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def part(data: bytes, kind: str = "png") -> JsonObject:
    coded = base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{coded}"}}


def asks(node: str, *parts: Json, parent: str | None = None) -> JsonObject:
    """The record of a message with parts."""
    message: JsonObject = {"role": "user", "content": [{"type": "text", "text": f"Look at {node}"}, *parts]}
    return {"type": "message", "id": node, "parent": parent, "message": message}


def replied(*images: JsonObject) -> list[Step]:
    """A stream of words, then images."""
    deltas: list[JsonObject] = [{"content": "Here they are."}, {"images": [*images]}]
    steps: list[Step] = [Responded(200, {}, 0.1, plain=False)]
    steps += [Received((event(0.2 + number / 10, delta),)) for number, delta in enumerate(deltas)]
    return [*steps, Received((event(0.9, {}, "stop"), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]


def opened(records: Sequence[JsonObject], pictures: Pictures | ImageDecoder, *, thumbnails: bool = True) -> Services:
    """Services whose store holds one session."""
    store = MemoryStore()
    journal = store.create()
    for record in records:
        journal.append(record)
    options = Options(theme_dirs=(THEMES,), thumbnails=thumbnails, panel=False)
    return replace(services(store=store, options=options), pictures=pictures)


def halves(trip: Journey, colour: tuple[int, int, int] = RED) -> int:
    """How many half cells of a colour are on the screen."""
    found = 0
    for strip in trip.app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is None or segment.text[:1] not in ("▀", "▄"):
                continue
            upper = style.color.triplet if style.color is not None else None
            lower = style.bgcolor.triplet if style.bgcolor is not None else None
            found += len(segment.text) * ((tuple(upper or ()) == colour) + (tuple(lower or ()) == colour))
    return found


def row_with(trip: Journey, words: str) -> int:
    return next(number for number, line in enumerate(trip.text.splitlines()) if words in line)


async def test_an_attached_image_is_seen_below_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(20, 10))
    given = replace(services(replied()), pictures=ImageDecoder())
    async with journey(given) as trip:
        await trip.command(f"/attach {tmp_path / 'a.png'}")
        await trip.sees("a.png · png 20×10")
        await trip.sends("Look")
        await trip.idle()
        await trip.until(lambda: halves(trip) == 200, "the picture")
        lines = trip.text.splitlines()
        first = row_with(trip, "image_url (png 20×10")
        assert [line.count("▀") for line in lines[first : first + 7]] == [0, 20, 20, 20, 20, 20, 0]


async def test_an_image_kept_by_reference_is_seen_until_its_file_is_another(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(png(20, 10))
    options = Options(theme_dirs=(THEMES,), attach="reference")
    given = replace(services(replied(), options=options), pictures=ImageDecoder())
    async with journey(given) as trip:
        await trip.command(f"/attach {file}")
        await trip.sees("a.png · png 20×10")
        await trip.sends("Look")
        await trip.idle()
        await trip.until(lambda: halves(trip) == 200, "the picture")
        file.write_bytes(png(20, 20))
        await trip.pilot.press("up", "up", "l")
        await trip.sees("This image cannot be shown")


async def test_the_images_of_a_reply_are_seen_and_looked_at_one_by_one_in_the_whole_window() -> None:
    given = replace(services(replied(part(png(20, 10)), part(png(10, 10)))), pictures=ImageDecoder())
    async with journey(given) as trip:
        await trip.sends("Draw")
        await trip.idle()
        await trip.until(lambda: halves(trip) == 300, "both pictures")
        assert row_with(trip, "image_url (png 10×10") - row_with(trip, "image_url (png 20×10") == 6
        await trip.pilot.press("up", "l")
        await trip.sees("1 of 2 · image_url (png 20×10")
        await trip.until(lambda: halves(trip) == 100 * 50, "the first, five times as large")
        await trip.pilot.press("right", "right")
        await trip.sees("2 of 2 · image_url (png 10×10")
        await trip.until(lambda: halves(trip) == 70 * 70, "the second, seven times as large")
        await trip.pilot.resize_terminal(60, 20)
        await trip.until(lambda: halves(trip) == 30 * 30, "it in a smaller window")
        await trip.pilot.press("left")
        await trip.sees("1 of 2")
        await trip.pilot.press("escape")
        await trip.until(lambda: halves(trip) >= 200, "the transcript")
        assert not isinstance(trip.app.screen, ImagesScreen)


async def test_what_waits_to_be_sent_can_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(20, 10))
    async with journey(replace(services(), pictures=ImageDecoder())) as trip:
        trip.chat.looking.attached()
        await trip.until(lambda: "No images are attached" in toasts(trip.app), "the note")
        await trip.command(f"/attach {tmp_path / 'a.png'}")
        await trip.sees("a.png · png 20×10")
        trip.chat.looking.attached()
        await trip.until(lambda: halves(trip) == 100 * 50, "the image")
        await trip.sees("a.png · png 20×10")


@pytest.mark.parametrize("told", ["NO_COLOR", "16 colours", "the configuration", "no Pillow"])
async def test_where_pictures_cannot_be_or_are_not_wanted_the_line_stands_alone(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if told == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    if told == "16 colours":
        monkeypatch.delenv("COLORTERM")
        monkeypatch.setenv("TERM", "xterm")
    pictures = Pictures()
    pictures.available = told != "no Pillow"
    given = opened([asks("m1", part(png(20, 10)))], pictures, thumbnails=told != "the configuration")
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.sees("image_url (png 20×10")
        await trip.pilot.press("up", "l")
        if told == "the configuration":
            await trip.until(lambda: isinstance(trip.app.screen, ImagesScreen), "the image, on its key")
        else:
            words = "chat-tui[images]" if told == "no Pillow" else "too few colors"
            await trip.until(lambda: words in toasts(trip.app), "the reason")
            assert not pictures.asked
            line = row_with(trip, "image_url (png 20×10")
            assert trip.text.splitlines()[line + 1].strip(" █▌") == ""


async def test_256_colours_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM")
    given = opened([asks("m1", part(png(20, 10)))], Pictures())
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: halves(trip) > 0, "the picture")


async def test_an_address_a_sound_and_what_is_no_image_are_lines_alone() -> None:
    parts: list[JsonObject] = [
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "input_audio", "input_audio": {"data": base64.b64encode(wav()).decode(), "format": "wav"}},
        part(b"<svg/>", "svg+xml"),
    ]
    pictures = Pictures()
    given = opened([asks("m1", *parts)], pictures)
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.sees("image_url (https://example.com/a.png)")
        first = row_with(trip, "https://example.com/a.png")
        assert [row_with(trip, words) - first for words in ("input_audio", "svg")] == [1, 2]
        assert not pictures.asked


async def test_a_broken_image_is_a_line_alone_and_says_so_when_it_is_looked_at() -> None:
    given = opened([asks("m1", part(jpeg(), "jpeg"), part(png(20, 10)))], ImageDecoder())
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: halves(trip) == 200, "the whole one")
        await trip.until(
            lambda: row_with(trip, "png 20×10") - row_with(trip, "jpeg 640×480") == 1, "no room for the other"
        )
        await trip.pilot.press("up", "l")
        await trip.sees("This image cannot be shown")
        await trip.pilot.press("right")
        await trip.until(lambda: halves(trip) > 200, "the other one")
        assert "cannot be shown" not in trip.text


async def test_there_is_room_for_a_picture_before_it_comes_so_that_nothing_jumps() -> None:
    pictures = Pictures()
    pictures.let.clear()
    given = opened([asks("m1", part(png(640, 480))), user("m2", "After it", "m1")], pictures)
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: bool(pictures.asked), "the wish for it")
        before = row_with(trip, "After it")
        assert halves(trip) == 0
        pictures.let.set()
        await trip.until(lambda: halves(trip) == 32 * 24, "the picture")
        assert row_with(trip, "After it") == before


async def test_of_a_long_session_only_the_images_in_view_are_decoded_and_each_once() -> None:
    pictures = Pictures()
    records = [asks(f"m{n}", part(png(20 + n, 20)), parent=f"m{n - 1}" if n else None) for n in range(200)]
    given = opened(records, pictures)
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: halves(trip) > 0 and not trip.chat.workers, "those in view")
        seen = len(pictures.asked)
        assert 1 <= seen <= 5
        trip.chat.transcript.focus()
        await trip.pilot.press("home")
        await trip.until(lambda: len(pictures.asked) > seen and halves(trip) > 0, "the first ones")
        await trip.until(lambda: not trip.chat.workers, "the rest of them")
        assert len(pictures.asked) <= 2 * seen + 2
        before = list(pictures.asked)
        await trip.pilot.press("end")
        await trip.until(lambda: halves(trip) > 0, "the last ones again")
        await trip.pilot.resize_terminal(100, 40)
        await trip.until(lambda: not trip.chat.workers, "nothing to be done")
        assert pictures.asked[: len(before)] == before
        assert len(set(map(str, pictures.asked))) == len(pictures.asked)


async def test_what_has_left_the_view_before_its_turn_is_not_decoded() -> None:
    pictures = Pictures()
    pictures.let.clear()
    records = [asks(f"m{n}", part(png(20 + n, 20)), parent=f"m{n - 1}" if n else None) for n in range(60)]
    given = opened(records, pictures)
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: len(pictures.asked) == 1, "the first wish")
        trip.chat.transcript.focus()
        for _ in range(30):
            await trip.pilot.press("pageup")
        pictures.let.set()
        await trip.until(lambda: halves(trip) > 0 and not trip.chat.workers, "those in view")
        assert len(pictures.asked) <= 8


async def test_folding_a_message_hides_its_picture_and_copying_gives_nothing_of_it() -> None:
    given = opened([asks("m1", part(png(20, 10)))], Pictures())
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: halves(trip) > 0, "the picture")
        view = trip.chat.transcript.store.views[0]
        assert "▀" not in "".join(row.copied for row in view.rows())
        pairs = pairwise([row.copied for row in view.rows() if not row.spans])
        assert all(pair in {("", ""), ("", "\n"), ("\n", "\n")} for pair in pairs)
        await trip.pilot.press("up", "space")
        await trip.until(lambda: halves(trip) == 0, "the fold")
        await trip.pilot.press("space")
        await trip.until(lambda: halves(trip) > 0, "the picture again")


async def test_a_see_through_image_has_the_ground_of_its_message_and_of_another_theme() -> None:
    class Glass(Pictures):
        async def picture(
            self, data: str | FileReference, width: int, height: int, *, grow: bool = False
        ) -> Picture | None:
            return Picture(4, 2, b"\xff\0\0\x80" * 8)

    given = opened([asks("m1", part(png(20, 10)))], Glass())
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        shades = set()
        for theme in ("textual-light", "textual-dark"):
            assert not trip.app.use_theme(theme)
            await trip.pilot.pause()
            ground = trip.chat.transcript.visual_style.rich_style.bgcolor
            assert ground is not None
            assert ground.triplet is not None
            red, green, blue = (
                (128 * mine + 127 * its + 127) // 255 for mine, its in zip(RED, ground.triplet, strict=True)
            )
            await trip.until(lambda: halves(trip, (red, green, blue)) == 8, "the blend")  # noqa: B023
            shades.add((red, green, blue))
        assert len(shades) == 2


async def test_images_are_seen_in_a_film_and_side_by_side() -> None:
    record = asks("u1", part(png(20, 10)))
    records = [record, {**request("x1", "u1"), "t": 1}, answer("x1", "u1", "Red")]
    given = opened(records, Pictures())
    session = given.store.load(PATH)
    begin = film_screen(given, session, path=PATH, speed=1.0, cap_s=None)
    app = ChatApp(given, workbench(given), begin=begin)
    async with app.run_test(size=(120, 40)) as pilot:
        trip = Journey(app, pilot, given)
        clock = given.clock
        assert isinstance(clock, StepClock)
        clock.ticks += 5
        await trip.until(lambda: halves(trip) > 0, "the picture in the film")
    beside = opened([user("m0", "Which?"), *(asks(n, part(png(20, 10)), parent="m0") for n in "ab")], Pictures())
    bench = open_workbench(beside, PATH, first_settings(beside, "local", "small"))
    async with journey(beside, bench=bench) as trip:
        await trip.until(lambda: halves(trip) > 0, "the picture")
        await trip.pilot.press("up", "s")
        await trip.sees("Look at a")
        await trip.until(lambda: halves(trip) == 2 * 32 * 24, "both pictures")


async def test_leaving_ends_the_process_that_decodes() -> None:
    decoder = ImageDecoder()
    given = opened([asks("m1", part(png(20, 10)))], decoder)
    async with journey(given, bench=open_workbench(given, PATH, first_settings(given, "local", "small"))) as trip:
        await trip.until(lambda: halves(trip) > 0, "the picture")
        assert decoder.pid is not None
    assert decoder.pid is None

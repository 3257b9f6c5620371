"""Replies with media: transcripts are shown, audio is played and saved, images are saved, refusals are shown."""

from __future__ import annotations

import base64
import stat
import wave
from pathlib import Path

import pytest

from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject
from tests.support.engine_doubles import event
from tests.support.fakes import Gate, services
from tests.support.journeys import Journey, journey, toasts
from tests.support.media_files import jpeg, png

SAMPLES = bytes(range(256)) * 40
ESC = "\x1b]52;c;aGk=\x07"


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def replied(*deltas: JsonObject, gate: Gate | None = None) -> list[Step | Gate]:
    """A stream of these deltas; it waits at the gate before the last of them."""
    steps: list[Step | Gate] = [Responded(200, {}, 0.1, plain=False)]
    for number, delta in enumerate(deltas):
        if gate is not None and number == len(deltas) - 1:
            steps.append(gate)
        steps.append(Received((event(0.2 + number / 10, delta),)))
    return [*steps, Received((event(0.9, {}, "stop"), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]


def spoken(gate: Gate | None = None) -> list[Step | Gate]:
    return replied(
        {"audio": {"id": "a1", "transcript": "Good "}},
        {"audio": {"data": coded(SAMPLES[:1001])}},
        {"audio": {"data": coded(SAMPLES[1001:]), "transcript": "morning"}},
        gate=gate,
    )


def image(data: bytes) -> JsonObject:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{coded(data)}"}}


async def asked(trip: Journey) -> None:
    await trip.sends("Hello")
    await trip.idle()


async def answers(trip: Journey, text: str) -> None:
    """Replace what stands in the line of a question, and press enter."""
    await trip.pilot.press("ctrl+a", "ctrl+k")
    for _ in range(2):
        await trip.pilot.press("home", "ctrl+k")
    await trip.types(text)
    await trip.pilot.press("enter")


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only program of that kind in PATH."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


async def test_a_spoken_reply_is_read_as_it_comes_and_saved_as_a_wav_file_that_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat_tui.engine.media_files.opener", tuple)
    monkeypatch.chdir(tmp_path)
    gate = Gate()
    async with journey(services(spoken(gate))) as trip:
        await trip.sends("Hello")
        await trip.sees("Good")
        gate.open()
        await trip.idle()
        await trip.sees("Good morning")
        await trip.sees("♪ audio (0.2 s, 10.2 KB)")
        await trip.pilot.press("up", "w")
        await trip.sees("Save wav 0.2 s")
        await answers(trip, "said")
        await trip.until((tmp_path / "said.wav").exists, "the file")
        with wave.open(str(tmp_path / "said.wav")) as file:
            assert file.readframes(file.getnframes()) == SAMPLES
        assert stat.S_IMODE((tmp_path / "said.wav").stat().st_mode) == 0o600
        await trip.pilot.press("w")
        await answers(trip, "said")
        await trip.until(lambda: "already exists" in toasts(trip.app), "the refusal to overwrite")


async def test_a_sound_is_played_on_a_key_alone_without_keys_in_the_players_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(
        tmp_path, "aplay", f'echo "$@" > {tmp_path}/args; cp "$2" {tmp_path}/heard; env > {tmp_path}/env', monkeypatch
    )
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    async with journey(services(spoken())) as trip:
        await asked(trip)
        assert not (tmp_path / "args").exists()
        await trip.pilot.press("up", "p")
        await trip.until((tmp_path / "env").exists, "the player")
        await trip.until(lambda: "-q /" in (tmp_path / "args").read_text(), "its arguments")
        with wave.open(str(tmp_path / "heard")) as file:
            assert file.getnframes() == len(SAMPLES) // 2
        await trip.until(lambda: "sk-secret" not in (tmp_path / "env").read_text(), "an environment without keys")
        played = Path((tmp_path / "args").read_text().split()[1])
        await trip.until(lambda: not played.exists(), "the end of the temporary file")


async def test_without_a_player_the_ones_looked_for_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with journey(services(spoken())) as trip:
        await asked(trip)
        await trip.pilot.press("up", "p")
        await trip.until(lambda: "aplay, pw-play, paplay, afplay, ffplay, mpv, play" in toasts(trip.app), "the names")


async def test_images_are_told_of_saved_all_at_once_and_opened_when_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "xdg-open", f'echo "$1" > {tmp_path}/opened', monkeypatch)
    monkeypatch.chdir(tmp_path)
    pictures = [png(3, 2), jpeg()]
    async with journey(services(replied({"images": [image(each) for each in pictures]}))) as trip:
        await asked(trip)
        await trip.sees("image_url (png 3×2")
        await trip.sees("image_url (jpeg 640×480")
        await trip.pilot.press("up", "w")
        await trip.sees("Save 2 files: png 3×2")
        await answers(trip, "pictures")
        await trip.sees("Do not open them")
        assert (tmp_path / "pictures-1.png").read_bytes() == pictures[0]
        assert (tmp_path / "pictures-2.jpg").read_bytes() == pictures[1]
        assert not (tmp_path / "opened").exists()
        await trip.sees("with xdg-open")
        await trip.pilot.press("down", "enter")
        await trip.until((tmp_path / "opened").exists, "the opener")
        await trip.until(
            lambda: (tmp_path / "opened").read_text().strip() == str(tmp_path / "pictures-1.png"), "the right file"
        )


async def test_a_refusal_is_seen_and_named() -> None:
    async with journey(services(replied({"content": ""}, {"refusal": "I cannot "}, {"refusal": "do that."}))) as trip:
        await asked(trip)
        await trip.sees("I cannot do that.")
        await trip.sees("refuses")


async def test_what_is_hostile_in_a_reply_is_shown_literally() -> None:
    hostile: JsonObject = {"type": f"image{ESC}", "image_url": {"url": f"data:image/{ESC};base64,AAEC"}}
    deltas: list[JsonObject] = [{"audio": {"transcript": f"[b]x[/b]{ESC}", "data": "§"}}, {"images": [hostile]}]
    async with journey(services(replied(*deltas))) as trip:
        await asked(trip)
        await trip.sees("[b]x[/b]")
        assert "\x1b" not in trip.text
        await trip.pilot.press("up", "w")
        await trip.sees("Save bin, 3 bytes")


async def test_a_message_of_text_alone_has_nothing_to_save_or_play() -> None:
    async with journey(services(replied({"content": "Hi"}))) as trip:
        await asked(trip)
        await trip.pilot.press("up", "w")
        await trip.until(lambda: "no sounds or images" in toasts(trip.app), "a note")
        await trip.pilot.press("p")
        await trip.until(lambda: "has no sound" in toasts(trip.app), "a note")


async def test_reasoning_is_seen_as_it_comes_and_folded_with_tokens_and_time_at_the_end() -> None:
    gate = Gate()
    script = replied({"reasoning": "First this, "}, {"reasoning": "then that."}, {"content": "Yes."}, gate=gate)
    async with journey(services(script)) as trip:
        await trip.sends("Hello")
        await trip.sees("First this, then that.")
        gate.open()
        await trip.idle()
        await trip.sees("▸ reasoning · ≈ 6 tok · 0.20 s")
        assert "First this" not in trip.text
        await trip.pilot.press("up", "space", "space")
        await trip.sees("First this, then that.")


async def test_reasoning_that_comes_as_details_alone_is_read_too() -> None:
    thought: JsonObject = {"type": "reasoning.text", "text": "First this.", "index": 0}
    gate = Gate()
    async with journey(services(replied({"reasoning_details": [thought]}, {"content": "Yes."}, gate=gate))) as trip:
        await trip.sends("Hello")
        await trip.sees("First this.")
        gate.open()
        await trip.idle()
        await trip.sees("▸ reasoning · ≈ 3 tok · 0.10 s")


async def test_thinking_between_tags_is_folded_with_its_time() -> None:
    deltas: list[JsonObject] = [{"content": "<think>First this, "}, {"content": "then that.</think>\n\n"}]
    deltas.append({"content": "Yes."})
    async with journey(services(replied(*deltas))) as trip:
        await asked(trip)
        await trip.sees("▸ reasoning · ≈ 6 tok · 0.10 s")


async def test_the_sources_of_a_reply_are_numbered_and_can_be_chosen() -> None:
    cited: list[Json] = [
        {"type": "url_citation", "url_citation": {"url": "https://weather.example/rain?x=1&y=2", "title": "Rain"}},
        {"type": "url_citation", "url_citation": {"url": "javascript:alert(1)", "title": "[b]Bad[/b]"}},
    ]
    deltas: list[JsonObject] = [{"content": "Clouds, see https://x.example/a."}, {"annotations": cited}]
    async with journey(services(replied(*deltas))) as trip:
        await asked(trip)
        await trip.sees("[1] Rain (https://weather.example/rain?x=1&y=2)")
        await trip.sees("[2] [b]Bad[/b] (javascript:alert(1))")
        await trip.pilot.press("up", "o")
        await trip.sees("Links in this message")
        await trip.sees("[1] https://weather.example/rain?x=1&y=2")
        await trip.sees("not opened: only http")
        await trip.sees("https://x.example/a")


@pytest.mark.parametrize("delta", [{"content": ""}, {"reasoning": "Hm."}])
async def test_a_reply_without_an_answer_says_so(delta: JsonObject) -> None:
    async with journey(services(replied(delta))) as trip:
        await asked(trip)
        await trip.sees("empty reply")


async def test_a_reply_of_images_alone_is_no_empty_one() -> None:
    async with journey(services(replied({"images": [image(png())]}))) as trip:
        await asked(trip)
        await trip.sees("image_url (png 3×2")
        assert "empty reply" not in trip.text

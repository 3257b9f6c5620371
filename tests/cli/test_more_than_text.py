"""Command-line tests of replies with audio, images or citations: streamed, described, saved, and shown again later."""

from __future__ import annotations

import base64
import json
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import environment, run
from tests.support.media_files import jpeg, png
from tests.support.server import Answer, events, sse, threaded

SAMPLES = bytes(range(256)) * 40


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def replied(*deltas: dict[str, Any]) -> Answer:
    """A stream of these deltas."""
    chunks = [json.dumps({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
    end = json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return events(*sse(*chunks, end))


def image(data: bytes) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{coded(data)}"}}


SPOKEN = replied(
    {"audio": {"id": "a1", "transcript": "Good "}},
    {"audio": {"data": coded(SAMPLES[:1001]), "transcript": "morning"}},
    {"audio": {"data": coded(SAMPLES[1001:])}},
)
PICTURES = replied({"content": "Look."}, {"images": [image(png()), image(jpeg())]})
CITED = replied(
    {"content": "Clouds."},
    {"annotations": [{"type": "url_citation", "url_citation": {"url": "https://x.example/rain", "title": "Rain\x1b"}}]},
)
REFUSED = replied({"refusal": "I cannot "}, {"refusal": "do that."})
THOUGHT = replied({"content": "<think>First this.</think>\n\nYes."})


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


def send(home: dict[str, str], answer: Answer, *words: str) -> Any:
    with threaded(answer) as server:
        return run(home, "send", "--base-url", server.base_url, "--model", "m", *words, "Hi", cwd=home["HOME"])


def kept(home: dict[str, str]) -> str:
    [session] = Path(home["HOME"], "data", "sessions").glob("*.jsonl")
    return str(session)


def test_a_spoken_reply_is_read_on_stdout_and_saved_as_a_file_that_plays(home: dict[str, str]) -> None:
    done = send(home, SPOKEN, "--save-media", "said.wav")
    assert (done.returncode, done.stdout) == (0, "Good morning\n")
    assert "the reply contains audio (0.2 s, 10.2 KB)" in done.stderr
    with wave.open(str(Path(home["HOME"], "said.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.readframes(file.getnframes()) == SAMPLES


def test_images_are_told_of_saved_by_what_they_are_and_nothing_is_overwritten(home: dict[str, str]) -> None:
    for _ in range(2):
        done = send(home, PICTURES, "--save-media", "look")
        assert (done.returncode, done.stdout) == (0, "Look.\n")
        assert "the reply contains image_url (jpeg 640×480" in done.stderr
    for stem in ("look", "look-2"):
        assert Path(home["HOME"], f"{stem}-1.png").read_bytes() == png()
        assert Path(home["HOME"], f"{stem}-2.jpg").read_bytes() == jpeg()


def test_what_cannot_be_saved_is_told_and_the_reply_is_there_all_the_same(home: dict[str, str]) -> None:
    done = send(home, PICTURES, "--save-media", "no/such/look")
    assert (done.returncode, done.stdout) == (1, "Look.\n")
    assert "does not exist" in done.stderr
    done = send(home, CITED, "--save-media", "look")
    assert done.returncode == 0
    assert "no sound or image to save" in done.stderr


def test_sources_are_told_beside_the_text(home: dict[str, str]) -> None:
    done = send(home, CITED)
    assert done.stdout == "Clouds.\n"
    assert "[1] Rain␛ (https://x.example/rain)" in done.stderr


def test_a_refusal_is_read_once(home: dict[str, str]) -> None:
    assert send(home, REFUSED).stdout == "I cannot do that.\n"


def test_an_empty_reply_is_said_to_be_one(home: dict[str, str]) -> None:
    done = send(home, replied({"content": ""}))
    assert (done.returncode, done.stdout) == (0, "")
    assert "the reply contains no text" in done.stderr


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (SPOKEN, ["Good morning", "audio ("]),
        (PICTURES, ["Look.", "[image_url (png 3×2", "[image_url (jpeg 640×480"]),
        (CITED, ["Clouds.", "(https://x.example/rain)"]),
        (REFUSED, ["I cannot do that."]),
        (THOUGHT, ["First this.", "Yes."]),
    ],
)
def test_film_and_session_tell_of_it_too(home: dict[str, str], answer: Answer, lines: list[str]) -> None:
    assert send(home, answer).returncode == 0
    for words in (["replay", kept(home), "--plain", "--speed", "max"], ["sessions", "show", kept(home)]):
        done = run(home, *words, cwd=home["HOME"])
        assert done.returncode == 0
        for line in lines:
            assert done.stdout.count(line) == 1, (words, done.stdout)

"""Tests of ``send --attach``: files reach the wire byte for byte."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import command, environment, run
from tests.support.media_files import PDF, png, wav
from tests.support.server import ScriptedServer, completion, threaded


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing configured; the folder holds one file of each kind."""
    for name, data in {"a.png": png(64, 48), "b.wav": wav(0.5), "c.pdf": PDF, "d.txt": b"from a file"}.items():
        (tmp_path / name).write_bytes(data)
    return environment(tmp_path)


def send(env: Mapping[str, str], base_url: str, *words: str, stdin: str | None = None) -> Any:
    return run(env, "send", "--base-url", base_url, "--model", "m", *words, stdin=stdin, cwd=env["HOME"])


def test_an_image_a_sound_and_a_pdf_reach_the_wire_byte_for_byte(hello: ScriptedServer, home: dict[str, str]) -> None:
    words = [word for name in ("a.png", "b.wav", "c.pdf", "https://x.org/y.png") for word in ("--attach", name)]
    done = send(home, hello.base_url, *words, "--detail", "low", "Look")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello\n", "")
    [message] = hello.requests[0].json()["messages"]
    text, image, sound, file, address = message["content"]
    assert text == {"type": "text", "text": "Look"}
    assert image["type"] == "image_url"
    assert image["image_url"].keys() == {"url", "detail"}
    head, data = image["image_url"]["url"].split(",")
    assert (head, image["image_url"]["detail"]) == ("data:image/png;base64", "low")
    assert base64.b64decode(data, validate=True) == png(64, 48)
    assert (sound["type"], sound["input_audio"]["format"]) == ("input_audio", "wav")
    assert base64.b64decode(sound["input_audio"]["data"], validate=True) == wav(0.5)
    assert (file["type"], file["file"]["filename"]) == ("file", "c.pdf")
    head, data = file["file"]["file_data"].split(",")
    assert head == "data:application/pdf;base64"
    assert base64.b64decode(data, validate=True) == PDF
    assert address == {"type": "image_url", "image_url": {"url": "https://x.org/y.png", "detail": "low"}}


def test_an_unknown_detail_level_is_sent_and_said(hello: ScriptedServer, home: dict[str, str]) -> None:
    done = send(home, hello.base_url, "--attach", "a.png", "--detail", "hihg", "Look")
    assert done.stderr == "chat-tui: hihg is not a known image detail level: auto, low, high, original.\n"
    assert hello.requests[0].json()["messages"][0]["content"][1]["image_url"]["detail"] == "hihg"


def test_a_file_may_go_without_words(hello: ScriptedServer, home: dict[str, str]) -> None:
    assert send(home, hello.base_url, "--attach", "d.txt").returncode == 0
    [message] = hello.requests[0].json()["messages"]
    assert message == {"role": "user", "content": [{"type": "text", "text": "from a file"}]}


def test_the_prompt_may_still_come_from_standard_input(hello: ScriptedServer, home: dict[str, str]) -> None:
    assert send(home, hello.base_url, "--attach", "d.txt", stdin="piped").returncode == 0
    assert [part["text"] for part in hello.requests[0].json()["messages"][0]["content"]] == ["piped", "from a file"]


def test_the_session_holds_what_was_sent_and_goes_on_with_it(home: dict[str, str]) -> None:
    with threaded(completion("one"), completion("two")) as server:
        assert send(home, server.base_url, "--no-stream", "--attach", "a.png", "Look").returncode == 0
        Path(home["HOME"], "a.png").unlink()
        assert send(home, server.base_url, "--no-stream", "--continue", "And?").returncode == 0
    first, second = (request.json()["messages"] for request in server.requests)
    assert second[0] == first[0]
    assert [message["role"] for message in second] == ["user", "assistant", "user"]


def test_a_dry_run_shows_the_data_whole(home: dict[str, str]) -> None:
    done = send(home, "http://127.0.0.1:9/v1", "--dry-run", "--attach", "c.pdf", "Read")
    body = json.loads(done.stdout)
    data = body["messages"][0]["content"][1]["file"]["file_data"].partition(",")[2]
    assert base64.b64decode(data) == PDF
    curl = send(home, "http://127.0.0.1:9/v1", "--dry-run", "curl", "--attach", "c.pdf", "Read")
    assert data in curl.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.png", "Cannot read gone.png: No such file or directory"),
        ("data-folder", "is a folder"),
        ("/dev/null", "not a regular file"),
        ("empty.png", "empty.png is empty"),
        ("noise.png", "cannot be attached: unknown format"),
        ("https://x.org/a.pdf", "only images can be attached by URL"),
        ("bad\x1b[31mname", "bad␛[31mname"),
    ],
)
def test_what_cannot_be_attached_is_told_and_nothing_is_sent(
    hello: ScriptedServer, home: dict[str, str], name: str, words: str
) -> None:
    folder = Path(home["HOME"])
    (folder / "data-folder").mkdir()
    (folder / "empty.png").touch()
    (folder / "noise.png").write_bytes(bytes(100))
    done = send(home, hello.base_url, "--attach", "a.png", "--attach", name, "Look")
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not hello.requests


def test_doubts_are_told_and_the_file_goes_all_the_same(hello: ScriptedServer, home: dict[str, str]) -> None:
    Path(home["HOME"], "photo.jpg").write_bytes(png()[:-20])
    done = send(home, hello.base_url, "--attach", "photo.jpg", "Look")
    assert done.returncode == 0
    assert "photo.jpg contains png data and is sent as png" in done.stderr
    assert "looks truncated" in done.stderr
    assert hello.requests[0].json()["messages"][0]["content"][1]["image_url"]["url"].startswith("data:image/png;")


def test_a_session_holds_the_data_in_the_message_and_its_first_request_alone(home: dict[str, str]) -> None:
    picture = png(64, 48) + bytes(range(256)) * 40
    Path(home["HOME"], "a.png").write_bytes(picture)
    with threaded(completion("one")) as server:
        assert send(home, server.base_url, "--no-stream", "--attach", "a.png", "Look").returncode == 0
        for _ in range(2):
            assert send(home, server.base_url, "--no-stream", "--continue", "And?").returncode == 0
        bodies = [request.json() for request in server.requests]
    for body in bodies:
        part = body["messages"][0]["content"][1]
        assert part.keys() == {"type", "image_url"}
        assert base64.b64decode(part["image_url"]["url"].partition(",")[2], validate=True) == picture
    [session] = Path(home["HOME"], "data", "sessions").glob("*.jsonl")
    assert session.read_text().count(base64.b64encode(picture).decode()) == 2
    first = next(record for record in map(json.loads, session.read_text().splitlines()) if record["type"] == "request")
    assert first["body"] == bodies[0], "jq finds the first request as it went out"
    done = run(home, "export", str(session), "--to", "request", "--exchange", "3", cwd=home["HOME"])
    assert json.loads(done.stdout) == bodies[2]


def test_a_session_may_keep_a_reference_and_still_send_the_data(home: dict[str, str]) -> None:
    with threaded(completion("one"), completion("two")) as server:
        words = ["--no-stream", "--by-reference", "--attach", "a.png"]
        assert send(home, server.base_url, *words, "Look").returncode == 0
        assert send(home, server.base_url, "--no-stream", "--continue", "And?").returncode == 0
        first, second = (request.json()["messages"] for request in server.requests)
        data = first[0]["content"][1]["image_url"]["url"].removeprefix("data:image/png;base64,")
        assert base64.b64decode(data, validate=True) == png(64, 48)
        assert first[0]["content"][1].keys() == {"type", "image_url"}
        assert second[0] == first[0]
        [session] = Path(home["HOME"], "data", "sessions").glob("*.jsonl")
        assert data not in session.read_text()
        assert str(Path(home["HOME"], "a.png")) in session.read_text()
        Path(home["HOME"], "a.png").write_bytes(png(65, 48))
        changed = send(home, server.base_url, "--no-stream", "--continue", "And?")
        assert changed.returncode != 0
        assert "has changed since it was attached" in changed.stderr
        assert len(server.requests) == 2


def test_a_dry_run_shows_what_a_reference_stands_for(home: dict[str, str]) -> None:
    done = send(home, "http://127.0.0.1:9/v1", "--dry-run", "--by-reference", "--attach", "c.pdf", "Read")
    whole = send(home, "http://127.0.0.1:9/v1", "--dry-run", "--attach", "c.pdf", "Read")
    assert json.loads(done.stdout) == json.loads(whole.stdout)


def test_the_configuration_chooses_references(home: dict[str, str]) -> None:
    config = Path(home["HOME"], "config.toml")
    config.write_text('attach = "reference"\n')
    with threaded(completion("one")) as server:
        done = send({**home, "CHAT_TUI_CONFIG": str(config)}, server.base_url, "--no-stream", "--attach", "a.png", "x")
        assert (done.returncode, done.stderr) == (0, "")
        [session] = Path(home["HOME"], "data", "sessions").glob("*.jsonl")
        assert "sha256" in session.read_text()


def test_an_export_as_a_program_holds_the_data(home: dict[str, str]) -> None:
    with threaded(completion("one")) as server:
        words = ["--no-stream", "--by-reference", "--attach", "a.png", "--session", "kept"]
        assert send(home, server.base_url, *words, "Look").returncode == 0
    [session] = Path(home["HOME"], "data", "sessions").glob("*.jsonl")
    made = {}
    for form in ("curl", "markdown", "messages"):
        made[form] = subprocess.run(
            command("export", str(session), "--to", form),
            env={**home, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
    assert base64.b64encode(png(64, 48)).decode() in made["curl"].stdout
    assert "chat_tui_file" not in made["curl"].stdout
    assert "png 64×48" in made["markdown"].stdout
    assert "as path and checksum" in made["messages"].stderr

"""Attachments stored by reference: what the session stores, and what is sent."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from chat_tui.domain.attachments import part_words
from chat_tui.domain.calls import Call
from chat_tui.domain.events import Closed, Failed, Step
from chat_tui.domain.file_references import MEMBER, FileReference, by_reference, refers, with_data
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.message_parts import part_lines, user_message
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.attaching import attach, attach_pasted
from chat_tui.engine.kept_files import steps_with_files, whole_body
from tests.support.engine_doubles import OneEndpoint
from tests.support.media_files import PDF, png, wav


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds one file of each kind, and is the current folder."""
    for name, data in {"a.png": png(64, 48), "b.wav": wav(0.5), "c.pdf": PDF, "d.txt": b"words"}.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def body(*parts: JsonObject) -> JsonObject:
    return {"model": "m", "messages": [user_message("look", parts)], "stream": True}


@pytest.mark.parametrize("name", ["a.png", "b.wav", "c.pdf"])
def test_what_goes_out_is_the_same_as_of_one_kept_whole(folder: Path, name: str) -> None:
    kept, whole = attach(name, "reference"), attach(name)
    assert base64.b64encode((folder / name).read_bytes()).decode() not in dump_json(kept.part)
    assert str(folder / name) in dump_json(kept.part)
    assert whole_body(body(kept.part)) == body(whole.part)
    assert MEMBER not in dump_json(whole_body(body(kept.part)))


def test_the_detail_of_an_image_goes_along(folder: Path) -> None:
    kept, whole = (attach(str(folder / "a.png"), keep).with_detail("low") for keep in ("reference", "data"))
    assert whole_body(body(kept.part)) == body(whole.part)


def test_a_text_and_an_address_are_always_kept_whole(folder: Path) -> None:
    assert attach(str(folder / "d.txt"), "reference") == attach(str(folder / "d.txt"))
    assert attach("https://x.org/a.png", "reference") == attach("https://x.org/a.png")


def test_a_pasted_path_is_kept_by_reference_too(folder: Path) -> None:
    [found] = attach_pasted(f"{folder}/a.png", "reference")
    assert refers(body(found.part))


def test_a_reference_is_told_with_its_path(folder: Path) -> None:
    kept = attach("c.pdf", "reference")
    [line] = part_lines(user_message("", [kept.part]))
    assert line == f"file (pdf, {len(PDF)} bytes, in {folder}/c.pdf)"
    assert kept.words() == f"c.pdf · pdf · {len(PDF)} bytes"


def test_a_body_without_references_is_passed_through(folder: Path) -> None:
    whole = body(attach(str(folder / "a.png")).part)
    assert whole_body(whole) is whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.unlink(), "Cannot read"),
        (lambda file: file.write_bytes(png(65, 48)), "has changed since it was attached"),
        (lambda file: file.write_bytes(b""), "has changed since it was attached"),
    ],
)
def test_a_file_that_changed_is_told_and_nothing_is_sent(folder: Path, change: object, words: str) -> None:
    kept = attach("a.png", "reference")
    assert callable(change)
    change(folder / "a.png")
    with pytest.raises(ProblemError, match=words) as told:
        whole_body(body(kept.part))
    assert str(folder / "a.png") in told.value.problem.sentence()
    assert "attach it again" in told.value.problem.sentence()


@pytest.mark.parametrize("member", [None, 5, {}, {"path": "/etc/passwd"}, {"path": 5, "sha256": "x", "bytes": 1}])
def test_a_broken_reference_reads_nothing_and_does_not_go_out(member: Json) -> None:
    part: JsonObject = {"type": "image_url", "image_url": {"url": ""}, MEMBER: member}
    assert MEMBER not in dump_json(whole_body(body(part)))
    part_words(part)


def test_a_reference_without_the_checksum_of_the_file_reads_nothing_out(folder: Path) -> None:
    reference = FileReference(path=str(folder / "d.txt"), sha256="0" * 64, bytes=5, media="", mime="text/plain")
    part = by_reference({"type": "file", "file": {"filename": "x"}}, reference)
    with pytest.raises(ProblemError, match="has changed"):
        whole_body(body(part))


@pytest.mark.parametrize("given", [{}, {"messages": 5}, {"messages": [None, 5, {"content": "x"}, {"content": [None]}]}])
def test_any_other_body_is_left_alone(given: JsonObject) -> None:
    assert with_data(given, lambda _: "x") is given


async def test_a_call_gets_its_files_before_it_goes_out(folder: Path) -> None:
    seen: list[JsonObject] = []

    async def steps(call: Call) -> AsyncGenerator[Step, None]:
        seen.append(call.body)
        yield Closed(0.1)

    kept, endpoint = attach(str(folder / "a.png"), "reference"), OneEndpoint().endpoint("x")
    call = Call(endpoint, body(kept.part))
    assert [step async for step in steps_with_files(steps, call)] == [Closed(0.1)]
    assert seen == [whole_body(call.body)]
    (folder / "a.png").write_bytes(png(9, 9))
    [failed] = [step async for step in steps_with_files(steps, call)]
    assert isinstance(failed, Failed)
    assert "has changed" in failed.problem.what
    assert len(seen) == 1

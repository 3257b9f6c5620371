"""Exporting on the screen: by command with completion, from the palette, never overwriting without confirmation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.fakes import services
from tests.support.journeys import Journey, journey, shown_toasts, toasts


def written(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def talked(app: Journey) -> None:
    await app.sends("hello there")
    await app.idle()


async def test_a_format_and_a_file_in_one_line(tmp_path: Path) -> None:
    async with journey(services()) as app:
        await talked(app)
        out = tmp_path / "with a blank.json"
        await app.command(f"/export messages {out}")
        await app.until(lambda: f"Exported to {out}" in toasts(app.app), "the note with the file")
        assert [message["content"] for message in json.loads(out.read_text())] == ["hello there", "ok"]
        assert out.stat().st_mode & 0o777 == 0o600
        assert app.chat.composer.text == ""


async def test_from_the_palette_by_format_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with journey(services(), size=(80, 24)) as app:
        await talked(app)
        await app.pilot.press("ctrl+p")
        await app.sees("type to filter")
        await app.types("export the session")
        await app.pilot.press("enter")
        await app.sees("Export the session as")
        await app.types("markdown")
        await app.pilot.press("enter")
        await app.sees("Export as markdown to this file")
        await app.sees("1-markdown.md")
        await app.pilot.press("enter")
        await app.until(lambda: "Exported to 1-markdown.md" in toasts(app.app), "the note with the file")
        assert "hello there" in (tmp_path / "1-markdown.md").read_text()


async def test_a_file_that_exists_is_kept_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    out.write_text("mine")
    async with journey(services()) as app:
        await talked(app)
        await app.command(f"/export html {out}")
        await app.sees("This file already exists")
        await app.types("other name")
        await app.pilot.press("enter")
        await app.sees("Export as html to this file")
        await app.pilot.press("escape")
        await app.pilot.pause()
        assert out.read_text() == "mine"
        await app.command(f"/export html {out}")
        await app.sees("This file already exists")
        await app.types("overwrite")
        await app.pilot.press("enter")
        await app.until(lambda: "Exported to" in toasts(app.app), "the note with the file")
        assert out.read_text().startswith("<!DOCTYPE html>")


async def test_what_cannot_be_exported_is_told_and_the_command_kept(tmp_path: Path) -> None:
    async with journey(services()) as app:
        await app.command("/export markdown")
        await app.until(lambda: "This session has nothing to export" in toasts(app.app), "the note")
        app.chat.composer.put("")
        await talked(app)
        await app.command("/export pdf")
        await app.until(lambda: "Unknown export format 'pdf'" in toasts(app.app), "the note")
        assert app.chat.composer.text == "/export pdf"
        await app.command(f"/export preferences {tmp_path / 'p.jsonl'}")
        await app.until(lambda: "has an alternative" in toasts(app.app), "the note")
        await app.command(f"/export har {tmp_path / 'missing' / 'x.har'}")
        await app.until(lambda: "does not exist" in toasts(app.app), "the note")
        assert not written(tmp_path)


async def test_what_could_not_be_carried_is_told(tmp_path: Path) -> None:
    async with journey(services()) as app:
        await talked(app)
        await app.pilot.press("ctrl+r")
        await app.idle()
        await app.command(f"/export messages {tmp_path / 'm.json'}")
        await app.until(lambda: "Left out: 1 message of other branches" in shown_toasts(app.app), "the note")


async def test_formats_are_completed(tmp_path: Path) -> None:
    async with journey(services()) as app:
        await app.types("/export o")
        await app.sees("openwebui")
        await app.pilot.press("tab")
        await app.until(lambda: app.chat.composer.text == "/export openwebui", "the completed word")

"""Importing conversations on the screen: the first is opened, and losses are reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chat_tui.engine.services import Services
from chat_tui.storage.imports import FileImports
from chat_tui.storage.library.library import FileLibrary
from chat_tui.storage.store import FileSessionStore
from tests.support.fakes import services
from tests.support.journeys import journey, toasts


def chat(number: int) -> Any:
    messages = {
        "a": {"id": "a", "parentId": None, "role": "user", "content": f"question \x1b[31m{number}"},
        "b": {"id": "b", "parentId": "a", "role": "assistant", "content": f"answer {number}", "sources": [1]},
    }
    return {"title": f"chat {number}", "chat": {"history": {"currentId": "b", "messages": messages}}}


@pytest.fixture
def kept(tmp_path: Path) -> Services:
    store = FileSessionStore(tmp_path)
    return replace(services(), store=store, imports=FileImports(tmp_path), library=FileLibrary(tmp_path, store))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export of mine.json"


def put(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value), "utf-8")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_conversation_opens_and_goes_on(kept: Services, file: Path, size: tuple[int, int]) -> None:
    put(file, [chat(1)])
    async with journey(kept, size=size) as app:
        await app.command(f"/import {file}")
        await app.sees("answer 1")
        assert "Not imported: sources of replies (1)." in toasts(app.app)
        assert "\x1b" not in app.text
        assert (app.bench.title, app.chat.composer.text) == ("chat 1", "")
        await app.sends("and then?")
        await app.until(lambda: len(app.bodies) == 1, "the request")
        messages = app.bodies[0]["messages"]
        assert isinstance(messages, list)
        assert [message["content"] for message in messages if isinstance(message, dict)] == [
            "question \x1b[31m1",
            "answer 1",
            "and then?",
        ]


async def test_of_many_the_first_opens_and_the_list_shows_all(kept: Services, file: Path) -> None:
    put(file, [chat(number) for number in range(30)])
    async with journey(kept) as app:
        await app.command(f"/import {file}")
        await app.until(lambda: "Imported 30 conversations" in toasts(app.app), "the note")
        await app.until(lambda: app.app.screen is not app.chat, "the list")
        await app.sees("chat 3 ")
        await app.pilot.press("escape")
        await app.sees("answer 0")


async def test_what_cannot_be_imported_leaves_everything_as_it_is(kept: Services, file: Path) -> None:
    put(file, [5])
    async with journey(kept) as app:
        before = app.bench
        await app.command(f"/import {file}")
        await app.until(lambda: "nor any other format that can be imported" in toasts(app.app), "the problem")
        assert app.bench is before
        assert app.chat.composer.text == f"/import {file}"

"""Choosing a model: the cached list at once, a fetched one when it arrives, and free text in any case."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.model_cards import read_cards
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.model_refresh import STALE_S
from chat_tui.engine.services import Options, Services
from chat_tui.net.client import HttpBackend
from chat_tui.storage.model_lists import FileModelLists
from chat_tui.ui.screens.model_picker import ModelPicker
from tests.support.engine_doubles import answered
from tests.support.fakes import FakeBackend, Gate, MemoryEndpoints, MemoryStore, services, workbench
from tests.support.journeys import Journey, journey
from tests.support.server import CUT, HOLD, Answer, ScriptedServer, page, plain, raw, stream

NOW_S = 1_000_000.0
ENTRIES: list[JsonObject] = [
    {
        "id": "openai/gpt-4o",
        "name": "OpenAI: GPT-4o",
        "description": "Omni, as they say.",
        "created": 1715558400,
        "context_length": 128000,
        "top_provider": {"max_completion_tokens": 16384},
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
        "supported_parameters": ["temperature", "tools"],
        "default_parameters": {"temperature": 0.3},
    },
    {"id": "google/gemma:free", "pricing": {"prompt": "0", "completion": "0"}, "supported_parameters": ["top_k"]},
    {"id": "vendor/plain", "context_length": 4096},
]


class ListBackend(FakeBackend):
    """Answers for a model list with entries or a problem, after a gate where there is one."""

    def __init__(self, *results: Sequence[JsonObject] | Problem, gate: Gate | None = None) -> None:
        super().__init__(answered("ok"), answered("ok"))
        self.results = list(results)
        self.asked = 0
        self.gate = gate

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        self.asked += 1
        if self.gate is not None:
            await self.gate.passed()
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Problem):
            raise ProblemError(result)
        return [*result]


class ServerEndpoints(MemoryEndpoints):
    """Every provider is at one base URL."""

    def __init__(self, base_url: str) -> None:
        super().__init__({})
        self._base_url = base_url

    def endpoint(self, provider: str) -> Endpoint:
        return replace(super().endpoint(provider), base_url=self._base_url)


def kept(given: Services, folder: Path, entries: Sequence[JsonObject], *, age_s: float = 7_300) -> Services:
    """The services with a list of openrouter on the disk."""
    url = given.providers["openrouter"].base_url
    FileModelLists(folder, now_s=lambda: NOW_S - age_s).keep(url, read_cards(entries))
    return replace(given, model_lists=FileModelLists(folder, now_s=lambda: NOW_S))


def listing(backend: FakeBackend, store: MemoryStore | None = None) -> Services:
    return replace(services(store=store), backend=backend)


def on_openrouter(given: Services, model: str = "vendor/plain") -> Any:
    return journey(given, bench=workbench(given, provider="openrouter", model=model))


async def opened(trip: Journey) -> ModelPicker:
    """The picker, asked for by its command."""
    await trip.command("/model")
    await trip.until(lambda: isinstance(trip.app.screen, ModelPicker), "the picker")
    assert isinstance(trip.app.screen, ModelPicker)
    return trip.app.screen


async def test_the_kept_list_is_there_at_once_and_a_new_one_takes_its_place(tmp_path: Path) -> None:
    gate = Gate()
    backend = ListBackend([{"id": "brand/new"}, *ENTRIES], gate=gate)
    async with on_openrouter(kept(listing(backend), tmp_path, ENTRIES)) as trip:
        picker = await opened(trip)
        await trip.sees("list fetched 2 h ago · fetching a new list")
        await trip.sees("google/gemma:free")
        assert picker._list.value == "vendor/plain"
        await trip.pilot.press("up")
        assert picker._list.value == "google/gemma:free"
        gate.open()
        await trip.sees("brand/new")
        await trip.sees("list fetched just now")
        assert picker._list.value == "google/gemma:free"
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.bench.settings.model == "google/gemma:free", "the model")


async def test_the_filter_and_the_typed_text_outlast_a_new_list(tmp_path: Path) -> None:
    gate = Gate()
    backend = ListBackend([*ENTRIES, {"id": "my/own-thing"}], gate=gate)
    async with on_openrouter(kept(listing(backend), tmp_path, ENTRIES)) as trip:
        picker = await opened(trip)
        await trip.sees("google/gemma:free")
        await trip.types("own")
        await trip.sees("use ‹own› as typed")
        gate.open()
        await trip.sees("my/own-thing")
        assert (picker._typed, picker._list.value) == ("own", "own")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.bench.settings.model == "own", "the typed text")


async def test_columns_and_details_tell_what_the_list_tells(tmp_path: Path) -> None:
    given = kept(listing(ListBackend(ENTRIES)), tmp_path, ENTRIES, age_s=1)
    async with on_openrouter(given, "openai/gpt-4o") as trip:
        trip.chat.change(trip.bench.settings.set(("top_k",), 40))
        await opened(trip)
        for words in (
            "128k    2.50   10.00  img",
            "free",
            "OpenAI: GPT-4o  created 2024-05-13",
            "128k tokens of context · up to 16.4k of output · accepts text, image",
            "$2.50 in, $10.00 out per million tokens · 2 parameters listed",
            "set, but not listed for this model: top_k",
            "Omni, as they say.",
        ):
            await trip.sees(words)


async def test_words_filter_and_ctrl_s_orders(tmp_path: Path) -> None:
    given = kept(listing(ListBackend(ENTRIES)), tmp_path, ENTRIES, age_s=1)
    async with on_openrouter(given) as trip:
        picker = await opened(trip)
        await trip.sees("vendor/plain")
        await trip.pilot.press("ctrl+s", "ctrl+s")
        await trip.sees("3 · by price")
        assert picker._list.value == "google/gemma:free"
        for words, value in (("image", "openai/gpt-4o"), ("free", "google/gemma:free"), ("gpt4o", "openai/gpt-4o")):
            await trip.types(words)
            await trip.sees(f"use ‹{words}› as typed")
            assert picker._list.value == value
            await trip.pilot.press("ctrl+u")


async def test_the_typed_text_is_one_line_away_from_the_best_match(tmp_path: Path) -> None:
    given = kept(listing(ListBackend(ENTRIES)), tmp_path, ENTRIES, age_s=1)
    async with on_openrouter(given) as trip:
        picker = await opened(trip)
        await trip.types("gpt")
        await trip.sees("use ‹gpt› as typed")
        assert picker._list.value == "openai/gpt-4o"
        await trip.pilot.press("up")
        assert picker._list.value == "gpt"
        await trip.sees("the service decides")
        await trip.pilot.press("down")
        assert picker._list.value == "openai/gpt-4o"
        await trip.pilot.press("up", "enter")
        await trip.until(lambda: trip.bench.settings.model == "gpt", "the text as it is")


async def test_a_click_takes_a_line(tmp_path: Path) -> None:
    given = kept(listing(ListBackend(ENTRIES)), tmp_path, ENTRIES, age_s=1)
    async with on_openrouter(given) as trip:
        await opened(trip)
        await trip.sees("google/gemma:free")
        await trip.pilot.click("#model-list", offset=(5, 2))
        await trip.until(lambda: trip.bench.settings.model == "google/gemma:free", "the clicked model")


async def test_models_of_the_latest_sessions_come_first(tmp_path: Path) -> None:
    store = MemoryStore()

    class Used(MemoryStore):
        def recent(self, limit: int | None = None) -> Any:
            summary = store_summary("openrouter", "vendor/plain"), store_summary("openai", "google/gemma:free")
            return summary[:limit]

    def store_summary(provider: str, model: str) -> Any:
        journal = store.create()
        journal.append({"type": "title", "title": "t"})
        return replace(store.recent()[0], provider=provider, model=model)

    given = kept(listing(ListBackend(ENTRIES), Used()), tmp_path, ENTRIES, age_s=1)
    async with on_openrouter(given, "openai/gpt-4o") as trip:
        picker = await opened(trip)
        await trip.until(lambda: bool(picker._list.recent), "the latest models")
        shown = [picker._index.cards[place].id for place in picker._list.places]
        assert shown == ["vendor/plain", "openai/gpt-4o", "google/gemma:free"]
        assert picker._list.value == "openai/gpt-4o"


async def test_a_fresh_list_is_not_fetched_until_ctrl_r(tmp_path: Path) -> None:
    backend = ListBackend(ENTRIES)
    async with on_openrouter(kept(listing(backend), tmp_path, ENTRIES, age_s=60)) as trip:
        await opened(trip)
        await trip.sees("list fetched 1 min ago · ctrl+s sort")
        assert backend.asked == 0
        await trip.pilot.press("ctrl+r")
        await trip.sees("list fetched just now")
        assert backend.asked == 1


async def test_a_failure_is_told_and_the_kept_list_stays(tmp_path: Path) -> None:
    backend = ListBackend(Problem(kind="connect", what="acme.test [/x] does not answer"))
    async with on_openrouter(kept(listing(backend), tmp_path, ENTRIES)) as trip:
        await opened(trip)
        await trip.sees("acme.test [/x] does not answer. Showing the list fetched 2 h ago.")
        await trip.sees("google/gemma:free")
        await trip.pilot.press("escape")
        await trip.until(lambda: not isinstance(trip.app.screen, ModelPicker), "the conversation")
        assert trip.bench.settings.model == "vendor/plain"


async def test_one_request_a_service_at_a_time_goes_on_when_the_picker_has_gone(tmp_path: Path) -> None:
    gate = Gate()
    backend = ListBackend(ENTRIES, gate=gate)
    given = replace(listing(backend), model_lists=FileModelLists(tmp_path, now_s=lambda: NOW_S))
    async with on_openrouter(given) as trip:
        await opened(trip)
        await trip.until(lambda: backend.asked == 1, "the request")
        await trip.pilot.press("escape")
        await trip.until(lambda: not isinstance(trip.app.screen, ModelPicker), "the conversation")
        await opened(trip)
        await trip.sees("you can already type an id")
        gate.open()
        await trip.sees("google/gemma:free")
        assert backend.asked == 1


async def test_the_panel_learns_from_a_list_as_it_comes(tmp_path: Path) -> None:
    given = replace(listing(ListBackend(ENTRIES)), model_lists=FileModelLists(tmp_path, now_s=lambda: NOW_S))
    async with on_openrouter(given, "google/gemma:free") as trip:
        await trip.sees("Sampling")
        assert "not listed for gemma" not in trip.text
        await opened(trip)
        await trip.sees("openai/gpt-4o")
        await trip.pilot.press("escape")
        await trip.sees("not listed for gemma")


@pytest.mark.parametrize(
    ("age_s", "wanted", "asked"),
    [(STALE_S + 1, True, 1), (STALE_S - 1, True, 0), (STALE_S + 1, False, 0), (None, True, 0)],
)
async def test_a_list_in_use_is_fetched_again_once_a_run_when_it_is_stale(
    age_s: float | None, wanted: bool, asked: int, tmp_path: Path
) -> None:
    backend = ListBackend(ENTRIES)
    given = replace(listing(backend), options=Options(refresh_models=wanted))
    if age_s is not None:
        given = kept(given, tmp_path, ENTRIES, age_s=age_s)
    async with on_openrouter(given) as trip:
        await trip.sends("hi")
        await trip.idle()
        await trip.sends("again")
        await trip.until(lambda: len(trip.bodies) == 2, "the second request")
        await trip.idle()
        await trip.until(lambda: backend.asked == asked, "the list")


LONG = "x" * 100_000
HOSTILE = "evil/[@click=app.quit]x[/] \x1b]52;c;aGk=\x07\u202e"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page(status=500), "500"),
        (page(), "web page"),
        (Answer(200, {}, [b'{"data": [{']), "model list"),
        (Answer(200, {}, [b'{"data": [', CUT]), "was cut off"),
        (plain({"data": 3}), "model list"),
        (plain({"data": [{"no": "id"}]}), "lists no models"),
        (Answer(200, {}, [json.dumps([{"id": LONG}]).encode()] * 170), "16 MB"),
        (stream("hi"), "model list"),
        (raw(HOLD), "you can already type an id"),
        (
            plain({"data": [{"id": HOSTILE, "name": HOSTILE, "description": LONG}, {"id": LONG}]}),
            "evil/[@click=app.quit]x[/]",
        ),
        (plain([{"id": f"vendor/model-{number}"} for number in range(20_000)]), "vendor/model-5"),
    ],
    ids=["500", "page", "cut json", "cut", "no list", "no id", "huge", "stream", "slow", "hostile", "20000"],
)
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_whatever_the_service_sends_an_id_can_be_typed(
    answer: Answer, words: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with ScriptedServer(answer) as server:
        backend = HttpBackend({})
        given = replace(
            services(),
            backend=backend,
            endpoints=ServerEndpoints(server.base_url),
            model_lists=FileModelLists(tmp_path, now_s=lambda: NOW_S),
        )
        bench = workbench(given, provider="openrouter", model="vendor/plain")
        async with journey(given, bench=bench, size=size) as trip:
            picker = await opened(trip)
            if size[0] >= 80:
                await trip.sees(words)
            await trip.types("my/own model")
            await trip.until(lambda: picker._typed == "my/own model", "the typed text")
            assert not any(ord(character) < 32 for character in trip.text.replace("\n", ""))
            while picker._list.value != "my/own model":
                await trip.pilot.press("up")
            await trip.pilot.press("enter")
            await trip.until(lambda: trip.bench.settings.model == "my/own model", "the typed id")
        await asyncio.wait_for(backend.aclose(), 10)

"""A tree of edits, retries and several choices is the same after closing and reopening its file."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.domain.branches import branches
from chat_tui.domain.conversation import Conversation
from chat_tui.domain.events import Closed, Failed, Received, Responded, Step
from chat_tui.domain.head_history import Heads
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.branch_facts import FactBook, words_of
from chat_tui.engine.editing import insert_after, leave_out, replace_message
from chat_tui.engine.exchange import Exchange
from chat_tui.engine.opening import open_workbench
from chat_tui.engine.services import Services
from chat_tui.engine.undoing import redo, undo
from chat_tui.engine.workbench import Workbench
from chat_tui.storage.store import FileSessionStore
from tests.support.engine_doubles import event
from tests.support.fakes import FakeBackend, Gate, services, workbench

Act: TypeAlias = tuple[str, int, int]
"""What is done, to which message, and a number that decides the rest."""

KINDS = ("send", "again", "edit", "copy", "add", "leave", "drop", "select", "undo", "redo", "turn", "beside")
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 9)), max_size=14)


def reply(number: int) -> list[Step]:
    """One of several replies: whole, of three choices, cut off, refused, empty, or with only a later choice."""
    begun: list[Step] = [Responded(200, {"content-type": "text/event-stream"}, 0.1, plain=False)]
    cut = Failed(0.5, Problem(kind="network", what="The line was cut"))
    match number:
        case 0:
            return [*begun, *(_word(f"{index}!", index) for index in range(3)), Closed(0.9)]
        case 1:
            return [*begun, _word("beg", 0, ended=False), cut]
        case 2:
            return [cut]
        case 3:
            return [*begun, Closed(0.9)]
        case 4:
            return [*begun, _word("later", 2), Closed(0.9)]
        case _:
            return [*begun, _word(f"reply {number}", 0), Closed(0.9)]


def _word(text: str, index: int, *, ended: bool = True) -> Received:
    return Received((event(0.2, {"content": text}, "stop" if ended else None, index=index),))


def silent(_exchange: Exchange, _step: Step) -> None:
    """Listens to nothing."""


class Player:
    """Carries acts out on a workbench whose file is real."""

    def __init__(self, folder: Path) -> None:
        given_services = services()
        store = FileSessionStore(folder, now_s=given_services.clock.now_s)
        self.services: Services = replace(given_services, store=store)
        self.bench: Workbench = replace_bench(self.services)

    async def play(self, acts: Sequence[Act]) -> None:
        """One after the other; what cannot be done is not."""
        for kind, place, number in acts:
            try:
                await self._act(kind, place, number)
            except ProblemError as error:
                assert error.problem.what == "There is nothing to send again"  # noqa: PT017 - the only refusal

    async def reopened(self) -> Workbench:
        """The same session from its file."""
        await self.bench.close()
        assert self.bench.path is not None
        return open_workbench(self.services, self.bench.path, self.bench.settings)

    async def _act(self, kind: str, place: int, number: int) -> None:
        bench = self.bench
        nodes = [*bench.conversation.nodes]
        node = nodes[place % len(nodes)] if nodes else None
        message: JsonObject = {"role": ("user", "assistant", "system")[number % 3], "content": f"{place}"}
        if kind == "send":
            self._next(number)
            await bench.send(f"prompt {place}", silent).wait()
        elif kind == "again":
            self._next(number)
            await bench.again(silent, at=node).wait()
        elif kind == "beside" and node is not None:
            self._next(number)
            await bench.beside(node, bench.settings, silent).wait()
        elif kind == "turn":
            bench.change(bench.settings.set(("temperature",), number / 10))
        else:
            self._by_hand(kind, node, number, message)

    def _next(self, number: int) -> None:
        backend = self.services.backend
        assert isinstance(backend, FakeBackend)
        backend._scripts.append(list[Step | Gate](reply(number)))

    def _by_hand(self, kind: str, node: str | None, number: int, message: JsonObject) -> None:
        bench = self.bench
        plain: dict[str, Callable[[], object]] = {
            "undo": lambda: undo(bench),
            "redo": lambda: redo(bench),
            "add": lambda: insert_after(bench, node, message, keep_following=number > 5),
        }
        if kind in plain:
            plain[kind]()
        elif node is None:
            return
        elif kind in ("edit", "copy"):
            replace_message(bench, node, message, keep_following=kind == "copy")
        elif kind == "leave":
            leave_out(bench, node)
        elif kind == "drop":
            bench.select(bench.conversation.nodes[node].parent)
        else:
            bench.select(node, "passing" if number > 7 else "")


def replace_bench(given_services: Services) -> Workbench:
    """A new workbench whose file is there from the start."""
    bench = workbench(given_services)
    bench.rename("a tree")
    return bench


def told(bench: Workbench) -> tuple[Conversation, Heads, list[object]]:
    """All that has to be the same."""
    facts = FactBook(bench)
    lines = [(each.guides, words_of(each.first), facts.of(each)) for each in branches(bench.conversation)]
    return bench.conversation, bench.history.heads, [*lines]


async def play_and_compare(folder: Path, acts: Sequence[Act]) -> None:
    """Play, close, open, compare; and once more after going on."""
    player = Player(folder)
    await player.play(acts)
    before, knobs = told(player.bench), player.bench._log.settings or player.bench.settings
    again = await player.reopened()
    assert told(again) == before
    assert again.settings == knobs
    assert not again.notices
    player.bench = again
    await player.play([("undo", 0, 0), ("send", 1, 7)])
    before = told(again)
    assert told(await player.reopened()) == before


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_any_session_is_the_same_after_closing_and_opening(
    tmp_path_factory: pytest.TempPathFactory, acts: list[Act]
) -> None:
    asyncio.run(play_and_compare(tmp_path_factory.mktemp("tree"), acts))


def test_forty_turns_with_edits_retries_and_several_choices_are_the_same(tmp_path: Path) -> None:
    chance = random.Random(7)
    acts: list[Act] = [("send", turn, 5 + turn % 4) for turn in range(3)]
    for turn in range(40):
        acts.append(("send", turn, 0 if turn % 6 == 0 else 5 + turn % 4))
        acts.append((chance.choice(KINDS), chance.randrange(100), chance.randrange(10)))
    asyncio.run(play_and_compare(tmp_path, acts))


async def test_undoing_all_of_a_long_session_and_redoing_it_leads_back(tmp_path: Path) -> None:
    player = Player(tmp_path)
    await player.play([(kind, place * 7, place % 10) for place, kind in enumerate(KINDS * 3)])
    end = player.bench.conversation
    while undo(player.bench):
        pass
    assert player.bench.conversation.head is None
    bench = player.bench = await player.reopened()
    while redo(bench):
        pass
    assert bench.conversation.nodes == end.nodes
    assert bench.conversation.head == bench.history.heads.stops[-1]

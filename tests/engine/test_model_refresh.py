"""Fetching a model list: cached on success, unchanged on failure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.model_refresh import list_age, list_age_s, refreshed
from chat_tui.engine.services import Services
from chat_tui.storage.model_lists import FileModelLists
from tests.support.fakes import FakeBackend, services

NOW_S = 1_000_000.0


class Lists(FakeBackend):
    def __init__(self, entries: Sequence[JsonObject] | Problem) -> None:
        super().__init__()
        self.entries = entries

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        if isinstance(self.entries, Problem):
            raise ProblemError(self.entries)
        return [*self.entries]


def given(folder: Path, entries: Sequence[JsonObject] | Problem, *, fetched_s: float = NOW_S) -> Services:
    lists = FileModelLists(folder, now_s=lambda: fetched_s)
    return replace(services(), backend=Lists(entries), model_lists=lists)


async def test_what_came_is_kept_and_given(tmp_path: Path) -> None:
    have = given(tmp_path, [{"id": "a"}, {"id": "b"}])
    provider = have.providers["openai"]
    assert list_age_s(have, provider) is None
    assert [card.id for card in await refreshed(have, provider)] == ["a", "b"]
    assert [card.id for card in have.model_lists.cards(provider.base_url)] == ["a", "b"]
    assert (list_age_s(have, provider), list_age(have, provider)) == (0, "just now")


@pytest.mark.parametrize("entries", [[], [{"id": ""}], Problem(kind="http", what="no")])
async def test_what_is_no_list_leaves_the_kept_one(entries: Sequence[JsonObject] | Problem, tmp_path: Path) -> None:
    have = given(tmp_path, [{"id": "a"}])
    provider = have.providers["openai"]
    await refreshed(have, provider)
    broken = replace(have, backend=Lists(entries))
    if isinstance(entries, Problem):
        with pytest.raises(ProblemError):
            await refreshed(broken, provider)
    else:
        assert list(await refreshed(broken, provider)) == []
    assert [card.id for card in have.model_lists.cards(provider.base_url)] == ["a"]


async def test_a_provider_that_has_gone_is_a_problem(tmp_path: Path) -> None:
    have = given(tmp_path, [])
    with pytest.raises(ProblemError, match="Unknown provider 'gone'"):
        await refreshed(have, replace(have.providers["openai"], id="gone"))


async def test_a_list_of_the_future_has_no_age_in_seconds(tmp_path: Path) -> None:
    have = given(tmp_path, [{"id": "a"}], fetched_s=NOW_S + 500)
    provider = have.providers["openai"]
    await refreshed(have, provider)
    assert (list_age_s(have, provider), list_age(have, provider)) == (None, "just now")

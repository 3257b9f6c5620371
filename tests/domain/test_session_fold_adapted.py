"""The record of a body that was sent in place of the requested one."""

from __future__ import annotations

import pytest

from chat_tui.domain.events import Adapted
from chat_tui.domain.json_values import Json
from chat_tui.domain.records import adapted_record
from chat_tui.domain.session_fold import fold_session


def test_the_last_adaptation_of_an_exchange_is_read() -> None:
    first, last = Adapted({"stop": "a"}, ("one",)), Adapted({"stop": ["a", "b"]}, ("two", "three"))
    session = fold_session([adapted_record("x", first), adapted_record("x", last)])
    assert session.exchanges["x"].adapted == last


def test_an_exchange_without_one_has_none() -> None:
    assert fold_session([{"type": "response", "exchange": "x", "status": 200}]).exchanges["x"].adapted is None


@pytest.mark.parametrize(
    ("body", "notes", "known"),
    [
        (None, ["a"], None),
        ([], ["a"], None),
        ({}, None, Adapted({}, ())),
        ({}, ["a", 3, None], Adapted({}, ("a",))),
    ],
)
def test_a_damaged_record_is_read_as_far_as_it_goes(body: Json, notes: Json, known: Adapted | None) -> None:
    session = fold_session([{"type": "adapted", "exchange": "x", "body": body, "notes": notes}])
    assert session.exchanges["x"].adapted == known

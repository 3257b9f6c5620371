"""Tests of paths inside a JSON value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import UNSET, Json, Unset
from chat_tui.domain.places import Place, dropped, inserted, place_words, put_in, renamed, shifted, value_in

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
)


def places(value: Json, place: Place = ()) -> list[Place]:
    found: list[Place] = [place]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*place, index))
    return found


@given(value=VALUES, data=st.data())
def test_putting_what_is_there_changes_nothing_and_what_is_put_is_found(value: Json, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(places(value)))
    here = value_in(value, place)
    assert not isinstance(here, Unset)
    assert put_in(value, place, here) == value
    new = data.draw(VALUES)
    assert value_in(put_in(value, place, new), place) == new


@given(value=VALUES, data=st.data())
def test_what_is_dropped_is_gone_and_the_rest_stays(value: Json, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(places(value)))
    smaller = dropped(value, place)
    last = place[-1] if place else None
    if not place:
        assert smaller is UNSET
    elif isinstance(last, str):
        assert value_in(smaller, place) is UNSET
    else:
        before, after = value_in(value, place[:-1]), value_in(smaller, place[:-1])
        assert isinstance(before, list)
        assert (len(after) if isinstance(after, list) else 0) == len(before) - 1


@pytest.mark.parametrize(
    ("value", "place", "left"),
    [
        ({"a": {"b": 1}}, ("a", "b"), UNSET),
        ({"a": {"b": 1}, "c": 2}, ("a", "b"), {"c": 2}),
        ([1], (0,), UNSET),
        ({"a": [1], "c": 2}, ("a", 0), {"c": 2}),
        ([{"a": 1}], (0, "a"), [{}]),
        ({"a": 1}, ("b",), {"a": 1}),
        ({"a": 1}, ("a", "b"), {"a": 1}),
    ],
)
def test_what_is_left_empty_goes_too_but_an_entry_stays(value: Json, place: Place, left: Json | Unset) -> None:
    assert dropped(value, place) == left


def test_objects_on_the_way_are_made_and_keep_their_order() -> None:
    assert put_in(UNSET, ("a", "b"), 1) == {"a": {"b": 1}}
    assert put_in({"x": 1, "a": 2}, ("x",), 3) == {"x": 3, "a": 2}
    assert put_in({"a": [1]}, ("a", 1), 2) == {"a": [1, 2]}
    with pytest.raises(IndexError):
        put_in([1], (5,), 2)


def test_entries_are_inserted_and_moved_as_far_as_that_goes() -> None:
    assert inserted(UNSET, (), 0, 1) == [1]
    assert inserted({"a": [1, 3]}, ("a",), 1, 2) == {"a": [1, 2, 3]}
    assert shifted([1, 2, 3], (0,), 1) == ([2, 1, 3], (1,))
    assert shifted({"a": [1, 2]}, ("a", 1), 5) == ({"a": [1, 2]}, ("a", 1))
    assert shifted({"a": 1}, ("a",), 1) == ({"a": 1}, ("a",))


def test_a_member_is_renamed_where_it_was_unless_the_name_is_taken() -> None:
    value: Json = {"a": 1, "b": 2}
    assert list(dict(renamed(value, ("a",), "c").items())) == ["c", "b"]  # type: ignore[union-attr]
    assert renamed(value, ("a",), "b") == value
    assert renamed(value, ("x",), "c") == value


def test_a_place_in_words() -> None:
    assert place_words(("tools", 0, "function", "name")) == "tools[0].function.name"

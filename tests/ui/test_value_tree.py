"""The tree of a JSON value: expanding, marking, and moving the cursor."""

from __future__ import annotations

from chat_tui.domain.json_values import Json
from chat_tui.ui.value_tree import ValueTree

VALUE: Json = {"title": "Pond", "lines": [{"text": "a"}, {"text": None}], "none": {}, "n": 1.5}


def shown(tree: ValueTree) -> list[str]:
    return [f"{'  ' * len(row.place)}{row.label}: {row.text}" for row in tree.rows]


def test_a_small_value_is_unfolded_whole() -> None:
    assert shown(ValueTree(VALUE, {})) == [
        "$: {4 members}",
        '  title: "Pond"',
        "  lines: [2 entries]",
        "    0: {1 member}",
        '      text: "a"',
        "    1: {1 member}",
        "      text: null",
        "  none: {}",
        "  n: 1.5",
    ]


def test_a_large_value_begins_folded_where_it_is_large() -> None:
    tree = ValueTree({"rows": [*range(10_000)], "few": [1, 2]}, {})
    assert shown(tree) == ["$: {2 members}", "  rows: [10,000 entries]", "  few: [2 entries]", "    0: 1", "    1: 2"]
    tree.toggle(1)
    assert len(tree.rows) == 10_005


def test_folding_and_unfolding() -> None:
    tree = ValueTree(VALUE, {})
    assert tree.fold(4) == 3
    assert tree.fold(3) == 3
    assert len(tree.rows) == 8
    assert not tree.rows[3].unfolded
    assert tree.unfold(3)
    assert not tree.unfold(3)
    assert not tree.unfold(1)
    tree.toggle(1)
    assert len(tree.rows) == 9
    assert tree.fold(0) == 0
    assert shown(tree) == ["$: {4 members}"]


def test_faults_stand_at_their_values_and_at_what_hides_them() -> None:
    tree = ValueTree(VALUE, {"$.lines[1].text": "must be a string", "$.n": "is too small"})
    assert [(row.label, row.fault) for row in tree.rows if row.fault] == [
        ("text", "must be a string"),
        ("n", "is too small"),
    ]
    tree.toggle(2)
    assert tree.rows[2].fault == "in $.lines[1].text"
    assert tree.next_fault(0, 1) == 2
    assert tree.next_fault(2, 1) == 4
    assert tree.next_fault(2, -1) == 4
    assert ValueTree(VALUE, {}).next_fault(0, 1) is None


def test_a_name_that_begins_like_another_hides_nothing() -> None:
    tree = ValueTree({"a": [1], "ab": [2]}, {"$.ab[0]": "wrong"})
    for index in (3, 1):
        tree.toggle(index)
    assert [row.fault for row in tree.rows] == ["", "", "in $.ab[0]"]


def test_the_value_of_a_row() -> None:
    tree = ValueTree(VALUE, {})
    assert [tree.value(index) for index in (0, 3, 6, 8)] == [VALUE, {"text": "a"}, None, 1.5]

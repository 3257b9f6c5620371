"""Imported trees in any state: every message is present, after its parent, with siblings in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import text_of
from chat_tui.domain.formats.reading.conversation import Account
from chat_tui.domain.formats.reading.message_tree import Entry, Grown, grow, without_prompt


def said(node_id: str, parent: str | None = None, *children: str, role: str = "user", text: str = "") -> Entry:
    return Entry(id=node_id, parent=parent, message={"role": role, "content": text or node_id}, children=children)


def mute(node_id: str, parent: str | None = None, *children: str, reasoning: str = "") -> Entry:
    return Entry(id=node_id, parent=parent, message=None, children=children, reasoning=reasoning)


def shape(grown: Grown) -> list[tuple[str, str | None]]:
    return [(node.id, node.parent) for node in grown.nodes]


def test_the_order_of_a_sound_file_is_kept() -> None:
    account = Account()
    entries = [said("a", None, "b", "c"), said("b", "a"), said("x"), said("c", "a")]
    grown = grow(entries, "b", account)
    assert shape(grown) == [("a", None), ("b", "a"), ("x", None), ("c", "a")]
    assert (grown.head, account.losses) == ("b", {})


def test_children_before_parents_and_siblings_out_of_order_are_put_right() -> None:
    grown = grow([said("c", "a"), said("b", "a"), said("a", None, "b", "c")], None, Account())
    assert shape(grown) == [("a", None), ("b", "a"), ("c", "a")]


def test_places_without_words_are_left_out_and_their_children_move_up() -> None:
    entries = [mute("r"), mute("s", "r"), said("a", "s"), mute("t", "a", "b"), said("b", "t"), said("d", "a")]
    grown = grow(entries, "t", Account())
    assert shape(grown) == [("a", None), ("b", "a"), ("d", "a")]
    assert grown.head == "a"


def test_thoughts_of_their_own_belong_to_the_reply_below() -> None:
    account = Account()
    entries = [
        said("a"),
        mute("t", "a", reasoning="first"),
        mute("u", "t", reasoning="then"),
        said("b", "u", role="assistant"),
        mute("lost", "b", reasoning="no reply"),
    ]
    grown = grow(entries, "lost", account)
    assert grown.nodes[1].message["reasoning_content"] == "first\n\nthen"
    assert account.losses == {"thoughts without a reply": 1}
    assert grown.head == "b"


def test_loops_missing_parents_and_taken_ids_are_mended_and_counted() -> None:
    account = Account()
    entries = [
        said("a", "b"),
        said("b", "a"),
        said("self", "self"),
        said("orphan", "gone"),
        said("b", "a", text="b"),
        said("b", "a", text="another"),
    ]
    grown = grow(entries, "gone", account)
    assert shape(grown) == [("a", None), ("b", "a"), ("self", None), ("orphan", None), ("b-2", "a")]
    assert sum(account.losses.values()) == 4
    assert grown.head == "b-2"


def test_ids_that_are_unsafe_in_a_file_are_replaced_everywhere() -> None:
    grown = grow([said("../a\n", None, "é"), said("é", "../a\n")], "é", Account())
    first, second = grown.nodes
    assert all(node.id.isalnum() for node in grown.nodes)
    assert (second.parent, grown.head) == (first.id, second.id)
    assert [text_of(node.message) for node in grown.nodes] == ["../a\n", "é"]


def test_a_long_line_is_no_trouble() -> None:
    entries = [said(str(n), str(n - 1) if n else None) for n in range(20_000)]
    grown = grow([*reversed(entries)], None, Account())
    assert [node.id for node in grown.nodes] == [str(n) for n in range(20_000)]
    wordless = [mute(str(n), str(n - 1) if n else None, reasoning="x") for n in range(20_000)]
    assert grow(wordless, None, Account()).nodes == ()


def test_only_one_plain_system_message_over_all_is_the_prompt() -> None:
    system = said("s", role="system", text="Be brief")
    prompt, grown = without_prompt(grow([system, said("a", "s")], "a", Account()))
    assert (prompt, shape(grown), grown.head) == ("Be brief", [("a", None)], "a")
    two = grow([system, said("a", "s"), said("x")], "a", Account())
    assert without_prompt(two) == (None, two)


names = st.sampled_from(["a", "b", "c", "d", "\0", "é", ""])
trees = st.lists(
    st.builds(
        lambda node_id, parent, words, children: Entry(
            id=node_id,
            parent=parent,
            message={"role": "assistant", "content": words} if words else None,
            children=children,
            reasoning="" if words else "hm",
        ),
        names,
        st.none() | names,
        st.sampled_from(["", "x", "y"]),
        st.lists(names, max_size=4),
    ),
    max_size=12,
)


@given(trees, st.none() | names)
def test_any_tree_grows_sound(entries: list[Entry], head: str | None) -> None:
    places = {(entry.id, str(entry.message), entry.parent) for entry in entries if entry.message is not None}
    grown = grow(entries, head, Account())
    seen: set[str] = set()
    for node in grown.nodes:
        assert node.parent is None or node.parent in seen
        assert node.id not in seen
        seen.add(node.id)
    assert grown.head is None or grown.head in seen
    assert len({text for _, text, _ in places}) <= len(grown.nodes) <= len(entries)


def test_a_loop_is_cut_above_its_first_message_wherever_it_is_entered() -> None:
    account = Account()
    grown = grow([said("tail", "b"), said("a", "b"), said("b", "a")], None, account)
    assert {node.id: node.parent for node in grown.nodes} == {"a": None, "b": "a", "tail": "b"}
    assert account.losses == {"parents that lead back to their own message": 1}

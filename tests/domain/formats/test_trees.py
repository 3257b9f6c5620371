"""Any graph of messages becomes a tree: nothing is lost, parents come first, cycles are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.formats.facts import times_ms
from chat_tui.domain.formats.tree import only_path, tree_of
from tests.support.session_trees import BEGUN_MS, Teller, forty_turns, handwritten

NAMES = st.sampled_from("abcdefgh")


@given(st.dictionaries(NAMES, st.one_of(st.none(), NAMES, st.just("missing"))), st.one_of(st.none(), NAMES))
def test_every_message_stays_and_stands_after_its_parent(parents: dict[str, str | None], head: str | None) -> None:
    nodes = [Node(name, parent, {"role": "user", "content": name}) for name, parent in parents.items()]
    tree = tree_of(Conversation.of(nodes, head))
    assert sorted(tree.nodes) == sorted(parents)
    places = {name: place for place, name in enumerate(tree.nodes)}
    for name, parent in tree.parents.items():
        assert parent is None or places[parent] < places[name]
        assert name in tree.children[parent]
    assert sum(map(len, tree.children.values())) == len(nodes)
    kept = [name for name, parent in parents.items() if tree.parents[name] == parent]
    assert tree.mended == len(nodes) - len(kept)


def test_a_sound_tree_is_left_as_it_is() -> None:
    session = forty_turns()
    tree = tree_of(session.conversation)
    assert [*tree.nodes] == [*session.conversation.nodes]
    assert tree.path() == session.conversation.path()
    assert not tree.mended
    assert tuple(only_path(session.conversation).nodes.values()) == session.conversation.path()


def test_times_are_those_of_the_file_and_never_before_the_parent() -> None:
    told = Teller()
    asked = told.asks("a")
    reply = told.answers(asked, "b")[0]
    session = told.session()
    times = times_ms(session, tree_of(session.conversation))
    sent = session.exchanges["x2"].request["t"]
    assert isinstance(sent, int)
    assert times == {asked: sent, reply: sent + 1000}
    by_hand = handwritten(["a", "b", "c"], [-1, 0, 1], "t", None)
    assert [*times_ms(by_hand, tree_of(by_hand.conversation)).values()] == [1, 2, 3]
    assert sent > BEGUN_MS

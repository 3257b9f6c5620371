"""Branches drawn as a tree: every branch once, and no message twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.branches import Branch, branches
from chat_tui.domain.conversation import Conversation, Node


def node(name: str, parent: str | None, exchange: str | None = None) -> Node:
    """A message that says its id."""
    return Node(name, parent, {"role": "assistant" if exchange else "user", "content": name}, exchange)


def drawn(conversation: Conversation) -> list[str]:
    """Each branch as a line."""
    return [f"{each.guides}{each.first.id}…{each.leaf.id}" for each in branches(conversation)]


TALK = Conversation.of(
    [
        node("q", None),
        node("a", "q", "e1"),
        node("q2", "a"),
        node("a2", "q2", "e2"),
        node("again", "q", "e3"),
        node("edited", "a"),
        node("further", "again"),
        node("other", "again"),
        node("third", "a"),
        node("anew", None),
    ],
    "edited",
)


def test_a_branch_stands_below_the_one_it_departs_from() -> None:
    assert drawn(TALK) == [
        "q…a2",
        "├─ again…further",
        "│  └─ other…other",
        "├─ edited…edited",
        "└─ third…third",
        "anew…anew",
    ]


def test_the_branch_where_the_selected_path_ends_is_the_current_one() -> None:
    assert [each.current for each in branches(TALK)] == [None, None, None, 3, None, None]
    assert [each.current for each in branches(TALK.at("a"))] == [2, None, None, None, None, None]
    assert {each.current for each in branches(TALK.at(None))} == {None}


def test_a_branch_is_compared_with_the_one_it_departs_from() -> None:
    found = {each.first.id: each for each in branches(TALK)}
    assert found["again"].compared == ("e1", "e3")
    assert found["again"].beside == TALK.nodes["a"]
    assert found["edited"].compared == ("e2", None)
    assert found["q"].compared == (None, "e1")
    assert found["anew"].beside == TALK.nodes["q"]


def test_an_empty_conversation_has_none_and_one_without_forks_has_one() -> None:
    assert branches(Conversation()) == ()
    assert drawn(Conversation.of([node("a", None), node("b", "a")], "b")) == ["a…b"]


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Trees, and what a damaged file makes of them."""
    names = [str(number) for number in range(draw(st.integers(0, 24)))]
    parents = st.sampled_from([None, "lost", *names])
    nodes = [node(name, draw(parents), draw(st.sampled_from([None, "e1", "e2"]))) for name in names]
    return Conversation.of(nodes, draw(parents))


@given(conversations())
def test_every_message_is_the_own_one_of_one_branch(conversation: Conversation) -> None:
    found = branches(conversation)
    own = [each.id for branch in found for each in branch.own]
    assert sorted(own) == sorted(conversation.nodes)
    assert sum(branch.current is not None for branch in found) == (conversation.head is not None)


@given(conversations())
def test_a_branch_shares_the_messages_before_with_the_one_above(conversation: Conversation) -> None:
    lines: dict[str, tuple[Branch, int]] = {}
    for branch in branches(conversation):
        if branch.shared:
            parent = branch.first.parent
            assert parent is not None
            above, place = lines[parent]
            assert above.shared + place + 1 == branch.shared
            assert len(branch.guides) == len(above.guides) + 3
        else:
            assert branch.guides == ""
        lines |= {each.id: (branch, place) for place, each in enumerate(branch.own)}

"""Reasoning is read from whichever member it arrives in; its duration is computed for each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.reply import Reply
from chat_tui.domain.think_tags import TagWatch
from tests.support.folding import fold


def delta(**members: object) -> dict[str, object]:
    return {"choices": [{"delta": members}]}


def detail(**members: object) -> dict[str, object]:
    return delta(reasoning_details=[{"type": "reasoning.text", "index": 0, **members}])


ANSWER = delta(content="Yes.")


def thoughts(reply: Reply) -> str:
    return "".join(reply.choices[0].reasoning)


@pytest.mark.parametrize("member", ["reasoning", "reasoning_content", "reasoning_text"])
def test_thoughts_are_read_by_each_name_of_their_text(member: str) -> None:
    reply = fold(delta(**{member: "First "}), delta(**{member: "this."}), ANSWER)
    assert (thoughts(reply), reply.thinking_s) == ("First this.", 2.0)


def test_thoughts_that_come_as_details_alone_are_read_and_go_back_as_they_came() -> None:
    reply = fold(detail(text="First "), detail(text="this."), detail(signature="S"), ANSWER)
    assert (thoughts(reply), reply.thinking_s) == ("First this.", 3.0)
    details = [{"type": "reasoning.text", "index": 0, "text": "First this.", "signature": "S"}]
    assert reply.choices[0].message() == {"role": "assistant", "content": "Yes.", "reasoning_details": details}
    message = reply.completion()["choices"]
    assert isinstance(message, list)
    assert "'reasoning':" not in str(message[0])


def test_entries_of_the_details_are_parted_and_what_is_encrypted_is_not_read() -> None:
    reply = fold(
        detail(type="reasoning.summary", summary="A plan"),
        detail(type="reasoning.encrypted", index=1, data="gAAA"),
        detail(index=2, text="The steps"),
    )
    assert thoughts(reply) == "A plan\n\nThe steps"


def test_where_text_comes_beside_the_details_it_is_read_once() -> None:
    both = delta(reasoning="First", reasoning_details=[{"type": "reasoning.text", "text": "First", "index": 0}])
    assert thoughts(fold(both, both)) == "FirstFirst"


def test_half_a_character_in_a_detail_waits_for_its_other_half() -> None:
    reply = fold(detail(text="\ud83d"), detail(text="\ude00"))
    assert thoughts(reply) == "😀"


@pytest.mark.parametrize(
    ("pieces", "seconds"),
    [
        (["<think>a", "b</think>", "c"], 1.0),
        (["<th", "ink>a</thi", "nk>", "c"], 2.0),
        (["\n\n", "<think>", "a", "</think>c"], 3.0),
        (["<think>a</think>c"], 0.0),
        (["<think>a", "b"], None),
        (["a <think>b</think>", "c"], None),
        (["<thin air>", "</think>"], None),
    ],
)
def test_thinking_between_tags_lasts_until_its_end_tag(pieces: list[str], seconds: float | None) -> None:
    assert fold(*(delta(content=piece) for piece in pieces)).thinking_s == seconds


@given(st.lists(st.text("<think></think> ab", max_size=6), max_size=12))
def test_the_end_of_thinking_is_seen_once_wherever_the_text_is_cut(pieces: list[str]) -> None:
    watch, grown = TagWatch(), list[str]()
    seen = 0
    for piece in pieces:
        grown.append(piece)
        seen += watch.ended(grown)
    whole = "".join(pieces).lstrip()
    assert seen == (whole.startswith("<think>") and "</think>" in whole[7:])

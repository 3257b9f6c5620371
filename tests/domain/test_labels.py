"""Tags, stars and the archived flag as records of a session."""

from __future__ import annotations

import pytest

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.labels import Labels, tag_words
from chat_tui.domain.records import label_record
from chat_tui.domain.session_fold import SessionFold, fold_session


def test_each_member_counts_by_itself_and_the_later_one_wins() -> None:
    session = fold_session(
        [
            label_record(tags=["a", "b"]),
            label_record(starred=True),
            label_record(archived=True),
            label_record(tags=["c"]),
        ]
    )
    assert session.labels == Labels(("c",), starred=True, archived=True)


@pytest.mark.parametrize(
    "record",
    [{"type": "label", "tags": "a"}, {"type": "label", "tags": [1]}, {"type": "label", "starred": 1}],
)
def test_an_ill_formed_label_changes_nothing(record: JsonObject) -> None:
    fold = SessionFold()
    fold.add(label_record(tags=["a"]))
    assert not fold.add(record)
    assert fold.session().labels == Labels(("a",))


def test_tags_are_words_without_their_mark_and_none_twice() -> None:
    assert tag_words(" #Work, play\nwork ,, # \x1bx") == ("Work", "play", "x")
    assert Labels(("a", "B")).with_tags(["c", "A"], ["b"]) == ("a", "c")

"""Events written to files can be read again."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.arrivals import Arrival
from chat_tui.domain.event_files import file_text, lines_text, stream_text
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.net.sse import CommentLine, SseDecoder

LINE = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=12)
NAME = st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), min_size=1, max_size=6)
EVENT = st.builds(StreamEvent, st.floats(0, 100), LINE, st.just("message") | NAME.filter(lambda name: name[0] != " "))
COMMENT = st.builds(Comment, st.floats(0, 100), LINE.filter(lambda text: "\n" not in text))


@given(st.lists(EVENT | COMMENT))
def test_a_decoder_makes_the_same_of_a_saved_stream(arrivals: list[Arrival]) -> None:
    decoder = SseDecoder()
    items = [*decoder.feed(stream_text(arrivals).encode("utf-8")), *decoder.end()]
    read = [("", item.text) if isinstance(item, CommentLine) else (item.name, item.data) for item in items]
    assert read == [("", each.text) if isinstance(each, Comment) else (each.name, each.data) for each in arrivals]


@given(st.lists(EVENT | COMMENT))
def test_each_line_is_one_event(arrivals: list[Arrival]) -> None:
    lines = lines_text(arrivals).split("\n")
    assert lines.pop() == ""
    events = [each for each in arrivals if isinstance(each, StreamEvent)]
    assert [json.loads(line) for line in lines] == [
        {"at_s": round(event.at_s, 6), "event": event.name, "data": event.data} for event in events
    ]


def test_the_name_of_the_file_decides() -> None:
    events: list[Arrival] = [StreamEvent(0.25, "a\nb", "error"), Comment(0.5, "ping")]
    assert file_text(events, "x.sse") == "event: error\ndata: a\ndata: b\n\n: ping\n"
    assert file_text(events, "x.JSONL") == '{"at_s":0.25,"event":"error","data":"a\\nb"}\n'
    assert file_text(events, "x") == file_text(events, "x.sse")

"""The preview of a session before it is opened: its last messages, including media."""

from __future__ import annotations

import base64
import json

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from chat_tui.ui.session_preview import preview
from tests.support.media_files import png


def replied(*deltas: JsonObject) -> Session:
    """A session of one question with an image, and a streamed reply."""
    data = [json.dumps({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
    events: list[Json] = [[0.1 * number, text] for number, text in enumerate([*data, "[DONE]"])]
    picture: JsonObject = {"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}
    asked: JsonObject = {"role": "user", "content": [{"type": "text", "text": "Look"}, picture]}
    return fold_session(
        [
            {"type": "message", "id": "u", "parent": None, "message": asked},
            {"type": "request", "exchange": "x", "head": "u", "body": {"audio": {"format": "pcm16"}}},
            {"type": "events", "exchange": "x", "events": events},
            {"type": "end", "exchange": "x", "outcome": "complete"},
        ]
    )


def test_what_was_spoken_attached_and_pictured_is_told() -> None:
    sound = base64.b64encode(bytes(4800)).decode()
    image = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    spoken = preview(replied({"audio": {"id": "a", "transcript": "Good morning", "data": sound}}), 20).plain
    assert "Look\nimage_url (https://x.org/a.png)" in spoken
    assert "Good morning\n♪ audio (0.1 s, 4.8 KB)" in spoken
    pictured = preview(replied({"images": [{"type": "image_url", "image_url": {"url": image}}]}), 20).plain
    assert "image_url (png 3×2" in pictured


def test_there_is_no_more_than_the_lines_hold() -> None:
    session = replied({"content": "\n".join(f"line {number}" for number in range(50))})
    assert preview(session, 6).plain.count("\n") <= 8
    assert "line 49" in preview(session, 6).plain

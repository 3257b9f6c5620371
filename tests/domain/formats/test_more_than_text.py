"""Audio, images, sources and reasoning are included in page and Markdown exports."""

from __future__ import annotations

import base64
import html
import json
from html.parser import HTMLParser

import pytest

from chat_tui.domain.attachments import file_attachment
from chat_tui.domain.formats.table import FORMATS, Material, Written, written
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from tests.support.media_files import PDF, jpeg, mp3, png, wav

SAMPLES = bytes(range(256)) * 20


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def image(data: bytes, mime: str = "image/png") -> JsonObject:
    return {"type": "image_url", "image_url": {"url": f"data:{mime};base64,{coded(data)}"}}


def replied(*deltas: JsonObject, asked: JsonObject | None = None) -> Session:
    """A session of one question and a streamed reply."""
    data = [json.dumps({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
    events: list[Json] = [[0.1 * number, text] for number, text in enumerate([*data, "[DONE]"])]
    body: JsonObject = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], **(asked or {})}
    records: list[JsonObject] = [
        {"type": "session", "version": 1, "id": "s", "created": "2026-01-01T00:00:00Z"},
        {"type": "message", "id": "u", "parent": None, "message": {"role": "user", "content": "Hi"}},
        {"type": "request", "exchange": "x", "head": "u", "body": body},
        {"type": "events", "exchange": "x", "events": events},
        {"type": "end", "exchange": "x", "outcome": "complete"},
    ]
    return fold_session(records)


def asking(part: JsonObject) -> Session:
    """A session of one question with a part beside its text."""
    content: list[Json] = [{"type": "text", "text": "Look"}, part]
    message: JsonObject = {"role": "user", "content": content}
    return fold_session([{"type": "message", "id": "u", "parent": None, "message": message}])


def made(session: Session, form: str) -> Written:
    return written(FORMATS[form], Material(session=session))


class Data(HTMLParser):
    """The decoded data of every element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bytes]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href") and value and value.startswith("data:"):
                head, _, data = value.partition(";base64,")
                self.found.append((tag, head, base64.b64decode(data, validate=True)))


def test_what_a_user_attached_is_shown_heard_and_kept_byte_for_byte() -> None:
    files = {"a.png": png(), "b.jpg": jpeg(), "c.wav": wav(), "d.mp3": mp3(), "e.pdf": PDF}
    parts: list[Json] = [file_attachment(name, data).part for name, data in files.items()]
    message: JsonObject = {"role": "user", "content": parts}
    session = fold_session([{"type": "message", "id": "u", "parent": None, "message": message}])
    page = made(session, "html")
    assert Data(page.text).found == [
        ("img", "data:image/png", png()),
        ("img", "data:image/jpeg", jpeg()),
        ("audio", "data:audio/wav", wav()),
        ("audio", "data:audio/mpeg", mp3()),
        ("a", "data:application/pdf", PDF),
    ]
    assert not page.notes


def test_a_spoken_reply_is_read_and_heard() -> None:
    deltas: list[JsonObject] = [
        {"audio": {"id": "a1", "transcript": "Good "}},
        {"audio": {"data": coded(SAMPLES[:1001]), "transcript": "morning"}},
        {"audio": {"data": coded(SAMPLES[1001:])}},
    ]
    session = replied(*deltas, asked={"audio": {"voice": "v", "format": "pcm16"}})
    page, text = made(session, "html"), made(session, "markdown").text
    ((tag, head, data),) = Data(page.text).found
    assert (tag, head, data[44:]) == ("audio", "data:audio/wav", SAMPLES)
    assert "Good morning" in page.text
    assert not page.notes
    assert "\nGood morning\n" in text
    assert "audio \\(wav 0\\.1 s\\, 5\\.2 KB\\)" in text


def test_the_images_of_a_reply_are_there_by_what_they_are() -> None:
    junk: JsonObject = {"type": "image_url", "image_url": {"url": "data:image/png;base64,§"}}
    page = made(replied({"content": "Look", "images": [image(png(), "text/html"), image(jpeg()), junk]}), "html")
    assert Data(page.text).found == [("img", "data:image/png", png()), ("img", "data:image/jpeg", jpeg())]
    assert page.notes == ("Left out: content of type image (1 message).",)
    assert "png, not base64" in page.text


@pytest.mark.parametrize("mime", ["image/svg+xml", "text/html", "application/javascript"])
def test_what_could_run_is_never_part_of_a_page(mime: str) -> None:
    script = image(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", mime)
    percent: JsonObject = {"type": "image_url", "image_url": {"url": f"data:{mime},%3Csvg/%3E"}}
    assert not Data(made(replied({"images": [script, percent]}), "html").text).found


def test_sources_are_numbered_with_their_whole_address_and_lead_nowhere() -> None:
    target = "https://x.example/rain?x=1&y=2"
    cited: list[Json] = [
        {"type": "url_citation", "url_citation": {"url": target, "title": "<b>Rain</b>"}},
        {"type": "file_citation", "file_citation": {"file_id": "f-1"}},
    ]
    session = replied({"content": "Clouds", "annotations": cited})
    page, text = made(session, "html").text, made(session, "markdown").text
    assert f"<li>[1] &lt;b&gt;Rain&lt;/b&gt; ({html.escape(target)})</li>" in page
    assert "<a " not in page
    assert "https\\:\\/\\/x\\.example\\/rain" in text
    for document in (html.unescape(page), text):
        assert '"file_id": "f-1"' in document
        assert "url_citation" not in document


@pytest.mark.parametrize(
    "deltas",
    [
        [{"reasoning": "First this."}, {"content": "Yes."}],
        [{"reasoning_details": [{"type": "reasoning.text", "text": "First this.", "index": 0}]}, {"content": "Yes."}],
        [{"content": "<think>First this."}, {"content": "</think>\n\nYes."}],
    ],
)
def test_thoughts_are_folded_apart_from_the_answer(deltas: list[JsonObject]) -> None:
    session = replied(*deltas)
    page, text = made(session, "html").text, made(session, "markdown").text
    assert '<details><summary>Reasoning</summary><div class="text">First this.</div></details>' in page
    assert '<div class="text">Yes.</div>' in page
    assert "<details><summary>Reasoning</summary>\n\n```\nFirst this.\n```\n\n</details>\n\nYes." in text


def test_images_and_other_parts_of_one_reply_are_all_included() -> None:
    strange: JsonObject = {"type": "video", "address": "clip"}
    session = replied({"content": [{"type": "text", "text": "Here"}, strange]}, {"images": [image(png(3, 2))]})
    text = made(session, "markdown").text
    assert text.count("png 3×2") == text.count("video clip") == 1


def test_a_markdown_export_says_which_data_it_only_describes() -> None:
    images: list[Json] = [image(png()), {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]
    shown, spoken = replied({"images": images}), replied({"audio": {"id": "a1", "data": coded(SAMPLES)}})
    assert made(shown, "markdown").notes == ("Left out: content of type image (1 message).",)
    assert made(spoken, "markdown").notes == ("Left out: content of type audio (1 message).",)
    assert made(replied({"images": images[1:]}), "markdown").notes == ()


def test_an_image_by_reference_is_not_reported_as_one_by_url() -> None:
    part: JsonObject = {"type": "image_url", "image_url": {"url": ""}}
    named: JsonObject = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    assert made(asking(part), "llamacpp").notes == ("Left out: content of type image (1 message).",)
    assert made(asking(named), "llamacpp").notes == ("Left out: images given by URL (1 message).",)

"""Audio fragments become playable files, images are preserved byte for byte, and non-media data is left unchanged."""

from __future__ import annotations

import base64
import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.merging.choice import ChoiceState
from chat_tui.domain.reply import Reply
from chat_tui.domain.reply_media import media_lines, media_of_parts, media_of_reply, wav_of
from tests.support.media_files import jpeg, mp3, png, wav

ASKED: JsonObject = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}}


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def reply(*deltas: JsonObject) -> ChoiceState:
    """The choice that these deltas make."""
    folded = Reply()
    for number, delta in enumerate(deltas):
        folded.apply(StreamEvent(float(number), dump_json({"choices": [{"index": 0, "delta": delta}]})))
    return folded.choices[0]


def image(data: bytes, mime: str = "image/png") -> JsonObject:
    return {"type": "image_url", "image_url": {"url": f"data:{mime};base64,{coded(data)}"}}


@given(st.binary(min_size=2, max_size=4000), st.lists(st.integers(1, 700), max_size=8))
def test_fragments_of_raw_sound_become_a_wav_file_that_plays(samples: bytes, cuts: list[int]) -> None:
    deltas: list[JsonObject] = []
    rest = samples
    for cut in [*cuts, len(samples)]:
        deltas.append({"audio": {"data": coded(rest[:cut])}})
        rest = rest[cut:]
    (medium,) = media_of_reply(reply({"audio": {"id": "a1", "transcript": ""}}, *deltas), ASKED)
    assert medium.suffix == "wav"
    with wave.open(io.BytesIO(medium.data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.readframes(file.getnframes()) == samples[: len(samples) // 2 * 2]


@pytest.mark.parametrize("length", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_a_wav_file_that_does_not_know_its_length_is_told_it(length: bytes) -> None:
    whole = wav_of(bytes(4800))
    streamed = whole[:4] + length + whole[8:40] + length + whole[44:]
    (medium,) = media_of_reply(reply({"audio": {"data": coded(streamed)}}), {"audio": {"format": "wav"}})
    assert medium.data == whole


@pytest.mark.parametrize(
    ("data", "form", "suffix"),
    [
        (wav(), "wav", "wav"),
        (mp3(), "mp3", "mp3"),
        (b"fLaC" + bytes(30), "flac", "flac"),
        (b"OggS" + bytes(30), "opus", "opus"),
        (b"\xff\xf1" + bytes(30), "aac", "aac"),
        (bytes(30), "../x", "bin"),
    ],
)
def test_other_sounds_keep_every_byte(data: bytes, form: str, suffix: str) -> None:
    (medium,) = media_of_reply(reply({"audio": {"data": coded(data)}}), {"audio": {"format": form}})
    assert (medium.data, medium.suffix) == (data, suffix)


def test_several_images_come_out_in_order_and_byte_for_byte() -> None:
    pictures = [png(3, 2), jpeg(), png(9, 9)]
    choice = reply({"images": [image(pictures[0])]}, {"images": [image(pictures[1], "image/jpeg"), image(pictures[2])]})
    found = media_of_reply(choice, {})
    assert [medium.data for medium in found] == pictures
    assert [medium.suffix for medium in found] == ["png", "jpg", "png"]
    assert found[0].words().startswith("png 3×2, ")
    assert media_lines(choice, {})[1].startswith("image_url (jpeg 640×480, ")


def test_parts_of_the_content_are_found_too() -> None:
    choice = reply({"content": [{"type": "text", "text": "See"}, image(png())]})
    assert [medium.suffix for medium in media_of_reply(choice, {})] == ["png"]
    assert choice.text() == "See"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "https://host/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,§§"}},
        {"type": "image_url", "image_url": {"url": 7}},
        {"type": "image_url"},
        {"type": "input_audio", "input_audio": {"data": None}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
        "text",
        None,
    ],
)
def test_what_holds_no_data_gives_no_file(part: Json) -> None:
    assert media_of_parts([part]) == ()


def test_a_suffix_is_never_more_than_letters() -> None:
    (medium,) = media_of_parts([image(b"\x00\x01", "image/../../etc/passwd")])
    assert medium.suffix == "bin" or medium.suffix.isalnum()
    assert "/" not in medium.suffix


def test_the_line_of_a_sound_tells_its_length() -> None:
    choice = reply({"audio": {"data": coded(bytes(48_000)), "transcript": "Hi"}})
    assert media_lines(choice, ASKED) == ("♪ audio (1.0 s, 48.0 KB)",)
    assert choice.said() == ["Hi"]


def test_a_wave_file_is_not_measured_as_raw_samples() -> None:
    sound = wav(1.0)
    deltas: list[JsonObject] = [{"audio": {"data": coded(piece)}} for piece in (sound[:1], sound[1:3], sound[3:])]
    choice = reply(*deltas)
    assert media_lines(choice, ASKED) == (f"♪ audio (wav, {len(sound) / 1000:.1f} KB)",)


def test_a_refusal_is_what_is_read_where_there_is_no_content() -> None:
    assert reply({"content": ""}, {"refusal": "I can"}, {"refusal": "not."}).said() == ["I can", "not."]


def test_what_was_spoken_goes_back_as_text_where_the_sound_has_no_id() -> None:
    assert reply({"audio": {"transcript": "Hi"}}).message() == {"role": "assistant", "content": "Hi"}
    named = reply({"audio": {"id": "a1", "transcript": "Hi"}}).message()
    assert named == {"role": "assistant", "content": None, "audio": {"id": "a1"}}

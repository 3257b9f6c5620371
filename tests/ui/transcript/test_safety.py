"""Model output can neither control the terminal nor become clickable."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from chat_tui.ui.literal import literal, literal_line
from chat_tui.ui.transcript import Entry
from tests.ui.transcript.transcript_app import TranscriptApp

HOSTILE = {
    "tag": "[/INST]",
    "action": "[@click=app.quit]x[/]",
    "osc 52": "\x1b]52;c;aGk=\x07",
    "osc 8": "\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\",
    "csi": "\x1b[2J\x1b[31mred",
    "c1": "\x9b31m\x9d52;c;x\x9c",
    "bidi": "a\u202eb\u2066c",
    "tag characters": "a\U000e0041\U000e0042b",
    "surrogate": "a\ud800b",
    "zalgo": "e" + "\u0301" * 40,
    "wide": "日本語 👨‍👩‍👧 é",
    "return": "safe\rEVIL",
    "backspace": "abc\b\b\bxyz",
    "null": "a\0b",
    "separators": "a\x1c\x1d\x1e\x1f\x85\u2028b\x0b\x0c",
    "entities": "&#27;[31m &#x202e; &#13; &#x9b;",
    "private": "\U0010f000\U0010f001",
    "html": "<script>x</script>",
}
FRAMES = (
    "{}",
    "# {}",
    "- {}",
    "> {}",
    "`{}`",
    "```{}\n{}\n```",
    "| {} |\n|---|\n| {} |",
    "[{}](http://x/{})",
    "**{}**",
    "    {}",
)


def controls(text: str) -> list[str]:
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cs") or char in "\u202e\u2066\u2028"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_control_and_no_action_reaches_a_strip(name: str) -> None:
    app = TranscriptApp()
    hostile = HOSTILE[name]
    text = "\n\n".join(frame.replace("{}", hostile) for frame in FRAMES)
    async with app.run_test(size=(80, 120)) as pilot:
        everywhere = Entry(hostile, "assistant", hostile, text, hostile, (hostile,), hostile, hostile, hostile)
        app.transcript.show([everywhere, Entry("plain", "user", "you", text, markdown=False)])
        app.transcript.append(Entry("live", "assistant", "gpt"))
        app.transcript.grow("live", text[:-1])
        app.transcript.toggle_fold("live")
        await pilot.pause()
        strips = app.transcript.render_lines(app.transcript.size.region)
        assert not controls("".join(strip.text for strip in strips))
        assert {strip.cell_length for strip in strips} == {app.transcript.size.width}
        assert all(cell_len(strip.text) == app.transcript.size.width for strip in strips)
        for strip in strips:
            for segment in strip:
                assert segment.style is None or (not segment.style.link and "@click" not in segment.style.meta)


async def test_markup_is_shown_as_typed() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 20)):
        app.transcript.show([Entry("a", "assistant", "gpt", "[/INST] [@click=app.quit]x[/] <b>y</b>")])
        assert app.screen_text[1] == "▌  [/INST] [@click=app.quit]x[/] <b>y</b>"


async def test_control_characters_have_marks() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 20)):
        app.transcript.show([Entry("a", "assistant", "gpt", "x\x1b[31m\ud800\u202e\x1f")])
        assert app.screen_text[1] == "▌  x␛[31m�⟨U+202E⟩␟"


def test_content_for_other_widgets_is_literal() -> None:
    assert literal("[b]x[/]\x1b\n").plain == "[b]x[/]␛\n"
    assert literal_line("a\nb\tc").plain == "a␊b␉c"
    assert not literal("[@click=app.quit]x[/]").spans

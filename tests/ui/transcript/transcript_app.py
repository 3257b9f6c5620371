"""An app that contains only a transcript."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message

from chat_tui.ui.transcript import Entry, Transcript


class TranscriptApp(App[None]):
    """Keeps the transcript's messages."""

    AUTO_FOCUS = None

    def __init__(self, *, wrap_code: bool = True) -> None:
        super().__init__()
        self.transcript = Transcript(wrap_code=wrap_code)
        self.heard: list[Message] = []

    def repaints(self) -> list[tuple[Region, ...]]:
        """Return a list that from now on gets the regions of each repaint the transcript asks for; none: all of it."""
        asked: list[tuple[Region, ...]] = []
        refresh = self.transcript.refresh

        def noted(*regions: Region, **options: bool) -> Transcript:
            asked.append(regions)
            return refresh(*regions, **options)

        self.transcript.refresh = noted  # type: ignore[method-assign]
        return asked

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_transcript_moved(self, message: Transcript.Moved) -> None:
        self.heard.append(message)

    def on_transcript_chosen(self, message: Transcript.Chosen) -> None:
        self.heard.append(message)

    def on_transcript_copy_asked(self, message: Transcript.CopyAsked) -> None:
        self.heard.append(message)

    def on_transcript_follow_changed(self, message: Transcript.FollowChanged) -> None:
        self.heard.append(message)

    @property
    def screen_text(self) -> list[str]:
        """What the transcript shows, line by line."""
        region = self.transcript.size.region
        return [strip.text.rstrip() for strip in self.transcript.render_lines(region)]


def conversation(count: int) -> list[Entry]:
    """Messages ``m0`` to ``m<count - 1>`` of a few lines."""
    roles = ("user", "assistant")
    return [
        Entry(f"m{number}", roles[number % 2], roles[number % 2], f"text {number}\n\n- item\n- item")
        for number in range(count)
    ]

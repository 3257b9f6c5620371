"""The transcript of a film: the messages up to the current position, and the reply that is playing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from chat_tui.ui.conversation_view import entries, short_model, shown_choice
from chat_tui.ui.transcript.entries import Entry
from chat_tui.ui.transcript.widget import Transcript
from chat_tui.ui.transcript_feed import TranscriptFeed

if TYPE_CHECKING:
    from chat_tui.domain.conversation import Conversation
    from chat_tui.domain.film import Retried
    from chat_tui.domain.played import PlayedExchange
    from chat_tui.domain.reply import ChoiceState
    from chat_tui.domain.scene import Scene
    from chat_tui.engine.player import Player
    from chat_tui.engine.stage import Stage


class FilmTranscript(Transcript, inherit_bindings=False):
    """The transcript with only the keys for reading; the other keys belong to the film."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "line(-1)", "Scroll up", show=False, id="transcript.line-up"),
        Binding("j", "line(1)", "Scroll down", show=False, id="transcript.line-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="transcript.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="transcript.page-down"),
        Binding("y", "copy", "Copy", show=False, id="transcript.copy"),
    ]


class FilmMessages:
    """Updates the transcript for a position in the film with the fewest changes."""

    def __init__(self, transcript: Transcript, stage: Stage, *, markdown: bool) -> None:
        self._transcript = transcript
        self._stage = stage
        self._markdown = markdown
        self._feed = TranscriptFeed(transcript)
        self._conversation: Conversation | None = None
        self._rest: tuple[int, str, Retried | None, int] = (-1, "", None, 0)
        self._choice: ChoiceState | None = None
        self._content = self._reasoning = 0

    def show(self, player: Player) -> None:
        """Update the transcript to the player's scene; the stage must have been updated before."""
        scene, playing = player.scene, player.scene.playing
        rest = (player.version, playing.id if playing is not None else "", scene.waiting, len(scene.exchanges))
        same = scene.conversation is self._conversation and rest == self._rest
        if same and playing is not None and self._choice in (None, shown_choice(playing.reply)):
            self._grow(playing)
        elif not same or playing is not None:
            self._conversation, self._rest = scene.conversation, rest
            self._everything(scene)

    def _everything(self, scene: Scene) -> None:
        shown = entries(self._stage, markdown=self._markdown)
        playing = scene.playing
        if playing is not None:
            shown = [entry for entry in shown if entry.key != f"{playing.id}.problem"]
            shown.append(self._live(playing))
            self._feed.forget(shown[-1].key)
        if scene.waiting is not None:
            tried = scene.waiting
            words = f"Attempt {tried.number} failed: {tried.words} Retrying in {tried.wait_s:.1f} s."
            shown.append(Entry("film.wait", "notice", "note", words, markdown=False))
        self._feed.sync(shown)

    def _live(self, playing: PlayedExchange) -> Entry:
        choice = self._choice = shown_choice(playing.reply)
        self._content = len(choice.said()) if choice is not None else 0
        self._reasoning = len(choice.reasoning) if choice is not None else 0
        model = playing.settings.model if playing.settings is not None else self._stage.settings.model
        return Entry(
            f"{playing.id}.0",
            "assistant",
            short_model(model),
            text="".join(choice.said()) if choice is not None else "",
            reasoning="".join(choice.reasoning) if choice is not None else "",
            markdown=self._markdown,
        )

    def _grow(self, playing: PlayedExchange) -> None:
        choice = self._choice = shown_choice(playing.reply)
        if choice is None:
            return
        text = "".join((said := choice.said())[self._content :])
        thinking = "".join(choice.reasoning[self._reasoning :])
        self._content, self._reasoning = len(said), len(choice.reasoning)
        self._transcript.grow(f"{playing.id}.0", text, thinking)

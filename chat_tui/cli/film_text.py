"""Plays a recorded session as plain text on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chat_tui.cli import output
from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.events import StreamEvent
from chat_tui.domain.film import Answered, Asked, Ended, Item, Retried, Selected
from chat_tui.domain.json_values import Json, JsonObject, value_at
from chat_tui.domain.links import citation_lines, noted
from chat_tui.domain.message_parts import part_lines, speaker
from chat_tui.domain.played import PlayedExchange
from chat_tui.domain.reply_media import media_lines
from chat_tui.domain.session import first_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat_tui.domain.reply import ChoiceState
    from chat_tui.domain.scene import Scene

_MARKS: Final = {"truncated": "cut off", "stopped": "stopped", "error": "failed"}


class FilmText:
    """Writes a session's text as it plays: prompts after ``>``, replies verbatim, events in brackets."""

    def __init__(self) -> None:
        self._flow = output.TextFlow()
        self._shown = (0, 0)
        self._begun = False
        self._head: str | None = None
        self._system: str | None = None

    def show(self, item: Item, scene: Scene) -> None:
        """Write an item that has just been played; ``scene`` is the state right after it."""
        if isinstance(item, Node):
            self._message(item, scene)
        elif isinstance(item, StreamEvent):
            self._grow(scene)
        elif isinstance(item, Asked):
            self._ask(scene)
        elif isinstance(item, Retried):
            self._block(f"[attempt {item.number} failed, retried after {item.wait_s:.1f} s: {item.words}]")
        elif isinstance(item, Ended):
            self._end(scene)
        elif isinstance(item, Selected):
            self._came_from(item.head, scene)
        if not isinstance(item, StreamEvent | Answered):
            self._head = scene.conversation.head

    def close(self) -> None:
        """End the current line."""
        self._flow.end()
        self._flow, self._shown = output.TextFlow(), (0, 0)

    def _message(self, node: Node, scene: Scene) -> None:
        if node.parent != self._head:
            self._came_from(node.parent, scene)
        text = text_of(node.message)
        if node.message.get("role") == "user":
            self._block(text, "> ")
        else:
            self._block(f"[{speaker(node.message)}]\n{text}")
        for line in part_lines(node.message):
            output.line(f"[{line}]")
        for call in _listed(node.message.get("tool_calls")):
            output.json_line(call)

    def _ask(self, scene: Scene) -> None:
        record = scene.record
        settings = record.settings if record is not None else None
        system = settings.system if settings is not None else None
        if system != self._system:
            self._system = system
            self._block(f"[system]\n{system}" if system else "[no system prompt]")
        if scene.conversation.head != self._head:
            self._came_from(scene.conversation.head, scene)

    def _came_from(self, head: str | None, scene: Scene) -> None:
        """Report that the conversation continues from another message than the last one."""
        node = scene.conversation.nodes.get(head or "")
        words = first_words(text_of(node.message)) if node is not None else ""
        self._block(f"[continuing from: {words}]" if words else "[continuing from the beginning]")

    def _grow(self, scene: Scene) -> None:
        written, spoken = _first_choice_pieces(scene)
        if self._shown == (0, 0) and (written or spoken):
            self._separate()
        for piece in (*written[self._shown[0] :], *spoken[self._shown[1] :]):
            self._flow.add(piece)
        self._shown = len(written), len(spoken)

    def _end(self, scene: Scene) -> None:
        self.close()
        record = scene.record
        if not isinstance(record, PlayedExchange):
            return
        for choice in record.reply.choices:
            self._finish(choice, record.asked)
        outcome = "truncated" if record.cut else str((record.end or {}).get("outcome"))
        problem = value_at(record.end or {}, ("error", "message"))
        if outcome in _MARKS:
            self._block(f"[{_MARKS[outcome]}{f': {problem}' if isinstance(problem, str) else ''}]")

    def _finish(self, choice: ChoiceState, asked: JsonObject) -> None:
        """Write what the stream did not show of a choice: other choices, refusals, tool calls, media, citations."""
        message = choice.message()
        if choice.index != 0:
            self._block(f"--- choice {choice.index + 1} ---")
            text = choice.text() or ("" if choice.refusal else "".join(choice.said()))
            if text:
                output.line(text.removesuffix("\n"))
        refusal = message.get("refusal")
        if isinstance(refusal, str) and refusal:
            self._block(refusal)
        lines = [f"[{line}]" for line in media_lines(choice, asked)] + [*citation_lines(noted({}, choice))]
        if lines:
            self._block("\n".join(lines))
        for call in _listed(message.get("tool_calls")):
            self._separate()
            output.json_line(call)

    def _block(self, text: str, prefix: str = "") -> None:
        self._separate()
        for line in text.removesuffix("\n").split("\n"):
            output.line(f"{prefix}{line}")

    def _separate(self) -> None:
        """Write an empty line before everything but the first block."""
        if self._begun:
            output.line()
        self._begun = True


def _first_choice_pieces(scene: Scene) -> tuple[Sequence[str], Sequence[str]]:
    """Return the written and the spoken fragments of the first choice."""
    choices = scene.playing.reply.choices if scene.playing is not None else []
    if not choices or choices[0].index != 0:
        return (), ()
    audio = choices[0].audio
    return choices[0].content, audio.transcript.parts if audio is not None else ()


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []

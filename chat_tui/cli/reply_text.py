"""Writes a reply's text to stdout as it arrives, and describes the rest of it on stderr afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat_tui.cli import diagnostics, output
from chat_tui.domain.problems import ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.merging.choice import ChoiceState
    from chat_tui.domain.reply_media import Medium
    from chat_tui.engine.exchange import Exchange


class ReplyText:
    """Writes the first choice as it arrives: its content and the transcript of its audio."""

    def __init__(self) -> None:
        self._flow = output.TextFlow()
        self._content = self._spoken = 0

    def grow(self, exchange: Exchange) -> None:
        """Write the new fragments."""
        choice = next((choice for choice in exchange.reply.choices if choice.index == 0), None)
        if choice is None:
            return
        spoken = choice.audio.transcript.parts if choice.audio is not None else []
        for piece in (*choice.content[self._content :], *spoken[self._spoken :]):
            self._flow.add(piece)
        self._content, self._spoken = len(choice.content), len(spoken)

    def end(self) -> None:
        """Finish the text."""
        self._flow.end()


def finish(exchange: Exchange) -> None:
    """Write what the first choice's stream did not show: refusals, tool calls, other choices, media and citations."""
    for choice in exchange.reply.choices:
        message = choice.message()
        if choice.index > 0:
            output.line(f"\n--- choice {choice.index + 1} ---")
            text = choice.text() or ("".join(choice.said()) if not choice.refusal else "")
            if text:
                output.line(text.removesuffix("\n"))
        refusal, calls = message.get("refusal"), message.get("tool_calls")
        if isinstance(refusal, str) and refusal:
            output.line(refusal)
        for call in calls if isinstance(calls, list) else []:
            output.json_line(call)
        _tell_rest(exchange, choice, calls=bool(calls))


def save_media(exchange: Exchange, name: str) -> int:
    """Save the reply's audio and images under a name; return the exit code."""
    from chat_tui.engine.media_files import save_beside

    media = [medium for choice in exchange.reply.choices for medium in _media(exchange, choice)]
    if not media:
        diagnostics.note("the reply contains no sound or image to save")
        return diagnostics.OK
    try:
        paths = save_beside(name, media)
    except ProblemError as error:
        diagnostics.report(error.problem)
        return diagnostics.FAILED
    for path, medium in zip(paths, media, strict=True):
        diagnostics.note(f"saved {path} ({medium.words()})")
    return diagnostics.OK


def _tell_rest(exchange: Exchange, choice: ChoiceState, *, calls: bool) -> None:
    if choice.finish_reason not in ("stop", "tool_calls", None):
        diagnostics.note(f"choice {choice.index + 1} ended with finish_reason {choice.finish_reason!r}")
    if choice.audio is not None or choice.images or choice.content_parts:
        from chat_tui.domain.reply_media import media_lines

        for line in media_lines(choice, exchange.call.body):
            diagnostics.note(f"the reply contains {line.removeprefix('♪ ')}")
    elif not (choice.said() or calls or choice.function_call):
        held = "reasoning only; --json shows it" if choice.reasoning else "no text"
        diagnostics.note(f"the reply contains {held}")
    if choice.annotations:
        from chat_tui.domain.links import citation_lines, noted

        for line in citation_lines(noted({}, choice)):
            diagnostics.note(line)


def _media(exchange: Exchange, choice: ChoiceState) -> tuple[Medium, ...]:
    from chat_tui.domain.reply_media import media_of_reply

    return media_of_reply(choice, exchange.call.body)

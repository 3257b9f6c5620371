"""Accumulate one choice of a reply, event by event."""

from __future__ import annotations

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.audio import AudioState
from chat_tui.domain.merging.message import MessageState
from chat_tui.domain.merging.text import mended
from chat_tui.domain.merging.tool_calls import NamedText, ToolCalls

_NO_EXTRA = frozenset({"index", "delta", "message", "text", "obfuscation"})


class ChoiceState:
    """One accumulating choice. Its lists only grow, so a view can track new entries by their lengths."""

    index: int
    content: list[str]
    """Text fragments of the content, in order."""
    refusal: list[str]
    finish_reason: str | None
    """The service's own value; a number is converted to text."""
    native_finish_reason: str | None
    tool_calls: ToolCalls
    logprobs: dict[str, list[Json]]
    """``content`` and ``refusal``, each only if received as a list. The entries are unvalidated: check their types."""
    surrogates: bool
    """Whether unjoined values may contain lone surrogates, which are then replaced on output."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.finish_reason = None
        self.native_finish_reason = None
        self.logprobs = {}
        self.surrogates = False
        self._message = message = MessageState()
        self.content, self.refusal = message.content.parts, message.refusal.parts
        self.tool_calls = message.tool_calls
        self._extra: JsonObject = {}
        self._spoken = False  # a delta or message has carried content

    @property
    def reasoning(self) -> list[str]:
        """Readable reasoning fragments in order, from whichever member they came in."""
        return self._message.reasoning.readable

    @property
    def audio(self) -> AudioState | None:
        """The audio of the reply, if there is any."""
        return self._message.audio

    @property
    def function_call(self) -> NamedText | None:
        """The deprecated single function call, if there is one."""
        return self._message.function_call

    @property
    def annotations(self) -> list[Json]:
        """The service's annotations of the content, without exact duplicates."""
        return list(self._message.annotations.values())

    @property
    def images(self) -> list[Json]:
        """Images of the reply, in order."""
        return self._message.images

    @property
    def content_parts(self) -> list[Json]:
        """Content parts that are neither text nor reasoning, in order."""
        return self._message.content_parts

    @property
    def extra(self) -> JsonObject:
        """Non-standard members of the choice; the last value received of each."""
        return self._extra

    @property
    def role(self) -> str:
        """As the service sent it, else ``assistant``. The history always uses ``assistant``."""
        return self._message.role or "assistant"

    @property
    def reasoning_field(self) -> str | None:
        """The member that contained the reasoning; None without any, or for thinking parts within the content."""
        return self._message.reasoning.field

    def apply(self, choice: JsonObject) -> bool:
        """Merge one entry of ``choices``; returns whether it carried any part of the reply."""
        for name, value in choice.items():
            if value is None or name in _NO_EXTRA:
                continue
            if name == "finish_reason":
                self.finish_reason = _reason(value) or self.finish_reason
            elif name == "native_finish_reason":
                self.native_finish_reason = _reason(value) or self.native_finish_reason
            elif name == "logprobs":
                self._add_logprobs(value)
            else:
                self._extra[name] = value
        delta = choice.get("delta")
        if delta is None:
            return self._apply_whole(choice)
        return isinstance(delta, dict) and self._apply_delta(delta)

    def text(self) -> str:
        """Return the content received so far."""
        return self._message.content.text()

    @property
    def answers(self) -> bool:
        """Whether anything other than reasoning was received."""
        return bool(self.said() or self.tool_calls.states or self.function_call or self.images or self.content_parts)

    def said(self) -> list[str]:
        """Return the displayed text fragments: content, else refusal, else audio transcript; the list only grows."""
        return self.content or self.refusal or (self.audio.transcript.parts if self.audio is not None else [])

    def message(self) -> JsonObject:
        """Return the assistant message so far, in wire format for the history (no ``index``, no ``extra``).

        The role is always ``assistant``. A tool call without an id gets ``call_local_1``, ``call_local_2``, ... by
        position. Reasoning is included in its original member, and only together with tool calls or reasoning details:
        some services require it there and reject it elsewhere. Images are included, so that the next turn can refer to
        them; ``outgoing`` leaves both out for services that do not accept them.
        """
        return self._mended(self._message.for_history())

    def completion(self) -> JsonObject:
        """Return the choice so far as if not streamed, with ``extra`` if unknown members were received."""
        choice: JsonObject = {
            "index": self.index,
            "finish_reason": self.finish_reason,
            "logprobs": self._merged_logprobs(),
            "message": self._message.merged(),
        }
        if self.native_finish_reason is not None:
            choice["native_finish_reason"] = self.native_finish_reason
        if self._extra:
            choice["extra"] = dict(self._extra)
        return self._mended(choice)

    def close(self) -> None:
        """Finish all texts after the last event."""
        self._message.close()

    def _apply_delta(self, delta: JsonObject) -> bool:
        carried = self._message.apply(delta)
        self._spoken |= carried
        return carried

    def _apply_whole(self, choice: JsonObject) -> bool:
        """Merge a choice without a delta: its message or text counts until a delta carries content (merge rule R6).

        A stream that only contains ``text``, as in the legacy completions API, is concatenated.
        """
        if self._spoken:
            return False
        message, text = choice.get("message"), choice.get("text")
        if isinstance(message, dict) and not self.content:
            return self._apply_delta(message)
        return isinstance(text, str) and self._message.content.add(text)

    def _add_logprobs(self, logprobs: Json) -> None:
        """Append the lists of log probabilities (merge rule R23)."""
        for name in ("content", "refusal"):
            tokens = logprobs.get(name) if isinstance(logprobs, dict) else None
            if isinstance(tokens, list):
                self.logprobs.setdefault(name, []).extend(token for token in tokens if isinstance(token, dict))

    def _merged_logprobs(self) -> Json:
        if not self.logprobs:
            return None
        merged: JsonObject = {"content": None, "refusal": None}
        merged.update((name, list(tokens)) for name, tokens in self.logprobs.items())
        return merged

    def _mended(self, value: JsonObject) -> JsonObject:
        if not self.surrogates:
            return value
        whole = mended(value)
        return whole if isinstance(whole, dict) else value


def _reason(value: Json) -> str | None:
    if isinstance(value, str):
        return value or None
    return None if isinstance(value, (dict, list, bool)) else str(value)

"""One choice of an answer, growing event by event."""

from __future__ import annotations

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.audio import AudioState
from chat_tui.domain.merging.message import MessageState
from chat_tui.domain.merging.text import mended
from chat_tui.domain.merging.tool_calls import NamedText, ToolCalls

_NO_EXTRA = frozenset({"index", "delta", "message", "text", "obfuscation"})


class ChoiceState:
    """One growing choice. The lists only grow, so a view reads what is new by remembering their lengths."""

    index: int
    content: list[str]
    """Text fragments of the answer, in order."""
    refusal: list[str]
    finish_reason: str | None
    """The service's own word; a number is kept as text."""
    native_finish_reason: str | None
    tool_calls: ToolCalls
    logprobs: dict[str, list[Json]]
    """``content`` and ``refusal``, each only if a list of it came. The entries are the service's: check their types."""
    surrogates: bool
    """Halves of characters may be in what is not joined here, and are mended on the way out."""

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
        self._spoken = False  # a delta or message carried something

    @property
    def reasoning(self) -> list[str]:
        """What can be read of its thoughts, by whichever member they came, in order."""
        return self._message.reasoning.readable

    @property
    def audio(self) -> AudioState | None:
        """The spoken answer, where there is one."""
        return self._message.audio

    @property
    def function_call(self) -> NamedText | None:
        """The retired single call, where there is one."""
        return self._message.function_call

    @property
    def annotations(self) -> list[Json]:
        """What the service notes about the content, without exact repeats."""
        return list(self._message.annotations.values())

    @property
    def images(self) -> list[Json]:
        """Pictures of the answer, in order."""
        return self._message.images

    @property
    def content_parts(self) -> list[Json]:
        """Parts of the content that are neither text nor thoughts, in order."""
        return self._message.content_parts

    @property
    def extra(self) -> JsonObject:
        """Members of the choice that are nobody's standard: the last value that came of each."""
        return self._extra

    @property
    def role(self) -> str:
        """As the service says, ``assistant`` where it does not. The history always says ``assistant``."""
        return self._message.role or "assistant"

    @property
    def reasoning_field(self) -> str | None:
        """The member its reasoning came by; None without any, or for thinking parts within the content."""
        return self._message.reasoning.field

    def apply(self, choice: JsonObject) -> bool:
        """Fold one entry of ``choices``; whether it carried anything of the answer."""
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
        """The content so far, joined."""
        return self._message.content.text()

    @property
    def answers(self) -> bool:
        """Something of it came that is no reasoning."""
        return bool(self.said() or self.tool_calls.states or self.function_call or self.images or self.content_parts)

    def said(self) -> list[str]:
        """What is to be read of the answer: its content, else its refusal, else what was spoken; only ever grows."""
        return self.content or self.refusal or (self.audio.transcript.parts if self.audio is not None else [])

    def message(self) -> JsonObject:
        """The assistant message so far, in wire shape, fit for the history (no ``index``, no ``extra``).

        The role is ``assistant`` whatever came. A tool call without an id gets ``call_local_1``, ``call_local_2``, ...
        by its place. Reasoning goes back by the member it came by, and only along with tool calls or reasoning
        details: some services demand it there and refuse it elsewhere.
        """
        return self._mended(self._message.for_history())

    def completion(self) -> JsonObject:
        """The choice so far, in the shape of a plain answer, with ``extra`` where unknown members came."""
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
        """Nothing more will come."""
        self._message.close()

    def _apply_delta(self, delta: JsonObject) -> bool:
        carried = self._message.apply(delta)
        self._spoken |= carried
        return carried

    def _apply_whole(self, choice: JsonObject) -> bool:
        """A choice without a delta: its message, or its text, counts while no delta said anything (merge rule R6).

        A stream of texts alone, the shape of the retired completions, is joined.
        """
        if self._spoken:
            return False
        message, text = choice.get("message"), choice.get("text")
        if isinstance(message, dict) and not self.content:
            return self._apply_delta(message)
        return isinstance(text, str) and self._message.content.add(text)

    def _add_logprobs(self, logprobs: Json) -> None:
        """Lists are appended (merge rule R23)."""
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

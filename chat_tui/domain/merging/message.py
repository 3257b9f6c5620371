"""Accumulate the message of one choice, delta by delta."""

from __future__ import annotations

import json
from collections.abc import Callable

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.audio import AudioState
from chat_tui.domain.merging.reasoning import FIELDS, ReasoningState, thinking_in
from chat_tui.domain.merging.text import Pieces
from chat_tui.domain.merging.tool_calls import NamedText, ToolCalls
from chat_tui.domain.message_parts import foreign_part


class MessageState:
    """One accumulating message: everything that a ``delta`` may contain."""

    role: str
    """As the service sent it; empty until then."""
    content: Pieces
    refusal: Pieces
    reasoning: ReasoningState
    tool_calls: ToolCalls
    audio: AudioState | None
    function_call: NamedText | None
    annotations: dict[str, Json]
    """Keyed by JSON text, to drop duplicates."""
    images: list[Json]

    def __init__(self) -> None:
        self.role = ""
        self.content, self.refusal = Pieces(), Pieces()
        self.reasoning = ReasoningState()
        self.tool_calls = ToolCalls()
        self.audio = None
        self.function_call = None
        self.annotations = {}
        self.images = []
        self._content_parts: list[Json] = []
        self._extra: JsonObject = {}
        self._members: dict[str, Callable[[Json], bool]] = {
            "role": self._add_role,
            "content": self._add_content,
            "refusal": self._add_refusal,
            "tool_calls": self._add_tool_calls,
            "function_call": self._add_function_call,
            "audio": self._add_audio,
            "reasoning_details": self._add_details,
            "annotations": self._add_annotations,
            "images": self._add_images,
            "obfuscation": _drop,
        }

    def apply(self, delta: JsonObject) -> bool:
        """Merge one delta; returns whether it carried any part of the reply."""
        carried = reasons = False
        for name, value in delta.items():
            if value is None:
                continue
            add = self._members.get(name)
            if add is not None:
                carried |= add(value)
            elif name in FIELDS:
                reasons = True
            else:
                self._extra[name] = value
        return (reasons and self.reasoning.apply(delta)) or carried

    def merged(self) -> JsonObject:
        """Return the message so far as if not streamed, plus ``reasoning_field`` and ``extra`` if received."""
        message: JsonObject = {"role": self.role or "assistant", "content": self._merged_content()}
        if self.refusal.came:
            message["refusal"] = self.refusal.text()
        message.update(self.reasoning.merged())
        lists: dict[str, list[Json]] = {
            "tool_calls": [call.as_json() for call in self.tool_calls.ordered()],
            "annotations": list(self.annotations.values()),
            "images": list(self.images),
        }
        message.update((name, found) for name, found in lists.items() if found)
        if self.function_call is not None:
            message["function_call"] = self.function_call.as_json("arguments")
        if self.audio is not None:
            message["audio"] = self.audio.as_json()
        extra = dict(self._extra)
        if self._content_parts:
            extra["content_parts"] = list(self._content_parts)
        if extra:
            message["extra"] = extra
        return message

    def for_history(self) -> JsonObject:
        """Return the message so far for the next request: always with the role assistant, without ``extra``."""
        message: JsonObject = {"role": "assistant", "content": self._history_content()}
        if self.refusal.came:
            message["refusal"] = self.refusal.text()
        calls = self._history_tool_calls()
        if calls:
            message["tool_calls"] = calls
        if self.function_call is not None:
            message["function_call"] = self.function_call.as_json("arguments")
        if self.audio is not None and self.audio.id is not None:
            message["audio"] = {"id": self.audio.id}
        if calls or self.reasoning.details:
            message.update(self.reasoning.for_history())
        if self.images:
            message["images"] = [*self.images]
        return message

    @property
    def content_parts(self) -> list[Json]:
        """Content parts that are neither text nor reasoning, in order."""
        return self._content_parts

    def close(self) -> None:
        """Finish all texts after the last event."""
        self.content.close()
        self.refusal.close()
        self.reasoning.close()
        self.tool_calls.close()
        if self.function_call is not None:
            self.function_call.text.close()
        if self.audio is not None:
            self.audio.transcript.close()

    def _add_role(self, role: Json) -> bool:
        if not self.role and isinstance(role, str):
            self.role = role
        return False

    def _add_content(self, content: Json) -> bool:
        if isinstance(content, str):
            return self.content.add(content)
        carried = False
        for part in content if isinstance(content, list) else []:
            carried |= self._add_part(part)
        return carried

    def _add_part(self, part: Json) -> bool:
        """Merge one part of a content list (merge rule R9)."""
        if isinstance(part, str):
            return self.content.add(part)
        if not isinstance(part, dict):
            return False
        text, kind = part.get("text"), part.get("type", "text")
        if kind == "text" and isinstance(text, str):
            return self.content.add(text)
        if kind == "thinking":
            return self.reasoning.add(thinking_in(part))
        self._content_parts.append(foreign_part(part))
        return True

    def _add_refusal(self, refusal: Json) -> bool:
        return isinstance(refusal, str) and self.refusal.add(refusal)

    def _add_tool_calls(self, calls: Json) -> bool:
        return isinstance(calls, list) and self.tool_calls.apply(calls)

    def _add_function_call(self, call: Json) -> bool:
        """Merge the deprecated single function call (merge rule R20)."""
        if not isinstance(call, dict):
            return False
        self.function_call = self.function_call or NamedText()
        return self.function_call.add(call.get("name"), call.get("arguments"))

    def _add_audio(self, audio: Json) -> bool:
        if not isinstance(audio, dict):
            return False
        self.audio = self.audio or AudioState()
        return self.audio.apply(audio)

    def _add_details(self, details: Json) -> bool:
        return isinstance(details, list) and self.reasoning.add_details(details)

    def _add_annotations(self, annotations: Json) -> bool:
        """Add annotations, dropping exact duplicates (merge rule R22)."""
        for annotation in annotations if isinstance(annotations, list) else []:
            if annotation is not None:
                self.annotations.setdefault(json.dumps(annotation, sort_keys=True), annotation)
        return False

    def _add_images(self, images: Json) -> bool:
        found = [foreign_part(image) for image in images if image is not None] if isinstance(images, list) else []
        self.images.extend(found)
        return bool(found)

    def _merged_content(self) -> str | None:
        return self.content.text() if self.content.came else None

    def _history_content(self) -> str | None:
        """Return the content, null only if another member replaces it; for audio without an id, the transcript."""
        if self.audio is not None and self.audio.id is None and not self.content.came:
            return self.audio.transcript.text()
        stands_in = self.tool_calls.states or self.function_call or self.audio or self.refusal.parts
        return self._merged_content() if self.content.came or stands_in else ""

    def _history_tool_calls(self) -> list[Json]:
        calls: list[Json] = []
        for number, state in enumerate(self.tool_calls.ordered(), 1):
            call = state.as_json()
            call["id"] = state.id or f"call_local_{number}"
            calls.append(call)
        return calls


def _drop(_value: Json) -> bool:
    return False

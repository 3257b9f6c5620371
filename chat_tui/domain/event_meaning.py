"""Describe what one event contributes to the reply, in words and by kind, from its data alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from chat_tui.domain.arrivals import Arrival
from chat_tui.domain.counts import counted
from chat_tui.domain.events import Comment, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject, dump_json, parse_json
from chat_tui.domain.merging.payload import as_error, is_done, parse_object
from chat_tui.domain.merging.reasoning import FIELDS, reasoning_in, thinking_in

KINDS: Final = (
    "role",
    "content",
    "reasoning",
    "refusal",
    "tool",
    "audio",
    "annotations",
    "images",
    "logprobs",
    "finish",
    "usage",
    "error",
    "done",
    "other",
    "empty",
    "bad",
    "comment",
)
"""Every kind of contribution; these are also the words of the event filter."""

_COMMON: Final = frozenset(
    {"id", "object", "created", "model", "system_fingerprint", "service_tier", "provider", "choices", "usage", "error"}
    | {"obfuscation"}
)
"""Members of a chunk that carry no new content, or are described separately."""
_TOLD_IN_CHOICE: Final = frozenset({"index", "delta", "message", "text", "finish_reason", "logprobs"})
_TOLD_IN_DELTA: Final = frozenset(
    {"role", "content", "refusal", "tool_calls", "function_call", "audio", "reasoning_details", "annotations", "images"}
    | {"obfuscation", *FIELDS}
)


class Contribution(Struct, frozen=True):
    """One thing that an event contributes."""

    kind: str
    """One of ``KINDS``."""
    words: str
    """``content +5 characters``; names from the server are unsanitised."""
    text: str = ""
    """The exact text that it adds; empty if it adds none."""
    choice: int = 0


def meaning(arrival: Arrival) -> tuple[Contribution, ...]:
    """Return the contributions of an arrival, at least one, in the order of the chunk's members."""
    if isinstance(arrival, Comment):
        return (Contribution("comment", "comment", arrival.text),)
    if is_done(arrival.data):
        return (Contribution("done", "end of the stream"),)
    chunk = parse_object(arrival.data)
    if chunk is None:
        return (Contribution("bad", _fault(arrival)),)
    found = (*_of_error(chunk, arrival.name), *_of_choices(chunk.get("choices")), *_of_usage(chunk.get("usage")))
    if not found or found[0].kind != "error" or chunk.get("error"):
        found += tuple(Contribution(*told) for told in _others(chunk, _COMMON))
    return found or (Contribution("empty", "nothing new"),)


def kinds(arrival: Arrival) -> frozenset[str]:
    """Return the kinds of an arrival's contributions."""
    return frozenset(contribution.kind for contribution in meaning(arrival))


def _fault(event: StreamEvent) -> str:
    try:
        value = parse_json(event.data)
    except ValueError as error:
        return f"not valid JSON: {error}"
    return "too deep or too large" if isinstance(value, dict) else "JSON, but not an object"


def _of_error(chunk: JsonObject, name: str) -> Iterator[Contribution]:
    error = chunk.get("error")
    if not error and name != "error" and chunk.get("object") != "error":
        return
    message = as_error(error).get("message") if error else chunk.get("message")
    yield Contribution("error", f"error: {message}" if message else "error")


def _of_choices(choices: Json) -> Iterator[Contribution]:
    for choice in choices if isinstance(choices, list) else ():
        if not isinstance(choice, dict):
            continue
        index = choice.get("index")
        number = index if isinstance(index, int) and not isinstance(index, bool) else 0
        named = f"choice {number}: " if number or len(choices if isinstance(choices, list) else ()) > 1 else ""
        for kind, words, text in _of_choice(choice):
            yield Contribution(kind, named + words, text, number)


_Told = tuple[str, str, str]


def _of_choice(choice: JsonObject) -> Iterator[_Told]:
    delta = choice.get("delta")
    if delta is None:
        delta = choice.get("message")
    if isinstance(delta, dict):
        yield from _of_delta(delta)
    elif isinstance(text := choice.get("text"), str) and text:
        yield _grown("content", text)
    tokens = choice.get("logprobs")
    listed = tokens.get("content") or tokens.get("refusal") if isinstance(tokens, dict) else None
    if isinstance(listed, list) and listed:
        yield "logprobs", f"logprobs of {counted(len(listed), 'token')}", ""
    if reason := choice.get("finish_reason"):
        yield "finish", f"finish {reason}", ""
    yield from _others(choice, _TOLD_IN_CHOICE)


def _of_delta(delta: JsonObject) -> Iterator[_Told]:
    if role := delta.get("role"):
        yield "role", f"role {role}", ""
    yield from _of_reasoning(delta)
    yield from _of_content(delta.get("content"))
    if isinstance(refusal := delta.get("refusal"), str) and refusal:
        yield _grown("refusal", refusal)
    calls = delta.get("tool_calls")
    for place, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, dict):
            yield from _of_call(f"tool call {call.get('index', place)}", call)
    if isinstance(call := delta.get("function_call"), dict):
        yield from _of_call("function call", {"function": call})
    yield from _of_audio(delta.get("audio"))
    for name in ("annotations", "images"):
        if isinstance(entries := delta.get(name), list) and entries:
            yield name, counted(len(entries), name.removesuffix("s")), ""
    yield from _others(delta, _TOLD_IN_DELTA)


def _of_reasoning(delta: JsonObject) -> Iterator[_Told]:
    found = reasoning_in(delta)
    if found is not None and found[1]:
        yield _grown("reasoning", found[1])
    details = delta.get("reasoning_details")
    if isinstance(details, list) and details:
        yield "reasoning", counted(len(details), "reasoning detail"), ""


def _of_content(content: Json) -> Iterator[_Told]:
    if isinstance(content, str):
        if content:
            yield _grown("content", content)
        return
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            yield _grown("content", part)
        elif not isinstance(part, dict):
            continue
        elif part.get("type", "text") == "text" and isinstance(text := part.get("text"), str):
            yield _grown("content", text)
        elif part.get("type") == "thinking":
            yield _grown("reasoning", "".join(thinking_in(part)))
        else:
            yield "other", f"content part {part.get('type')}", ""


def _of_call(label: str, call: JsonObject) -> Iterator[_Told]:
    if call_id := call.get("id"):
        yield "tool", f"{label} id {call_id}", ""
    for member, text_member in (("function", "arguments"), ("custom", "input")):
        tool = call.get(member)
        if not isinstance(tool, dict):
            continue
        if name := tool.get("name"):
            yield "tool", f"{label} name {name}", ""
        text = tool.get(text_member)
        if isinstance(text, dict):
            text = dump_json(text)
        if isinstance(text, str) and text:
            yield "tool", f"{label} {text_member} +{len(text):,}", text


def _of_audio(audio: Json) -> Iterator[_Told]:
    if not isinstance(audio, dict):
        return
    if isinstance(data := audio.get("data"), str) and data:
        yield "audio", f"audio +{len(data):,} base64 characters", ""
    if isinstance(words := audio.get("transcript"), str) and words:
        yield "audio", f"transcript +{counted(len(words), 'character')}", words


def _of_usage(usage: Json) -> Iterator[Contribution]:
    if isinstance(usage, dict):
        sent, received = usage.get("prompt_tokens"), usage.get("completion_tokens")
        yield Contribution("usage", f"usage {sent}→{received} tokens" if sent or received else "usage")


def _others(members: JsonObject, told: frozenset[str]) -> Iterator[_Told]:
    names = [name for name, value in members.items() if value is not None and name not in told]
    if names:
        yield "other", ", ".join(names), ""


def _grown(kind: str, text: str) -> _Told:
    return kind, f"{kind} +{counted(len(text), 'character')}", text

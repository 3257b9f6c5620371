"""Create and edit messages: new user messages, plain text content, and display lines of other parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.shortening import shortened

USER: Final = "user"
_ROLE, _CONTENT, _NAME, _IMAGES = "role", "content", "name", "images"
_LABELS: Final = {USER: "you"}
_NEXT: Final = {"user": "assistant", "tool": "assistant", "function": "assistant"}
_PRIVATE: Final = "chat_tui_"
"""How the members begin that only session files may contain."""
_LONGEST: Final = 80
"""Maximum number of characters shown of a part."""


def user_message(text: str, parts: Sequence[JsonObject] = ()) -> JsonObject:
    """Return a user message: plain text without attachments, else a list of parts.

    The text, if any, is the first part, as OpenRouter recommends for images.
    """
    if not parts:
        return {_ROLE: USER, _CONTENT: text}
    opening: list[Json] = [{"type": "text", "text": text}] if text else []
    return {_ROLE: USER, _CONTENT: [*opening, *parts]}


def next_message(before: Mapping[str, Json] | None) -> JsonObject:
    """Return an empty message to follow another: an assistant's after a user's or tool's, else a user's."""
    role = before.get(_ROLE) if before is not None else None
    return {_ROLE: _NEXT.get(role, USER) if isinstance(role, str) else USER, _CONTENT: ""}


def place_name(position: int) -> str:
    """Return the name of a message by its index in the body, from 0."""
    return f"messages[{position}]"


def is_plain_prompt(message: Mapping[str, Json]) -> bool:
    """Return whether a message is exactly what the composer would send for some text."""
    return message.keys() == {_ROLE, _CONTENT} and message[_ROLE] == USER and isinstance(message[_CONTENT], str)


def plain_text(message: Mapping[str, Json]) -> str | None:
    """Return the content if it is a string."""
    content = message.get(_CONTENT)
    return content if isinstance(content, str) else None


def with_text(message: Mapping[str, Json], text: str) -> JsonObject:
    """Return the message with another text as its content; all other members are unchanged."""
    return {**message, _CONTENT: text}


def speaker(message: Mapping[str, Json]) -> str:
    """Return the author for the message heading: the role (``you`` for the user), and the name if there is one."""
    role, name = message.get(_ROLE), message.get(_NAME)
    shown = _LABELS.get(role, role) if isinstance(role, str) else "no role"
    return f"{shown} · {name}" if isinstance(name, str) and name else shown


def parts_of(message: Mapping[str, Json]) -> list[Json]:
    """Return the content parts of a message, then the images of a reply, which stand beside its content."""
    return [part for name in (_CONTENT, _IMAGES) if isinstance(found := message.get(name), list) for part in found]


def foreign_part(part: Json) -> Json:
    """Return a part that a service sent without the private members of session files, which name local files."""
    if not isinstance(part, dict) or not any(name.startswith(_PRIVATE) for name in part):
        return part
    return {name: value for name, value in part.items() if not name.startswith(_PRIVATE)}


def with_parts(message: Json, change: Callable[[Json], Json]) -> Json:
    """Return a message with each of its parts, as listed by ``parts_of``, changed; the same object if none differs."""
    if not isinstance(message, dict):
        return message
    lists = {name: found for name in (_CONTENT, _IMAGES) if isinstance(found := message.get(name), list)}
    changed: dict[str, list[Json]] = {name: [change(part) for part in found] for name, found in lists.items()}
    same = all(new is old for name in lists for new, old in zip(changed[name], lists[name], strict=True))
    return message if same else {**message, **changed}


def part_lines(message: Mapping[str, Json]) -> Iterator[str]:
    """Yield one line for each part that is not text: its type and the beginning of its content."""
    for part in parts_of(message):
        if not isinstance(part, dict):
            yield _cut(part if isinstance(part, str) else dump_json(part))
        elif not isinstance(part.get("text"), str):
            yield _part_line(part)


def _part_line(part: JsonObject) -> str:
    from chat_tui.domain.attachments import part_words  # loaded only if a message has such a part

    kind = str(part.get("type") or "part")
    words = part_words(part)
    if words:
        return _cut(f"{kind} ({words})", _LONGEST * 2)
    return _cut(" ".join([kind, *_texts({name: value for name, value in part.items() if name != "type"})]))


def _texts(value: Json) -> Iterator[str]:
    """Yield the strings and numbers in a value; long ones are truncated."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    elif value is not None:
        yield _cut(str(value), _LONGEST // 2)


def _cut(text: str, limit: int = _LONGEST) -> str:
    return shortened(text, limit)

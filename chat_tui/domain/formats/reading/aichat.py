"""Import aichat's session files: YAML with a model, two parameters, and the messages in sequence."""

from __future__ import annotations

import re
from typing import Final

from chat_tui.domain.conversation import Node
from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    list_at,
    object_at,
    objects,
    text_at,
)
from chat_tui.domain.formats.reading.message_tree import Grown, without_prompt
from chat_tui.domain.formats.reading.yaml_text import read_yaml
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.problems import Problem, ProblemError

_MESSAGES: Final = re.compile(r"^(?:compressed_)?messages:", re.MULTILINE)
_FIRST: Final = re.compile(r"(?:---[^\n]*\n|#[^\n]*\n|\s)*model:")
_PARAMETERS: Final = ("temperature", "top_p")
_UNCARRIED: Final = {
    "use_tools": "choices of tools",
    "role_name": "names of roles",
    "agent_variables": "variables of agents",
    "agent_instructions": "instructions of agents",
    "data_urls": "file names of pictures",
}


def recognises_text(text: str) -> bool:
    """Return whether it begins with a model and has messages."""
    return _FIRST.match(text) is not None and _MESSAGES.search(text) is not None


def read_text(text: str, account: Account, title: str) -> tuple[ImportedConversation, ...]:
    """Import the session; messages that aichat compressed become a separate branch.

    Raises:
        ProblemError: The text is not YAML, or not a session.
    """
    value = read_yaml(text)
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list):
        raise ProblemError(Problem(kind="usage", what="The file is not an aichat session", why="it has no messages"))
    before = _line(objects(list_at(value, "compressed_messages")), "c", account)
    now = _line(objects(list_at(value, "messages")), "m", account)
    if before:
        account.say("Messages that aichat had compressed were imported as a separate branch.")
    grown = Grown(now, now[-1].id if now else None)
    system, grown = (None, grown) if before else without_prompt(grown)
    for name, kind in _UNCARRIED.items():
        if value.get(name):
            account.lose(kind)
    provider, _, model = text_at(value, "model").partition(":")
    return (
        ImportedConversation(
            title=title,
            provider=provider if model else "",
            model=model or provider,
            system=system,
            parameters={name: value[name] for name in _PARAMETERS if value.get(name) is not None},
            nodes=(*before, *grown.nodes),
            head=grown.head,
        ),
    )


def _line(messages: list[JsonObject], prefix: str, account: Account) -> tuple[Node, ...]:
    nodes: list[Node] = []
    for message in messages:
        for wire in _wire(message, f"{prefix}{len(nodes) + 1}", account):
            nodes.append(Node(f"{prefix}{len(nodes) + 1}", nodes[-1].id if nodes else None, wire))
    return tuple(nodes)


def _wire(message: JsonObject, name: str, account: Account) -> list[JsonObject]:
    """Convert a message; one with tool results becomes a message with the calls, and an answer to each."""
    role, content = text_at(message, "role") or "user", message.get("content")
    if isinstance(content, dict) and isinstance(content.get("tool_results"), list):
        return _calls(content, name)
    if isinstance(content, (str, list)):
        return [{"role": role, "content": content}]
    if content is not None:
        account.lose("contents of an unknown shape")
    return [{"role": role, "content": "" if content is None else dump_json(content)}]


def _calls(content: JsonObject, name: str) -> list[JsonObject]:
    calls: list[Json] = []
    answers: list[JsonObject] = []
    for number, result in enumerate(objects(list_at(content, "tool_results")), 1):
        call, output = object_at(result, "call"), result.get("output")
        call_id = text_at(call, "id") or f"call_{name}_{number}"
        arguments = call.get("arguments")
        function: JsonObject = {
            "name": text_at(call, "name"),
            "arguments": arguments if isinstance(arguments, str) else dump_json(arguments),
        }
        calls.append({"id": call_id, "type": "function", "function": function})
        answer = output if isinstance(output, str) else dump_json(output)
        answers.append({"role": "tool", "tool_call_id": call_id, "content": answer})
    return [{"role": "assistant", "content": text_at(content, "text") or None, "tool_calls": calls}, *answers]

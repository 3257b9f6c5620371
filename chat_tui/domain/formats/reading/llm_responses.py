"""Import the older tables of ``llm``'s log database: conversations as sequences of prompts and responses."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from chat_tui.domain.conversation import Node
from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    content_of,
    moment_ms,
    text_at,
)
from chat_tui.domain.formats.reading.llm_rows import Tables, attachment_part, by_id, call_of, grouped, parsed
from chat_tui.domain.json_values import JsonObject


class _Beside(Struct):
    """Rows that belong to responses, by response id or own id."""

    attachments: dict[str, JsonObject]
    prompt_attachments: dict[str, list[JsonObject]]
    fragments: dict[str, JsonObject]
    prompt_fragments: dict[str, list[JsonObject]]
    system_fragments: dict[str, list[JsonObject]]
    calls: dict[str, list[JsonObject]]
    results: dict[str, list[JsonObject]]


def conversations_of(tables: Tables, elsewhere: set[str], account: Account) -> list[ImportedConversation]:
    """Return a conversation for each one with responses, and for each response without a conversation.

    Args:
        tables: The rows.
        elsewhere: Ids of conversations and responses that are read from other tables.
        account: Records what could not be imported.
    """
    named = by_id(tables.get("conversations", ()))
    responses: dict[str, list[JsonObject]] = {}
    for row in tables.get("responses", ()):
        conversation = text_at(row, "conversation_id") or text_at(row, "id")
        if conversation not in elsewhere:
            responses.setdefault(conversation, []).append(row)
    beside = _Beside(
        by_id(tables.get("attachments", ())),
        grouped(tables.get("prompt_attachments", ()), "response_id"),
        by_id(tables.get("fragments", ())),
        grouped(tables.get("prompt_fragments", ()), "response_id"),
        grouped(tables.get("system_fragments", ()), "response_id"),
        grouped(tables.get("tool_calls", ()), "response_id"),
        grouped(tables.get("tool_results", ()), "response_id"),
    )
    found = []
    for conversation, rows in responses.items():
        rows.sort(key=lambda row: (text_at(row, "datetime_utc"), text_at(row, "id")))
        found.append(_conversation(text_at(named.get(conversation, {}), "name"), rows, beside, account))
    return found


def _conversation(title: str, rows: Sequence[JsonObject], beside: _Beside, account: Account) -> ImportedConversation:
    growing = _Line()
    for row in rows:
        growing.add(row, beside, account)
    times = [node.at_ms for node in growing.nodes if node.at_ms is not None]
    last = rows[-1]
    options = parsed(last.get("options_json"))
    account.lose("schemas of replies", sum(bool(row.get("schema_id")) for row in rows))
    account.lose("raw answers of services", sum(bool(row.get("response_json")) for row in rows))
    return ImportedConversation(
        title=title,
        created_s=min(times) / 1000 if times else None,
        model=text_at(last, "model"),
        system=growing.system or None,
        parameters=options if isinstance(options, dict) else {},
        nodes=tuple(growing.nodes),
        head=growing.nodes[-1].id if growing.nodes else None,
    )


class _Line:
    """Accumulates the messages of one conversation."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.system = ""
        self._instructions = ""

    def add(self, row: JsonObject, beside: _Beside, account: Account) -> None:
        """Add a prompt with its attachments and fragments, and its response."""
        response, at_ms = text_at(row, "id"), moment_ms(row.get("datetime_utc"))
        system = _with_fragments(text_at(row, "system"), beside.system_fragments.get(response, []), beside)
        if system and system != self._instructions:
            if self.nodes:
                self._put({"role": "system", "content": system}, at_ms)
            else:
                self.system = system
            self._instructions = system
        for result in beside.results.get(response, []):
            answer: JsonObject = {"role": "tool", "tool_call_id": text_at(result, "tool_call_id")}
            self._put(answer | {"content": text_at(result, "output", "exception")}, at_ms)
        prompt = _with_fragments(text_at(row, "prompt"), beside.prompt_fragments.get(response, []), beside)
        attached = [beside.attachments.get(str(each.get("attachment_id")), {}) for each in _ordered(beside, response)]
        parts = [attachment_part(each, account) for each in attached]
        if prompt or parts or not beside.results.get(response):
            self._put({"role": "user", "content": content_of(prompt, parts)}, at_ms)
        self._put(_reply(row, beside.calls.get(response, [])), at_ms, text_at(row, "resolved_model", "model"))

    def _put(self, message: JsonObject, at_ms: int | None, model: str = "") -> None:
        parent = self.nodes[-1].id if self.nodes else None
        self.nodes.append(Node(f"m{len(self.nodes) + 1}", parent, message, model=model, at_ms=at_ms))


def _reply(row: JsonObject, calls: Sequence[JsonObject]) -> JsonObject:
    message: JsonObject = {"role": "assistant", "content": text_at(row, "response")}
    if reasoning := text_at(row, "reasoning"):
        message["reasoning_content"] = reasoning
    if calls:
        message["tool_calls"] = [
            call_of(text_at(call, "tool_call_id") or f"call_{number}", text_at(call, "name"), call.get("arguments"))
            for number, call in enumerate(calls, 1)
        ]
    return message


def _ordered(beside: _Beside, response: str) -> list[JsonObject]:
    return sorted(beside.prompt_attachments.get(response, []), key=_place)


def _with_fragments(text: str, rows: Sequence[JsonObject], beside: _Beside) -> str:
    """Return a text with the fragments that were sent before it."""
    used = (beside.fragments.get(str(row.get("fragment_id")), {}) for row in sorted(rows, key=_place))
    return "\n".join(filter(None, [*(text_at(each, "content") for each in used), text]))


def _place(row: JsonObject) -> int:
    order = row.get("order")
    return order if isinstance(order, int) else 0

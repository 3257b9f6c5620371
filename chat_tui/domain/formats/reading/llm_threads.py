"""Import the newer tables of ``llm``'s log database: a tree of messages that threads and turns refer to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from chat_tui.domain.formats.reading.conversation import (
    Account,
    ImportedConversation,
    content_of,
    list_at,
    moment_ms,
    object_at,
    objects,
    text_at,
)
from chat_tui.domain.formats.reading.llm_rows import Tables, attachment_part, by_id, call_of, grouped, parsed
from chat_tui.domain.formats.reading.message_tree import Entry, grow, without_prompt
from chat_tui.domain.json_values import Json, JsonObject


class _Store(Struct):
    messages: dict[str, JsonObject]
    parts: dict[str, list[JsonObject]]
    fragments: dict[str, JsonObject]
    attachments: dict[str, JsonObject]


def threads_of(tables: Tables, account: Account) -> list[ImportedConversation]:
    """Return a conversation for each thread; threads forked from one another become branches of one."""
    threads = by_id(tables.get("threads", ()))
    turns = grouped(tables.get("turns", ()), "thread_id")
    store = _Store(
        by_id(tables.get("messages", ()), "hash"),
        grouped(tables.get("parts", ()), "message_hash"),
        by_id(tables.get("fragments", ())),
        by_id(tables.get("attachments", ())),
    )
    families: dict[str, list[str]] = {}
    for thread in threads:
        families.setdefault(_origin(thread, threads), []).append(thread)
    found = []
    for members in families.values():
        rows = [turn for member in members for turn in turns.get(member, [])]
        rows.sort(key=lambda turn: (text_at(turn, "datetime_utc"), text_at(turn, "id")))
        made = _conversation([threads[member] for member in members], rows, store, account)
        if made.nodes or made.system:
            found.append(made)
    return found


def _origin(thread: str, threads: dict[str, JsonObject]) -> str:
    """Return the root of the chain of threads that this one was forked from."""
    seen = {thread}
    while (before := text_at(threads[thread], "forked_from")) in threads and before not in seen:
        thread = before
        seen.add(thread)
    return thread


def _conversation(
    threads: Sequence[JsonObject], turns: Sequence[JsonObject], store: _Store, account: Account
) -> ImportedConversation:
    tips = [text_at(row, "tip_message_hash") for row in (*turns, *threads)]
    wrote = _writers(turns, store)
    hashes: dict[str, None] = {}
    for tip in tips:
        hashes.update(dict.fromkeys(reversed([*_upwards(tip, store)])))
    entries: list[Entry] = []
    last_of: dict[str, str] = {}
    for each in hashes:
        parent = text_at(store.messages[each], "parent_hash")
        made = _entries(each, last_of.get(parent, parent) or None, wrote.get(each, {}), store, account)
        entries.extend(made)
        last_of[each] = made[-1].id
    head = next((tip for tip in reversed(tips[: len(turns)]) if tip in hashes), None) or next(
        (tip for tip in tips if tip in hashes), None
    )
    grown = grow(entries, last_of.get(head) if head else None, account)
    system, grown = without_prompt(grown)
    last = turns[-1] if turns else {}
    options = parsed(last.get("options_json"))
    account.lose("schemas of replies", sum(bool(turn.get("schema_id")) for turn in turns))
    account.lose("raw answers of services", sum(bool(turn.get("response_json")) for turn in turns))
    began = moment_ms(threads[0].get("datetime_utc")) or moment_ms((turns[0] if turns else {}).get("datetime_utc"))
    return ImportedConversation(
        title=next((name for thread in threads if (name := text_at(thread, "name"))), ""),
        created_s=began / 1000 if began is not None else None,
        model=text_at(last, "model"),
        system=system,
        parameters=options if isinstance(options, dict) else {},
        nodes=grown.nodes,
        head=grown.head,
    )


def _upwards(tip: str, store: _Store) -> Iterator[str]:
    """Yield the messages from one up to the root."""
    seen: set[str] = set()
    while tip in store.messages and tip not in seen:
        seen.add(tip)
        yield tip
        tip = text_at(store.messages[tip], "parent_hash")


def _writers(turns: Sequence[JsonObject], store: _Store) -> dict[str, JsonObject]:
    """Map each message to the turn that added it."""
    wrote: dict[str, JsonObject] = {}
    for turn in turns:
        for each in _upwards(text_at(turn, "tip_message_hash"), store):
            if each == text_at(turn, "parent_message_hash") or each in wrote:
                break
            wrote[each] = turn
    return wrote


def _entries(message: str, parent: str | None, turn: JsonObject, store: _Store, account: Account) -> list[Entry]:
    """Convert a message; one with several tool results becomes one message for each."""
    role = text_at(store.messages[message], "role") or "user"
    wires = _wires(role, [_part(row, store) for row in store.parts.get(message, [])], store, account)
    model = text_at(turn, "resolved_model", "model") if role == "assistant" else ""
    at_ms, made = moment_ms(turn.get("datetime_utc")), []
    for number, wire in enumerate(wires):
        name = message if not number else f"{message}.{number}"
        made.append(Entry(id=name, parent=parent, message=wire, model=model, at_ms=at_ms))
        parent = name
    return made


def _part(row: JsonObject, store: _Store) -> JsonObject:
    """Return a part with its text assembled from fragments, if it refers to them."""
    payload = parsed(row.get("payload"))
    part: JsonObject = {**(payload if isinstance(payload, dict) else {}), "type": row.get("type")}
    if isinstance(row.get("text"), str):
        part["text"] = row["text"]
    pieces = objects(list_at(part, "text_ref"))
    if pieces:
        part["text"] = "".join(
            text_at(piece, "literal") or text_at(store.fragments.get(str(piece.get("fragment")), {}), "content")
            for piece in pieces
        )
    return part


def _wires(role: str, parts: Sequence[JsonObject], store: _Store, account: Account) -> list[JsonObject]:
    results = [part for part in parts if part.get("type") == "tool_result"]
    texts = "".join(text_at(part, "text") for part in parts if part.get("type") == "text")
    reasoning = "".join(text_at(part, "text") for part in parts if part.get("type") == "reasoning")
    calls = [part for part in parts if part.get("type") == "tool_call"]
    attached = [
        attachment_part(store.attachments.get(text_at(object_at(part, "attachment"), "id"), {}), account)
        for part in parts
        if part.get("type") == "attachment"
    ]
    account.lose("attachments of tools' results", sum(len(list_at(part, "attachments")) for part in results))
    made: list[JsonObject] = [
        {
            "role": "tool",
            "tool_call_id": text_at(part, "tool_call_id"),
            "content": text_at(part, "output", "exception"),
        }
        for part in results
    ]
    if texts or attached or calls or not made:
        wire: JsonObject = {"role": role, "content": content_of(texts, attached)}
        if reasoning:
            wire["reasoning_content"] = reasoning
        if calls:
            wire["tool_calls"] = _calls(calls)
        made.append(wire)
    return made


def _calls(parts: Sequence[JsonObject]) -> list[Json]:
    return [
        call_of(text_at(part, "tool_call_id") or f"call_{number}", text_at(part, "name"), part.get("arguments"))
        for number, part in enumerate(parts, 1)
    ]

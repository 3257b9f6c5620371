"""Import messages as JSON: a list of messages, or many requests (batches, fine-tuning files, plain lists)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.conversation import Node
from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation, object_at, text_at
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.request_import import import_text


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first value is a message, a list of messages, or contains such a list."""
    first = values[0] if values else None
    return _is_message(first) or _listed(first) is not None


def read(
    values: Sequence[Json], account: Account, *, providers: Mapping[str, Provider], prefer: str
) -> tuple[ImportedConversation, ...]:
    """Import one conversation from all standalone messages, and one from each value with a list of messages."""
    found: list[ImportedConversation] = []
    alone: list[JsonObject] = []
    for value in values:
        if isinstance(value, dict) and _is_message(value):
            alone.append(value)
        elif (body := _listed(value)) is not None:
            found.append(
                _conversation(
                    body, text_at(value, "url") if isinstance(value, dict) else "", account, providers, prefer
                )
            )
        else:
            account.lose("values that are no message")
    if alone:
        found.insert(0, _conversation({"messages": [*alone]}, "", account, providers, prefer))
    return tuple(found)


def _conversation(
    body: JsonObject, url: str, account: Account, providers: Mapping[str, Provider], prefer: str
) -> ImportedConversation:
    whole = _only_messages(body, account)
    try:
        imported = import_text(dump_json({"request": whole, "url": url}), providers, prefer)
    except ProblemError as error:
        account.say(error.problem.sentence())
        return ImportedConversation()
    nodes = tuple(
        Node(f"m{number}", f"m{number - 1}" if number > 1 else None, message)
        for number, message in enumerate(imported.messages, 1)
    )
    return ImportedConversation(
        url=imported.url,
        model=imported.settings.model,
        system=imported.settings.system,
        parameters=imported.settings.parameters,
        nodes=nodes,
        head=nodes[-1].id if nodes else None,
    )


def _only_messages(body: JsonObject, account: Account) -> JsonObject:
    listed = body.get("messages")
    messages = listed if isinstance(listed, list) else []
    kept = [message for message in messages if _is_message(message)]
    account.lose("values that are no message", len(messages) - len(kept))
    return {**body, "messages": [*kept]}


def _listed(value: Json) -> JsonObject | None:
    """Return the body that contains a list of messages."""
    if isinstance(value, list):
        return {"messages": value} if any(_is_message(each) for each in value) else None
    if not isinstance(value, dict):
        return None
    for body in (value, object_at(value, "body"), object_at(value, "request")):
        if isinstance(body.get("messages"), list):
            return body
    return None


def _is_message(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and "messages" not in value

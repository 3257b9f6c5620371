"""Exporting to another format and importing again preserves tree, order, texts and models."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.formats.facts import model_of
from chat_tui.domain.formats.reading import llamacpp, openwebui
from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation
from chat_tui.domain.formats.table import FORMATS, Material, written
from chat_tui.domain.json_values import Json
from chat_tui.domain.session import Session
from tests.support.session_trees import Teller, forty_turns, sessions

FORMS = ["llamacpp", "openwebui"]
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def again(session: Session, form: str) -> ImportedConversation:
    text = written(FORMATS[form], Material(session=session)).text
    values: list[Json] = [json.loads(line) for line in text.splitlines()] if form == "llamacpp" else json.loads(text)
    account = Account()
    found = llamacpp.read(values, account) if form == "llamacpp" else openwebui.read(values, account)
    assert len(found) == 1
    assert not account.notes
    return found[0]


def without_halves(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shape(nodes: dict[str, Node]) -> list[tuple[str, str | None, object, str]]:
    return [(node.id, node.parent, node.message.get("role"), text_of(node.message)) for node in nodes.values()]


@pytest.mark.parametrize("form", FORMS)
def test_forty_turns_with_edits_further_replies_and_choices(form: str) -> None:
    session = forty_turns()
    found = again(session, form)
    nodes = {node.id: node for node in found.nodes}
    assert shape(nodes) == shape({**session.conversation.nodes})
    assert found.head == session.conversation.head
    models = {node.id: model_of(session, node) for node in session.conversation.nodes.values()}
    assert len(set(models.values())) == 5
    assert {node.id: node.model for node in found.nodes} == models
    assert (found.title, found.system) == ("Forty turns", "Be brief.")
    times = [node.at_ms for node in found.nodes if node.at_ms is not None]
    assert len(times) == len(nodes)
    assert times == sorted(times)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=100, deadline=None)
@given(session=sessions())
def test_hostile_texts(form: str, session: Session) -> None:
    found = again(session, form)
    nodes = {node.id: node for node in found.nodes}
    there = shape({**session.conversation.nodes})
    whole = [(*start, without_halves(text)) for *start, text in there]
    assert whole == shape(nodes)
    assert found.head == session.conversation.head


@pytest.mark.parametrize("form", FORMS)
def test_pictures_calls_and_reasoning(form: str) -> None:
    told = Teller()
    content: list[Json] = [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": PIXEL}}]
    calls: list[Json] = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    asked = told.asks("", None, content=content)
    reply = told.says({"role": "assistant", "content": "", "reasoning_content": "hm", "tool_calls": calls}, asked)
    answered = told.says({"role": "tool", "tool_call_id": "c", "content": "42"}, reply)
    told.says({"role": "assistant", "content": "seen", "images": [content[1]]}, answered)
    session = told.session()
    assert [node.message for node in again(session, form).nodes] == [
        node.message for node in session.conversation.nodes.values()
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_second_trip_changes_nothing(form: str) -> None:
    session = forty_turns()
    first = again(session, form)
    from msgspec.structs import replace

    from chat_tui.domain.conversation import Conversation

    imported = replace(session, conversation=Conversation.of(first.nodes, first.head), exchanges={})
    second = again(imported, form)
    assert second.nodes == first.nodes
    assert (second.head, second.title, second.system) == (first.head, first.title, first.system)

"""An imported request is a new session: on disk, with its head on the last message and its provider known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.importing import import_file, import_request
from chat_tui.storage.store import FileSessionStore
from tests.support.fakes import MemoryStore, services

CURRENT = SessionSettings(provider="groq", model="was-here", parameters={"seed": 1}, system="was here")
MESSAGES: list[JsonObject] = [
    {"role": "user", "content": "one"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]},
    {"role": "tool", "tool_call_id": "1", "content": "two"},
    {"role": "user", "content": [{"type": "text", "text": "three"}]},
]
BODY: JsonObject = {"model": "m", "messages": [{"role": "system", "content": "s"}, *MESSAGES], "seed": 2**70}


def test_the_messages_are_written_as_one_path_that_ends_with_the_last() -> None:
    store = MemoryStore()
    bench, notes = import_request(services(store=store), json.dumps(BODY), current=CURRENT)
    assert [node.message for node in bench.conversation.path()] == MESSAGES
    assert bench.body() == BODY
    assert (bench.settings.provider, bench.settings.system, notes) == ("groq", "s", ())
    assert bench.path is not None
    assert store.journals[bench.path].types() == ["settings", *["message"] * 4]


def test_the_session_on_disk_makes_the_same_request(tmp_path: Path) -> None:
    store = FileSessionStore(tmp_path)
    bench, _ = import_request(replace(services(), store=store), json.dumps(BODY), current=CURRENT)
    assert bench.path is not None
    session = store.load(bench.path)
    assert session.settings == bench.settings
    assert [node.message for node in session.conversation.path()] == MESSAGES


def test_a_request_without_messages_is_kept_too(tmp_path: Path) -> None:
    store = FileSessionStore(tmp_path)
    bench, _ = import_request(replace(services(), store=store), '{"model":"m","messages":[]}', current=CURRENT)
    assert bench.path is not None
    assert store.load(bench.path).settings == bench.settings


def test_an_unkept_session_writes_nothing() -> None:
    store = MemoryStore()
    bench, _ = import_request(services(store=store), json.dumps(BODY), current=CURRENT, keep=False)
    assert (bench.path, store.journals) == (None, {})
    assert bench.body() == BODY


def test_an_unknown_address_becomes_a_provider_of_this_run_without_a_key() -> None:
    given = services()
    command = "curl https://host.example/v1/chat/completions -H 'Authorization: Bearer canary' -d '{\"messages\":[]}'"
    bench, notes = import_request(given, command, current=CURRENT)
    added = given.providers[bench.settings.provider]
    assert (added.base_url, added.key_env) == ("https://host.example/v1", "")
    assert "host.example was added for this run, without an API key" in notes[0]
    assert "canary" not in " ".join(notes)
    again, _ = import_request(given, command, current=CURRENT)
    assert again.settings.provider == bench.settings.provider
    other, _ = import_request(given, command.replace("/v1/", "/v2/"), current=CURRENT)
    assert given.providers[other.settings.provider].base_url == "https://host.example/v2"
    assert given.providers[bench.settings.provider].base_url == "https://host.example/v1"


def test_an_address_nobody_can_be_made_for_leaves_the_provider() -> None:
    bench, notes = import_request(services(), "curl $URL -d '{\"messages\":[]}'", current=CURRENT)
    assert bench.settings.provider == "groq"
    assert "the provider is unchanged" in notes[0]


def test_a_file_is_read_and_a_missing_one_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(BODY), "utf-8")
    bench, _ = import_file(services(), str(file), current=CURRENT)
    assert bench.body() == BODY
    with pytest.raises(ProblemError, match="missing"):
        import_file(services(), str(tmp_path / "missing"), current=CURRENT)


def test_a_bad_text_makes_no_session() -> None:
    store = MemoryStore()
    with pytest.raises(ProblemError):
        import_request(services(store=store), '{"messages": 3}', current=CURRENT)
    assert not store.journals

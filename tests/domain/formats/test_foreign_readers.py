"""Exports are read by their target programs or types: openai, jq, a HAR reader."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from haralyzer import HarParser
from hypothesis import given, settings
from msgspec.structs import replace
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import TypeAdapter

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.event_files import stream_text
from chat_tui.domain.formats.table import FORMATS, Material, Weights, Written, format_named, written
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.literal import UNSAFE
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from tests.support.session_trees import Teller, forty_turns, handwritten, sessions

MESSAGE: TypeAdapter[Any] = TypeAdapter(ChatCompletionMessageParam)
BODY: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsNonStreaming)
TOOLS: Any = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]


def made(session: Session, form: str, *, weights: Weights = "all") -> Written:
    exchanges = [*session.exchanges.values()]
    return written(
        FORMATS[form], Material(session=session, exchange=exchanges[-1] if exchanges else None, weights=weights)
    )


def lines(text: str) -> list[Any]:
    assert text.endswith("\n")
    return [json.loads(line) for line in text[:-1].split("\n")]


@settings(max_examples=100, deadline=None)
@given(sessions())
def test_messages_are_what_openai_takes_and_what_was_said(session: Session) -> None:
    found = json.loads(made(session, "messages").text)
    for message in found:
        MESSAGE.validate_python(message)
    said: list[JsonObject] = [node.message for node in session.conversation.path()]
    system = session.settings.system if session.settings is not None else None
    if system:
        said.insert(0, {"role": "system", "content": system})
    assert found == json.loads(dump_json([*said]))


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
@pytest.mark.parametrize(
    "form", [each for each in FORMATS.values() if each.suffix in (".json", ".jsonl", ".har") and each.place]
)
def test_jq_reads_every_json_format(form: Any) -> None:
    session = forty_turns()
    text = made(session, form.id).text
    done = subprocess.run(["jq", "-c", "."], input=text, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == (text.count("\n") if form.suffix == ".jsonl" else 1)


def test_a_batch_holds_every_request_without_its_stream() -> None:
    told = Teller(system="Be brief.")
    asked = told.asks("go")
    told.answers(
        asked, "one", history=[{"role": "user", "content": "go"}], stream_options={"include_usage": True}, seed=7
    )
    told.answers(asked, "two", history=[{"role": "user", "content": "go"}], model="m-2")
    out = made(told.session(), "batch")
    found = lines(out.text)
    assert [line["custom_id"] for line in found] == ["x2", "x3"]
    for line in found:
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        BODY.validate_python(line["body"])
        assert not {"stream", "stream_options"} & line["body"].keys()
    assert found[0]["body"]["seed"] == 7
    assert found[0]["body"]["messages"][0] == {"role": "system", "content": "Be brief."}
    assert out.notes == ("The file has 2 models; OpenAI allows only one model per batch.",)


def test_an_example_for_each_branch_with_its_tools_and_weights() -> None:
    told = Teller(system="Be brief.")
    first = told.asks("go")
    turn: Any = [{"role": "user", "content": "go"}]
    one = told.answers(first, "one", history=[*turn], tools=TOOLS, parallel_tool_calls=False)[0]
    second = told.asks("on", one)
    history: Any = [*turn, {"role": "assistant", "content": "one"}, {"role": "user", "content": "on"}]
    told.answers(second, "two", history=history)
    told.answers(second, "cut", history=history, outcome="stopped")
    told.answers(first, "other", history=[*turn])
    out = made(told.session(), "finetune", weights="last")
    found = lines(out.text)
    assert [[message["content"] for message in line["messages"]] for line in found] == [
        ["Be brief.", "go", "one", "on", "two"],
        ["Be brief.", "go", "other"],
    ]
    assert [message.get("weight") for message in found[0]["messages"]] == [None, None, 0, None, 1]
    for line in found:
        assert line["messages"][-1]["role"] == "assistant"
        for message in line["messages"]:
            MESSAGE.validate_python(message)
    assert "1 example" in out.notes[0]
    whole = lines(made(told.session(), "finetune").text)
    assert not [message for line in whole for message in line["messages"] if "weight" in message]


def test_tools_go_along_and_what_training_does_not_know_is_told() -> None:
    told = Teller()
    asked = told.asks("go")
    told.answers(
        asked, "one", history=[{"role": "user", "content": "go", "x_id": 4}], tools=TOOLS, parallel_tool_calls=False
    )
    out = made(told.session(), "finetune")
    line = lines(out.text)[0]
    assert line["tools"] == TOOLS
    assert line["parallel_tool_calls"] is False
    assert line["messages"][0] == {"role": "user", "content": "go"}
    assert out.notes == ("Left out: x_id (1 message).",)


def test_a_message_of_several_examples_loses_something_once() -> None:
    told = Teller()
    asked = told.says({"role": "user", "content": "Hi", "x_id": "u-1"})
    for words in ("One", "Two", "Three"):
        told.says({"role": "assistant", "content": words}, asked)
    out = made(told.session(), "finetune")
    assert len(lines(out.text)) == 3
    assert out.notes == ("Left out: x_id (1 message).",)


def test_siblings_are_pairs_and_the_selected_one_is_preferred() -> None:
    told = Teller()
    asked = told.asks("go")
    names = told.answers(asked, "one", "two", "three", history=[{"role": "user", "content": "go"}])
    told.selects(names[1])
    found = lines(made(told.session(), "preferences").text)
    assert [(line["preferred_output"], line["non_preferred_output"]) for line in found] == [
        ([{"role": "assistant", "content": "two"}], [{"role": "assistant", "content": other}])
        for other in ("one", "three")
    ]
    assert found[0]["input"]["messages"] == [{"role": "user", "content": "go"}]
    told.selects(asked)
    with pytest.raises(ProblemError, match="has an alternative"):
        made(told.session(), "preferences")


def test_a_har_reader_finds_every_exchange() -> None:
    session = forty_turns()
    har = json.loads(made(session, "har").text)
    parser = HarParser(har)
    entries = [entry for page in parser.pages for entry in page.entries]
    assert [entry.response.text for entry in entries] == [
        stream_text(each.events) for each in session.exchanges.values()
    ]
    assert {entry.status for entry in entries} == {200}
    for entry, exchange in zip(har["log"]["entries"], session.exchanges.values(), strict=True):
        assert entry["response"]["content"]["text"] == stream_text(exchange.events)
        assert json.loads(entry["request"]["postData"]["text"]) == exchange.request["body"]
        assert {"name": "Authorization", "value": "***"} in entry["request"]["headers"]
        assert [event["at_s"] for event in entry["_events"]] == [round(event.at_s, 6) for event in exchange.events]
        timings = entry["timings"]
        assert timings["wait"] == 250
        assert timings["wait"] + timings["receive"] == entry["time"] == 1000
        assert entry["startedDateTime"].startswith("2026-09-21T14:")


def test_a_har_holds_no_secret_that_somebody_wrote_into_the_file() -> None:
    told = Teller()
    told.answers(told.asks("go"), "one")
    request = next(record for record in told.records if record["type"] == "request")
    request["headers"] = {"X-Api-Key": "sk-canary"}
    request["url"] = "http://h.example/v1/chat/completions?api_key=canary&v=1"
    response = next(record for record in told.records if record["type"] == "response")
    response["headers"] = {"set-cookie": "canary", "x-ratelimit-remaining-tokens": "12"}
    text = made(told.session(), "har").text
    assert "canary" not in text
    assert '"12"' in text
    assert "v=1" in text


def test_what_a_session_cannot_give_is_said() -> None:
    by_hand = handwritten(["a", "b"], [-1, 0], "t", None)
    for form in ("request", "curl", "python", "httpx", "batch", "har"):
        with pytest.raises(ProblemError, match=r"This session has no (recorded requests|exchanges)"):
            made(by_hand, form)
    with pytest.raises(ProblemError, match=r"Unknown export format 'pdf'.*Formats: session, messages"):
        format_named("pdf")


@settings(max_examples=100, deadline=None)
@given(sessions())
def test_every_format_can_be_written_to_a_file_whatever_was_said(session: Session) -> None:
    for form in ("messages", "markdown", "html", "finetune", "llamacpp", "openwebui"):
        try:
            text = made(session, form).text
        except ProblemError as error:
            assert form == "finetune", error  # noqa: PT017 - any other format can hold any session
            continue
        assert text.encode().decode() == text
        assert not UNSAFE.search(text)


def test_programs_go_to_the_recorded_address_and_name_no_foreign_key() -> None:
    told = Teller()
    told.answers(told.asks("it's $HOME"), "one", history=[{"role": "user", "content": "it's $HOME"}])
    openai = load_catalogue().providers["openai"]
    session = told.session()
    for form in ("curl", "python", "httpx"):
        material = Material(
            session=session, exchange=session.exchanges["x2"], providers={"custom": replace(openai, id="custom")}
        )
        text = written(FORMATS[form], material).text
        assert "http://127.0.0.1:9/v1" in text
        assert "OPENAI_API_KEY" not in text
        assert "API_KEY" in text


def test_a_har_tells_of_refusals_failed_tries_and_comments() -> None:
    told = Teller()
    told.answers(told.asks("go"), "one")
    told.answers(told.asks("again"), "two")
    refused, answered = (record["exchange"] for record in told.records if record["type"] == "request")
    kept = [record for record in told.records if record.get("exchange") != refused or record["type"] == "request"]
    problem: JsonObject = {"kind": "http", "message": "no", "body": '{"error": "slow down"}'}
    more: list[JsonObject] = [
        {"type": "response", "exchange": refused, "status": 429, "headers": {}, "at_s": 0.1},
        {"type": "end", "exchange": refused, "outcome": "error", "error": problem, "timing": {}, "warnings": []},
        {"type": "attempt", "exchange": answered, "number": 1, "status": 503, "problem": {}, "wait_s": 1},
        {"type": "events", "exchange": answered, "t": 1, "events": [], "comments": [[0.3, "working"]]},
    ]
    first, second = json.loads(made(fold_session([*kept, *more]), "har").text)["log"]["entries"]
    assert (first["response"]["status"], first["response"]["statusText"]) == (429, "Too Many Requests")
    assert first["response"]["content"]["text"] == '{"error": "slow down"}'
    assert second["_attempts"][0]["status"] == 503
    assert second["_comments"] == [{"at_s": 0.3, "text": "working"}]
    assert second["response"]["content"]["text"].startswith(": working\ndata: {")


def test_masked_headers_become_variables() -> None:
    told = Teller()
    told.answers(told.asks("go"), "one")
    request = next(record for record in told.records if record["type"] == "request")
    request["headers"] = {"Authorization": "***", "X-Tenant": "***", "X-Title": "mine", "User-Agent": "u"}
    text = made(told.session(), "curl").text
    assert "***" not in text
    assert "$X_TENANT" in text
    assert "X-Title: mine" in text
    assert "$API_KEY" in text
    assert "User-Agent" not in text

"""A pasted request becomes settings and messages that produce the same request again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.request_import import Imported, import_text
from chat_tui.domain.settings import request_body
from chat_tui.domain.snippets import curl

PROVIDERS = load_catalogue().providers
USER: JsonObject = {"role": "user", "content": "hi"}


def imported(value: object, prefer: str = "") -> Imported:
    return import_text(value if isinstance(value, str) else json.dumps(value), PROVIDERS, prefer)


def again(request: Imported) -> JsonObject:
    return request_body(request.settings, request.messages)


def exact(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


texts = st.text(max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
roles = st.sampled_from(["system", "developer", "user", "assistant", "tool", "x"])
messages = st.dictionaries(st.sampled_from(["content", "name", "tool_calls", "x"]) | texts, values | texts, max_size=3)
requests: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda rest, own, listed: {
        **rest,
        **own,
        "messages": [{**message, "role": role} for role, message in listed],
    },
    st.dictionaries(texts, values, max_size=3),
    st.dictionaries(st.sampled_from(["model", "stream", "stream_options", "seed", "own", "system"]), values | texts),
    st.lists(st.tuples(roles, messages), max_size=4),
)


@given(requests)
def test_every_json_body_comes_out_as_it_went_in(body: dict[str, Any]) -> None:
    request = imported(body)
    assert exact(again(request)) == exact(body)
    assert exact(request.body) == exact(body)
    assert not request.settings.own


@given(requests, st.sampled_from(sorted(PROVIDERS)))
def test_every_exported_curl_command_comes_back_as_it_went_out(body: dict[str, Any], name: str) -> None:
    request = imported(curl(PROVIDERS[name], body))
    assert exact(again(request)) == exact(json.loads(dump_json(body)))
    assert request.settings.provider == name


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for pasted in (text, "{" + text, f"curl x -d '{text}'"):
        try:
            request = import_text(pasted, PROVIDERS)
        except ProblemError:
            continue
        assert isinstance(request.body, dict)


@pytest.mark.parametrize(
    "number", ["1", "1.0", "-0.0", "1e22", "18446744073709551617", "-9" * 1 + "0" * 400, "0.1", "5e-324", "1E5"]
)
def test_numbers_stay_what_they_are(number: str) -> None:
    request = imported(f'{{"messages":[],"seed":{number}}}')
    value = json.loads(number)
    assert repr(request.settings.parameters["seed"]) == repr(value)
    assert not [note for note in request.notes if "double" in note]


@pytest.mark.parametrize(
    ("messages", "system", "left"),
    [
        ([{"role": "system", "content": "s"}, USER], "s", [USER]),
        ([{"role": "system", "content": "s"}], "s", []),
        ([USER, {"role": "system", "content": "s"}], None, None),
        ([{"role": "system", "content": ""}, USER], None, None),
        ([{"role": "system", "content": None}, USER], None, None),
        ([{"role": "system", "content": [{"type": "text", "text": "s"}]}, USER], None, None),
        ([{"role": "system", "content": "s", "name": "n"}, USER], None, None),
        ([{"role": "system", "content": "s"}, {"role": "system", "content": "t"}], None, None),
        ([{"role": "system", "content": "s"}, {"role": "developer", "content": "t"}], None, None),
        ([{"role": "developer", "content": "s"}, USER], None, None),
        ([], None, []),
    ],
)
def test_only_a_plain_single_system_message_becomes_the_system_prompt(
    messages: list[JsonObject], system: str | None, left: list[JsonObject] | None
) -> None:
    body = {"model": "m", "messages": messages}
    request = imported(body)
    assert request.settings.system == system
    assert list(request.messages) == (messages if left is None else left)
    assert again(request) == body


def test_nothing_is_added_and_nothing_is_our_own() -> None:
    request = imported({"model": "m", "messages": [USER]})
    assert (request.settings.parameters, request.settings.own) == ({}, frozenset())
    streamed: JsonObject = {"stream": True, "stream_options": {"include_usage": True}}
    kept = imported({"model": "m", "messages": [USER], **streamed}).settings
    assert (kept.parameters, kept.own) == (streamed, frozenset())


@pytest.mark.parametrize("model", [None, "", 3, ["m"]])
def test_a_model_that_is_no_name_is_kept_and_told(model: Json) -> None:
    request = imported({"model": model, "messages": []})
    assert again(request) == {"model": model, "messages": []}
    assert any('"model" is not a model name' in note for note in request.notes)


def test_missing_model_and_messages_are_told() -> None:
    request = imported({"seed": 1})
    assert again(request) == {"messages": [], "seed": 1}
    told = " ".join(request.notes)
    assert "no model" in told
    assert 'no "messages"' in told


@pytest.mark.parametrize(
    "outer",
    [
        {"request": {"model": "m", "messages": [USER]}, "url": "https://api.groq.com/openai/v1/chat/completions"},
        {
            "type": "request",
            "exchange": "x",
            "provider": "groq",
            "url": "https://api.groq.com/openai/v1/chat/completions",
            "headers": {"Authorization": "***"},
            "body": {"model": "m", "messages": [USER]},
        },
    ],
    ids=["what send --json prints", "a session's record"],
)
def test_a_request_within_an_object_is_found_with_its_address(outer: JsonObject) -> None:
    request = imported(outer)
    assert again(request) == {"model": "m", "messages": [USER]}
    assert request.settings.provider == "groq"
    assert not request.notes


def test_a_batch_line_has_a_path_only_and_the_provider_stays() -> None:
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": []}}
    request = imported(line)
    assert (request.settings.provider, request.url, request.notes) == ("", "", ())


def test_members_named_request_and_body_belong_to_a_request_that_has_messages() -> None:
    body: JsonObject = {"model": "m", "messages": [], "request": {"a": 1}, "body": {}}
    assert again(imported(body)) == body


def test_a_dictionary_written_in_python_is_read() -> None:
    request = imported(
        "{'model': 'm', 'messages': [{'role': 'user', 'content': 'it\\'s'},], 'stream': True, 'n': None}"
    )
    assert again(request) == {
        "model": "m",
        "messages": [{"role": "user", "content": "it's"}],
        "stream": True,
        "n": None,
    }
    assert "Python" in request.notes[0]


@pytest.mark.parametrize(
    ("url", "provider", "base_url", "told"),
    [
        ("https://api.openai.com/v1/chat/completions", "openai", "", ""),
        ("https://API.openai.com:443/v1/chat/completions/", "openai", "", ""),
        ("https://api.egp.scale.com/v4/beta/chat/completions", "sgp", "", ""),
        ("https://api.egp.scale.com/v5/chat/completions", "sgp", "", "/v5/chat/completions is not that of sgp"),
        ("https://api.openai.com/v1/responses", "openai", "", "/v1/responses is not that of openai"),
        ("http://127.0.0.1:11434/v1/chat/completions", "ollama", "", ""),
        ("localhost:11434/v1/chat/completions", "ollama", "", ""),
        ("http://localhost:9999/v1/chat/completions", "", "http://localhost:9999/v1", ""),
        ("https://host.example/x/chat/completions", "", "https://host.example/x", ""),
        ("https://host.example/generate", "", "", "does not end with /chat/completions"),
        ("https://host.example/chat/completions?api-version=1", "", "", "does not end with"),
        ("$BASE/chat/completions", "", "", "$BASE/chat/completions contains a variable"),
        ("http://[", "", "", "not an http URL"),
        ("ftp://host/x", "", "", "not an http URL"),
    ],
)
def test_the_address_chooses_the_provider(url: str, provider: str, base_url: str, told: str) -> None:
    request = imported({"url": url, "body": {"model": "m", "messages": []}})
    assert (request.settings.provider, request.base_url) == (provider, base_url)
    assert told in " ".join(request.notes)
    assert bool(request.notes) == bool(told)


def test_of_two_providers_at_one_address_the_current_one_stays() -> None:
    known = {**PROVIDERS, "work": replace(PROVIDERS["openai"], id="work")}
    text = json.dumps({"url": "https://api.openai.com/v1/chat/completions", "body": {"model": "m", "messages": []}})
    assert import_text(text, known).settings.provider == "openai"
    assert import_text(text, known, "work").settings.provider == "work"
    assert import_text(text, known, "groq").settings.provider == "openai"


@pytest.mark.parametrize(
    "url",
    [
        "https://me:canary@host.example/v1/chat/completions",
        "https://host.example/v1/chat/completions?api_key=canary&a=b",
        "https://host.example/v1/chat/completions?key=canary",
        "https://host.example/v1/chat/completions#canary",
        "https://me:canary@[",
        "$X/chat?key=canary",
        "me:canary@$HOST/chat",
    ],
)
def test_no_key_of_an_address_is_kept_or_told(url: str) -> None:
    request = imported({"url": url, "body": {"model": "m", "messages": []}})
    assert "canary" not in repr(request)


def test_headers_of_the_provider_s_own_are_not_told_and_others_are() -> None:
    command = (
        "curl https://openrouter.ai/api/v1/chat/completions -H 'X-OpenRouter-Title: chat-tui' -H 'HTTP-Referer: me' "
        '-H \'Authorization: Bearer canary\' -d \'{"model":"m","messages":[]}\''
    )
    request = imported(command)
    assert request.notes == (
        "The header Authorization was ignored: the API key comes from the provider's configuration.",
        "The header HTTP-Referer was ignored: headers are set in the provider's configuration.",
    )
    assert "canary" not in repr(request)


def test_a_variable_in_the_body_is_told_and_stays() -> None:
    request = imported('curl x/chat/completions -d "{\\"model\\":\\"$MODEL\\",\\"messages\\":[]}"')
    assert request.settings.model == "$MODEL"
    assert "$MODEL in the body is not expanded; it is kept as written." in request.notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["Nothing to import"]),
        (" \n", ["Nothing to import"]),
        ("hello", ["neither a curl command nor a JSON object"]),
        ("[1]", ["a list, not an object"]),
        ('{"messages": {}}', ['"messages" is not a list']),
        ('{"messages": null}', ['"messages" is not a list']),
        ('{"messages": ["hi"]}', ["messages[0] is not an object"]),
        ('{"messages": [{"role": "user"}, {"content": "x"}]}', ["messages[1]", '"role"']),
        ('{\n  "model": "m",\n}', ["line 3, column 1", "comma"]),
        ("{\"a\": 'b'", ["line 1, column 7", "double quotes"]),
        ('{"a": “b”}', ["line 1, column 7", "straight quotes"]),
        ('{"a": "b\nc"}', ["line 1, column 9", "\\n"]),
        ('{"a": "b', ["line 1, column 7: Unterminated string.", "missing"]),
        ('{"a": 1', ["line 1, column 8", "end is missing"]),
        ('{"a": 1} {"b": 2}', ["line 1, column 10", "nothing after it"]),
        ('{"a": NaN}', ["NaN is not valid JSON"]),
        ('{"a": 1e400}', ["1e400 is too large"]),
        ('{"a": ' + "1" * 5000 + "}", ["5000 digits"]),
        ('{"a": ' + "[" * 100_000, ["nested too deeply"]),
        ("curl x -d '{\"a\": }'", ["body of the curl command", "line 1, column 7"]),
        ("curl x -d '{\"a\": '$N'}'", ["$N", "write that value"]),
        ("curl x", ["no body"]),
    ],
)
def test_what_is_no_request_is_refused_with_the_reason(text: str, words: list[str]) -> None:
    with pytest.raises(ProblemError) as caught:
        import_text(text, PROVIDERS)
    sentence = caught.value.problem.sentence()
    assert all(word in sentence for word in words), sentence
    assert caught.value.problem.kind == "usage"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ('{"messages":[],"seed":1,"seed":2}', '"seed" occurs twice in one object; the last value is used.'),
        (
            '{"messages":[],"seed":0.12345678901234567890}',
            "0.12345678901234567890 has more digits than a double can hold; it becomes 0.12345678901234568.",
        ),
        ('{"messages":[],"seed":1e-99999999999999999999}', "has more digits"),
    ],
)
def test_what_json_in_python_cannot_hold_is_told(text: str, note: str) -> None:
    assert any(note in told for told in imported(text).notes)

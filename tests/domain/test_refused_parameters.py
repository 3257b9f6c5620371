"""Recognising the refused parameter in the error messages of many services."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.problems import Problem
from chat_tui.domain.refused_parameters import present, refused
from chat_tui.net.errors import read_error
from tests.support.fakes import known

BODY: JsonObject = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "temperature"}], "name": "Ann B"},
    ],
    "temperature": 0.5,
    "top_p": 0.9,
    "n": 2,
    "stop": ["a"],
    "seed": 1,
    "user": "me",
    "stream": True,
    "stream_options": {"include_usage": True},
    "max_tokens": 5,
    "max_completion_tokens": 5,
    "logprobs": True,
    "top_logprobs": 3,
    "logit_bias": {"1": 2},
    "presence_penalty": 1,
    "metadata": {"shop.id": "x", "user": "y"},
    "tools": [{"type": "function", "function": {"name": "a b", "strict": True, "parameters": {}}}],
    "tool_choice": "required",
    "response_format": {"type": "json_schema", "json_schema": {"schema": {}}},
    "reasoning_effort": "high",
    "foo": 1,
    "bar": 2,
}


def problem(status: int | None, body: Json | str) -> Problem:
    """What the network makes of an error answer."""
    text = body if isinstance(body, str) else dump_json(body)
    error = read_error(text)
    return Problem(
        kind="http",
        what="x does not accept the request",
        why=error.message,
        status=status,
        code=error.code,
        param=error.param,
        error_type=error.type,
        body=text,
    )


def blamed(status: int | None, body: Json | str) -> list[str]:
    return [refusal.name for refusal in refused(problem(status, body), BODY, known())]


def openai(message: str, param: str | None = None, code: str | None = None) -> JsonObject:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def fastapi(*entries: tuple[list[Json], str]) -> JsonObject:
    return {"detail": [{"loc": loc, "msg": message, "type": "extra_forbidden", "input": 1} for loc, message in entries]}


UPSTREAM = dump_json(openai("Unsupported value: 'temperature' does not support 0.5.", "temperature"))

NAMED = {
    "openai names it": (400, openai("Unsupported parameter.", "temperature", "unsupported_parameter"), ["temperature"]),
    "a message's name": (400, openai("string does not match pattern", "messages[1].name"), ["messages[].name"]),
    "a role, with a dot before the place": (400, openai("no such role", "messages.[0].role"), ["messages[].role"]),
    "a tool's name": (400, openai("bad", "tools[0].function.name", "invalid_value"), ["tools[].function.name"]),
    "a member the catalogue does not list": (400, openai("bad", "tools[0].function.parameters"), ["tools"]),
    "a key of a map": (400, openai("too long", "metadata.shop.id"), ["metadata"]),
    "a nested member": (400, openai("bad", "response_format.json_schema"), ["response_format.json_schema"]),
    "a member that is missing": (
        400,
        openai("missing", "response_format.json_schema.name"),
        ["response_format.json_schema"],
    ),
    "an unknown name": (400, openai("Unknown parameter: 'foo'.", "foo", "unknown_parameter"), ["foo"]),
    "only in words, quoted": (
        400,
        openai(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        ),
        ["max_tokens"],
    ),
    "the older words": (400, openai("Unrecognized request argument supplied: foo"), ["foo"]),
    "several older words": (400, openai("Unrecognized request arguments supplied: foo, bar"), ["foo", "bar"]),
    "a search model": (400, openai("Model incompatible request argument supplied: seed"), ["seed"]),
    "403 for logprobs": (403, openai("You are not allowed to request logprobs from this model"), ["logprobs"]),
    "a rule between two": (
        400,
        openai("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."),
        ["max_tokens", "max_completion_tokens"],
    ),
    "one that needs another": (
        400,
        {"error": {"code": 400, "message": "top_logprobs requires logprobs to be set to true", "type": "x"}},
        ["top_logprobs"],
    ),
    "fastapi": (422, fastapi((["body", "temperature"], "Extra inputs are not permitted")), ["temperature"]),
    "fastapi, several": (422, fastapi((["body", "foo"], "no"), (["body", "seed"], "no")), ["foo", "seed"]),
    "fastapi, with the type it tried": (
        422,
        fastapi((["body", "messages", 1, "ChatMessage", "name"], "no")),
        ["messages[].name"],
    ),
    "fastapi, a name that was not sent": (422, fastapi((["body", "top_k"], "no"), (["query", "n"], "no")), []),
    "mistral wraps the details": (
        422,
        {
            "object": "error",
            "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "logit_bias"], "msg": "Extra inputs"}]},
            "type": "invalid_request_error",
            "param": None,
        },
        ["logit_bias"],
    ),
    "vllm's message": (
        400,
        {
            "object": "error",
            "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'foo'), 'msg': 'Extra inputs', 'input': 1}]",
            "code": 400,
        },
        ["foo"],
    ),
    "groq's property": (
        400,
        openai(
            "'messages.1' : for 'role:user' the following must be satisfied"
            "[('messages.1' : property 'name' is unsupported)]"
        ),
        ["messages[].name"],
    ),
    "groq's backquotes": (400, openai("`logprobs` is not supported with this model"), ["logprobs"]),
    "gemini": (
        400,
        [
            {
                "error": {
                    "code": 400,
                    "message": 'Invalid JSON payload received. Unknown name "seed": Cannot find field.\n'
                    'Invalid JSON payload received. Unknown name "foo": Cannot find field.',
                    "status": "INVALID_ARGUMENT",
                }
            }
        ],
        ["seed", "foo"],
    ),
    "gemini's field": (
        400,
        [
            {
                "error": {
                    "code": 400,
                    "message": "bad",
                    "details": [{"fieldViolations": [{"field": "n", "description": "x"}]}],
                }
            }
        ],
        ["n"],
    ),
    "openrouter passes an upstream's body on": (
        400,
        {
            "error": {
                "message": "Provider returned error",
                "code": 400,
                "metadata": {"raw": UPSTREAM, "provider_name": "Azure"},
            }
        },
        ["temperature"],
    ),
    "openrouter passes words on": (
        400,
        {"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": "top_p: must be above 0"}}},
        ["top_p"],
    ),
    "openrouter has nobody for tools": (
        404,
        {"error": {"message": "No endpoints found that support tool use. To learn more, see the docs.", "code": 404}},
        ["tools"],
    ),
    "anthropic's words": (
        400,
        {
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "logit_bias: Extra inputs are not permitted"},
        },
        ["logit_bias"],
    ),
    "a small model": (400, openai("registry.example/tiny does not support tools"), ["tools"]),
    "xai's spelling": (
        400,
        {"code": "invalid", "error": "Argument not supported on this model: presencePenalty"},
        ["presence_penalty"],
    ),
    "a plain word in prose": (400, openai("The stop parameter is not supported with this model."), ["stop"]),
    "serde lists what it knows": (
        422,
        openai("unknown field `foo`, expected one of `temperature`, `top_p`, `seed`"),
        ["foo"],
    ),
    "plain text": (422, "Failed to deserialize the JSON body into the target type: stop: invalid type", ["stop"]),
}


@pytest.mark.parametrize(("status", "body", "names"), NAMED.values(), ids=NAMED)
def test_the_parameter_an_answer_blames_is_found(status: int, body: Json, names: list[str]) -> None:
    assert blamed(status, body) == names


NOT_NAMED = {
    "the key": (401, openai("Incorrect API key: temperature", "temperature")),
    "too many requests": (429, openai("Limit on 'n' reached", "n")),
    "a fault of the service": (500, openai("'temperature' is not supported", "temperature")),
    "too large": (413, openai("max_tokens", "max_tokens")),
    "context length": (400, openai("maximum context length is 8192 tokens", "messages", "context_length_exceeded")),
    "context length, by a ceiling": (
        400,
        openai("'max_tokens' is too large: 9000. This model's maximum context length is 4096 tokens", "max_tokens"),
    ),
    "llama.cpp's context": (
        400,
        {"error": {"code": 400, "type": "exceed_context_size_error", "message": "the prompt", "param": "messages"}},
    ),
    "content policy": (400, openai("Your 'stop' was rejected", "stop", "content_policy_violation")),
    "content policy in words": (403, openai("Your input was flagged: 'user'")),
    "the model": (404, openai("The model 'm' does not exist", "model", "model_not_found")),
    "the model, by name only": (400, openai("no such model", "model")),
    "the messages": (400, openai("must contain the word 'json'", "messages")),
    "a name that was not sent": (400, openai("Unknown parameter: 'top_k'.", "top_k")),
    "a name inside what was said": (422, {"detail": [{"loc": ["body", "messages"], "msg": "x", "input": BODY}]}),
    "a person": (403, openai("The user is not allowed to use the model. Ask your provider.")),
    "nothing at all": (400, ""),
    "a web page": (403, "<html><body>Access denied by the stop rule</body></html>"),
    "no answer": (None, openai("temperature", "temperature")),
}


@pytest.mark.parametrize(("status", "body"), NOT_NAMED.values(), ids=NOT_NAMED)
def test_what_is_no_parameters_fault_blames_none(status: int | None, body: Json) -> None:
    assert blamed(status, body) == []


def test_the_words_are_the_services_own() -> None:
    several = refused(
        problem(422, fastapi((["body", "foo"], "no foo"), (["body", "seed"], "no\n seed"))), BODY, known()
    )
    assert [(refusal.name, refusal.words, refusal.status) for refusal in several] == [
        ("foo", "no foo", 422),
        ("seed", "no seed", 422),
    ]
    passed_on: JsonObject = {
        "error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": UPSTREAM}}
    }
    (inner,) = refused(problem(400, passed_on), BODY, known(), at_ms=7)
    assert (inner.words, inner.at_ms) == ("Unsupported value: 'temperature' does not support 0.5.", 7)


def test_long_words_are_cut() -> None:
    (refusal,) = refused(problem(400, openai("x" * 3000, "seed")), BODY, known())
    assert len(refusal.words) == 500


def test_a_problem_without_a_body_is_read_by_its_own_members() -> None:
    told = Problem(kind="http", what="no", why="bad value", status=400, param="seed")
    assert [each.name for each in refused(told, BODY, known())] == ["seed"]


def test_an_error_inside_a_stream_counts_by_its_code() -> None:
    told = Problem(kind="stream", what="no", why="'seed' is not supported", code="400")
    assert [each.name for each in refused(told, BODY, known())] == ["seed"]
    assert refused(Problem(kind="stream", what="no", why="'seed'", code="502"), BODY, known()) == ()


def test_present_tells_which_names_a_request_has() -> None:
    names = ["temperature", "top_k", "messages[].name", "messages[].refusal", "stream_options.include_usage", "foo"]
    assert present(names, BODY, known()) == ["temperature", "messages[].name", "stream_options.include_usage", "foo"]
    assert present(["temperature"], {"temperature": None}, known()) == ["temperature"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["seed", "messages[0]", "{", "a.b[9]"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["error", "loc", "param", "message", "raw"]), inner)
    ),
    max_leaves=20,
)


@given(_JSON, st.sampled_from([400, 403, 404, 422]))
def test_whatever_comes_only_names_of_the_request_are_blamed(body: Json, status: int) -> None:
    names = blamed(status, body)
    assert present(names, BODY, known()) == names

"""Error bodies of every shape yield the service's own message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.net.errors import error_in, page_text, read_error

RECORDED = Path(__file__).parent / "recorded"

SHAPES: list[tuple[str, Any, dict[str, Any]]] = [
    (
        "openai",
        {"error": {"message": "No.", "type": "invalid_request_error", "param": "temperature", "code": "bad_value"}},
        {"message": "No.", "type": "invalid_request_error", "param": "temperature", "code": "bad_value"},
    ),
    ("openai, nulls", {"error": {"message": "No.", "type": None, "param": None, "code": None}}, {"message": "No."}),
    (
        "openrouter",
        {"error": {"code": 402, "message": "Credits", "metadata": {"error_type": "payment_required"}}, "user_id": "u"},
        {"message": "Credits", "code": "402", "type": "payment_required"},
    ),
    (
        "openrouter, upstream's words",
        {
            "error": {
                "code": 400,
                "message": "Provider returned error",
                "metadata": {"raw": "nope", "provider_name": "X"},
            }
        },
        {"message": "Provider returned error (X: nope)", "code": "400"},
    ),
    (
        "openrouter, availability",
        {"error": {"code": 503, "message": "m", "availability": {"code": "capacity_exhausted", "retryable": False}}},
        {"message": "m", "retryable": False},
    ),
    (
        "openrouter, error_type beside the message",
        {"error": {"message": "m", "error_type": "not_found", "http_status": 404}},
        {"message": "m", "type": "not_found"},
    ),
    (
        "fastapi list",
        {"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "field required", "type": "missing"}]},
        {"message": "messages.0.role: field required", "param": "messages.0.role", "type": "missing"},
    ),
    ("fastapi text", {"detail": "Not Found"}, {"message": "Not Found"}),
    ("detail object", {"detail": {"message": "m", "code": 7}}, {"message": "m", "code": "7"}),
    (
        "google",
        [{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}],
        {"message": "API key not valid", "code": "400", "type": "INVALID_ARGUMENT"},
    ),
    ("bare error", {"error": "model not found"}, {"message": "model not found"}),
    ("bare message", {"message": "Unauthorized"}, {"message": "Unauthorized"}),
    (
        "vllm",
        {"object": "error", "message": "too long", "type": "BadRequestError", "param": None, "code": 400},
        {"message": "too long", "type": "BadRequestError", "code": "400"},
    ),
    ("error flag and message", {"error": True, "message": "m"}, {"message": "m"}),
    ("no sentence", {"error": {"code": 500}}, {"message": '{"code":500}', "code": "500"}),
    ("strange members", {"error": {"message": ["a"], "code": {"x": 1}, "type": True, "param": 4}}, {"param": "4"}),
    ("unknown shape", {"oops": 1}, {"message": '{"oops": 1}'}),
    ("null", None, {"message": "null"}),
]


@pytest.mark.parametrize(("body", "expected"), [pytest.param(b, e, id=name) for name, b, e in SHAPES])
def test_every_known_shape_is_read(body: Any, expected: dict[str, Any]) -> None:
    read = read_error(json.dumps(body))
    assert {name: getattr(read, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "part", "type_"),
    [
        ("30-error-temperature-type", "type must be number", "invalid_request_error"),
        ("31-error-bad-json", "parse error at line 1", "invalid_request_error"),
        ("32-error-context-length", "exceeds the available context size", "exceed_context_size_error"),
        ("33-error-n-too-large", "Value must be between 1 <= value <= 3", "invalid_request_error"),
        ("34-error-top-logprobs-alone", "top_logprobs requires logprobs", "invalid_request_error"),
        ("36-error-no-key", "Invalid API Key", "authentication_error"),
        ("64-lcp-error-temperature-type", "Input should be a valid number", "internal_server_error"),
    ],
)
def test_recorded_errors_of_real_servers_are_read(name: str, part: str, type_: str) -> None:
    read = read_error((RECORDED / f"{name}.json").read_text("utf-8"))
    assert part in read.message
    assert read.type == type_


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", ""),
        ("Internal Server Error", "Internal Server Error"),
        ("x" * 5000, "x" * 499 + "…"),
        ("{broken", "{broken"),
        ('\ufeff{"error":"bom"}', "bom"),
        ('\n\n {"error":"blank lines"}', "blank lines"),
        ("[" * 100_000, "[" * 499 + "…"),
        ('{"error":{"message":"m","code":' + "9" * 5000 + "}}", None),
        ("<html><style>p{}</style><script>if(a<b){}</script><h1>502</h1>Bad &amp; gone", "502 Bad & gone"),
        ("<" * 60_000, ""),
        ("<script>" + "x" * 60_000, ""),
        ("<p>" + "word " * 500, None),
    ],
)
def test_bodies_that_are_no_json_still_say_something(body: str, message: str | None) -> None:
    read = read_error(body)
    if message is not None:
        assert read.message == message
    assert len(read.message) <= 500


def test_the_text_of_a_page_is_short() -> None:
    assert len(page_text("<p>" + "word " * 500)) == 200


def test_a_long_sentence_is_cut() -> None:
    assert len(read_error(json.dumps({"error": {"message": "m" * 60_000}})).message) == 2000


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "detail", "code", "type", "param", "metadata", "loc", "msg", "raw"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_no_value_is_too_strange_to_read(value: Any) -> None:
    assert isinstance(read_error(json.dumps(value)).message, str)
    error_in(value)


@given(st.text(alphabet="<>/spanctyle &;\n\"'"))
def test_no_page_is_too_strange_to_read(text: str) -> None:
    assert len(page_text(text)) <= 200

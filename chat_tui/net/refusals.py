"""Converts unusable responses to problems: an error status, a redirect, or a body that is not a completion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from chat_tui.domain.calls import Endpoint
from chat_tui.domain.problems import Problem
from chat_tui.domain.secrets import Secret
from chat_tui.net.addresses import redirect_target
from chat_tui.net.errors import ErrorBody, page_text
from chat_tui.net.failures import Route
from chat_tui.net.retry import MAX_WAIT_S, retry_after_s

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REQUEST_IDS: Final = ("x-request-id", "request-id", "x-generation-id", "apim-request-id", "x-amzn-requestid", "cf-ray")
_TOO_LONG: Final = ("context_length", "context_size", "max_tokens_exceeded", "token_limit", "string_too_long")
_WORDS: Final = {
    400: "rejected the request",
    401: "rejected the API key",
    402: "requires payment",
    403: "denied access",
    404: "does not know this address or model",
    405: "does not accept this kind of request at this address",
    408: "timed out waiting for the request",
    413: "rejected the request as too large",
    422: "rejected the request",
    429: "received too many requests",
    529: "is overloaded",
}
_STATUS_HINTS: Final = {
    402: "Check the credits of your account there.",
    413: "Shorten the conversation or its attachments.",
    429: "Wait a moment and send again.",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A response whose status is not 200."""

    status: int
    headers: Mapping[str, str]
    """Lower-case names, secrets masked."""
    error: ErrorBody
    """The parsed body; secrets masked."""
    body: str
    """The body as text; secrets masked."""
    endpoint: Endpoint
    model: str
    """The requested model; empty for a model list."""
    route: Route
    now: float
    """Seconds since the epoch, for a Retry-After date."""


def status_problem(refused: Refused) -> Problem:
    """Return the problem of a response whose status is not 200."""
    status, headers, error, route = refused.status, refused.headers, refused.error, refused.route
    wait_s = retry_after_s(headers, refused.now)
    if status in _REDIRECTS:
        location = headers.get("location")
        target = (
            f"to {redirect_target(route.address, location)}" if location is not None else "but does not say where to"
        )
        what = f"{route.address.place} redirects the request {target}{route.through()}; the redirect was not followed"
        hint = "If you trust that address, use it as the provider's base_url." if location is not None else ""
    else:
        what = f"{route.address.place} {_words(status)} ({status}{_phrase(status)}){route.through()}"
        hint = _long_wait(wait_s) or _reason_hint(error) or _status_hint(refused)
    return Problem(
        kind="http",
        what=what,
        why=error.message,
        hint=hint,
        status=status,
        code=error.code,
        param=error.param,
        error_type=error.type,
        request_id=next((headers[name] for name in _REQUEST_IDS if headers.get(name)), None),
        retry_after_s=wait_s,
        body=refused.body or None,
    )


def not_an_answer(kind: str, start: str, route: Route, *, status: int = 200) -> Problem:
    """Return the problem of a 200 response whose body is neither an event stream nor a JSON completion.

    Args:
        kind: ``page``, ``lines``, ``empty``, ``other``, ``encoding``, ``broken``, ``large``,
            ``no list`` or ``large list``.
        start: The beginning of the body, secrets masked; for ``encoding``, the name of the encoding.
        route: The address that responded.
        status: HTTP status.
    """
    place = route.address.place
    said = {
        "page": "sent a web page instead of a stream",
        "lines": "sent JSON lines instead of an event stream",
        "empty": "sent an empty response",
        "encoding": "compressed the response in a way that was not requested",
        "broken": "sent incomplete or invalid JSON",
        "large": "sent more than 64 MB",
        "no list": "sent something that is not a model list",
        "large list": "sent a model list of more than 16 MB",
    }.get(kind, "sent something that is not an event stream")
    hints = {
        "page": "Check base_url and path: this is the address of a website, not of its API.",
        "lines": "Check path: this looks like a native API; the compatible one is usually under /v1.",
        "other": "Check base_url and path.",
    }
    why = page_text(start) if kind == "page" else " ".join(start.split())[:200]
    hint = hints.get(kind, "")
    what = f"{place} {said}{route.through()}"
    return Problem(kind="protocol", what=what, why=why, hint=hint, status=status, body=start or None)


def _words(status: int) -> str:
    if status in _WORDS:
        return _WORDS[status]
    if status >= 500:
        return "reported a server error"
    return "rejected the request" if status >= 400 else "sent no reply"


def _phrase(status: int) -> str:
    return f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""


def _long_wait(wait_s: float | None) -> str:
    return f"It asks to wait {wait_s:.0f} s; send again after that." if wait_s and wait_s > MAX_WAIT_S else ""


def _reason_hint(error: ErrorBody) -> str:
    if any(word in f"{error.code} {error.type}" for word in _TOO_LONG):
        return "Remove or shorten messages, or start a new session."
    return _STATUS_HINTS[402] if "insufficient_quota" in (error.code, error.type) else ""


def _status_hint(refused: Refused) -> str:
    status, route = refused.status, refused.route
    if status in (401, 403):
        return _key_hint(status, refused.endpoint)
    if status == 404:
        asked = f" with the model “{refused.model}”" if refused.model else ""
        return f"Tried {route.address.url}{asked}."
    if status == 407 and route.proxy:
        return f"Add a user name and password to {route.proxy.variable}."
    return _STATUS_HINTS.get(status, "The error is on its side; send again later." if status >= 500 else "")


def _key_hint(status: int, endpoint: Endpoint) -> str:
    if endpoint.key_source:
        verb = "check it" if status == 401 else "check its permissions"
        return f"The API key came from {endpoint.key_source}; {verb}."
    if any(isinstance(value, Secret) for value in endpoint.headers.values()):
        return "Check the API key."
    return f"No API key was sent; set {endpoint.key_hint}." if endpoint.key_hint else "No API key was sent."

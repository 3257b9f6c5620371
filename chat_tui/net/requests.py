"""A validated and encoded request, which can be sent repeatedly with the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chat_tui import __version__
from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.net.addresses import Address, checked_endpoint
from chat_tui.net.masking import Mask

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True, repr=False)
class PreparedRequest:
    """A validated and encoded request. Contains the key in plain text, so it has no repr and is never stored."""

    method: Literal["GET", "POST"]
    endpoint: Endpoint
    address: Address
    headers: dict[str, str]
    body: bytes
    mask: Mask
    model: str

    def build(self, *, first_byte_timeout_s: float) -> httpx.Request:
        """Return a new request for the transport, with the same bytes each time.

        Raises:
            ProblemError: The address is unusable.
        """
        import httpx

        limits = self.endpoint.limits
        timeouts = {"connect": limits.connect_timeout_s, "write": first_byte_timeout_s, "read": None, "pool": None}
        try:
            return httpx.Request(
                self.method,
                self.address.url,
                headers=self.headers,
                content=self.body if self.method == "POST" else None,
                extensions={"timeout": timeouts},
            )
        except (httpx.InvalidURL, UnicodeError):  # the latter for a host that is no valid Punycode
            problem = Problem(
                kind="config", what="The base URL is not a valid URL", hint="It should look like https://host/v1."
            )
            raise ProblemError(problem) from None


def chat_request(call: Call) -> PreparedRequest:
    """Prepare the POST request of a call.

    Raises:
        ProblemError: Address, headers or body are invalid.
    """
    try:
        body = dump_json(call.body).encode("utf-8")
    except ValueError as error:
        problem = Problem(kind="usage", what="The request cannot be written as JSON", why=str(error))
        raise ProblemError(problem) from None
    model = call.body.get("model")
    own = {"Content-Type": "application/json", "Accept": "text/event-stream" if call.streams else "application/json"}
    name = model if isinstance(model, str) else ""
    return _prepared("POST", call.endpoint, call.endpoint.url, own, body=body, model=name)


def json_request(endpoint: Endpoint, url: str, body: JsonObject) -> PreparedRequest:
    """Prepare a POST of a JSON object to another address of an endpoint than its chat completions.

    Raises:
        ProblemError: Address or headers are invalid, or the body cannot be serialised.
    """
    try:
        data = dump_json(body).encode("utf-8")
    except ValueError as error:
        problem = Problem(kind="usage", what="The request cannot be written as JSON", why=str(error))
        raise ProblemError(problem) from None
    own = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
    return _prepared("POST", endpoint, url, own, body=data)


def models_request(endpoint: Endpoint, url: str = "") -> PreparedRequest:
    """Prepare the GET request for the model list.

    Args:
        endpoint: The endpoint.
        url: The URL of a page; the first page by default.

    Raises:
        ProblemError: Address or headers are invalid.
    """
    url = url or endpoint.base_url.rstrip("/") + endpoint.models_path
    return _prepared("GET", endpoint, url, {"Accept": "application/json"})


def _prepared(
    method: Literal["GET", "POST"],
    endpoint: Endpoint,
    url: str,
    own: dict[str, str],
    *,
    body: bytes = b"",
    model: str = "",
) -> PreparedRequest:
    address, given = checked_endpoint(endpoint, url)
    headers = {"User-Agent": f"chat-tui/{__version__}", "Accept-Encoding": "identity", **own}
    if endpoint.close_connection:
        headers["Connection"] = "close"
    taken = {name.lower() for name in given}
    headers = {name: value for name, value in headers.items() if name.lower() not in taken} | given
    return PreparedRequest(method, endpoint, address, headers, body, Mask(endpoint.headers, url), model)

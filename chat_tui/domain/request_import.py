"""Import a pasted request, as a curl command or as JSON, into settings and messages without loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.curl_command import holds_curl, read_curl
from chat_tui.domain.json_reading import python_value, read_json
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.request_place import place_of
from chat_tui.domain.settings import SessionSettings

_OPENING_ROLES: Final = ("system", "developer")


class Imported(Struct, frozen=True, kw_only=True):
    """A parsed request. ``request_body(settings, messages)`` equals ``body``, except for messages it did not have."""

    url: str
    """The URL it was sent to, without any key; empty if the text does not contain it."""
    body: JsonObject
    settings: SessionSettings
    """The provider is an empty string if none is known at ``url``: the current provider should stay selected."""
    messages: tuple[JsonObject, ...]
    notes: tuple[str, ...] = ()
    """What was left out or changed, one sentence each; contains unsanitised text, but no secret."""
    base_url: str = ""
    """Base URL for a new provider at ``url``, if no provider is known; empty if none can be derived."""


class Pasted(Struct, frozen=True):
    """The content of a pasted text: the request's URL and its body."""

    url: str
    body: Json
    notes: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Headers to report, since a session cannot store them; none of them is secret."""


class Form(Struct, frozen=True):
    """An input format for requests."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str], Pasted]
    """May raise ProblemError."""


def import_text(text: str, providers: Mapping[str, Provider], prefer: str = "") -> Imported:
    """Parse the request that a text contains.

    Args:
        text: A curl command, a JSON body, the output of ``send --json``, or a session's ``request`` record.
        providers: Known providers; the URL selects among them.
        prefer: Id of the provider that takes precedence over others with the same URL.

    Raises:
        ProblemError: The text has none of these formats, or its body is not a request.
    """
    pasted = _form_of(text).read(text)
    body = _request_object(pasted.body)
    place = place_of(pasted.url, providers, prefer)
    settings, messages, notes = _taken_apart(body, place.provider)
    return Imported(
        url=place.url,
        body=body,
        settings=settings,
        messages=messages,
        notes=(*place.notes, *pasted.notes, *_header_notes(pasted.headers, providers.get(place.provider)), *notes),
        base_url=place.base_url,
    )


def _form_of(text: str) -> Form:
    if not text.strip():
        raise _refused("Nothing to import", "Give a curl command or a JSON body.")
    form = next((form for form in FORMS if form.recognises(text)), None)
    if form is None:
        raise _refused("The text is neither a curl command nor a JSON object", "It must start with curl or {.")
    return form


def _read_json_form(text: str) -> Pasted:
    value, notes = _read_object(text.lstrip("\ufeff"))
    if isinstance(value, dict) and "messages" not in value:
        for member in ("request", "body"):
            inner, url = value.get(member), value.get("url")
            if isinstance(inner, dict):
                return Pasted(url if isinstance(url, str) else "", inner, notes)
    return Pasted("", value, notes)


def _read_object(text: str) -> tuple[Json, tuple[str, ...]]:
    """Parse JSON, or else a Python literal."""
    try:
        return read_json(text, "The body")
    except ProblemError:
        value = python_value(text)
        if value is None:
            raise
        return value, ("The body was read as Python.",)


def _read_curl_form(text: str) -> Pasted:
    request = read_curl(text)
    named = ", ".join(request.variables[:5])
    try:
        value, notes = read_json(request.data, "The body of the curl command")
    except ProblemError as error:
        if not named:
            raise
        hint = f"A shell would replace {named} with a value: write that value instead."
        raise ProblemError(replace(error.problem, hint=hint)) from None
    if named:
        notes = (*notes, f"{named} in the body is not expanded; it is kept as written.")
    return Pasted(request.url, value, (*request.notes, *notes), request.headers)


FORMS: Final = (
    Form("JSON", lambda text: text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["), _read_json_form),
    Form("curl", holds_curl, _read_curl_form),
)
"""Input formats; the first one that recognises a text parses it."""


def _header_notes(headers: tuple[tuple[str, str], ...], provider: Provider | None) -> list[str]:
    """Return one sentence for each header that the provider does not send already."""
    own = {name.lower(): value for name, value in provider.headers.items()} if provider else {}
    looked_up = {name.lower(): f"${variable}" for name, variable in provider.headers_env.items()} if provider else {}
    return [
        f"The header {name} was ignored: headers are set in the provider's configuration."
        for name, value in headers
        if value not in (own.get(name.lower()), looked_up.get(name.lower()))
    ]


def _request_object(body: Json) -> JsonObject:
    if not isinstance(body, dict):
        kind = "list" if isinstance(body, list) else "single value"
        raise _refused(f"The body is a {kind}, not an object", 'A request looks like {"model": "…", "messages": […]}.')
    messages = body.get("messages", [])
    if not isinstance(messages, list):
        raise _refused('"messages" is not a list', 'A message looks like {"role": "user", "content": "…"}.')
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            fault = 'has no "role"' if isinstance(message, dict) else "is not an object"
            raise _refused(f"messages[{place}] {fault}", 'A message looks like {"role": "user", "content": "…"}.')
    return body


def _taken_apart(body: JsonObject, provider: str) -> tuple[SessionSettings, tuple[JsonObject, ...], list[str]]:
    notes = []
    listed = body.get("messages")
    messages = [message for message in listed if isinstance(message, dict)] if isinstance(listed, list) else []
    parameters = {name: value for name, value in body.items() if name != "messages"}
    model = parameters.get("model")
    if isinstance(model, str) and model:
        del parameters["model"]
    elif "model" in parameters:
        model = ""
        notes.append(
            'The body\'s "model" is not a model name; it is kept as a parameter and overrides any chosen model.'
        )
    else:
        model = ""
        notes.append("The body names no model.")
    if "messages" not in body:
        notes.append('The body has no "messages": an empty list would be sent.')
    system = _system_prompt(messages)
    settings = SessionSettings(provider=provider, model=model, parameters=parameters, system=system)
    return settings, tuple(messages[1:] if system is not None else messages), notes


def _system_prompt(messages: list[JsonObject]) -> str | None:
    """Return the text of a single leading system message, if converting it to a system prompt loses nothing."""
    first = messages[0] if messages else {}
    content = first.get("content")
    alone = len(messages) < 2 or messages[1].get("role") not in _OPENING_ROLES
    plain = first.get("role") == "system" and first.keys() == {"role", "content"}
    return content if plain and alone and isinstance(content, str) and content else None


def _refused(what: str, hint: str) -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, hint=hint))

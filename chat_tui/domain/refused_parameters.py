"""Find the parameters that an error response blames, in any of the formats that services use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.problems import Problem
from chat_tui.domain.refusal_words import named_places
from chat_tui.domain.shortening import shortened

_STATUSES: Final = frozenset({400, 403, 404, 422})
_OTHER_CODES: Final = (
    "context_length",
    "context_size",
    "max_tokens_exceeded",
    "token_limit",
    "content_policy",
    "content_filter",
    "responsibleai",
    "invalid_prompt",
    "model_not_found",
    "invalid_api_key",
    "insufficient_quota",
    "rate_limit",
    "authentication",
    "payment",
)
"""Error codes and types about the conversation or the account."""
_OTHER_WORDS: Final = re.compile(
    r"context (?:length|size|window)|prompt is too long|content (?:management )?policy|usage polic|flagged"
    r"|safety system",
    re.IGNORECASE,
)
_ECHOES: Final = frozenset({"input", "ctx", "url", "user_id", "flagged_input", "previous_errors", "availability"})
"""Members of an error body that repeat the request, or are about other services."""
_PREFIXES: Final = frozenset({"body", "$", "request"})
_DEEPEST: Final = 10
_MOST_WORDS: Final = 500


class _Statement(Struct, frozen=True):
    """One statement of an error body, and the path it is about, if given."""

    words: str
    place: tuple[str, ...] = ()
    """Path into the request."""


def refused(problem: Problem, body: JsonObject, catalogue: Catalogue, *, at_ms: int = 0) -> tuple[Refusal, ...]:
    """Return the parameters of a request that its error response blames, in the order they are named.

    A name counts only if the request contains it. Errors about key, account, model, context length or content blame no
    parameter.

    Args:
        problem: The problem of the exchange, with the service's message and, if known, the raw body.
        body: The request body.
        catalogue: Provides the spelling of names: a member is reported by its nearest ancestor in the catalogue.
        at_ms: Milliseconds since the epoch.
    """
    status = _status(problem)
    if status not in _STATUSES or _about_something_else(problem):
        return ()
    statements = list(_statements(problem))
    found: dict[str, str] = {}
    for said in statements:
        name = name_at(said.place, body, catalogue)
        if name:
            found.setdefault(name, said.words)
    if not found:
        for said in statements:
            for place in named_places(said.words):
                name = name_at(place, body, catalogue)
                if name:
                    found.setdefault(name, said.words)
    return tuple(
        Refusal(name=name, status=status, words=_short(words or problem.why), at_ms=at_ms)
        for name, words in found.items()
    )


def name_at(place: Sequence[str], body: JsonObject, catalogue: Catalogue) -> str:
    """Return the catalogue name of the request member at a path; empty for none, and for model and messages.

    Args:
        place: The path, with list indices as digits. Unknown steps are skipped (validators insert the type they tried),
            but the first one must be a member of the body.
        body: The request body.
        catalogue: A path that is not listed there is reported as its nearest listed ancestor.
    """
    here: Json = body
    spelled = ""
    for step in place:
        if isinstance(here, dict) and step in here:
            spelled, here = f"{spelled}.{step}" if spelled else step, here[step]
        elif isinstance(here, list) and step.isdecimal() and int(step[:9]) < len(here):
            spelled, here = f"{spelled}[]", here[int(step[:9])]
        elif not spelled and step not in _PREFIXES:
            return ""
    while spelled not in catalogue.parameters and re.search(r"[.\]]", spelled):
        spelled = re.sub(r"(?:\.[^.]*|\[\])$", "", spelled)
    spec = catalogue.parameters.get(spelled)
    return spelled if spec is None or spec.settable or "[]" in spelled else ""


def present(names: Sequence[str], body: Mapping[str, Json], catalogue: Catalogue) -> list[str]:
    """Return those of the catalogue names that a request contains."""
    specs = catalogue.parameters
    return [name for name in names if _has(body, specs[name].path if name in specs else (name,))]


def _has(here: Json | Mapping[str, Json], path: Sequence[str]) -> bool:
    if not path:
        return True
    if not isinstance(here, Mapping):
        return False
    step, rest = path[0].removesuffix("[]"), path[1:]
    if step not in here:
        return False
    inner = here[step]
    if path[0].endswith("[]"):
        return isinstance(inner, list) and any(_has(item, rest) for item in inner)
    return _has(inner, rest)


def _status(problem: Problem) -> int:
    """Return the HTTP status, or for an in-stream error the status that its code contains; else 0."""
    if problem.status is not None:
        return problem.status
    code = problem.code or ""
    return int(code) if problem.kind == "stream" and re.fullmatch(r"[0-9]{3}", code) else 0


def _about_something_else(problem: Problem) -> bool:
    codes = f"{problem.code} {problem.error_type}".lower()
    return any(word in codes for word in _OTHER_CODES) or _OTHER_WORDS.search(problem.why) is not None


def _statements(problem: Problem) -> Iterator[_Statement]:
    """Yield the statements of the raw body, including nested upstream errors; then the extracted message."""
    if problem.body:
        try:
            yield from _in_value(parse_json(problem.body.removeprefix("\ufeff").strip()), 0)
        except ValueError:
            yield _Statement(problem.body)
    yield _Statement(problem.why, steps_of(problem.param or ""))


def _in_value(value: Json, depth: int) -> Iterator[_Statement]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _in_value(item, depth + 1)
    elif isinstance(value, dict):
        yield from _in_object(value)
        for name, inner in value.items():
            if name in _ECHOES:
                continue
            if isinstance(inner, str):
                yield from _in_text(inner, depth, told=name in ("message", "msg", "description"))
            else:
                yield from _in_value(inner, depth + 1)


def _in_object(value: JsonObject) -> Iterator[_Statement]:
    words = next((text for name in ("message", "msg", "description") if isinstance(text := value.get(name), str)), "")
    place, param, field = value.get("loc"), value.get("param"), value.get("field")
    if isinstance(place, list):
        yield _Statement(words, tuple(str(step) for step in place))
    elif isinstance(param, str) and param:
        yield _Statement(words, steps_of(param))
    elif isinstance(field, str) and field:
        yield _Statement(words, steps_of(field))
    elif words:
        yield _Statement(words)


def _in_text(text: str, depth: int, *, told: bool) -> Iterator[_Statement]:
    """Parse a string that is itself an error body, as gateways forward it; else yield the string."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _in_value(parse_json(text), depth + 1)
        except ValueError:
            pass
        else:
            return
    if not told:
        yield _Statement(text)


def steps_of(words: str) -> tuple[str, ...]:
    """Split a path as services write it: ``messages[0].content``, ``messages.0.content``, ``/stop``."""
    return tuple(re.findall(r"[^./\[\]'\"\s]+", words))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return shortened(line, _MOST_WORDS)

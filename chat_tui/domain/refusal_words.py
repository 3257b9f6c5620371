"""Find the parameters that an error message names as rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z_][\w@-]*(?:\.?\[\d+\]|\.[\w@-]+)*")
_MOST: Final = 4_000
"""Maximum number of characters to read."""
_QUOTES: Final = "'\"`‘’“”"
_KIND: Final = r"(?:parameters?|params?|arguments?|fields?|names?|keys?|values?|propert(?:y|ies)|options?|inputs?)"
_BEFORE: Final = re.compile(
    r"(?:unsupported|unknown|unrecogni[sz]ed|invalid|unexpected|incompatible|unpermitted|disallowed"
    r"|not allowed to (?:request|use|set)|not (?:supported|support|accept|allow|take|permit)"
    r"|(?:(?:does|do)(?: not|n['’]t)|cannot|can['’]t) (?:support|accept|allow|take|permit|use|set)"
    r"|no support for|instead of)"
    rf"(?:\s+(?:the|a|an|request|body|input|model))*(?:\s+{_KIND})?"
    r"(?:\s+(?:supplied|provided|given|specified|for|of|on this model|for this model))*\s*:?\s*$",
    re.IGNORECASE,
)
"""Phrases directly before a rejected name."""
_AFTER: Final = re.compile(
    rf"\s*(?:{_KIND}\s+)?(?:(?:is|are|was|were|and)\s+)?"
    r"(?:(?:currently |yet )?not (?:\w+ )?(?:support|allow|permit|available|accept|recogni[sz]ed|known|valid|enabled)"
    r"|unsupported|unknown|unrecogni[sz]ed|invalid|disallowed|forbidden"
    r"|must (?:not )?be|should (?:not )?be|may not|can(?:not|'t) be|requires?\b|does not|is only|are only"
    r"|: (?:extra inputs|input should|value error|field required|invalid|unknown|expected|unexpected|must))",
    re.IGNORECASE,
)
"""Phrases directly after a rejected name."""
_SPOKEN_OF: Final = re.compile(r"\b(?:the|this|that|your|an?|any|each|no)\s+$", re.IGNORECASE)
"""Words before a common noun, as in ``the user is not allowed``: not a parameter unless it is called one."""
_KIND_SAID: Final = re.compile(rf"\s+{_KIND}\b", re.IGNORECASE)
_JOINED: Final = re.compile(rf"[{_QUOTES}]?\s*(?:,|and|or|,\s*and|&)\s*[{_QUOTES}]?")
_ADVICE: Final = re.compile(
    r"(?:\b[Uu]se ['\"`]|\b[Pp]lease use|\b[Tt]ry |\b(?:when|unless) ['\"`]|expected one of|\b[Dd]id you mean"
    r"|\b(?:[Ss]upported|[Vv]alid|[Aa]llowed|[Pp]ermitted|[Pp]ossible|[Aa]vailable)"
    rf" {_KIND}(?: are| is|:))[^\n]*?(?:\.(?=\s|$)|\n|$|(?=\binstead of\b))"
)
"""Advice on what to use instead: names in it are not rejected."""
_PROPERTY: Final = re.compile(r"'([\w.]+)' : property '(\w+)' is unsupported")
_LOCATION: Final = re.compile(r"'loc': [(\[]([^)\]]*)[)\]]")
_NAMED: Final = {
    "tool use": "tools",
    "tool calling": "tools",
    "function calling": "tools",
    "structured output": "response_format",
    "json mode": "response_format",
    "log probabilities": "logprobs",
}
"""Features whose names stand for a parameter."""


def named_places(words: str) -> Iterator[tuple[str, ...]]:
    """Yield the paths in a request that a message names; they need not exist.

    A plain word such as ``stop`` counts only in quotes or next to words of rejection; a name with an underscore counts
    anywhere, except in advice about what to use instead.
    """
    words = words[:_MOST]
    for match in _PROPERTY.finditer(words):
        yield *match[1].split("."), match[2]
    for match in _LOCATION.finditer(words):
        yield tuple(part.strip(" '\"") for part in match[1].split(",") if part.strip())
    text = _ADVICE.sub(" ", words)
    end = -1
    for match in _TOKEN.finditer(text):
        token = match[0].rstrip("-")
        joined = end >= 0 and _JOINED.fullmatch(text, end, match.start()) is not None
        if joined or _blamed(text, match.start(), match.start() + len(token)):
            end = match.end()
            yield tuple(re.findall(r"[^.\[\]]+", token))
            yield (_snake(token),)
    lowered = text.lower()
    yield from ((name,) for phrase, name in _NAMED.items() if phrase in lowered and "support" in lowered)


def _blamed(text: str, start: int, end: int) -> bool:
    """Return whether the token between these offsets is a name that the message rejects."""
    token = text[start:end]
    if text[start - 1 : start] in tuple(_QUOTES) and text[end : end + 1] in tuple(_QUOTES):
        return True
    if re.search(r"[a-z]_[a-z]|[a-z][A-Z]|\.|\[", token):
        return True
    if _BEFORE.search(text, max(0, start - 80), start) is not None:
        return True
    thing = _SPOKEN_OF.search(text, max(0, start - 8), start) is not None and _KIND_SAID.match(text, end) is None
    return not thing and _AFTER.match(text, end) is not None


def _snake(token: str) -> str:
    """Convert to snake case: ``presencePenalty`` to ``presence_penalty``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", token)

"""Parse log probabilities: the tokens of a reply with their probabilities and alternatives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.json_values import Json, JsonObject

_ASKING: Final = ("logprobs", "top_logprobs")
"""Parameters that request log probabilities."""
_UNLIKELY: Final = -9999.0
"""The value that services use for "too unlikely to report"."""


class Alternative(Struct, frozen=True):
    """A token that could have been sampled."""

    text: str
    probability: float | None
    """0 to 1; None if the service does not report it."""


class Token(Struct, frozen=True):
    """A sampled token."""

    text: str
    """As the service writes it; partial if a character is spread over several tokens."""
    probability: float | None
    alternatives: tuple[Alternative, ...] = ()
    """Most likely first, including the token itself if the service lists it."""
    whole: str = ""
    """The complete character that ends with this token, if it is spread over several."""

    @property
    def others(self) -> tuple[Alternative, ...]:
        """The alternatives without the token itself."""
        return tuple(other for other in self.alternatives if other.text != self.text)

    @property
    def was_first(self) -> bool:
        """Whether no alternative was more likely."""
        own = self.probability
        return all(other.probability is None or own is None or other.probability <= own for other in self.others)


def tokens_of(entries: Iterable[Json]) -> list[Token]:
    """Parse the entries of ``logprobs.content`` or ``logprobs.refusal``; entries that are not objects are skipped.

    A character may be spread over several tokens: their ``bytes`` are joined, and the last token gets the character.
    """
    tokens: list[Token] = []
    waiting = b""
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        text = _text(entry)
        waiting += _bytes(entry)
        whole, waiting, spread = _decoded(waiting, len(_bytes(entry)))
        listed = entry.get("top_logprobs")
        others = [
            _alternative(other) for other in (listed if isinstance(listed, list) else ()) if isinstance(other, dict)
        ]
        others.sort(key=lambda other: -(other.probability if other.probability is not None else -1.0))
        tokens.append(Token(text, _probability(entry.get("logprob")), tuple(others), whole if spread else ""))
    return tokens


def asking_names(catalogue: Catalogue, provider: Provider) -> tuple[str, ...]:
    """Return the parameters that make this provider report probabilities; empty if it supports none."""
    known = (catalogue.parameters[name] for name in _ASKING if name in catalogue.parameters)
    return tuple(spec.name for spec in known if catalogue.supports(provider, spec))


def entries_of(logprobs: Mapping[str, Sequence[Json]]) -> list[Json]:
    """Return all entries of a choice: those of its content, then those of its refusal."""
    return [entry for name in ("content", "refusal") for entry in logprobs.get(name, ())]


def _alternative(entry: JsonObject) -> Alternative:
    return Alternative(_text(entry), _probability(entry.get("logprob")))


def _text(entry: JsonObject) -> str:
    text = entry.get("token")
    return text if isinstance(text, str) else ""


def _probability(logprob: Json) -> float | None:
    if isinstance(logprob, bool) or not isinstance(logprob, int | float):
        return None
    if logprob >= 0:
        return 1.0
    if logprob <= _UNLIKELY:
        return 0.0
    return math.exp(logprob) if logprob < 0 else None


def _bytes(entry: JsonObject) -> bytes:
    listed = entry.get("bytes")
    numbers = listed if isinstance(listed, list) else []
    return bytes(number for number in numbers if isinstance(number, int) and 0 <= number <= 255)


def _decoded(waiting: bytes, own: int) -> tuple[str, bytes, bool]:
    """Return the text completed here, the bytes still incomplete, and whether it was spread over several tokens."""
    try:
        return waiting.decode("utf-8"), b"", len(waiting) > own
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(waiting) - error.start < 4:
            return "", waiting, False
        return "", b"", False

"""What was learned about one model of one provider: its model card, and parameters that were rejected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.findings import Finding
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.times import ago


class Refusal(Struct, frozen=True, kw_only=True):
    """A parameter that a service rejected, remembered until a request with it succeeds."""

    name: str
    """Wire name, in the catalogue's spelling if it is listed there."""
    status: int
    words: str
    """The service's error message."""
    at_ms: int = 0
    """In milliseconds since the epoch."""

    def told(self, now_ms: int) -> str:
        """Format age and error message: ``refused 2 h ago: …``."""
        return f"refused {ago(self.at_ms, now_ms)}: {self.words}"

    def sentence(self, now_ms: int) -> str:
        """Like ``told``, as a sentence with the status code."""
        words = self.words if self.words.endswith((".", "!", "?", "…")) else f"{self.words}."
        return f"Refused {ago(self.at_ms, now_ms)} ({self.status}): {words}"


class Knowledge(Struct, frozen=True, kw_only=True):
    """Everything known about a model in addition to the catalogue."""

    card: ModelCard | None = None
    """Its entry in the service's model list."""
    listed: frozenset[str] = frozenset()
    """Every parameter that the service's list names for any model; the absence of other names means nothing."""
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    """By wire name."""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """Results of a probe by wire name: ``2 h ago: honoured (…)``."""

    def names(self, name: str) -> bool:
        """Return whether the model's list entry names the parameter, which overrides the catalogue."""
        return self.card is not None and self.card.parameters is not None and name in self.card.parameters

    def lacks(self, name: str) -> bool:
        """Return whether the service lists supported parameters, and this model's entry lacks the name."""
        taken = self.card.parameters if self.card is not None else None
        return taken is not None and name in self.listed and name not in taken


NOTHING: Final = Knowledge()


def learnt(knowledge: Knowledge, name: str) -> Iterator[Finding]:
    """Yield what was learned about a parameter that is about to be sent. Never blocks, since services change."""
    refusal = knowledge.refusals.get(name)
    if refusal is not None:
        text = f"was refused with status {refusal.status}: {refusal.words}"
        yield Finding(name=name, level="warn", kind="refused", text=text)
    elif knowledge.card is not None and knowledge.lacks(name):
        text = f"the service's model list does not include it for {knowledge.card.id}"
        yield Finding(name=name, level="warn", kind="unsupported", text=text)

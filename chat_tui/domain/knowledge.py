"""What this program has learnt of one model at one service: its card, and what was refused before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.findings import Finding
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.times import ago


class Refusal(Struct, frozen=True, kw_only=True):
    """A parameter that a service answered with an error, remembered until a request with it succeeds."""

    name: str
    """Wire name, as the catalogue spells it where it knows it."""
    status: int
    words: str
    """The service's own."""
    at_ms: int = 0
    """Milliseconds since the epoch."""

    def told(self, now_ms: int) -> str:
        """When, and the service's words: ``refused 2 h ago: …``."""
        return f"refused {ago(self.at_ms, now_ms)}: {self.words}"

    def sentence(self, now_ms: int) -> str:
        """The same with the status."""
        words = self.words if self.words.endswith((".", "!", "?", "…")) else f"{self.words}."
        return f"Refused {ago(self.at_ms, now_ms)} ({self.status}): {words}"


class Knowledge(Struct, frozen=True, kw_only=True):
    """All that is known of a model beside the catalogue."""

    card: ModelCard | None = None
    """Its entry in the service's model list."""
    listed: frozenset[str] = frozenset()
    """Every parameter the service's list names for any model: only of these does a missing name say something."""
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    """By wire name."""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """What a probe found, by wire name: ``2 h ago: honoured (…)``."""

    def names(self, name: str) -> bool:
        """The model's entry in the service's list names the parameter: it is taken, whatever the catalogue says."""
        return self.card is not None and self.card.parameters is not None and name in self.card.parameters

    def lacks(self, name: str) -> bool:
        """The service lists which parameters its models take, and this model's entry leaves the name out."""
        taken = self.card.parameters if self.card is not None else None
        return taken is not None and name in self.listed and name not in taken


NOTHING: Final = Knowledge()


def learnt(knowledge: Knowledge, name: str) -> Iterator[Finding]:
    """What was learnt of a parameter that is about to be sent. Never blocks: services change."""
    refusal = knowledge.refusals.get(name)
    if refusal is not None:
        text = f"was refused with status {refusal.status}: {refusal.words}"
        yield Finding(name=name, level="warn", kind="refused", text=text)
    elif knowledge.card is not None and knowledge.lacks(name):
        text = f"the service's model list does not name it for {knowledge.card.id}"
        yield Finding(name=name, level="warn", kind="unsupported", text=text)

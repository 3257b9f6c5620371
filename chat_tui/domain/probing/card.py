"""The card of a probe: what a service made of each parameter, as it is shown and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.probing.cases import LeftOut
from chat_tui.domain.probing.verdicts import Outcome, Verdict
from chat_tui.domain.times import ago

VERSION: Final = 1
"""Of the card's JSON form. A card of another version is not read."""

Ended: TypeAlias = Literal["running", "complete", "cancelled", "stopped"]


class ProbeRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One parameter with what was asked and found."""

    name: str
    outcome: Outcome
    asked: tuple[Any, ...] = ()
    """The values that were sent, in order."""
    evidence: str = ""
    words: str = ""
    status: int | None = None
    param: str | None = None
    at_ms: int = 0
    """Milliseconds since the epoch."""

    @classmethod
    def of(cls, name: str, asked: Sequence[Json], verdict: Verdict, at_ms: int) -> ProbeRow:
        """A verdict as a row."""
        return cls(
            name=name,
            asked=tuple(asked),
            at_ms=at_ms,
            **{field: getattr(verdict, field) for field in verdict.__struct_fields__},
        )

    def told(self, now_ms: int) -> str:
        """When it was asked, and the verdict: ``2 h ago: honoured (…)``."""
        why = self.verdict.why
        return f"{ago(self.at_ms, now_ms)}: {self.verdict.label}{f' ({why})' if why else ''}"

    @property
    def verdict(self) -> Verdict:
        """The row as a verdict."""
        return Verdict(
            outcome=self.outcome, evidence=self.evidence, words=self.words, status=self.status, param=self.param
        )


class ProbeCard(Struct, frozen=True, kw_only=True):
    """What is known of a model at a service from asking. Holds no key and no header."""

    version: int = VERSION
    provider: str
    base_url: str
    model: str
    at_ms: int
    """When it began, in milliseconds since the epoch."""
    requests: int = 0
    """Sent, repeats included."""
    ended: Ended = "running"
    why: str = ""
    """Why it was stopped before its end."""
    unknown_names: ProbeRow | None = None
    """What became of a name that no service knows."""
    rows: tuple[ProbeRow, ...] = ()
    unasked: tuple[str, ...] = ()
    """What was still to be asked about when it ended."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def takes_anything(self) -> bool:
        """The service takes names that mean nothing, so that being accepted tells little."""
        return self.unknown_names is not None and self.unknown_names.outcome == "accepted"

    def row(self, name: str) -> ProbeRow | None:
        """The row of a parameter."""
        return next((row for row in self.rows if row.name == name), None)

    def over(self, older: ProbeCard | None) -> ProbeCard:
        """This card with the older one's rows for what it has no verdict on: a probe that asked less loses nothing."""
        if older is None or (older.base_url, older.model) != (self.base_url, self.model):
            return self
        told = {row.name: row for row in self.rows if row.outcome != "unknown"}
        before = {row.name: row for row in older.rows if row.name not in told}
        rows = [before.pop(row.name, row) if row.name not in told else row for row in self.rows]
        return msgspec.structs.replace(
            self, rows=(*rows, *before.values()), unknown_names=self.unknown_names or older.unknown_names
        )

    def as_json(self) -> JsonObject:
        """Its JSON form; ``card_of`` reads it back."""
        form: JsonObject = msgspec.to_builtins(self)
        return form


def card_of(data: bytes) -> ProbeCard | None:
    """A card from its JSON text; None where it is damaged or of another version."""
    try:
        card = msgspec.json.decode(data, type=ProbeCard)
    except (msgspec.DecodeError, RecursionError):
        return None
    return card if card.version == VERSION else None

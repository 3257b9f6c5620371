"""The results of a probe: how a service treats each parameter, as displayed and stored."""

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
"""Version of the card's JSON format. Cards of other versions are not read."""

Ended: TypeAlias = Literal["running", "complete", "cancelled", "stopped"]


class ProbeRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Result for one parameter."""

    name: str
    outcome: Outcome
    asked: tuple[Any, ...] = ()
    """The values sent, in order."""
    evidence: str = ""
    words: str = ""
    status: int | None = None
    param: str | None = None
    at_ms: int = 0
    """In milliseconds since the epoch."""

    @classmethod
    def of(cls, name: str, asked: Sequence[Json], verdict: Verdict, at_ms: int) -> ProbeRow:
        """Build a row from a verdict."""
        return cls(
            name=name,
            asked=tuple(asked),
            at_ms=at_ms,
            **{field: getattr(verdict, field) for field in verdict.__struct_fields__},
        )

    def told(self, now_ms: int) -> str:
        """Format age and verdict: ``2 h ago: honoured (…)``."""
        why = self.verdict.why
        return f"{ago(self.at_ms, now_ms)}: {self.verdict.label}{f' ({why})' if why else ''}"

    @property
    def verdict(self) -> Verdict:
        """The row's result as a verdict."""
        return Verdict(
            outcome=self.outcome, evidence=self.evidence, words=self.words, status=self.status, param=self.param
        )


class ProbeCard(Struct, frozen=True, kw_only=True):
    """Probe results for one model of one provider. Contains no key and no header."""

    version: int = VERSION
    provider: str
    base_url: str
    model: str
    at_ms: int
    """Start time in milliseconds since the epoch."""
    requests: int = 0
    """Number of requests sent, including repeats."""
    ended: Ended = "running"
    why: str = ""
    """Why it was stopped early."""
    unknown_names: ProbeRow | None = None
    """Result for a parameter name that no service knows."""
    rows: tuple[ProbeRow, ...] = ()
    unasked: tuple[str, ...] = ()
    """Parameters not yet probed when it ended."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def takes_anything(self) -> bool:
        """Whether the service accepts unknown names, so that "accepted" means little."""
        return self.unknown_names is not None and self.unknown_names.outcome == "accepted"

    def row(self, name: str) -> ProbeRow | None:
        """Return the row of a parameter."""
        return next((row for row in self.rows if row.name == name), None)

    def over(self, older: ProbeCard | None) -> ProbeCard:
        """Return this card, with rows of an older one for parameters that have no verdict here."""
        if older is None or (older.base_url, older.model) != (self.base_url, self.model):
            return self
        told = {row.name: row for row in self.rows if row.outcome != "unknown"}
        before = {row.name: row for row in older.rows if row.name not in told}
        rows = [before.pop(row.name, row) if row.name not in told else row for row in self.rows]
        return msgspec.structs.replace(
            self, rows=(*rows, *before.values()), unknown_names=self.unknown_names or older.unknown_names
        )

    def as_json(self) -> JsonObject:
        """Return the JSON format that ``card_of`` reads."""
        form: JsonObject = msgspec.to_builtins(self)
        return form


def card_of(data: bytes) -> ProbeCard | None:
    """Parse a card; None if it is damaged or has another version."""
    try:
        card = msgspec.json.decode(data, type=ProbeCard)
    except (msgspec.DecodeError, RecursionError):
        return None
    return card if card.version == VERSION else None

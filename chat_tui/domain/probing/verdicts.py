"""Verdicts of a probe on one parameter."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Outcome: TypeAlias = Literal["honoured", "ignored", "accepted", "refused", "broken", "unknown"]

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "honoured": "honoured",
    "ignored": "ignored",
    "accepted": "accepted",
    "refused": "refused",
    "broken": "broken",
    "unknown": "unknown",
}
"""Display names. ``accepted``: no error, and the reply is not conclusive."""


class Verdict(Struct, frozen=True, kw_only=True):
    """One verdict with its evidence."""

    outcome: Outcome
    evidence: str = ""
    """What was observed, in our words; may quote the reply."""
    words: str = ""
    """The service's error message, unaltered."""
    status: int | None = None
    param: str | None = None
    """The member that the service blamed."""

    @property
    def label(self) -> str:
        """Display name of the outcome."""
        return OUTCOME_WORDS[self.outcome]

    @property
    def why(self) -> str:
        """Evidence, status, blamed member and the service's message, as far as available; on one line."""
        told = " ".join(
            part
            for part in (
                str(self.status) if self.status is not None else "",
                f'param "{self.param}":'
                if self.param and self.words
                else f'param "{self.param}"'
                if self.param
                else "",
                self.words,
            )
            if part
        )
        return "; ".join(part for part in (self.evidence, told) if part)

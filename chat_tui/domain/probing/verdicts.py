"""What a probe says of one parameter."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Outcome: TypeAlias = Literal["honoured", "ignored", "accepted", "refused", "broken", "unknown"]

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "honoured": "honoured",
    "ignored": "ignored",
    "accepted": "accepted",
    "refused": "refused",
    "broken": "breaks",
    "unknown": "not known",
}
"""As they are shown. ``accepted``: taken without an error, and the reply does not tell more."""


class Verdict(Struct, frozen=True, kw_only=True):
    """One verdict with what it rests on."""

    outcome: Outcome
    evidence: str = ""
    """What was seen, in our words; may quote the reply."""
    words: str = ""
    """The service's own, unaltered."""
    status: int | None = None
    param: str | None = None
    """The member the service blamed."""

    @property
    def label(self) -> str:
        """The outcome in words."""
        return OUTCOME_WORDS[self.outcome]

    @property
    def why(self) -> str:
        """Status, blamed member, the service's words and what was seen, as far as there is any; one line."""
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

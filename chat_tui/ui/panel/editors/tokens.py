"""The tokenizer interface that editors use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class TokenSource(Protocol):
    """The tokenizer of the selected model. Never raises."""

    async def tokens(self, text: str) -> list[tuple[int, str]] | None:
        """Return ids and texts of a text's tokens; None if the service has no tokenizer."""
        ...

    async def texts(self, ids: Sequence[int]) -> Mapping[int, str] | None:
        """Return the texts of token ids, without invalid ids; None if the service has no tokenizer."""
        ...

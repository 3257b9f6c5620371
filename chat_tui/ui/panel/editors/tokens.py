"""What an editor asks of the model's tokenizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class TokenSource(Protocol):
    """The tokenizer of the model that is chosen. Never raises."""

    async def tokens(self, text: str) -> list[tuple[int, str]] | None:
        """Ids and texts of a text's tokens; None where the service has no tokenizer."""
        ...

    async def texts(self, ids: Sequence[int]) -> Mapping[int, str] | None:
        """Texts of tokens by id; ids that are none are left out. None where the service has no tokenizer."""
        ...

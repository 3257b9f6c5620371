"""Stores the latest probe card for each service and model, in one private file each."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chat_tui.disk.private import open_regular, write_private
from chat_tui.domain.json_values import dump_json

if TYPE_CHECKING:
    from chat_tui.domain.probing.card import ProbeCard

_MOST_BYTES: Final = 4 << 20
"""A card takes some ten kilobytes; a much larger file is not one."""


class ProbeCardFiles:
    """Probe cards by base URL and model. An unusable file counts as missing.

    Args:
        folder: Created when the first card is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, str], ProbeCard | None] = {}

    def card(self, base_url: str, model: str) -> ProbeCard | None:
        """Return the stored card; reads the disk once."""
        place = (base_url, model)
        if place not in self._known:
            self._known[place] = self._read(base_url, model)
        return self._known[place]

    def keep(self, card: ProbeCard) -> None:
        """Store a card in place of the previous one; in memory only if it cannot be written."""
        self._known[card.base_url, card.model] = card
        with suppress(OSError):
            write_private(self._file(card.base_url, card.model), dump_json(card.as_json(), indent=1))

    def _read(self, base_url: str, model: str) -> ProbeCard | None:
        try:
            if not self._folder.is_dir():
                return None
            with os.fdopen(open_regular(self._file(base_url, model), os.O_RDONLY), "rb") as file:
                data = file.read(_MOST_BYTES)
        except OSError:
            return None
        from chat_tui.domain.probing.card import card_of  # seldom needed for the first paint

        card = card_of(data)
        return card if card is not None and (card.base_url, card.model) == (base_url, model) else None

    def _file(self, base_url: str, model: str) -> Path:
        import hashlib  # slow to import, and not needed without stored cards

        name = hashlib.sha256(f"{base_url}\n{model}".encode("utf-8", "replace")).hexdigest()[:32]
        return self._folder / f"{name}.json"

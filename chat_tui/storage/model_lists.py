"""Caches the model lists of services, one file per service, for instant and offline use."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from chat_tui.disk.private import open_regular, write_private
from chat_tui.domain.model_card import MOST_CARDS, ModelCard, names_in_list

VERSION: Final = 1
MOST_BYTES: Final = 16 << 20
"""Maximum file size. A larger list is stored without the raw entries, and if needed truncated."""
_MOST_ENTRY_BYTES: Final = 64 << 10
"""Maximum size of one card; a larger one is stored without its raw entry."""
_FAULTS: Final = (OSError, ValueError, TypeError, RecursionError, msgspec.MsgspecError)


class _KeptCard(msgspec.Struct, omit_defaults=True):
    """A card as stored: the fields of ``ModelCard``, with types for which a decoder can be generated."""

    id: str
    name: str = ""
    description: str = ""
    created_s: int | None = None
    context_length: int | None = None
    max_output: int | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    prices: dict[str, float] = {}
    parameters: frozenset[str] | None = None
    defaults: dict[str, Any] = {}
    entry: dict[str, Any] = {}

    def card(self) -> ModelCard:
        return ModelCard(**{name: getattr(self, name) for name in self.__struct_fields__})


class _File(msgspec.Struct):
    """The contents of a file. Cards are decoded on demand."""

    version: int
    base_url: str
    fetched_s: float
    listed: list[str]
    cards: list[tuple[str, msgspec.Raw]]


class _List(msgspec.Struct):
    """A list in memory."""

    fetched_s: float
    listed: frozenset[str]
    raw: dict[str, msgspec.Raw]
    made: dict[str, ModelCard] = msgspec.field(default_factory=dict)
    """The cards decoded so far."""
    stamp: tuple[int, int] | None = None
    """Size and modification time of the file it was read from."""

    def card(self, model: str) -> ModelCard | None:
        if model not in self.made and model in self.raw and (card := _decoded(self.raw[model], model)) is not None:
            self.made[model] = card
        return self.made.get(model)


class FileModelLists:
    """Implements the engine's ``ModelLists``. A damaged, foreign, oversized or differently versioned file is ignored.

    Args:
        cache_dir: Files go to its folder ``models``, created with mode 0700 with the first list.
        now_s: Returns seconds since the epoch.
    """

    def __init__(self, cache_dir: Path, *, now_s: Callable[[], float] = time.time) -> None:
        self._folder = cache_dir / "models"
        self._now_s = now_s
        self._lists: dict[str, _List | None] = {}

    def cards(self, base_url: str) -> Sequence[ModelCard]:
        """Return the cached list of a service, including one another process stored; empty if it was never fetched."""
        kept = self._latest(base_url)
        return [card for model in kept.raw if (card := kept.card(model)) is not None] if kept is not None else ()

    def fetched_s(self, base_url: str) -> float | None:
        """Return when the cached list was fetched, in seconds since the epoch; None if never."""
        kept = self._latest(base_url)
        return kept.fetched_s if kept is not None else None

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Replace the cached list; in memory only if it cannot be written. May be called from a thread."""
        base_url = _normal(base_url)
        cards = cards[:MOST_CARDS]
        listed = sorted({name for card in cards if card.parameters is not None for name in card.parameters})
        raw = dict(_within(_encoded(cards)) or _within(_encoded(cards, entries=False), cut=True) or ())
        content = _File(VERSION, base_url, self._now_s(), listed, list(raw.items()))
        file = self._file(base_url)
        with suppress(*_FAULTS):
            write_private(file, msgspec.json.encode(content).decode())
        self._lists[base_url] = _List(content.fetched_s, frozenset(listed), raw, stamp=_stamp(file))

    def card(self, base_url: str, model: str) -> ModelCard | None:
        """Return the cached entry of a model. Reads the disk once per process."""
        kept = self._known(base_url)
        if kept is None:
            return None
        return next((card for name in names_in_list(model) if (card := kept.card(name)) is not None), None)

    def listed(self, base_url: str) -> frozenset[str]:
        """Return every parameter that the cached list names for any model; empty if it names none."""
        kept = self._known(base_url)
        return kept.listed if kept is not None else frozenset()

    def _known(self, base_url: str) -> _List | None:
        base_url = _normal(base_url)
        if base_url not in self._lists:
            self._lists[base_url] = self._read(base_url)
        return self._lists[base_url]

    def _latest(self, base_url: str) -> _List | None:
        kept = self._known(base_url)
        base_url = _normal(base_url)
        stamp = _stamp(self._file(base_url))
        if stamp is not None and (kept is None or stamp != kept.stamp):
            kept = self._lists[base_url] = self._read(base_url) or kept
        return kept

    def _file(self, base_url: str) -> Path:
        """Return the file of a service, named by its host and a digest of its address."""
        import hashlib  # slow to import, and not needed without a stored list

        host = re.sub(r"[^a-z0-9.-]+", "_", base_url.partition("://")[2].partition("/")[0].lower())[:60]
        return self._folder / f"{host or 'list'}-{hashlib.sha256(base_url.encode()).hexdigest()[:16]}.json"

    def _read(self, base_url: str) -> _List | None:
        try:
            if not self._folder.is_dir():
                return None
            file = self._file(base_url)
            stamp = _stamp(file)
            with os.fdopen(open_regular(file, os.O_RDONLY), "rb") as opened:
                data = opened.read(2 * MOST_BYTES + 1)
            if len(data) > 2 * MOST_BYTES:
                return None
            content = msgspec.json.decode(data, type=_File)
        except _FAULTS:
            return None
        if content.version != VERSION or content.base_url != base_url:
            return None
        return _List(content.fetched_s, frozenset(content.listed), dict(content.cards[:MOST_CARDS]), stamp=stamp)


def _normal(base_url: str) -> str:
    return base_url.rstrip("/").encode("utf-8", "replace").decode()


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except (OSError, ValueError):
        return None
    return state.st_size, state.st_mtime_ns


def _encoded(cards: Sequence[ModelCard], *, entries: bool = True) -> Iterator[tuple[str, msgspec.Raw]]:
    """Encode each card; one that is too large or not valid JSON is encoded without its raw entry."""
    for card in cards:
        members = {name: getattr(card, name) for name in card.__struct_fields__}
        for entry in ([card.entry] if entries else []) + [{}]:
            with suppress(*_FAULTS):
                data = msgspec.json.encode(_KeptCard(**{**members, "entry": entry}))
                if len(data) <= _MOST_ENTRY_BYTES:
                    yield card.id, msgspec.Raw(data)
                    break


def _within(cards: Iterator[tuple[str, msgspec.Raw]], *, cut: bool = False) -> list[tuple[str, msgspec.Raw]] | None:
    """Return the cards if they fit into a file; otherwise as many as fit (``cut``), or None."""
    held: list[tuple[str, msgspec.Raw]] = []
    size = 0
    for name, raw in cards:
        size += len(bytes(raw)) + len(name) + 8
        if size > MOST_BYTES:
            return held if cut else None
        held.append((name, raw))
    return held


def _decoded(raw: msgspec.Raw, model: str) -> ModelCard | None:
    try:
        kept = msgspec.json.decode(raw, type=_KeptCard)
    except _FAULTS:
        return None
    return kept.card() if kept.id == model else None

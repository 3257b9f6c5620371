"""The model lists of services, one file a service, kept so that they are there at once and without a network."""

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
"""Of a file. A list that would take more is kept without what the service sent, and in the end without its tail."""
_MOST_ENTRY_BYTES: Final = 64 << 10
"""Of one card; a longer one is kept without what the service sent."""
_FAULTS: Final = (OSError, ValueError, TypeError, RecursionError, msgspec.MsgspecError)


class _KeptCard(msgspec.Struct, omit_defaults=True):
    """A card as the file has it: the members of ``ModelCard``, of types a decoder can be made for."""

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
    """What a file holds. Cards are read when they are asked for."""

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
    """The cards that were asked for so far."""
    stamp: tuple[int, int] | None = None
    """Size and time of change of the file it was read from."""

    def card(self, model: str) -> ModelCard | None:
        if model not in self.made and model in self.raw and (card := _decoded(self.raw[model], model)) is not None:
            self.made[model] = card
        return self.made.get(model)


class FileModelLists:
    """Fits ``ModelLists`` of the engine. A file that is damaged, foreign, of another version or too large is no file.

    Args:
        cache_dir: Its folder ``models`` holds the files; made, 0700, with the first list.
        now_s: Seconds since the epoch.
    """

    def __init__(self, cache_dir: Path, *, now_s: Callable[[], float] = time.time) -> None:
        self._folder = cache_dir / "models"
        self._now_s = now_s
        self._lists: dict[str, _List | None] = {}

    def cards(self, base_url: str) -> Sequence[ModelCard]:
        """The kept list of a service, also if another process has replaced it; empty while it was never fetched."""
        kept = self._latest(base_url)
        return [card for model in kept.raw if (card := kept.card(model)) is not None] if kept is not None else ()

    def fetched_s(self, base_url: str) -> float | None:
        """When the kept list was fetched, in seconds since the epoch; None: never."""
        kept = self._latest(base_url)
        return kept.fetched_s if kept is not None else None

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Keep a list in place of the one before; in memory only where the disk refuses. May be called in a thread."""
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
        """The kept entry of a model. The disk is looked at once in a run."""
        kept = self._known(base_url)
        if kept is None:
            return None
        return next((card for name in names_in_list(model) if (card := kept.card(name)) is not None), None)

    def listed(self, base_url: str) -> frozenset[str]:
        """Every parameter the kept list names for any model; empty where it names none."""
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
        """Named by the host for people, and by a digest that tells addresses apart."""
        import hashlib  # slow to load, and of no use where no list was ever kept

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
    """Each card on its own; what cannot be written as JSON, or is overlong, goes without what the service sent."""
    for card in cards:
        members = {name: getattr(card, name) for name in card.__struct_fields__}
        for entry in ([card.entry] if entries else []) + [{}]:
            with suppress(*_FAULTS):
                data = msgspec.json.encode(_KeptCard(**{**members, "entry": entry}))
                if len(data) <= _MOST_ENTRY_BYTES:
                    yield card.id, msgspec.Raw(data)
                    break


def _within(cards: Iterator[tuple[str, msgspec.Raw]], *, cut: bool = False) -> list[tuple[str, msgspec.Raw]] | None:
    """The cards if they fit into a file; if not, as many as do (``cut``) or None."""
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

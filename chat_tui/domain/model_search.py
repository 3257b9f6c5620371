"""Search and sort model cards by typed words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal, TypeAlias

from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_words import is_free, modality_marks

Order: TypeAlias = Literal["as listed", "name", "price", "context", "newest"]
ORDERS: Final[tuple[Order, ...]] = ("as listed", "name", "price", "context", "newest")
FREE: Final = "free"
_RANKS: Final = 7
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")
_WORST: Final = float("inf")


class ModelIndex:
    """A list prepared for searching, since every key press searches all of it."""

    def __init__(self, cards: Sequence[ModelCard]) -> None:
        self.cards = cards
        self._ids = [card.id.lower() for card in cards]
        self._names = [card.name.lower() for card in cards]
        self._squeezed = [_PUNCTUATION.sub("", model) for model in self._ids]
        self._spaced = [f" {_PUNCTUATION.sub(' ', model)} " for model in self._ids]
        self._texts = [card.description.lower() for card in cards]
        self._facts = [_facts(card) for card in cards]
        self._known_facts = frozenset().union(*self._facts) if self._facts else frozenset[str]()
        self._orders: dict[Order, Sequence[int]] = {}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Index in ``cards`` by id."""
        return {card.id: place for place, card in enumerate(self.cards)}

    def find(self, text: str, order: Order = "as listed") -> list[int]:
        """Return the indices of the cards that match every word, best matches first, equal ones in the given order.

        A word that names a known property (``image``, ``tools``, ``free``) matches only models with that property or
        with the word in their id; any other word may occur in id, name or description. Punctuation in an id may be
        omitted.
        """
        words = text.lower().split()
        places = self._ordered(order)
        if not words:
            return list(places)
        ranked: list[list[int]] = [[] for _ in range(_RANKS)]
        whole = " ".join(words)
        tests = [(word, _PUNCTUATION.sub("", word), word in self._known_facts) for word in words]
        for place in places:
            worst = 0
            for word, squeezed, fact in tests:
                rank = self._rank(place, word, squeezed, fact=fact)
                if rank is None:
                    break
                worst = max(worst, rank)
            else:
                ranked[0 if self._ids[place] == whole else worst].append(place)
        return [place for group in ranked for place in group]

    def _rank(self, place: int, word: str, squeezed: str, *, fact: bool) -> int | None:
        """Return the rank of a match of one word: 1 is best; None if it does not match."""
        model = self._ids[place]
        if fact:
            return 4 if word in self._facts[place] or f" {word} " in self._spaced[place] else None
        if word in model:
            return 1 if model.startswith(word) else 2 if f"/{word}" in model else 3
        if word in self._names[place]:
            return 4
        if squeezed and squeezed in self._squeezed[place]:
            return 5
        return 6 if word in self._texts[place] else None

    def _ordered(self, order: Order) -> Sequence[int]:
        if order not in self._orders:
            places: Sequence[int] = range(len(self.cards))
            key = _KEYS.get(order)
            if key is not None:
                keys = [key(card) for card in self.cards]
                places = sorted(places, key=keys.__getitem__)
            self._orders[order] = places
        return self._orders[order]


def _facts(card: ModelCard) -> frozenset[str]:
    facts = (card.parameters or frozenset()) | {*card.inputs, *card.outputs}
    facts |= set(modality_marks(card).replace("→", "").split())
    return facts | {FREE} if is_free(card) else facts


def _price(card: ModelCard) -> float:
    """Sort key: cost of a prompt and a reply of equal length; models without a price come last."""
    if "prompt" not in card.prices and "completion" not in card.prices:
        return _WORST
    return card.prices.get("prompt", 0.0) + card.prices.get("completion", 0.0)


_KEYS: Final[Mapping[Order, Callable[[ModelCard], float | str]]] = {
    "name": lambda card: (card.name or card.id).lower(),
    "price": _price,
    "context": lambda card: -(card.context_length or 0),
    "newest": lambda card: -(card.created_s or 0),
}

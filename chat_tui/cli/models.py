"""Implements ``chat-tui models``: lists a service's models, fetched or cached, with context, prices and modalities."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from chat_tui.cli import diagnostics, output, start
from chat_tui.cli.arguments import parse
from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.literal import visible_line
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_words import is_free, modality_marks, per_million, token_count
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.engine.model_refresh import list_age, refreshed
from chat_tui.engine.services import Services


def run(command: str, argv: list[str]) -> int:
    """List the models whose id, name, description, modalities or parameters match every word."""
    args = parse(command, argv, describe)
    ready = start.setup(args)
    services = ready.services
    provider = services.providers[ready.choose().provider]
    cards = _kept(services, provider) if args.cached else _fetched(services, provider)
    found = _matching(cards, args.words, args.order)
    if args.json:
        output.json_line([as_json(card) for card in found], indent=2)
        return diagnostics.OK
    if not found:
        diagnostics.note(f"None of the {len(cards):,} models of {provider.id} matches {' '.join(args.words)!r}.")
    output.table(table(found) if found else [])
    return diagnostics.OK


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="list only models that match every word: image, tools, free …"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with each entry as the service sent it")
    parser.add_argument("--cached", action="store_true", help="show the cached list; send nothing")
    parser.add_argument(
        "--order",
        choices=("as listed", "name", "price", "context", "newest"),
        default="as listed",
        metavar="ORDER",
        help="sort by name, price, context or newest (default: as the service lists them)",
    )


def _kept(services: Services, provider: Provider) -> Sequence[ModelCard]:
    cards = services.model_lists.cards(provider.base_url)
    if not cards:
        raise ProblemError(
            Problem(kind="usage", what=f"No saved model list for {provider.id}", hint="Omit --cached to fetch it.")
        )
    diagnostics.note(f"The model list of {provider.id} was fetched {list_age(services, provider)}.")
    return cards


def _fetched(services: Services, provider: Provider) -> Sequence[ModelCard]:
    import asyncio

    async def fetch() -> Sequence[ModelCard]:
        try:
            return await refreshed(services, provider)
        finally:
            await services.backend.aclose()

    cards = asyncio.run(fetch())
    if not cards:
        raise ProblemError(Problem(kind="protocol", what=f"{provider.id} lists no models"))
    return cards


def _matching(cards: Sequence[ModelCard], words: Sequence[str], order: str) -> list[ModelCard]:
    from chat_tui.domain.model_search import ORDERS, ModelIndex

    known = next(each for each in ORDERS if each == order)
    return [cards[place] for place in ModelIndex(cards).find(" ".join(words), known)]


def table(cards: Sequence[ModelCard]) -> list[tuple[str, ...]]:
    """Return the rows of a table, without columns that would be empty."""
    head = ("model", "context", "out", "$/M in", "$/M out", "besides text")
    rows = [
        (
            visible_line(card.id),
            token_count(card.context_length),
            token_count(card.max_output),
            "free" if is_free(card) else per_million(card.prices.get("prompt")),
            "free" if is_free(card) else per_million(card.prices.get("completion")),
            modality_marks(card),
        )
        for card in cards
    ]
    kept = [0, *(column for column in range(1, len(head)) if any(row[column] for row in rows))]
    if kept == [0]:
        return [(row[0],) for row in rows]
    return [tuple(row[column] for column in kept) for row in (head, *rows)]


def as_json(card: ModelCard) -> JsonObject:
    """Return the known fields of a card under their own names, and the entry as the service sent it."""
    parameters: list[Json] = [*sorted(card.parameters or ())]
    members: JsonObject = {
        "id": card.id,
        "name": card.name,
        "description": card.description,
        "created_s": card.created_s,
        "context_length": card.context_length,
        "max_output": card.max_output,
        "inputs": list(card.inputs),
        "outputs": list(card.outputs),
        "prices": dict(card.prices),
        "parameters": parameters,
        "defaults": dict(card.defaults),
        "entry": card.entry,
    }
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}

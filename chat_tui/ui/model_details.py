"""Details of one model, as a few lines below the list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from textual.content import Content

from chat_tui.domain.literal import visible_line
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.model_words import price_words, token_count

_QUIET = "$foreground 60%"
_LONGEST = 600
"""Maximum number of characters of a description; more does not fit."""


def details(card: ModelCard, lacking: Sequence[str]) -> Content:
    """Format name and date, size and modalities, prices, parameters and the beginning of the description.

    Args:
        card: The model.
        lacking: Parameters that are set now and that the service's list does not name for this model.
    """
    name: list[tuple[str, str]] = [(visible_line(card.name or card.id), "bold")]
    if card.created_s is not None:
        name.append((f"  created {datetime.fromtimestamp(card.created_s, UTC):%Y-%m-%d}", _QUIET))
    lines = [Content.assemble(*name)]
    lines += [Content(visible_line(" · ".join(facts))) for facts in ([*_size(card)], [*_costs(card)]) if facts]
    if lacking:
        words = f"set, but not listed for this model: {', '.join(lacking)}"
        lines.append(Content.styled(visible_line(words), "$warning"))
    if card.description:
        words = " ".join(card.description[:_LONGEST].split())
        lines.append(Content.styled(visible_line(words), _QUIET))
    return Content("\n").join(lines)


def _size(card: ModelCard) -> Iterator[str]:
    if card.context_length is not None:
        yield f"{token_count(card.context_length)} tokens of context"
    if card.max_output is not None:
        yield (
            f"up to {token_count(card.max_output)} of output"
            if card.context_length
            else (f"up to {token_count(card.max_output)} tokens of output")
        )
    if card.inputs:
        yield f"accepts {', '.join(card.inputs)}"
    if card.outputs and card.outputs != ("text",):
        yield f"answers in {', '.join(card.outputs)}"


def _costs(card: ModelCard) -> Iterator[str]:
    if card.prices:
        yield price_words(card)
    if card.parameters:
        yield f"{len(card.parameters)} parameters listed"

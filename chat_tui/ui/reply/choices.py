"""The choices of a reply: how each ended and what it contains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chat_tui.domain.counts import counted
from chat_tui.domain.json_values import Json, value_at
from chat_tui.domain.reply import ChoiceState
from chat_tui.ui.reply.rows import Row, nested, section, text_of, words_of

_MOST_LINKS = 20


class Lengths:
    """Lengths of the choices' texts, counted incrementally."""

    def __init__(self) -> None:
        self._counted: dict[tuple[int, str], tuple[int, int]] = {}

    def of(self, choice: ChoiceState, name: str, parts: Sequence[str]) -> int:
        """Return the number of characters of one of a choice's texts; ``parts`` must only grow."""
        count, length = self._counted.get((choice.index, name), (0, 0))
        length += sum(len(parts[place]) for place in range(count, len(parts)))
        self._counted[choice.index, name] = len(parts), length
        return length


def choice_rows(choices: Sequence[ChoiceState], lengths: Lengths, shown: int | None) -> list[Row]:
    """Build the rows of all choices; if there are several, the one whose message is inspected is marked."""
    rows: list[Row] = []
    for choice in choices:
        if len(choices) == 1:
            rows += section("Answer", [Row("finish reason", choice.finish_reason or "-"), *_parts(choice, lengths)])
        else:
            mark = "  ◂ selected" if choice.index == shown else ""
            head = Row(f"choice {choice.index}", f"{choice.finish_reason or '-'}{mark}", "value" if mark else "text")
            rows += [head, *(_deeper(row) for row in _parts(choice, lengths) if row.value)]
    return rows if len(choices) <= 1 else section("Choices", rows)


def _deeper(row: Row) -> Row:
    return Row(row.label, row.value, row.ink, row.depth + 1)


def _parts(choice: ChoiceState, lengths: Lengths) -> Iterator[Row]:
    """Yield the parts of a choice with their sizes; missing parts have no value."""
    yield Row("native reason", choice.native_finish_reason or "")
    yield Row("role", choice.role if choice.role != "assistant" else "", "warn")
    yield Row("content", _characters(lengths.of(choice, "content", choice.content)))
    thought = _characters(lengths.of(choice, "reasoning", choice.reasoning))
    yield Row("reasoning", f"{thought} in {choice.reasoning_field}" if thought and choice.reasoning_field else thought)
    yield Row("refusal", text_of("".join(choice.refusal)) if choice.refusal else "", "error")
    calls = choice.tool_calls.ordered()
    yield Row("tool calls", f"{len(calls)}: {', '.join(call.name or '?' for call in calls)}" if calls else "")
    if choice.function_call is not None:
        yield Row("function call", choice.function_call.name or "?")
    if choice.audio is not None:
        yield Row("audio", choice.audio.id or "no id")
    yield Row("images", str(len(choice.images)) if choice.images else "")
    for name, tokens in choice.logprobs.items():
        count = counted(len(tokens), "token")
        yield Row("probabilities", count if name == "content" else f"{count} of the {name}")
    yield from _annotations(choice.annotations)
    for name, value in choice.extra.items():
        yield from nested(words_of(name), value)


def _annotations(annotations: Sequence[Json]) -> Iterator[Row]:
    """Yield their number and the URLs they contain, literal."""
    if annotations:
        yield Row("annotations", str(len(annotations)))
    links = [value_at(note, ("url_citation", "url")) for note in annotations if isinstance(note, dict)]
    for link in [link for link in links if isinstance(link, str)][:_MOST_LINKS]:
        yield Row("", text_of(link), "name")


def _characters(length: int) -> str:
    return counted(length, "character") if length else ""

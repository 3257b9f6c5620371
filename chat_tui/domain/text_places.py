"""Map between stream events and the ranges of the reply's texts that they added."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.events import StreamEvent
from chat_tui.domain.merging.choice import ChoiceState
from chat_tui.domain.reply import Reply

TextKind: TypeAlias = Literal["content", "reasoning", "refusal", "arguments", "input", "function_call"]


class TextName(Struct, frozen=True):
    """Identifies one text of a reply."""

    choice: int
    kind: TextKind
    """``arguments`` of a function, ``input`` of a custom tool; ``function_call``: arguments of the deprecated form."""
    call: int = 0
    """Index of the tool call, in order of first appearance."""


class Stretch(Struct, frozen=True):
    """The range from ``start`` to ``end`` of a text, in characters."""

    name: TextName
    start: int
    end: int


class _Growth:
    """One text, with the start of the range that each event added."""

    def __init__(self) -> None:
        self.parts = 0
        self.length = 0
        self.starts: list[int] = []
        self.events: list[int] = []


class TextPlaces:
    """Merges the events of one exchange like ``Reply``, and records what each of them added.

    Args:
        plain: The response is one JSON document, passed as one event.
    """

    def __init__(self, *, plain: bool = False) -> None:
        self._reply = Reply(plain=plain)
        self._texts: dict[TextName, _Growth] = {}
        self._brought: dict[int, list[Stretch]] = {}
        self._folded = 0

    @property
    def folded(self) -> int:
        """Number of events merged."""
        return self._folded

    def take(self, events: Sequence[StreamEvent], *, at_most: int | None = None) -> None:
        """Merge the events that were added to the list since the last call.

        Args:
            events: All events so far.
            at_most: Maximum number of events to merge in this call.
        """
        end = len(events) if at_most is None else min(len(events), self._folded + at_most)
        for number in range(self._folded, end):
            before = self._reply.token_events
            self._reply.apply(events[number])
            if self._reply.token_events != before:
                self._note(number)
        self._folded = max(self._folded, end)

    def close(self) -> None:
        """End the stream: an incomplete character becomes U+FFFD, attributed to the last event."""
        self._reply.close()
        self._note(max(0, self._folded - 1))

    def brought_by(self, number: int) -> Sequence[Stretch]:
        """Return the ranges that an event added, in the order of the reply's members; empty for events without text.

        Args:
            number: Index of the event, from 0.
        """
        return self._brought.get(number, ())

    def event_at(self, name: TextName, offset: int) -> int | None:
        """Return the event that added a character; beyond the end, the last one; None for an unknown or empty text."""
        growth = self._texts.get(name)
        if growth is None or not growth.starts:
            return None
        return growth.events[max(0, bisect_right(growth.starts, offset) - 1)]

    def names(self) -> list[TextName]:
        """Return the texts received so far."""
        return list(self._texts)

    def _note(self, number: int) -> None:
        for choice in self._reply.choices:
            for name, parts in _texts_of(choice):
                growth = self._texts.get(name)
                if growth is None:
                    if not parts:
                        continue
                    growth = self._texts[name] = _Growth()
                if len(parts) > growth.parts:
                    added = sum(map(len, parts[growth.parts :]))
                    growth.starts.append(growth.length)
                    growth.events.append(number)
                    self._brought.setdefault(number, []).append(Stretch(name, growth.length, growth.length + added))
                    growth.parts = len(parts)
                    growth.length += added


def _texts_of(choice: ChoiceState) -> Iterator[tuple[TextName, list[str]]]:
    index = choice.index
    yield TextName(index, "reasoning"), choice.reasoning
    yield TextName(index, "content"), choice.content
    yield TextName(index, "refusal"), choice.refusal
    for number, call in enumerate(choice.tool_calls.states):
        yield TextName(index, "arguments", number), call.function.text.parts
        if call.custom is not None:
            yield TextName(index, "input", number), call.custom.text.parts
    if choice.function_call is not None:
        yield TextName(index, "function_call"), choice.function_call.text.parts

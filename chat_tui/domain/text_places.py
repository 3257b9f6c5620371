"""Which event brought which stretch of the reply's texts, and the other way round."""

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
    """One growing text of a reply."""

    choice: int
    kind: TextKind
    """``arguments`` of a function, ``input`` of a custom tool; ``function_call``: the arguments of the retired one."""
    call: int = 0
    """Which tool call, in order of first appearance."""


class Stretch(Struct, frozen=True):
    """Characters ``start`` to ``end`` of a text."""

    name: TextName
    start: int
    end: int


class _Growth:
    """One text: where the stretch of each event begins."""

    def __init__(self) -> None:
        self.parts = 0
        self.length = 0
        self.starts: list[int] = []
        self.events: list[int] = []


class TextPlaces:
    """Folds the events of one exchange with the reply's own fold, and notes what each one made longer.

    Args:
        plain: The answer is one JSON document, which comes as one event.
    """

    def __init__(self, *, plain: bool = False) -> None:
        self._reply = Reply(plain=plain)
        self._texts: dict[TextName, _Growth] = {}
        self._brought: dict[int, list[Stretch]] = {}
        self._folded = 0

    @property
    def folded(self) -> int:
        """How many events were taken."""
        return self._folded

    def take(self, events: Sequence[StreamEvent], *, at_most: int | None = None) -> None:
        """Fold what this growing list holds beyond what was taken before.

        Args:
            events: All events so far.
            at_most: Leave the rest for another time.
        """
        end = len(events) if at_most is None else min(len(events), self._folded + at_most)
        for number in range(self._folded, end):
            before = self._reply.token_events
            self._reply.apply(events[number])
            if self._reply.token_events != before:
                self._note(number)
        self._folded = max(self._folded, end)

    def close(self) -> None:
        """Nothing more will come: half a character still waiting becomes U+FFFD, brought by the last event."""
        self._reply.close()
        self._note(max(0, self._folded - 1))

    def brought_by(self, number: int) -> Sequence[Stretch]:
        """What an event made longer, in the order of the reply's members; nothing for most events without text.

        Args:
            number: Which event, from 0.
        """
        return self._brought.get(number, ())

    def event_at(self, name: TextName, offset: int) -> int | None:
        """The event that brought a character of a text; the last one beyond its end, None where there is no text."""
        growth = self._texts.get(name)
        if growth is None or not growth.starts:
            return None
        return growth.events[max(0, bisect_right(growth.starts, offset) - 1)]

    def names(self) -> list[TextName]:
        """The texts that have grown so far."""
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

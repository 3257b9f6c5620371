"""Compare two replies to the same request: equality, word diffs, and what else changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import zip_longest
from typing import Final

from msgspec import Struct

from chat_tui.domain.change_lines import told
from chat_tui.domain.json_diff import Change, diff
from chat_tui.domain.json_values import Json, JsonObject, parse_json
from chat_tui.domain.reply_facts import Called, ReplyFacts, Said
from chat_tui.domain.word_diff import Piece, likeness, marked, word_diff

_FACTS: Final = (
    ("outcome", "outcome", ""),
    ("model", "model", ""),
    ("fingerprint", "fingerprint", ""),
    ("prompt_tokens", "prompt tokens", ""),
    ("completion_tokens", "completion tokens", ""),
    ("cost", "cost", "$"),
    ("first_token_s", "first token", "s"),
    ("total_s", "total", "s"),
)
"""Attribute, display name, unit."""


class FactChange(Struct, frozen=True):
    """A changed fact about the reply."""

    name: str
    before: Json
    after: Json
    unit: str = ""
    """``s`` or ``$``; empty for values without a unit."""

    def words(self) -> str:
        """Format the change: ``finish reason stop → length``."""
        return f"{self.name} {_shown(self.before, self.unit)} → {_shown(self.after, self.unit)}"


class CallChange(Struct, frozen=True):
    """A tool call that was changed, removed or added."""

    place: int
    """Index among the calls of its choice, from 0."""
    before: Called | None
    after: Called | None
    changes: tuple[Change, ...] = ()
    """Changes of the arguments, if both are JSON."""
    pieces: tuple[Piece, ...] = ()
    """Word diff of the arguments, if they are not."""

    def words(self) -> str:
        """Format the change on one line."""
        if self.before is None or self.after is None:
            call = self.before or self.after or Called("", "")
            return f"tool call {'+' if self.before is None else '−'}{call.name}({call.arguments})"
        name = self.after.name
        if self.before.name != name:
            name = f"{self.before.name} → {name}"
        detail = told(self.changes, most=6) if self.changes else marked(self.pieces)
        return f"tool call {name}: {detail}" if detail else f"tool call {name}"


class ChoiceComparison(Struct, frozen=True, dict=True):
    """One choice on both sides; None where there is none with this index."""

    index: int
    old: Said | None
    new: Said | None

    @cached_property
    def content(self) -> tuple[Piece, ...]:
        """Word diff of the content, followed by the refusal if there is one."""
        return word_diff(_answer(self.old), _answer(self.new))

    @cached_property
    def reasoning(self) -> tuple[Piece, ...]:
        """Word diff of the reasoning; empty if neither side has any."""
        return word_diff(self.old.reasoning if self.old else "", self.new.reasoning if self.new else "")

    @cached_property
    def calls(self) -> tuple[CallChange, ...]:
        """The tool calls that differ, paired by position."""
        return tuple(_call_changes(self.old.calls if self.old else (), self.new.calls if self.new else ()))

    @cached_property
    def likeness(self) -> float:
        """Similarity of content, refusal and tool calls by word, 0 to 1; 0 if one side lacks the choice."""
        if self.old is None or self.new is None:
            return 0.0
        return likeness(word_diff(self.old.text(), self.new.text()))

    @property
    def same(self) -> bool:
        """Whether content, refusal, tool calls (ignoring their ids), images and finish reason are identical."""
        if self.old is None or self.new is None:
            return False
        return _exactly(self.old) == _exactly(self.new)

    @property
    def reasoned_otherwise(self) -> bool:
        """Whether the reasoning differs."""
        return any(piece.kind != "same" for piece in self.reasoning)

    @property
    def ended_otherwise(self) -> FactChange | None:
        """The change of the finish reason, if it changed."""
        if self.old is None or self.new is None or self.old.finish_reason == self.new.finish_reason:
            return None
        return FactChange("finish reason", self.old.finish_reason, self.new.finish_reason)


class ReplyComparison(Struct, frozen=True, dict=True):
    """Comparison of two replies by choice."""

    old: ReplyFacts
    new: ReplyFacts

    @cached_property
    def choices(self) -> tuple[ChoiceComparison, ...]:
        """The choices of either side, by index."""
        old, new = ({said.index: said for said in facts.choices} for facts in (self.old, self.new))
        return tuple(ChoiceComparison(index, old.get(index), new.get(index)) for index in sorted({**old, **new}))

    @property
    def same(self) -> bool:
        """Whether every choice is the same; reasoning, times, token counts and names may differ."""
        return all(choice.same for choice in self.choices)

    @cached_property
    def likeness(self) -> float:
        """The lowest similarity of all choices; 1 if neither side has any."""
        return min((choice.likeness for choice in self.choices), default=1.0)

    @cached_property
    def facts(self) -> tuple[FactChange, ...]:
        """Changed facts about the reply as a whole, times last. A value unknown on one side is not a change."""
        pairs = ((words, getattr(self.old, name), getattr(self.new, name), unit) for name, words, unit in _FACTS)
        return tuple(
            FactChange(words, before, after, unit)
            for words, before, after, unit in pairs
            if before != after and before is not None and after is not None
        )

    def changes(self) -> list[str]:
        """Return all changes except those of the text, one line each."""
        several = len(self.choices) > 1
        lines: list[str] = []
        for choice in self.choices:
            where = f"choice {choice.index + 1}: " if several else ""
            lines += [where + words for words in _choice_words(choice)]
        return [*lines, *(fact.words() for fact in self.facts)]

    def as_json(self) -> JsonObject:
        """Return both sides, the word diff of every choice, and the other changes."""
        return {
            "same": self.same,
            "similarity": round(self.likeness, 4),
            "old": self.old.as_json(),
            "new": self.new.as_json(),
            "diff": [
                {
                    "index": choice.index,
                    "same": choice.same,
                    "similarity": round(choice.likeness, 4),
                    "marked": marked(choice.content),
                    "pieces": [[piece.kind, piece.text] for piece in choice.content],
                }
                for choice in self.choices
            ],
            "changes": [*self.changes()],
        }


def _choice_words(choice: ChoiceComparison) -> Iterator[str]:
    if choice.old is None or choice.new is None:
        yield "added" if choice.old is None else "removed"
        return
    if (ended := choice.ended_otherwise) is not None:
        yield ended.words()
    for call in choice.calls:
        yield call.words()
    before, after = choice.old.images, choice.new.images
    if before != after:
        yield f"images {len(before)} → {len(after)}" if len(before) != len(after) else "different images"
    if choice.reasoned_otherwise:
        yield f"reasoning similarity {likeness(choice.reasoning):.2f}"


def _exactly(said: Said) -> tuple[object, ...]:
    return said.content, said.refusal, said.calls, said.images, said.finish_reason


def _answer(said: Said | None) -> str:
    """The text shown in the transcript: content, with a refusal below it."""
    return "" if said is None else "\n".join(part for part in (said.content, said.refusal) if part)


def _call_changes(old: tuple[Called, ...], new: tuple[Called, ...]) -> Iterator[CallChange]:
    for place, (before, after) in enumerate(zip_longest(old, new)):
        if before == after:
            continue
        if before is None or after is None:
            yield CallChange(place, before, after)
            continue
        left, right = json_of(before.arguments), json_of(after.arguments)
        if left is not None and right is not None:
            yield CallChange(place, before, after, changes=diff(left[0], right[0]))
        else:
            yield CallChange(place, before, after, pieces=word_diff(before.arguments, after.arguments))


def json_of(text: str) -> tuple[Json] | None:
    """Parse a text as JSON; the value is in a tuple, since it may be null. None if it is not JSON."""
    try:
        return (parse_json(text),)
    except ValueError:
        return None


def _shown(value: Json, unit: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else str(value)
    if unit == "$":
        return f"${value:.6f}".rstrip("0").rstrip(".")
    return f"{value:.2f} s" if unit == "s" else f"{value:,}"

"""Criteria by which a repeated reply passes: exact match, equal JSON, valid against its schema, or similarity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_diff import same
from chat_tui.domain.json_values import Json
from chat_tui.domain.reply_comparison import ChoiceComparison, ReplyComparison, json_of
from chat_tui.domain.reply_facts import Called, Said
from chat_tui.domain.schema_fit import misfit, schema_of, tool_schemas

Kind: TypeAlias = Literal["exact", "json", "schema", "similarity"]


class Check(Struct, frozen=True):
    """One criterion for whether a reply passes.

    ``exact``: content, refusal, tool calls (ignoring their ids) and finish reason of every choice are equal.
    ``json``: content and tool arguments are equal as JSON; number types matter, member order does not.
    ``schema``: the new content is valid against the schema of its request's output format, and tool arguments against
    that of their tool; the old reply is ignored.
    ``similarity``: every choice has at least the similarity ``least``, see ``word_diff.likeness``.
    """

    kind: Kind = "exact"
    least: float = 1.0
    """Threshold of ``similarity``, 0 to 1."""

    def words(self) -> str:
        """Format the criterion: ``exact``, ``similarity 0.8``."""
        return f"{self.kind} {self.least:g}" if self.kind == "similarity" else self.kind

    def fault(self, comparison: ReplyComparison, body: Mapping[str, Json]) -> str:
        """Return why the new reply fails, in one clause; empty if it passes.

        Args:
            comparison: The comparison with a complete new reply.
            body: The body of the new request.
        """
        several = len(comparison.choices) > 1
        for choice in comparison.choices:
            fault = next(self._faults(choice, body), "")
            if fault:
                return f"choice {choice.index + 1}: {fault}" if several else fault
        return ""

    def _faults(self, choice: ChoiceComparison, body: Mapping[str, Json]) -> Iterator[str]:
        if choice.new is None:
            yield "it is missing from the new reply"
        elif self.kind == "schema":
            yield from _schema_faults(choice.new, body)
        elif choice.old is None:
            yield "it is not in the recorded reply"
        elif self.kind == "json":
            yield from _json_faults(choice.old, choice.new)
        elif self.kind == "similarity":
            if choice.likeness < self.least:
                yield f"similarity {choice.likeness:.2f}"
        elif not choice.same:
            yield "not identical"


def has_schema(body: Mapping[str, Json]) -> bool:
    """Return whether a request contains a schema to validate its reply against."""
    return schema_of(body) is not None or bool(tool_schemas(body))


def _schema_faults(new: Said, body: Mapping[str, Json]) -> Iterator[str]:
    schema, tools = schema_of(body), tool_schemas(body)
    if schema is not None and not (new.calls and not new.content):
        fault = misfit(new.content, schema)
        if fault:
            yield fault
    for call in new.calls:
        if call.name in tools:
            fault = misfit(call.arguments or "{}", tools[call.name])
            if fault:
                yield f"arguments of {call.name}: {fault}"
        elif tools:
            yield f"unknown tool {call.name}"


def _json_faults(old: Said, new: Said) -> Iterator[str]:
    if [call.name for call in old.calls] != [call.name for call in new.calls]:
        yield "different tools are called"
        return
    texts = [("the content", old.content, new.content), ("the refusal", old.refusal, new.refusal)]
    texts += [_arguments(*pair) for pair in zip(old.calls, new.calls, strict=True)]
    for what, before, after in texts:
        if before == after:
            continue
        left, right = json_of(before), json_of(after)
        if left is None or right is None:
            yield f"{what}: not JSON before" if left is None else f"{what}: not JSON now"
        elif not same(left[0], right[0]):
            yield f"{what}: different JSON"


def _arguments(before: Called, after: Called) -> tuple[str, str, str]:
    return f"the arguments of {after.name}", before.arguments, after.arguments

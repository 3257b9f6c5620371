"""Facts about the branches of a session: model, outcome, time, and the requests in which they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from chat_tui.domain.conversation import Node, text_of
from chat_tui.domain.session import first_words
from chat_tui.engine.turns import asked_of

if TYPE_CHECKING:
    from chat_tui.domain.branches import Branch
    from chat_tui.domain.json_values import JsonObject
    from chat_tui.engine.turns import Turn
    from chat_tui.engine.workbench import Workbench

_OUTCOMES = {"truncated": "cut off", "stopped": "stopped", "error": "failed"}
_WORDS = 160
"""Maximum number of characters shown of a message."""


class BranchFacts(Struct, frozen=True):
    """The facts that a list of branches shows about one branch."""

    model: str
    """The model of the branch's own last reply; empty without one."""
    asked: tuple[JsonObject, JsonObject]
    """First request bodies, without messages: of the branch it forks from, and of this one."""
    outcome: str
    """How its last message ended; empty if it completed normally."""
    at_ms: int | None
    """When the last message was written, in milliseconds since the epoch."""


class FactBook:
    """Computes facts lazily, per branch; must be recreated when the session has changed."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._tries = {turn.head: turn for turn in bench.exchanges.values()}

    def of(self, branch: Branch) -> BranchFacts:
        """Return the facts about one branch."""
        before, own = (self._asked(exchange) for exchange in branch.compared)
        leaf = branch.leaf
        written = leaf.at_ms if leaf.at_ms is not None else self._bench.times.get(leaf.id)
        return BranchFacts(self._model(branch), (before, own), self._outcome(leaf), written)

    def speaker(self, node: Node) -> str:
        """Return who wrote a message: a model's name, else the role."""
        return self._model_of(node) or str(node.message.get("role", ""))

    def _turn(self, exchange: str | None) -> Turn | None:
        return self._bench.exchanges.get(exchange) if exchange is not None else None

    def _asked(self, exchange: str | None) -> JsonObject:
        turn = self._turn(exchange)
        return asked_of(turn) if turn is not None else {}

    def _model(self, branch: Branch) -> str:
        return next((model for node in reversed(branch.own) if (model := self._model_of(node))), "")

    def _model_of(self, node: Node) -> str:
        if node.model:
            return node.model
        turn = self._turn(node.exchange)
        if turn is None:
            return ""
        if turn.settings is not None:
            return turn.settings.model
        model = asked_of(turn).get("model")
        return model if isinstance(model, str) else ""

    def _outcome(self, leaf: Node) -> str:
        turn = self._turn(leaf.exchange) or self._tries.get(leaf.id)
        if turn is None:
            return "not sent" if leaf.message.get("role") == "user" else ""
        return _outcome_of(turn)


def words_of(node: Node) -> str:
    """Return the first words of a message, or the names of its tool calls if it has no text."""
    said = first_words(text_of(node.message), _WORDS)
    calls = node.message.get("tool_calls")
    if said or not isinstance(calls, list):
        return said
    named = (call.get("function") for call in calls if isinstance(call, dict))
    names = (each.get("name") for each in named if isinstance(each, dict))
    return "calls " + ", ".join(name for name in names if isinstance(name, str))


def _outcome_of(turn: Turn) -> str:
    from chat_tui.domain.session import RecordedExchange

    if isinstance(turn, RecordedExchange):
        outcome = str((turn.end or {}).get("outcome", "truncated"))
    elif not turn.done:
        return "running"
    else:
        outcome = turn.reply.outcome
    return _OUTCOMES.get(outcome, "")

"""The questions of one probe: what is asked of this service and model, and what was learnt so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject, dump_json, with_value
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.recipes import Mood, Opening
from chat_tui.domain.probing.verdicts import Verdict

_LOOKED_AT: Final = 400
"""Characters of a reply; more come only from a service that keeps no ceiling."""


class ProbeCase(Struct, frozen=True, kw_only=True):
    """One parameter to be asked about: a request for each value."""

    name: str
    """Wire name."""
    path: tuple[str, ...]
    """The name as steps into the body."""
    values: tuple[Json, ...]
    judge: str = "accepted"
    expect: Json = None
    draws: bool = False
    """The value is a word of the reply it is compared with, where that has one."""
    along: tuple[tuple[tuple[str, ...], Json], ...] = ()
    """Members that must be sent with it, by path."""
    without: tuple[str, ...] = ()
    """Members of the opening request that must not be sent with it."""
    mood: Mood = ""
    against: str = ""
    prompt: str = ""
    tokens: int = 0
    leads: bool = False
    """Others lean on its answer."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Other parameters without which there is nothing to ask."""
        return tuple(dict.fromkeys(path[0] for path, _ in self.along if path[0] != self.path[0]))


class LeftOut(Struct, frozen=True):
    """A parameter that is not asked about, and why."""

    name: str
    reason: str


class ProbePlan(Struct, frozen=True, kw_only=True):
    """Everything a probe will ask of one model at one service."""

    provider: str
    base_url: str
    model: str
    opening: Opening
    """``ceilings`` are those that can be expected to work here; ``steady`` and ``lively`` lie in the ranges here."""
    cases: tuple[ProbeCase, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def requests(self) -> int:
        """How many requests it takes when nothing fails: the opening, the unknown name, and each value."""
        return 2 + sum(len(case.values) for case in self.cases)

    @property
    def most_tokens(self) -> int:
        """Tokens in and out, rounded up, as long as the service keeps the ceiling of a reply."""
        ceiling = self.opening.ceilings[0] if self.opening.ceilings else ""
        start = Context(plan=self, body=opening_body(self, ceiling))
        plain = _guess(start.body) + self.opening.tokens
        return 2 * plain + sum(self._tokens_of(case, start) for case in self.cases)

    def _tokens_of(self, case: ProbeCase, start: Context) -> int:
        bodies = bodies_of(case, start)
        out = case.tokens or self.opening.tokens
        several = [value for value in case.values if isinstance(value, int)] if case.judge == "choices" else [1]
        return sum(map(_guess, bodies)) + out * len(bodies) * max([1, *several])


class Context(Struct, frozen=True, kw_only=True):
    """What a probe knows when it asks the next question."""

    plan: ProbePlan
    body: JsonObject = field(default_factory=dict)
    """The opening request that was answered."""
    opening: Answer = field(default_factory=Answer)
    steady: Answer | None = None
    """The reply of the steady mood, where it repeated."""
    varies: bool = False
    """The reply of the lively mood was another one."""
    refused: frozenset[str] = frozenset()
    """Top-level members that were refused."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """The last whole answer of each question so far."""

    def mood(self, name: Mood) -> JsonObject:
        """The members that make replies repeat, or differ; without those that were refused."""
        opening = self.plan.opening
        members = {"steady": opening.steady, "lively": opening.lively}.get(name, {})
        return {member: value for member, value in members.items() if member not in self.refused}

    def mood_words(self, name: Mood) -> str:
        """Those members in words: ``NAME VALUE``."""
        return ", ".join(f"{member} {dump_json(value)}" for member, value in self.mood(name).items())


def opening_body(plan: ProbePlan, ceiling: str) -> JsonObject:
    """The body of the opening request, with one ceiling or none."""
    body: JsonObject = {"model": plan.model} if plan.model else {}
    body["messages"] = [{"role": "user", "content": plan.opening.prompt}]
    return {**body, ceiling: plan.opening.tokens} if ceiling else body


def reference(case: ProbeCase, context: Context) -> Answer:
    """The answer with which those of a question are compared."""
    if case.against:
        return context.answers.get(case.against, Answer())
    return context.steady if case.mood == "steady" and context.steady is not None else context.opening


def bodies_of(case: ProbeCase, context: Context) -> list[JsonObject]:
    """The bodies of a question's requests, in order."""
    body = {name: value for name, value in context.body.items() if name not in case.without}
    if case.prompt:
        body["messages"] = [{"role": "user", "content": case.prompt}]
    for ceiling in context.plan.opening.ceilings:
        if case.tokens and ceiling in body:
            body[ceiling] = case.tokens
    if case.mood == "lively" or context.steady is not None:
        body |= context.mood(case.mood)
    for path, value in case.along:
        body = with_value(body, path, value)
    word = drawn_word(reference(case, context).text) if case.draws else ""
    values: tuple[Json, ...] = ([word],) if word else case.values
    return [with_value(body, case.path, value) for value in values]


def unaskable(case: ProbeCase, context: Context) -> Verdict | None:
    """Why a question cannot be asked any more; None while it can."""
    missing = [name for name in case.needs if name in context.refused]
    if not missing:
        return None
    return Verdict(outcome="unknown", evidence=f"not asked: it needs {missing[0]}, which was refused")


def drawn_word(text: str) -> str:
    """The first word of a text that does not begin it, made of letters or digits; empty where there is none."""
    text, word, words = text[:_LOOKED_AT], "", []
    for place, character in enumerate(f"{text} "):
        if character.isalnum():
            word += character
        elif word:
            words.append((place - len(word), word))
            word = ""
    return next((each for place, each in words[1:] if text.index(each) == place), "")


def _guess(body: JsonObject) -> int:
    """Tokens of a request, rather too many: a token is seldom shorter than three characters."""
    return 12 + len(dump_json(body)) // 3

"""Probe cases: the requests for each parameter of one model, and the context gathered while probing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject, dump_json, with_value
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.recipes import Mood, Opening
from chat_tui.domain.probing.verdicts import Verdict

_LOOKED_AT: Final = 400
"""Maximum number of characters of a reply to read, in case the service ignores the token limit."""


class ProbeCase(Struct, frozen=True, kw_only=True):
    """One parameter to probe, with one request per value."""

    name: str
    """Wire name."""
    path: tuple[str, ...]
    """Path of the parameter in the body."""
    values: tuple[Json, ...]
    judge: str = "accepted"
    expect: Json = None
    draws: bool = False
    """Whether to use a word of the reference reply as the value, if there is one."""
    along: tuple[tuple[tuple[str, ...], Json], ...] = ()
    """Members that must be sent together with it, by path."""
    without: tuple[str, ...] = ()
    """Members of the opening request that must not be sent together with it."""
    mood: Mood = ""
    against: str = ""
    prompt: str = ""
    tokens: int = 0
    leads: bool = False
    """Whether other cases depend on its reply."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Other parameters that it depends on."""
        return tuple(dict.fromkeys(path[0] for path, _ in self.along if path[0] != self.path[0]))


class LeftOut(Struct, frozen=True):
    """A parameter that is not probed, and why."""

    name: str
    reason: str


class ProbePlan(Struct, frozen=True, kw_only=True):
    """All requests of a probe of one model."""

    provider: str
    base_url: str
    model: str
    opening: Opening
    """``ceilings`` contains those expected to work here; ``steady`` and ``lively`` are within the provider's ranges."""
    cases: tuple[ProbeCase, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def requests(self) -> int:
        """Number of requests if none fails: the opening, the unknown name, and one for each value."""
        return 2 + sum(len(case.values) for case in self.cases)

    @property
    def most_tokens(self) -> int:
        """Upper estimate of input and output tokens, provided that the service respects the token limit."""
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
    """What is known when the next request is built."""

    plan: ProbePlan
    body: JsonObject = field(default_factory=dict)
    """Body of the opening request that succeeded."""
    opening: Answer = field(default_factory=Answer)
    steady: Answer | None = None
    """The reply with the steady settings, if it was reproducible."""
    varies: bool = False
    """Whether the reply with the lively settings differed."""
    refused: frozenset[str] = frozenset()
    """Top-level members that were rejected."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """The last complete reply of each case so far."""

    def mood(self, name: Mood) -> JsonObject:
        """Return the members that make replies reproducible or varied, without rejected ones."""
        opening = self.plan.opening
        members = {"steady": opening.steady, "lively": opening.lively}.get(name, {})
        return {member: value for member, value in members.items() if member not in self.refused}

    def mood_words(self, name: Mood) -> str:
        """Describe those members: ``NAME VALUE``."""
        return ", ".join(f"{member} {dump_json(value)}" for member, value in self.mood(name).items())


def opening_body(plan: ProbePlan, ceiling: str) -> JsonObject:
    """Return the body of the opening request, with one token limit or none."""
    body: JsonObject = {"model": plan.model} if plan.model else {}
    body["messages"] = [{"role": "user", "content": plan.opening.prompt}]
    return {**body, ceiling: plan.opening.tokens} if ceiling else body


def _limit_instead(case: ProbeCase, context: Context) -> str:
    """Return another token limit for a case without the opening request's, or "": no reply may be without one."""
    ceilings = context.plan.opening.ceilings
    if not any(name in case.without for name in ceilings if name in context.body):
        return ""
    return next((name for name in ceilings if name not in case.without and name not in context.refused), "")


def reference(case: ProbeCase, context: Context) -> Answer:
    """Return the reply that a case's replies are compared with."""
    if case.against:
        return context.answers.get(case.against, Answer())
    return context.steady if case.mood == "steady" and context.steady is not None else context.opening


def bodies_of(case: ProbeCase, context: Context) -> list[JsonObject]:
    """Return the bodies of a case's requests, in order."""
    body = {name: value for name, value in context.body.items() if name not in case.without}
    if case.judge != "ceiling" and (limit := _limit_instead(case, context)):
        body[limit] = context.plan.opening.tokens
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
    """Return a verdict if a case cannot be probed any more; else None."""
    missing = [name for name in case.needs if name in context.refused]
    if not missing:
        return None
    return Verdict(outcome="unknown", evidence=f"not tested: it needs {missing[0]}, which was refused")


def drawn_word(text: str) -> str:
    """Return the first alphanumeric word after a text's first one that has not occurred before it; else empty."""
    text, word, words = text[:_LOOKED_AT], "", []
    for place, character in enumerate(f"{text} "):
        if character.isalnum():
            word += character
        elif word:
            words.append((place - len(word), word))
            word = ""
    return next((each for place, each in words[1:] if text.index(each) == place), "")


def _guess(body: JsonObject) -> int:
    """Estimate the tokens of a request, rather too high: tokens are rarely shorter than three characters."""
    return 12 + len(dump_json(body)) // 3

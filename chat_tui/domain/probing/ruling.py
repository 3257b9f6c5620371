"""Derive a verdict from replies: errors are handled first, then the case's judge decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.cases import Context, ProbeCase, ProbePlan
from chat_tui.domain.probing.judges import JUDGES, Asked
from chat_tui.domain.probing.verdicts import Verdict
from chat_tui.domain.problems import Problem

STEADINESS: Final = "steadiness"
"""The judge whose case determines whether replies can be made reproducible."""
_NO_REFUSAL: Final = frozenset({401, 402, 407, 408, 409, 425, 429})
"""Status codes that are not about a parameter."""
_OVER: Final = frozenset({401, 402})
"""Status codes after which every further request would fail in the same way."""


def rule(case: ProbeCase, context: Context, answers: Sequence[Answer]) -> Verdict:
    """Return the verdict on a parameter.

    Args:
        case: The case.
        context: The context in which its requests were sent.
        answers: In order, at least one; only the last one may have a problem.
    """
    problem = answers[-1].problem
    if problem is None:
        verdict = JUDGES[case.judge](Asked(case, context, answers))
        return replace(verdict, evidence="; ".join(filter(None, (verdict.evidence, *answers[-1].notes))))
    words = problem.why or problem.what
    status = status_of(problem)
    told = Verdict(outcome="unknown", words=words, status=status, param=problem.param)
    if status is None or not refuses(status):
        return replace(told, evidence=_not_answered(problem))
    if _blames_another(problem, case, context):
        return replace(told, evidence="the request was refused for another reason")
    if len(answers) > 1 or case.name in context.body:
        return replace(told, outcome="accepted", evidence="another value was accepted")
    return replace(told, outcome="refused")


def learnt(case: ProbeCase, context: Context, answers: Sequence[Answer], verdict: Verdict) -> Context:
    """Return the context after a case."""
    if verdict.outcome == "refused":
        return replace(context, refused=context.refused | {case.path[0]}) if len(case.path) == 1 else context
    if answers[-1].problem is not None:
        return context
    context = replace(context, answers={**context.answers, case.name: answers[-1]})
    if case.judge != STEADINESS:
        return context
    first, again, lively = answers
    steady = first if first.text and first.text == again.text else None
    return replace(context, steady=steady, varies=lively.text != first.text)


def broken(verdict: Verdict) -> Verdict:
    """Return a verdict of "broken": a plain request succeeded right afterwards, so the parameter caused the failure."""
    return replace(verdict, outcome="broken", evidence=verdict.evidence or "no response", param=None)


def worth_a_second_look(problem: Problem) -> bool:
    """Return whether a plain request can show if the parameter was the cause: after a 5xx, or a broken response."""
    status = status_of(problem)
    return status is None or status >= 500 or status == 200


def ends_it(problem: Problem) -> bool:
    """Return whether every further request would fail in the same way."""
    return status_of(problem) in _OVER or problem.kind in ("key", "config", "usage")


def is_rate_limit(problem: Problem) -> bool:
    """Return whether the service's rate limit was exceeded."""
    return status_of(problem) == 429


def another_ceiling_may_do(problem: Problem, plan: ProbePlan) -> bool:
    """Return whether the opening request was rejected because of its token limit parameter."""
    status = status_of(problem)
    if status is None or not refuses(status):
        return False
    told = f"{problem.param or ''} {problem.why}"
    return any(ceiling in told for ceiling in plan.opening.ceilings)


def refuses(status: int) -> bool:
    """Return whether a status code means that the request was rejected for its content."""
    return 400 <= status < 500 and status not in _NO_REFUSAL


def status_of(problem: Problem) -> int | None:
    """Return the HTTP status; for an error within a 200 response, the status that its code stands for."""
    if problem.kind != "stream":
        return problem.status
    code = problem.code or ""
    if code.isascii() and code.isdigit() and 400 <= int(code[:9]) < 600:
        return int(code)
    return 400 if problem.param else 200


def _blames_another(problem: Problem, case: ProbeCase, context: Context) -> bool:
    """Return whether the service blames a member that was sent along, not the probed one."""
    blamed = re.split(r"[.\[]", problem.param or "", maxsplit=1)[0]
    along = {path[0] for path, _ in case.along} | (context.body.keys() - {"model"})
    return blamed in along - {case.path[0]}


def _not_answered(problem: Problem) -> str:
    if is_rate_limit(problem):
        return "too many requests"
    if problem.status is not None and problem.status >= 500:
        return "server error"
    return "incomplete response" if problem.why else ""

"""Text descriptions of a probe's plan, progress and results, shared by the command line and the UI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.counts import counted
from chat_tui.domain.probing.card import ProbeCard
from chat_tui.domain.probing.cases import ProbePlan
from chat_tui.domain.probing.verdicts import OUTCOME_WORDS

if TYPE_CHECKING:
    from chat_tui.domain.events import Attempted


def whom(plan_or_card: ProbePlan | ProbeCard) -> str:
    """Return the model and provider being probed."""
    model = f"{plan_or_card.model} at " if plan_or_card.model else ""
    return f"{model}{plan_or_card.provider} ({plan_or_card.base_url})"


def announcement(plan: ProbePlan) -> str:
    """Describe the cost of a probe."""
    parameters = counted(len(plan.cases), "parameter")
    tokens = -(-plan.most_tokens // 100) * 100
    return f"{plan.requests} requests for {parameters}, at most about {tokens:,} tokens in and out"


def summary(card: ProbeCard) -> str:
    """Return the number of verdicts of each kind, and of requests."""
    counts = Counter(row.outcome for row in card.rows)
    told = [f"{counts[outcome]} {words}" for outcome, words in OUTCOME_WORDS.items() if counts[outcome]]
    return f"{', '.join(told) or 'no results'} · {card.requests} requests"


def remarks(card: ProbeCard) -> list[str]:
    """Return the notes needed to interpret the card, one sentence each."""
    found = []
    unknown = card.unknown_names
    if card.takes_anything and unknown is not None:
        found.append(f"A made-up parameter ({unknown.name}) was accepted too, so “accepted” means little here.")
    elif unknown is not None and unknown.outcome == "refused":
        found.append(f"A made-up parameter was refused ({unknown.verdict.why}), so the service knows what it accepts.")
    if card.ended == "cancelled":
        found.append("Canceled: parameters not yet tested have no result.")
    elif card.why:
        found.append(f"Stopped early: {card.why}")
    if card.unasked:
        found.append(f"Not tested: {', '.join(card.unasked)}.")
    return found


def progress(card: ProbeCard, plan: ProbePlan, now: Sequence[str], waiting: Attempted | None) -> str:
    """Describe the progress of a probe."""
    done = f"{len(card.rows)}/{len(plan.cases)}"
    if waiting is not None:
        return f"{done} waiting {waiting.wait_s:.0f} s: {waiting.problem.what}"
    names = ", ".join(name or "a plain request" for name in now)
    return f"{done} testing {names}" if names else done

"""Describes a rerun in words: what it will send, its progress, and the result of each turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.change_lines import told
from chat_tui.domain.counts import counted
from chat_tui.domain.json_diff import Change, diff
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.reply_checks import Check, has_schema
from chat_tui.domain.settings import SessionSettings, sent_parameters

if TYPE_CHECKING:
    from chat_tui.engine.rerun import Rerun, TurnResult
    from chat_tui.engine.rerun_plan import RerunPlan, RerunTurn

EXACT: Final = Check()


class Judged(Struct, frozen=True):
    """Whether a turn passes a check."""

    ok: bool
    word: str
    """``same``, ``ok``, ``differs``, ``misfit`` (of a schema), ``failed`` or ``stopped``."""
    why: str = ""


def judged(result: TurnResult, check: Check = EXACT) -> Judged:
    """Judge a turn's result by a check; a turn without a complete reply never passes."""
    if result.state in ("failed", "stopped") or result.comparison is None:
        why = result.problem.sentence() if result.problem is not None else ""
        return Judged(False, result.state, why)
    fault = check.fault(result.comparison, result.body)
    if fault:
        return Judged(False, "differs" if check.kind != "schema" else "misfit", fault)
    if check.kind == "schema" and not has_schema(result.body):
        return Judged(True, "ok", "its request has no schema")
    return Judged(True, "same" if result.state == "same" else "ok")


def changes_of(turn: RerunTurn) -> tuple[Change, ...]:
    """Return how the request differs from the recorded one, apart from the history."""
    return diff(_asked(turn.before), _asked(turn.settings))


def whom(plan: RerunPlan) -> str:
    """Return ``openai gpt-4o``; several are separated by commas."""
    return ", ".join(dict.fromkeys(f"{turn.settings.provider} {turn.settings.model}".rstrip() for turn in plan.turns))


def change_words(turns: Iterable[RerunTurn]) -> list[str]:
    """Return the changes, one line per group of equal turns: ``temperature 0→1.5``, ``turns 2–3: …``; may be empty."""
    groups: dict[str, list[int]] = {}
    for turn in turns:
        groups.setdefault(told(changes_of(turn), most=8), []).append(turn.number)
    if len(groups) == 1:
        return [words for words in groups if words]
    return [f"{_numbers(numbers)}: {words or 'as recorded'}" for words, numbers in groups.items()]


def announcement(plan: RerunPlan) -> str:
    """Return one line on what is about to be sent."""
    changed = "; ".join(change_words(plan.turns))
    history = "the new replies as history" if plan.follow else "the recorded history"
    return f"{counted(len(plan.turns), 'request')} to {whom(plan)}, {history}; {changed or 'sent as recorded'}"


def progress(rerun: Rerun) -> str:
    """Return one line on the progress."""
    over, all_of_them = len(rerun.results), len(rerun.plan.turns)
    words = f"{over} of {all_of_them} turns"
    if rerun.running:
        numbers = ", ".join(map(str, sorted(rerun.running)))
        words += f" · waiting for turn {numbers}"
    if rerun.waiting is not None:
        words += f" · waiting {rerun.waiting.wait_s:.0f} s: {rerun.waiting.problem.what}"
    return words


def summary(results: Sequence[TurnResult], planned: int, check: Check = EXACT) -> str:
    """Return ``2 of 3 turns are the same``; for another check ``2 of 3 turns are as good (similarity 0.8)``."""
    good = sum(1 for result in results if judged(result, check).ok)
    what = "the same" if check.kind == "exact" else f"equivalent ({check.words()})"
    words = f"{good} of {counted(planned, 'turn')} {'is' if 1 in (good, planned) else 'are'} {what}"
    failed = sum(1 for result in results if result.state == "failed")
    left = planned - len(results)
    words += f" · {failed} failed" if failed else ""
    return words + (f" · {left} not sent" if left else "")


def _asked(settings: SessionSettings) -> JsonObject:
    members: JsonObject = {"provider": settings.provider, "model": settings.model}
    if settings.system:
        members["system"] = settings.system
    return {**members, **sent_parameters(settings)}


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"turn {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"turns {numbers[0]}–{numbers[-1]}"
    return f"turns {', '.join(map(str, numbers))}"

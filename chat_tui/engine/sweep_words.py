"""Describes a sweep in one line: its estimated tokens and cost, its progress, its results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.conversation import text_of
from chat_tui.domain.costs import money
from chat_tui.domain.counts import counted
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.engine.sweeping import different

if TYPE_CHECKING:
    from chat_tui.domain.settings import SessionSettings
    from chat_tui.engine.sweep_plan import PlannedSweep
    from chat_tui.engine.sweeping import Sweep, SweepRun
    from chat_tui.engine.workbench import Workbench

_CHARACTERS_A_TOKEN: Final = 4
_CEILINGS: Final = ("max_completion_tokens", "max_tokens")
_CHOICES: Final = "n"


class Estimate(Struct, frozen=True, kw_only=True):
    """Estimated tokens and cost of a sweep; None if unknown."""

    requests: int
    prompt_tokens: int
    """Approximate: four characters per token, attachments not counted."""
    most_answer_tokens: int | None
    """Upper limit; None unless every cell limits the length of its answers."""
    prompt_cost: float | None
    """US dollars, by the prices of the model list."""
    most_cost: float | None
    """US dollars, if all answers are as long as allowed."""

    def as_json(self) -> JsonObject:
        """Return the estimate as JSON, with null for unknown."""
        return {
            "requests": self.requests,
            "prompt_tokens": self.prompt_tokens,
            "most_answer_tokens": self.most_answer_tokens,
            "prompt_cost": self.prompt_cost,
            "most_cost": self.most_cost,
        }


def estimate(bench: Workbench, planned: PlannedSweep) -> Estimate:
    """Estimate the tokens and cost of all requests."""
    repeat = planned.plan.repeat
    said = sum(len(text_of(message)) for message in planned.messages)
    prompt_tokens, most, prompt_cost, most_cost = 0, _Sum(), _Sum(), _Sum()
    for cell in planned.cells:
        tokens = -(-(said + len(cell.settings.system or "")) // _CHARACTERS_A_TOKEN)
        ceiling = _ceiling(cell.settings.parameters)
        prices = _prices(bench, planned.provider.base_url, cell.settings)
        asked, answered = prices.get("prompt"), prices.get("completion")
        once = prices.get("request", 0.0)
        prompt_tokens += tokens * repeat
        most.add(ceiling, repeat)
        prompt_cost.add(tokens * asked + once if asked is not None else None, repeat)
        whole = asked is not None and answered is not None and ceiling is not None
        most_cost.add(tokens * asked + once + ceiling * answered if whole else None, repeat)  # type: ignore[operator]  # whole: none of them is None
    return Estimate(
        requests=planned.plan.requests,
        prompt_tokens=prompt_tokens,
        most_answer_tokens=most.whole,
        prompt_cost=prompt_cost.total,
        most_cost=most_cost.total,
    )


def announcement(planned: PlannedSweep, estimated: Estimate) -> str:
    """Describe what is about to be sent: ``6 requests to openai gpt-4o: 2 temperature × 3 seed; ≈ 120 tokens in``."""
    plan = planned.plan
    models = ", ".join(dict.fromkeys(cell.settings.model for cell in planned.cells if cell.settings.model))
    words = f"{counted(plan.requests, 'request')} to {f'{planned.provider.id} {models}'.rstrip()}"
    shape = " × ".join(f"{len(axis.values)} {axis.name}" for axis in plan.axes)
    if plan.repeat > 1:
        shape = f"{shape} × {plan.repeat}" if shape else f"repeated {plan.repeat} times"
    return f"{words}: {shape}; {estimate_words(estimated)}"


def estimate_words(estimated: Estimate) -> str:
    """Format an estimate: ``≈ 120 tokens in, at most 600 out; ≈ $0.0012 at most``."""
    words = f"≈ {estimated.prompt_tokens} tokens in"
    if estimated.most_answer_tokens is not None:
        words += f", at most {estimated.most_answer_tokens} out"
    if estimated.most_cost is not None:
        return f"{words}; ≈ {money(estimated.most_cost)} at most"
    if estimated.prompt_cost is not None:
        return f"{words}; ≈ {money(estimated.prompt_cost)} plus the replies"
    return words


def progress(sweep: Sweep) -> str:
    """Describe the progress of a running sweep."""
    words = f"{sweep.over} of {counted(len(sweep.runs), 'request')}"
    running = [run for run in sweep.runs if run.state == "running"]
    if running:
        words += f" · {label(running[0])}"
        words += f" and {len(running) - 1} more" if len(running) > 1 else ""
    if sweep.waiting is not None:
        words += f" · waiting {sweep.waiting.wait_s:.0f} s: {sweep.waiting.problem.what}"
    return words


def summary(runs: Sequence[SweepRun]) -> str:
    """Summarise results: ``5 of 6 replies, 4 different · 1 failed · $0.0012``."""
    whole = sum(run.state == "done" for run in runs)
    words = f"{whole} of {counted(len(runs), 'reply', 'replies')}"
    if whole > 1:
        number = different(runs)
        words += ", all the same" if number == 1 else ", all different" if number == whole else f", {number} different"
    for state, told in (("failed", "failed"), ("stopped", "stopped"), ("waiting", "not sent")):
        number = sum(run.state == state for run in runs)
        words += f" · {number} {told}" if number else ""
    cost = total_cost(runs)
    return words + (f" · {money(cost)}" if cost is not None else "")


def label(run: SweepRun) -> str:
    """Name a request: ``temperature 0.5 · seed 2``, or ``temperature 0 · reply 3`` if its cell has several."""
    turn = f"reply {run.turn}" if run.several or not run.planned.label else ""
    return " · ".join(part for part in (run.planned.label, turn) if part)


def total_cost(runs: Iterable[SweepRun]) -> float | None:
    """Return the sum of the known costs in US dollars; None if no cost is known."""
    costs = [run.facts.cost for run in runs if run.facts is not None and run.facts.cost is not None]
    return sum(costs) if costs else None


class _Sum:
    """A sum that becomes unknown once an unknown amount is added."""

    def __init__(self) -> None:
        self.total: float | None = 0.0

    @property
    def whole(self) -> int | None:
        """The sum as an integer; None if unknown."""
        return None if self.total is None else round(self.total)

    def add(self, amount: float | None, times: int) -> None:
        """Add an amount several times; None is unknown."""
        self.total = None if amount is None or self.total is None else self.total + amount * times


def _ceiling(parameters: Mapping[str, Json]) -> int | None:
    """Return the maximum number of answer tokens of a request, for all choices together; None without a limit."""
    limits = [value for name in _CEILINGS if isinstance(value := parameters.get(name), int) and value > 0]
    choices = parameters.get(_CHOICES)
    return min(limits) * (choices if isinstance(choices, int) and choices > 1 else 1) if limits else None


def _prices(bench: Workbench, base_url: str, settings: SessionSettings) -> Mapping[str, float]:
    card = bench.services.model_lists.card(base_url, settings.model) if base_url and settings.model else None
    return card.prices if card is not None else {}

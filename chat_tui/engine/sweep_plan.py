"""Prepares a sweep: finds the prompt, builds the settings of every cell and checks them all before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from chat_tui.domain.checks import check
from chat_tui.domain.conversation import text_of
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.message_parts import user_message
from chat_tui.domain.outgoing import outgoing
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import first_words
from chat_tui.domain.settings import SessionSettings, request_body
from chat_tui.domain.sweep import Cell, SweepPlan, axis_of, plan_of
from chat_tui.engine.knowing import known_of
from chat_tui.engine.refusing import BlockedError, no_model, refuse_busy
from chat_tui.engine.user_files import read_text

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.findings import Finding
    from chat_tui.domain.sweep_text import AxisText
    from chat_tui.engine.workbench import Workbench

_LOCAL: Final = "local"
_JOBS: Final = 4
"""Default number of concurrent requests."""


class PlannedCell(Struct, frozen=True, kw_only=True, eq=False):
    """One cell of the grid, with the settings to send."""

    cell: Cell
    label: str
    """For example ``temperature 0.5 · seed 2``; empty without axes."""
    settings: SessionSettings


class PlannedSweep(Struct, frozen=True, kw_only=True, eq=False):
    """A checked sweep. Creating one sends and saves nothing."""

    plan: SweepPlan
    cells: tuple[PlannedCell, ...]
    """In grid order; at least one."""
    provider: Provider
    messages: list[JsonObject]
    """The conversation that every request sends, ending with the prompt."""
    parent: str | None
    """Id of the prompt's parent message; None at the root."""
    prompt: str | None
    """Id of the prompt; None if it is a new message."""
    doubts: tuple[Finding, ...] = ()
    """The findings to show, without duplicates."""

    def body(self, planned: PlannedCell) -> JsonObject:
        """Return the request body of a cell."""
        return request_body(planned.settings, outgoing(self.provider, self.messages))

    @property
    def prompt_words(self) -> str:
        """The first words of the prompt."""
        return first_words(text_of(self.messages[-1]))

    @property
    def usual_jobs(self) -> int:
        """Default number of concurrent requests: 1 for the embedded model, whose seeds are reproducible only then."""
        return 1 if self.provider.id == _LOCAL else _JOBS


def plan_sweep(
    bench: Workbench,
    axes: Sequence[AxisText],
    repeat: int = 1,
    *,
    text: str = "",
    parts: Sequence[JsonObject] = (),
) -> PlannedSweep:
    """Prepare and check a sweep.

    The prompt is a new message if there is text or an attachment, else the path's last message that is not a reply.

    Args:
        bench: The session, whose settings apply to every cell.
        axes: The axes as typed.
        repeat: Number of requests per cell.
        text: Text of a new message.
        parts: Attachments of a new message.

    Raises:
        ProblemError: A reply is in progress, the session is read-only, there is no prompt, an axis or the plan is
            invalid, a cell breaks a rule (if validation blocks), or the provider needs a model and none is set.
    """
    refuse_busy(running=bench.running, read_only=bench.read_only)
    services = bench.services
    found = [axis_of(each, services.catalogue, bench.provider, read_text) for each in axes]
    blocks = services.options.validation == "block"
    ill_typed = [finding for _, findings in found for finding in findings]
    if ill_typed and blocks:
        raise BlockedError(ill_typed)
    plan = plan_of([axis for axis, _ in found], repeat)
    parent, prompt, messages = _asked(bench, text, parts)
    cells = tuple(
        PlannedCell(cell=cell, label=plan.label(cell), settings=plan.settings(cell, bench.settings))
        for cell in plan.cells()
    )
    if bench.provider.key_required and not all(planned.settings.model for planned in cells):
        raise ProblemError(no_model(bench.provider))
    doubts = [*ill_typed, *_doubts(bench, cells, messages)] if services.options.validation != "off" else []
    return PlannedSweep(
        plan=plan,
        cells=cells,
        provider=bench.provider,
        messages=messages,
        parent=parent,
        prompt=prompt,
        doubts=tuple({finding.sentence(): finding for finding in doubts}.values()),
    )


def _asked(bench: Workbench, text: str, parts: Sequence[JsonObject]) -> tuple[str | None, str | None, list[JsonObject]]:
    """Return the prompt's parent, the id of an existing prompt, and the conversation that ends with the prompt."""
    if text or parts:
        parent = bench.parent_of_next()
        said = bench.history_to(bench.settings.provider, parent)
        return parent, None, [*said, user_message(text, parts)]
    path = list(bench.conversation.path())
    while path and path[-1].message.get("role") == "assistant":
        path.pop()
    if not path:
        raise ProblemError(
            Problem(kind="usage", what="There is no prompt to send", hint="Write or send a message first.")
        )
    return path[-1].parent, path[-1].id, bench.history_to(bench.settings.provider, path[-1].id)


def _doubts(bench: Workbench, cells: Sequence[PlannedCell], messages: Sequence[JsonObject]) -> list[Finding]:
    """Return the findings about all cells.

    Raises:
        ProblemError: A cell breaks a rule, and validation blocks.
    """
    services, provider = bench.services, bench.provider
    doubts: list[Finding] = []
    broken: list[tuple[PlannedCell, list[Finding]]] = []
    blocks = services.options.validation == "block"
    for planned in cells:
        settings = planned.settings
        findings = check(services.catalogue, provider, settings, messages, known_of(services, settings))
        errors = [finding for finding in findings if finding.level == "error"]
        if errors and blocks:
            broken.append((planned, errors))
        doubts += [finding for finding in findings if finding.level == "warn" or finding in errors]
    if broken:
        raise ProblemError(_blocked(broken, len(cells)))
    return doubts


def _blocked(broken: Sequence[tuple[PlannedCell, list[Finding]]], size: int) -> Problem:
    planned, errors = broken[0]
    which = f"cell {planned.cell.number} of {size} ({planned.label})" if planned.label else "the request"
    others = len(broken) - 1
    more = (
        f" · {others} more cell{'' if others == 1 else 's'} break{'s' if others == 1 else ''} a rule" if others else ""
    )
    return Problem(
        kind="blocked",
        what=f"Nothing was sent because {which} breaks a rule",
        why=" · ".join(finding.sentence().rstrip(".") for finding in errors) + more,
        param=errors[0].name,
        hint="To send it anyway: --validation warn (or off).",
    )

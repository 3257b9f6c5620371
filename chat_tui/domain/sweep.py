"""Plans a sweep: axes of parameter values, and the grid of their combinations, each requested once or more often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset, dump_json, parse_json
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.sweep_text import GRAMMAR, MOST, UNSET_WORD, AxisText
from chat_tui.domain.values import parse_value

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Catalogue, Provider
    from chat_tui.domain.findings import Finding
    from chat_tui.domain.settings import SessionSettings

Value: TypeAlias = "Json | Unset"
_MODEL: Final = "model"
"""The only axis that is not a parameter: the model is a setting of its own."""


class Axis(Struct, frozen=True):
    """A parameter or the model, and the values to try."""

    name: str
    path: tuple[str, ...]
    values: tuple[Value, ...]
    """Distinct; ``UNSET`` means that the parameter is not sent."""

    def applied(self, settings: SessionSettings, value: Value) -> SessionSettings:
        """Return the settings with one of the values set."""
        if self.name == _MODEL:
            return replace(settings, model=value if isinstance(value, str) else "")
        return settings.unset(self.path) if isinstance(value, Unset) else settings.set(self.path, value)


class Cell(Struct, frozen=True):
    """One combination of values."""

    number: int
    """Position in the grid, from 1."""
    values: tuple[Value, ...]
    """One per axis."""


class SweepPlan(Struct, frozen=True):
    """The axes, and the number of requests per combination."""

    axes: tuple[Axis, ...] = ()
    repeat: int = 1

    @property
    def size(self) -> int:
        """Number of cells; 1 without axes."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def requests(self) -> int:
        """Number of requests."""
        return self.size * self.repeat

    def cells(self) -> Iterator[Cell]:
        """Yield the cells; the last axis changes fastest."""
        for number, values in enumerate(product(*(axis.values for axis in self.axes)), 1):
            yield Cell(number, values)

    def settings(self, cell: Cell, settings: SessionSettings) -> SessionSettings:
        """Return the settings with the values of a cell set."""
        for axis, value in zip(self.axes, cell.values, strict=True):
            settings = axis.applied(settings, value)
        return settings

    def label(self, cell: Cell) -> str:
        """Format a cell's values: ``temperature 0.5 · seed 2``; empty without axes."""
        pairs = zip(self.axes, cell.values, strict=True)
        return " · ".join(f"{axis.name} {value_words(value)}" for axis, value in pairs)

    def values_of(self, cell: Cell) -> JsonObject:
        """Return a cell's values by axis name, without those that are unset."""
        pairs = zip(self.axes, cell.values, strict=True)
        return {axis.name: value for axis, value in pairs if not isinstance(value, Unset)}


def plan_of(axes: Sequence[Axis], repeat: int = 1) -> SweepPlan:
    """Return the plan with these axes.

    Raises:
        ProblemError: Nothing varies, an axis occurs twice or is a member of another one, or there are too many
            requests.
    """
    if repeat < 1:
        raise _wrong(f"Cannot repeat {repeat} times", "The repeat count must be at least 1.")
    plan = SweepPlan(tuple(axes), repeat)
    if not axes and repeat < 2:
        raise _wrong("Nothing varies: there is no axis and no repetition", GRAMMAR)
    for place, axis in enumerate(axes):
        for other in axes[:place]:
            if axis.path == other.path:
                raise _wrong(f"The axis {axis.name} is given twice", "Put all its values into one axis.")
            shorter = min(len(axis.path), len(other.path))
            if axis.path[:shorter] == other.path[:shorter]:
                raise _wrong(f"The axes {axis.name} and {other.name} overlap", "One would overwrite the other.")
    if plan.requests > MOST:
        sum_words = " × ".join([*(str(len(axis.values)) for axis in axes), *([str(repeat)] if repeat > 1 else [])])
        raise _wrong(
            f"A sweep sends at most {MOST} requests; this one would send {plan.requests} ({sum_words})",
            "Use fewer values.",
        )
    return plan


def axis_of(
    text: AxisText, catalogue: Catalogue, provider: Provider, read_file: Callable[[str], str] | None = None
) -> tuple[Axis, tuple[Finding, ...]]:
    """Parse the values of an axis; also return the findings about values of the wrong type.

    Values are parsed as by ``parse_value``; one of the wrong type becomes text.

    Args:
        text: As returned by ``read_axis``.
        catalogue: Contains the parameters' types; an unknown name accepts any value.
        provider: May accept other types than the catalogue says.
        read_file: Reads the file of a value ``@FILE``; see ``parse_value``.

    Raises:
        ProblemError: A value occurs twice, or a model is not a string.
    """
    values: list[Value] = []
    findings: list[Finding] = []
    for item in text.items:
        if item == UNSET_WORD:
            values.append(UNSET)
        elif text.name == _MODEL:
            values.append(_model_id(item))
        else:
            value, finding = parse_value(catalogue, provider, text.name, item, read_file)
            values.append(value)
            findings += [finding] if finding is not None and finding.level == "error" else []
    _refuse_twins(text.name, values)
    path = (_MODEL,) if text.name == _MODEL else tuple(catalogue.path_of(text.name))
    return Axis(text.name, path, tuple(values)), tuple(findings)


def value_words(value: Value) -> str:
    """Format a value as it is typed: ``unset``, JSON, or text, which is quoted only if it would be parsed otherwise."""
    if isinstance(value, Unset):
        return UNSET_WORD
    if not isinstance(value, str):
        return dump_json(value)
    plain = value == value.strip() and value != UNSET_WORD and not value.startswith(('"', "[", "{", "@"))
    return value if value and plain and not _means_more(value) else dump_json(value)


def _means_more(text: str) -> bool:
    """Return whether the text without quotes would be parsed as another value or as several."""
    if "," in text or "=" in text or ".." in text or not text.isprintable():
        return True
    try:
        parse_json(text)
    except ValueError:
        return False
    return True


def _model_id(item: str) -> str:
    if not item.startswith(('"', "[", "{")):
        return item
    try:
        value = parse_json(item)
    except ValueError:
        value = None
    if not isinstance(value, str) or not value:
        raise _wrong(f"{_MODEL}: {item} is not a model id")
    return value


def _refuse_twins(name: str, values: Sequence[Value]) -> None:
    seen: set[str] = set()
    for value in values:
        words = UNSET_WORD if isinstance(value, Unset) else dump_json(value)
        if words in seen:
            raise _wrong(
                f"{name}: {value_words(value)} is listed twice", "To send a value more than once, repeat the sweep."
            )
        seen.add(words)


def _wrong(what: str, hint: str = "") -> ProblemError:
    return ProblemError(Problem(kind="usage", what=what, hint=hint))

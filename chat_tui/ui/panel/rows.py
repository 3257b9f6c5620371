"""The rows of the Parameters tab as values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import Json, Unset
from chat_tui.domain.knowledge import NOTHING, Knowledge
from chat_tui.domain.settings import SessionSettings


class Shown(Struct, frozen=True, kw_only=True):
    """Everything the rows are built from."""

    catalogue: Catalogue
    provider: Provider
    settings: SessionSettings
    sent: SessionSettings | None = None
    """The settings last sent; None before the first request, when nothing counts as changed."""
    findings: Sequence[Finding] = ()
    knowledge: Knowledge = NOTHING
    """What is known about the model."""
    now_ms: int = 0
    """Milliseconds since the epoch, to format ages."""


class Folding(Struct, frozen=True):
    """Rows the user unfolded and folded, by key; all others have their initial state."""

    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    def is_open(self, key: str, *, start: bool) -> bool:
        """Return whether the row is unfolded; ``start`` if the user never changed it."""
        return key in self.opened or (start and key not in self.closed)

    def with_state(self, keys: Iterable[str], *, opened: bool) -> Folding:
        """Return the folding with the rows unfolded or folded."""
        touched = frozenset(keys)
        if opened:
            return Folding(self.opened | touched, self.closed - touched)
        return Folding(self.opened - touched, self.closed | touched)


class BlankRow(Struct, frozen=True):
    """An empty line between groups."""

    key: str = ""


class HeadingRow(Struct, frozen=True, kw_only=True):
    """The heading of a group."""

    key: str
    title: str
    open: bool
    set_count: int = 0
    rest_count: int = 0
    """Number of parameters in the group that do not apply to the provider."""
    rest_open: bool = False
    """Whether those are shown too, after the others."""

    @property
    def rest_key(self) -> str:
        """The key of those parameters in ``Folding``."""
        return f"{self.key}:rest"


class ParameterRow(Struct, frozen=True, kw_only=True):
    """One parameter with its value and state."""

    key: str
    spec: ParameterSpec
    label: str
    depth: int
    value: Json | Unset
    changed: bool = False
    was: str = ""
    """The value last sent, formatted, if it has changed."""
    finding: Finding | None = None
    """The gravest finding about this parameter or a member of it without a row."""
    others: tuple[Finding, ...] = ()
    """The other findings, less grave."""
    reason: str = ""
    """Why it does not apply here, in a few words; empty if it does."""
    because: str = ""
    """The same as a sentence with the source."""
    refused: bool = False
    """Whether the service answered it with an error and has not accepted it since."""
    own: bool = False
    """Whether chat-tui set it itself."""
    members: bool = False
    """Whether its members have rows of their own."""
    open: bool = False

    @property
    def is_set(self) -> bool:
        """Whether it will be in the request."""
        return not isinstance(self.value, Unset)


Row: TypeAlias = BlankRow | HeadingRow | ParameterRow


class Rows(Struct, frozen=True):
    """The rows as shown, and their counts."""

    rows: tuple[Row, ...] = ()
    set_count: int = 0
    wrong_count: int = 0
    changed_count: int = 0
    matches: int = 0
    """Number of parameters that match the filter."""
    total: int = 0

"""What the rows of the Parameters tab are, as values. Pure."""

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
    """Everything the rows are made from."""

    catalogue: Catalogue
    provider: Provider
    settings: SessionSettings
    sent: SessionSettings | None = None
    """As of the last send; ``None`` before the first one, when nothing counts as changed."""
    findings: Sequence[Finding] = ()
    knowledge: Knowledge = NOTHING
    """What was learnt of the model."""
    now_ms: int = 0
    """Milliseconds since the epoch, for how long ago something was."""


class Folding(Struct, frozen=True):
    """What the user opened and closed, by row key; everything else is as it starts."""

    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    def is_open(self, key: str, *, start: bool) -> bool:
        """Whether the row is open, ``start`` where the user never touched it."""
        return key in self.opened or (start and key not in self.closed)

    def with_state(self, keys: Iterable[str], *, opened: bool) -> Folding:
        """With the rows opened or closed."""
        touched = frozenset(keys)
        if opened:
            return Folding(self.opened | touched, self.closed - touched)
        return Folding(self.opened - touched, self.closed | touched)


class BlankRow(Struct, frozen=True):
    """An empty line between groups."""

    key: str = ""


class HeadingRow(Struct, frozen=True, kw_only=True):
    """A group's heading."""

    key: str
    title: str
    open: bool
    set_count: int = 0
    rest_count: int = 0
    """Parameters of the group that the provider does not take."""
    rest_open: bool = False
    """They are shown as well, behind the others."""

    @property
    def rest_key(self) -> str:
        """What ``Folding`` knows the rest by."""
        return f"{self.key}:rest"


class ParameterRow(Struct, frozen=True, kw_only=True):
    """One parameter: what it is, its value, and how it stands."""

    key: str
    spec: ParameterSpec
    label: str
    depth: int
    value: Json | Unset
    changed: bool = False
    was: str = ""
    """The value at the last send, in words, where it has changed."""
    finding: Finding | None = None
    """The gravest one about this parameter or a member of it that has no row."""
    others: tuple[Finding, ...] = ()
    """What else there is to say, less grave."""
    reason: str = ""
    """Why it does not apply here, in a few words; empty if it does."""
    because: str = ""
    """The same as a sentence: who says so."""
    refused: bool = False
    """The service has answered it with an error, and not taken it since."""
    own: bool = False
    """Set by chat-tui itself."""
    members: bool = False
    """Has rows of its own for its members."""
    open: bool = False

    @property
    def is_set(self) -> bool:
        """Will be in the request."""
        return not isinstance(self.value, Unset)


Row: TypeAlias = BlankRow | HeadingRow | ParameterRow


class Rows(Struct, frozen=True):
    """The list as shown, and its sums."""

    rows: tuple[Row, ...] = ()
    set_count: int = 0
    wrong_count: int = 0
    changed_count: int = 0
    matches: int = 0
    """Parameters that pass the filter."""
    total: int = 0

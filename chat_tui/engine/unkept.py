"""Stores that keep nothing, for a run that is to leave no trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.calls import Endpoint
    from chat_tui.domain.preset import Preset
    from chat_tui.domain.probing.card import ProbeCard


class NoModelLists:
    """Has no list and keeps none."""

    def cards(self, base_url: str) -> Sequence[ModelCard]:  # noqa: ARG002 - the port's
        """None."""
        return ()

    def fetched_s(self, base_url: str) -> float | None:  # noqa: ARG002 - the port's
        """Never."""
        return None

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Does nothing."""

    def card(self, base_url: str, model: str) -> ModelCard | None:  # noqa: ARG002 - the port's
        """None."""
        return None

    def listed(self, base_url: str) -> frozenset[str]:  # noqa: ARG002 - the port's
        """Nothing."""
        return frozenset()


class NoRefusals:
    """Knows of no refusal and remembers none."""

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:  # noqa: ARG002 - the port's
        """None."""
        return {}

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        """Does nothing."""

    def forget(self, base_url: str, model: str, names: Collection[str]) -> None:
        """Does nothing."""


class NoProbeCards:
    """Has no card and keeps none."""

    def card(self, base_url: str, model: str) -> ProbeCard | None:  # noqa: ARG002 - the port's
        """None."""
        return None

    def keep(self, card: ProbeCard) -> None:
        """Does nothing."""


class NoPresets:
    """Has none and keeps none."""

    def names(self) -> Sequence[str]:
        """None."""
        return ()

    def load(self, name: str) -> Preset:
        """Raises ProblemError, whatever the name."""
        raise ProblemError(Problem(kind="usage", what=f"There is no preset {name!r}"))

    def save(self, preset: Preset, *, overwrite: bool = False) -> str:  # noqa: ARG002 - the port's
        """Raises ProblemError, whatever the preset."""
        raise ProblemError(Problem(kind="usage", what="Presets are not kept here"))

    def delete(self, name: str) -> None:
        """Raises ProblemError, whatever the name."""
        self.load(name)

    def path(self, name: str = "") -> str:  # noqa: ARG002 - the port's
        """Nowhere."""
        return ""


class NoTokenizer:
    """Knows no service's tokenizer."""

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:  # noqa: ARG002
        """None."""
        return None

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:  # noqa: ARG002
        """None."""
        return None

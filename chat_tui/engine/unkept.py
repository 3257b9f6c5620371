"""Null implementations of the ports, for a run that saves nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chat_tui.domain.knowledge import Refusal
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.domain.calls import Endpoint
    from chat_tui.domain.file_references import FileReference
    from chat_tui.domain.json_values import Json, JsonObject
    from chat_tui.domain.library import Found, Progress
    from chat_tui.domain.pictures import Picture
    from chat_tui.domain.preset import Preset
    from chat_tui.domain.probing.card import ProbeCard
    from chat_tui.domain.session import SessionSummary
    from chat_tui.domain.session_query import Order
    from chat_tui.domain.text_search import Excerpt
    from chat_tui.domain.tool_definitions import Approval, ToolDefinition, ToolOutcome


class NoModelLists:
    """Stores no model lists."""

    def cards(self, base_url: str) -> Sequence[ModelCard]:  # noqa: ARG002 - the port's
        """Return nothing."""
        return ()

    def fetched_s(self, base_url: str) -> float | None:  # noqa: ARG002 - the port's
        """Return None."""
        return None

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Do nothing."""

    def card(self, base_url: str, model: str) -> ModelCard | None:  # noqa: ARG002 - the port's
        """Return None."""
        return None

    def listed(self, base_url: str) -> frozenset[str]:  # noqa: ARG002 - the port's
        """Return an empty set."""
        return frozenset()


class NoRefusals:
    """Stores no refusals."""

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:  # noqa: ARG002 - the port's
        """Return nothing."""
        return {}

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        """Do nothing."""

    def forget(self, base_url: str, model: str, names: Collection[str]) -> None:
        """Do nothing."""


class NoProbeCards:
    """Stores no probe cards."""

    def card(self, base_url: str, model: str) -> ProbeCard | None:  # noqa: ARG002 - the port's
        """Return None."""
        return None

    def keep(self, card: ProbeCard) -> None:
        """Do nothing."""


class NoPresets:
    """Stores no presets."""

    def names(self) -> Sequence[str]:
        """Return nothing."""
        return ()

    def load(self, name: str) -> Preset:
        """Raise ProblemError, whatever the name."""
        raise ProblemError(Problem(kind="usage", what=f"There is no preset {name!r}"))

    def save(self, preset: Preset, *, overwrite: bool = False) -> str:  # noqa: ARG002 - the port's
        """Raise ProblemError, whatever the preset."""
        raise ProblemError(Problem(kind="usage", what="Presets are not saved here"))

    def delete(self, name: str) -> None:
        """Raise ProblemError, whatever the name."""
        self.load(name)

    def path(self, name: str = "") -> str:  # noqa: ARG002 - the port's
        """Return an empty path."""
        return ""


class NoTokenizer:
    """Has no tokenizer for any service."""

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:  # noqa: ARG002
        """Return None."""
        return None

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:  # noqa: ARG002
        """Return None."""
        return None


class NoLibrary:
    """Holds no sessions."""

    def refreshing(self) -> Iterator[Progress]:
        """Yield nothing."""
        return iter(())

    def search(self, text: str, order: Order = "modified") -> Found:  # noqa: ARG002 - the port's
        """Find nothing."""
        from chat_tui.domain.library import Found

        return Found()

    def excerpts(self, paths: Sequence[str], text: str) -> Mapping[str, Excerpt]:  # noqa: ARG002 - the port's
        """Return nothing."""
        return {}

    def rename(self, path: str, title: str) -> None:  # noqa: ARG002 - the port's
        """Raise ProblemError, whatever the session."""
        _refuse(path)

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,  # noqa: ARG002 - the port's
        starred: bool | None = None,  # noqa: ARG002 - the port's
        archived: bool | None = None,  # noqa: ARG002 - the port's
    ) -> None:
        """Raise ProblemError, whatever the session."""
        _refuse(path)

    def delete(self, path: str) -> str:
        """Raise ProblemError, whatever the session."""
        return _refuse(path)

    def restore(self, name: str) -> str:
        """Raise ProblemError, whatever the session."""
        return _refuse(name)

    def trashed(self) -> Sequence[SessionSummary]:
        """Return nothing."""
        return ()

    def duplicate(self, path: str) -> str:
        """Raise ProblemError, whatever the session."""
        return _refuse(path)

    def close(self) -> None:
        """Do nothing."""


def _refuse(name: str) -> str:
    raise ProblemError(Problem(kind="session", what=f"Sessions are not saved here; there is no {name!r}"))


class NoImports:
    """Stores no sessions and reads no databases."""

    def keep(
        self,
        records: Iterable[JsonObject],  # noqa: ARG002 - the port's
        *,
        created_s: float | None = None,  # noqa: ARG002
        ended_s: float | None = None,  # noqa: ARG002
        path: str | None = None,  # noqa: ARG002
    ) -> str:
        """Raise ProblemError."""
        raise ProblemError(Problem(kind="usage", what="Sessions are not saved in this run"))

    def tables(self, path: str, names: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:  # noqa: ARG002 - the port's
        """Raise ProblemError."""
        raise ProblemError(Problem(kind="usage", what=f"Cannot read the database {path}"))


class NoToolLibrary:
    """Holds no tools."""

    def definitions(self) -> Sequence[ToolDefinition]:
        """Return nothing."""
        return ()

    def problems(self) -> Sequence[Problem]:
        """Return nothing."""
        return ()

    def read(self, file: str) -> Sequence[ToolDefinition]:
        """Raise ProblemError."""
        raise ProblemError(Problem(kind="usage", what=f"Tools are not read in this run: {file}"))


class NoToolRunner:
    """Runs no tools."""

    async def run(self, approval: Approval) -> ToolOutcome:
        """Raise ProblemError."""
        raise ProblemError(Problem(kind="usage", what=f"Commands are not run here: {approval.name}"))

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        """Raise ProblemError."""
        raise ProblemError(Problem(kind="usage", what=f"Servers are not started here: {argv[0]}"))


class NoPictures:
    """Decodes no images."""

    available = False

    async def picture(
        self,
        data: str | FileReference,  # noqa: ARG002 - the port's
        width: int,  # noqa: ARG002
        height: int,  # noqa: ARG002
        *,
        grow: bool = False,  # noqa: ARG002
    ) -> Picture | None:
        """Return None, whatever the image."""
        return None

    async def aclose(self) -> None:
        """Do nothing."""

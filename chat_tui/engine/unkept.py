"""Stores that keep nothing, for a run that is to leave no trace."""

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


class NoLibrary:
    """Has no session."""

    def refreshing(self) -> Iterator[Progress]:
        """Nothing to do."""
        return iter(())

    def search(self, text: str, order: Order = "modified") -> Found:  # noqa: ARG002 - the port's
        """Nothing."""
        from chat_tui.domain.library import Found

        return Found()

    def excerpts(self, paths: Sequence[str], text: str) -> Mapping[str, Excerpt]:  # noqa: ARG002 - the port's
        """None."""
        return {}

    def rename(self, path: str, title: str) -> None:  # noqa: ARG002 - the port's
        """Raises ProblemError, whatever the session."""
        _refuse(path)

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,  # noqa: ARG002 - the port's
        starred: bool | None = None,  # noqa: ARG002 - the port's
        archived: bool | None = None,  # noqa: ARG002 - the port's
    ) -> None:
        """Raises ProblemError, whatever the session."""
        _refuse(path)

    def delete(self, path: str) -> str:
        """Raises ProblemError, whatever the session."""
        return _refuse(path)

    def restore(self, name: str) -> str:
        """Raises ProblemError, whatever the session."""
        return _refuse(name)

    def trashed(self) -> Sequence[SessionSummary]:
        """None."""
        return ()

    def duplicate(self, path: str) -> str:
        """Raises ProblemError, whatever the session."""
        return _refuse(path)

    def close(self) -> None:
        """Does nothing."""


def _refuse(name: str) -> str:
    raise ProblemError(Problem(kind="session", what=f"Sessions are not kept here; there is no {name!r}"))


class NoImports:
    """Keeps no session and knows no database."""

    def keep(
        self,
        records: Iterable[JsonObject],  # noqa: ARG002 - the port's
        *,
        created_s: float | None = None,  # noqa: ARG002
        ended_s: float | None = None,  # noqa: ARG002
        path: str | None = None,  # noqa: ARG002
    ) -> str:
        """Refuses."""
        raise ProblemError(Problem(kind="usage", what="Sessions are not kept in this run"))

    def tables(self, path: str, names: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:  # noqa: ARG002 - the port's
        """Refuses."""
        raise ProblemError(Problem(kind="usage", what=f"Cannot read the database {path}"))


class NoToolLibrary:
    """Knows no tool."""

    def definitions(self) -> Sequence[ToolDefinition]:
        """None."""
        return ()

    def problems(self) -> Sequence[Problem]:
        """None."""
        return ()

    def read(self, file: str) -> Sequence[ToolDefinition]:
        """Refuses."""
        raise ProblemError(Problem(kind="usage", what=f"Tools are not read in this run; not from {file}"))


class NoToolRunner:
    """Runs nothing."""

    async def run(self, approval: Approval) -> ToolOutcome:
        """Refuses."""
        raise ProblemError(Problem(kind="usage", what=f"No command is run here; not of {approval.name}"))

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        """Refuses."""
        raise ProblemError(Problem(kind="usage", what=f"No server is started here; not {argv[0]}"))


class NoPictures:
    """Shows no image."""

    available = False

    async def picture(
        self,
        data: str | FileReference,  # noqa: ARG002 - the port's
        width: int,  # noqa: ARG002
        height: int,  # noqa: ARG002
        *,
        grow: bool = False,  # noqa: ARG002
    ) -> Picture | None:
        """None, whatever the image."""
        return None

    async def aclose(self) -> None:
        """Does nothing."""

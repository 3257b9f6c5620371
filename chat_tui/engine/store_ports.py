"""Ports for data stored beside the open session: library, model lists, refusals, probe cards, presets, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from chat_tui.domain.json_values import JsonObject
    from chat_tui.domain.knowledge import Refusal
    from chat_tui.domain.library import Found, Progress
    from chat_tui.domain.model_card import ModelCard
    from chat_tui.domain.preset import Preset
    from chat_tui.domain.probing.card import ProbeCard
    from chat_tui.domain.session import SessionSummary
    from chat_tui.domain.session_query import Order
    from chat_tui.domain.text_search import Excerpt


class SessionLibrary(Protocol):
    """The sessions on this machine: searched, labelled, moved. May be called from any thread."""

    def refreshing(self) -> Iterator[Progress]:
        """Index what changed on disk, yielding progress after each step. The iterator may be abandoned at any point."""
        ...

    def search(self, text: str, order: Order = "modified") -> Found:
        """Return the sessions that match a query (see ``domain.session_query``), as of the last refresh."""
        ...

    def excerpts(self, paths: Sequence[str], text: str) -> Mapping[str, Excerpt]:
        """Return, by path, where the query's words occur in the given sessions."""
        ...

    def rename(self, path: str, title: str) -> None:
        """Set a session's title. Raises ProblemError when its file cannot be appended to."""
        ...

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Change labels; None leaves one unchanged. Raises ProblemError when the file cannot be appended to."""
        ...

    def delete(self, path: str) -> str:
        """Move a session to the trash and return its new path. Raises ProblemError when that is not possible."""
        ...

    def restore(self, name: str) -> str:
        """Restore a session from the trash by id, title or path and return its new path. Raises ProblemError."""
        ...

    def trashed(self) -> Sequence[SessionSummary]:
        """Return the sessions in the trash."""
        ...

    def duplicate(self, path: str) -> str:
        """Copy a session under a new id and return the copy's path. Raises ProblemError."""
        ...

    def close(self) -> None:
        """Close the underlying resources."""
        ...


class ModelLists(Protocol):
    """Cached model lists of services. Every method is fast and never raises."""

    def cards(self, base_url: str) -> Sequence[ModelCard]:
        """Return the cached list of a service; empty if it was never fetched."""
        ...

    def fetched_s(self, base_url: str) -> float | None:
        """Return when the cached list was fetched, in seconds since the epoch; None if never."""
        ...

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Replace the cached list; may be called from a thread."""
        ...

    def card(self, base_url: str, model: str) -> ModelCard | None:
        """Return the cached entry of a model."""
        ...

    def listed(self, base_url: str) -> frozenset[str]:
        """Return every parameter that the cached list names for any model; empty if it names none."""
        ...


class Refusals(Protocol):
    """Parameters that services refused, stored by base URL and model. Every method is fast and never raises."""

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:
        """Return the refusals by wire name."""
        ...

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        """Store a refusal, replacing an older one for the same parameter."""
        ...

    def forget(self, base_url: str, model: str, names: Collection[str]) -> None:
        """Remove the refusals of these parameters, after a request with them succeeded."""
        ...


class ProbeCards(Protocol):
    """Probe results, stored by base URL and model. Every method is fast and never raises."""

    def card(self, base_url: str, model: str) -> ProbeCard | None:
        """Return the stored card; None if the model was never probed."""
        ...

    def keep(self, card: ProbeCard) -> None:
        """Store a card, replacing the previous one."""
        ...


class Presets(Protocol):
    """The user's presets: named sets of provider, model, system prompt and parameters, one file each."""

    def names(self) -> Sequence[str]:
        """Return the preset names in alphabetical order."""
        ...

    def load(self, name: str) -> Preset:
        """Load a preset by name or file path. Raises ProblemError if it does not exist or cannot be used."""
        ...

    def save(self, preset: Preset, *, overwrite: bool = False) -> str:
        """Save a preset and return its path. Raises ProblemError for an invalid or taken name, or a write error."""
        ...

    def delete(self, name: str) -> None:
        """Delete a preset. Raises ProblemError if it does not exist or cannot be removed."""
        ...

    def path(self, name: str = "") -> str:
        """Return the path of a preset, existing or not; without a name, the presets folder."""
        ...


class Imports(Protocol):
    """Data from other programs: whole sessions to store, databases to read."""

    def keep(
        self,
        records: Iterable[JsonObject],
        *,
        created_s: float | None = None,
        ended_s: float | None = None,
        path: str | None = None,
    ) -> str:
        """Write a new session of these records atomically; return its path. Raises ProblemError if that fails."""
        ...

    def tables(self, path: str, names: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """Read tables of a SQLite file, which is never written to. Raises ProblemError if it is not a database."""
        ...

"""The ports of what is kept beside the session at work: library, model lists, refusals, probes, presets, imports."""

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
    """The sessions of this machine as a library: searched, labelled, moved. May be called in any thread."""

    def refreshing(self) -> Iterator[Progress]:
        """Take in what changed on the disk; after each step tells how far it is. Nothing has to be taken to the end."""
        ...

    def search(self, text: str, order: Order = "modified") -> Found:
        """The sessions that fit a query (see ``domain.session_query``), as of the last refresh."""
        ...

    def excerpts(self, paths: Sequence[str], text: str) -> Mapping[str, Excerpt]:
        """By path, where the words of a query stand in the texts of some sessions."""
        ...

    def rename(self, path: str, title: str) -> None:
        """Give a session a name. Raises ProblemError when its file cannot be added to."""
        ...

    def label(
        self,
        path: str,
        *,
        tags: Sequence[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Change labels; what is None stays. Raises ProblemError when the file cannot be added to."""
        ...

    def delete(self, path: str) -> str:
        """Move a session to the trash; where it is now. Raises ProblemError when that is not possible."""
        ...

    def restore(self, name: str) -> str:
        """Bring a session back from the trash by id, title or path; where it is now. Raises ProblemError."""
        ...

    def trashed(self) -> Sequence[SessionSummary]:
        """What is in the trash."""
        ...

    def duplicate(self, path: str) -> str:
        """Copy a session under an id of its own; the path of the copy. Raises ProblemError."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class ModelLists(Protocol):
    """The model lists of services, kept on this machine. Everything here is quick and never raises."""

    def cards(self, base_url: str) -> Sequence[ModelCard]:
        """The kept list of a service; empty while it was never fetched."""
        ...

    def fetched_s(self, base_url: str) -> float | None:
        """When the kept list was fetched, in seconds since the epoch; None: never."""
        ...

    def keep(self, base_url: str, cards: Sequence[ModelCard]) -> None:
        """Keep a list in place of the one before; may be called in a thread."""
        ...

    def card(self, base_url: str, model: str) -> ModelCard | None:
        """The kept entry of a model."""
        ...

    def listed(self, base_url: str) -> frozenset[str]:
        """Every parameter the kept list names for any model; empty where it names none."""
        ...


class Refusals(Protocol):
    """Parameters that services refused, kept by base URL and model. Everything here is quick and never raises."""

    def of(self, base_url: str, model: str) -> Mapping[str, Refusal]:
        """By wire name."""
        ...

    def remember(self, base_url: str, model: str, refusal: Refusal) -> None:
        """Keep one, in place of an older one of that name."""
        ...

    def forget(self, base_url: str, model: str, names: Collection[str]) -> None:
        """A request with these parameters has succeeded."""
        ...


class ProbeCards(Protocol):
    """What probes found, kept by base URL and model. Everything here is quick and never raises."""

    def card(self, base_url: str, model: str) -> ProbeCard | None:
        """The kept card; None: the model was never probed."""
        ...

    def keep(self, card: ProbeCard) -> None:
        """Keep a card in place of the one before."""
        ...


class Presets(Protocol):
    """The user's presets: named sets of provider, model, system prompt and parameters, a file each."""

    def names(self) -> Sequence[str]:
        """In alphabetical order."""
        ...

    def load(self, name: str) -> Preset:
        """By name, or by the path of a file. Raises ProblemError: there is none, or its file cannot be used."""
        ...

    def save(self, preset: Preset, *, overwrite: bool = False) -> str:
        """The path of its file. Raises ProblemError: a name that cannot be one or is taken, a disk that refuses."""
        ...

    def delete(self, name: str) -> None:
        """Raises ProblemError: there is none, or it cannot be removed."""
        ...

    def path(self, name: str = "") -> str:
        """The file of a preset, as it is or would be; of none, where presets are kept."""
        ...


class Imports(Protocol):
    """What comes from other programs: whole sessions to be kept, databases to be read."""

    def keep(
        self,
        records: Iterable[JsonObject],
        *,
        created_s: float | None = None,
        ended_s: float | None = None,
        path: str | None = None,
    ) -> str:
        """A new session of these records, in one step. Returns its path. Raises ProblemError: it cannot be written."""
        ...

    def tables(self, path: str, names: Sequence[str]) -> Mapping[str, Sequence[JsonObject]]:
        """The rows of these tables of a SQLite file, which is never written. Raises ProblemError: it is none."""
        ...

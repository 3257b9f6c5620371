"""Ports: the protocols through which the engine uses the network, the disk and the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from chat_tui.domain.calls import Call, Endpoint
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.events import Step
    from chat_tui.domain.file_references import FileReference
    from chat_tui.domain.json_values import Json, JsonObject
    from chat_tui.domain.local_status import LocalStatus
    from chat_tui.domain.pictures import Picture
    from chat_tui.domain.problems import Problem
    from chat_tui.domain.session import Session, SessionSummary
    from chat_tui.domain.tool_definitions import Approval, ToolDefinition, ToolOutcome


class Backend(Protocol):
    """Sends a request and yields the steps of its response."""

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Yield ``Adapted`` or not, ``Attempted``*, then ``Responded``, ``Received``*, then ``Closed`` or ``Failed``.

        Never raises for a network or service error. Cancelling the consuming task once closes the connection.
        """
        ...

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """Return the service's model list: objects that have at least a string ``id``.

        Raises:
            ProblemError: The list could not be fetched.
        """
        ...

    async def aclose(self) -> None:
        """Release every connection and child process."""
        ...


class Endpoints(Protocol):
    """Turns a provider id into an endpoint with its key."""

    def endpoint(self, provider: str) -> Endpoint:
        """Raise ProblemError for an unknown provider, a missing or malformed key, or a refused address."""
        ...

    def at_once(self, provider: str) -> bool:
        """Return whether ``endpoint`` answers without running a command or opening the keyring for the key."""
        ...

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        """Register a provider for this run, replacing one of that name; ``Services.providers`` includes it at once.

        Args:
            name: The provider's id.
            base_url: ``http`` or ``https``, without ``/chat/completions``.
            key_env: The environment variable that holds the key; empty if no key is needed.
            model: The default model.

        Raises:
            ProblemError: The name belongs to the catalogue, or the address is invalid.
        """
        ...


class Journal(Protocol):
    """One session file, open for appending."""

    @property
    def path(self) -> str | None:
        """Path of the file, which may not exist yet; None when nothing is saved."""
        ...

    def append(self, record: JsonObject) -> None:
        """Append one record (adding ``t``) with a single ``write()``; the first call creates the file with mode 0600.

        Never raises for a full or failing disk: ``problem`` reports it, and unwritten records stay in memory.
        """
        ...

    def sync(self) -> None:
        """Flush written records to the disk (fsync)."""
        ...

    def close(self) -> None:
        """Sync and close the file. Safe to call twice."""
        ...

    @property
    def problem(self) -> str | None:
        """Why the session is not being saved, or None while it is."""
        ...


class SessionStore(Protocol):
    """The sessions on this machine."""

    def create(self, *, keep: bool = True, path: str | None = None) -> Journal:
        """Create a session; its file is created by the first record, or never with ``keep=False``."""
        ...

    def find(self, name: str) -> str:
        """Return the file of a session given by path, id or title. Raises ProblemError unless exactly one matches."""
        ...

    def find_or_none(self, name: str) -> str | None:
        """Like ``find``, but return None when nothing matches. Raises ProblemError when several sessions match."""
        ...

    def load(self, path: str) -> Session:
        """Fold a session file. Raises ProblemError when it is missing or not a session."""
        ...

    def append_to(self, path: str) -> Journal:
        """Open for appending, after moving a torn last line aside. Raises ProblemError when that is not possible."""
        ...

    def recent(self, limit: int | None = None) -> Sequence[SessionSummary]:
        """Return session summaries, newest first."""
        ...


class Tokenizer(Protocol):
    """Access to the tokenizers of services that expose one. Never raises."""

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        """Return the ids and texts of a text's tokens in order; None if there is no tokenizer or no answer."""
        ...

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        """Return token texts by id, leaving out ids that are not tokens; None as for ``tokens``."""
        ...


class ToolLibrary(Protocol):
    """The user's tool definitions; a file holds one or several."""

    def definitions(self) -> Sequence[ToolDefinition]:
        """Return the tools in the user's folder, ordered by file and position; the first of a duplicate name wins."""
        ...

    def problems(self) -> Sequence[Problem]:
        """Return the problems of unusable files that the last ``definitions`` call met."""
        ...

    def read(self, file: str) -> Sequence[ToolDefinition]:
        """Read the tools in a file: JSON, or the functions of Python code, which is never executed.

        Raises:
            ProblemError: The file cannot be read, or holds something that is not a tool.
        """
        ...


class ToolRunner(Protocol):
    """Runs a tool's command or calls it on its MCP server. Does not ask for approval: the caller has obtained it."""

    async def run(self, approval: Approval) -> ToolOutcome:
        """Run the approved call once, within its limits. Never raises for a failing command; cancelling kills it."""
        ...

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        """Start an MCP server and return its tools as entries of a definition file.

        Raises:
            ProblemError: The server did not start or did not answer, or the optional dependency ``mcp`` is missing.
        """
        ...


class Pictures(Protocol):
    """Scales images in messages down to fit a terminal."""

    @property
    def available(self) -> bool:
        """Whether the required packages are installed."""
        ...

    async def picture(
        self, data: str | FileReference, width: int, height: int, *, grow: bool = False
    ) -> Picture | None:
        """Fit an image into a box, in pixels; None if it cannot be decoded for any reason.

        Args:
            data: Base64, or a reference to the file.
            width: At least 1.
            height: At least 1.
            grow: Enlarge a small image by a whole factor.
        """
        ...

    async def aclose(self) -> None:
        """Release its resources."""
        ...


class Clock(Protocol):
    """Time source, injected so that tests control it."""

    def now_s(self) -> float:
        """Seconds since the epoch."""
        ...

    def ticks_s(self) -> float:
        """Monotonic seconds."""
        ...


class LocalModel(Protocol):
    """The embedded model's file and server process."""

    def status(self) -> LocalStatus:
        """Report the status from the disk alone; starts nothing."""
        ...

    async def fetch(self, progress: Callable[[str, float | None], None]) -> str:
        """Download the model file and verify its hash; return its path.

        ``progress(words, share)`` reports progress, ``share`` being 0..1 or None.

        Raises:
            ProblemError: No network, no installer or a hash mismatch; gives the command that does it by hand.
        """
        ...

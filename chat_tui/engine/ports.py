"""The ports: what the engine needs from the network, the disk and the machine."""

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
    """Sends a call and yields what comes back."""

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """``Adapted`` or not, ``Attempted``*, then ``Responded`` and ``Received``*, then ``Closed`` or ``Failed``.

        Never raises for a fault of network or service. Cancelling the consuming task once closes the connection.
        """
        ...

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """The service's model list: objects that have at least a string ``id``.

        Raises:
            ProblemError: The list could not be had.
        """
        ...

    async def aclose(self) -> None:
        """Release every connection and child process."""
        ...


class Endpoints(Protocol):
    """Turns a provider id into an endpoint with its key."""

    def endpoint(self, provider: str) -> Endpoint:
        """Raises ProblemError: unknown provider, missing or malformed key, refused address."""
        ...

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        """Make a provider known for this run; ``Services.providers`` has it from then on. One of that name is replaced.

        Args:
            name: Its id.
            base_url: ``http`` or ``https``, up to what stands before ``/chat/completions``.
            key_env: The environment variable with its key; empty: it needs none.
            model: Its default model.

        Raises:
            ProblemError: The name is one of the catalogue's, or the address is none.
        """
        ...


class Journal(Protocol):
    """One session file, open for appending."""

    @property
    def path(self) -> str | None:
        """Where the file is or will be; None when nothing is kept."""
        ...

    def append(self, record: JsonObject) -> None:
        """Write one record (``t`` is added) with one ``write()``; the file is made, 0600, by the first.

        Never raises for a full or failing disk: ``problem`` tells, and what could not be written waits in memory.
        """
        ...

    def sync(self) -> None:
        """Force what was written to the disk."""
        ...

    def close(self) -> None:
        """Sync and release. Safe to call twice."""
        ...

    @property
    def problem(self) -> str | None:
        """Why the session is not being saved, or None while it is."""
        ...


class SessionStore(Protocol):
    """The sessions on this machine."""

    def create(self, *, keep: bool = True, path: str | None = None) -> Journal:
        """A new session; nothing is on disk before the first record. ``keep=False``: never."""
        ...

    def find(self, name: str) -> str:
        """The file of a session given by path, id, or title. Raises ProblemError when none or several match."""
        ...

    def find_or_none(self, name: str) -> str | None:
        """Like ``find``, but None when nothing has that name. Raises ProblemError when several have."""
        ...

    def load(self, path: str) -> Session:
        """Fold a session file. Raises ProblemError when it is missing or no session."""
        ...

    def append_to(self, path: str) -> Journal:
        """Open for appending; a torn last line is moved aside first. Raises ProblemError when that is not possible."""
        ...

    def recent(self, limit: int | None = None) -> Sequence[SessionSummary]:
        """Newest first."""
        ...


class Tokenizer(Protocol):
    """The tokenizers of services that let theirs be asked. Nothing here raises."""

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        """Ids and texts of a text's tokens, in order; None where the service has no tokenizer or did not answer."""
        ...

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        """Texts of tokens by id, those that are none left out; None as of ``tokens``."""
        ...


class ToolLibrary(Protocol):
    """The user's tool definitions, a file each or several in one."""

    def definitions(self) -> Sequence[ToolDefinition]:
        """Those in the user's folder, by file and place; of two with one name the first counts."""
        ...

    def problems(self) -> Sequence[Problem]:
        """Files of that folder that cannot be used, as of the last ``definitions``."""
        ...

    def read(self, file: str) -> Sequence[ToolDefinition]:
        """The definitions in a file the user names: JSON, or the functions of Python code, which is never run.

        Raises:
            ProblemError: It cannot be read, or what it holds is no tool.
        """
        ...


class ToolRunner(Protocol):
    """Runs the command of a tool, or calls it on its MCP server. Asks nobody: whoever calls it has been asked."""

    async def run(self, approval: Approval) -> ToolOutcome:
        """Run exactly this, once, within its bounds. Never raises for what the command does; cancelling kills it."""
        ...

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        """Start an MCP server, and give its tools as entries of a definition file.

        Raises:
            ProblemError: It could not be started, did not answer, or the extra ``mcp`` is missing.
        """
        ...


class Pictures(Protocol):
    """Makes images of messages small enough to be shown in a terminal."""

    @property
    def available(self) -> bool:
        """What it takes is installed."""
        ...

    async def picture(
        self, data: str | FileReference, width: int, height: int, *, grow: bool = False
    ) -> Picture | None:
        """An image in a box of so many pixels; None where it cannot be decoded, whatever is wrong with it.

        Args:
            data: Base64, or the file it is in.
            width: At least 1.
            height: At least 1.
            grow: A small image is made a whole number of times as large as it is.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what it uses."""
        ...


class Clock(Protocol):
    """Time, injected so that tests decide it."""

    def now_s(self) -> float:
        """Seconds since the epoch."""
        ...

    def ticks_s(self) -> float:
        """Monotonic seconds."""
        ...


class LocalModel(Protocol):
    """The embedded model's file and server process."""

    def status(self) -> LocalStatus:
        """Looks at the disk only; starts nothing."""
        ...

    async def fetch(self, progress: Callable[[str, float | None], None]) -> str:
        """Bring the model file, hash-checked; ``progress(words, share 0..1 or None)``. Returns its path.

        Raises:
            ProblemError: No network, no installer, a wrong hash; says the one command that does it by hand.
        """
        ...

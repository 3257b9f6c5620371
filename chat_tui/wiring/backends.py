"""Builds the backends - network and embedded model, or recorded responses - loading them on first use."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.config.settings import Config
from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.events import Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from chat_tui.engine.ports import Backend, SessionStore
    from chat_tui.local.backend import LocalBackend
    from chat_tui.mock.matching import Book
    from chat_tui.mock.server import MockServer
    from chat_tui.net.tokenizing import HttpTokenizer


class DeferredBackend:
    """The network and the embedded model's server, loaded on first use: the first screen needs neither."""

    def __init__(self, environment: Mapping[str, str], config: Config, data_dir: Path, state_dir: Path) -> None:
        self._environment = environment
        self._config = config
        self._data_dir = data_dir
        self._state_dir = state_dir
        self._backend: LocalBackend | None = None

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """Send over the network, after inlining attachments stored by reference."""
        from chat_tui.engine.kept_files import steps_with_files

        return steps_with_files(self._loaded().steps, call)

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """Fetch the model list over the network."""
        return await self._loaded().models(endpoint)

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        """Implements ``Tokenizer``; starts the embedded model's server if needed."""
        reached = await self._reached(endpoint)
        return None if reached is None else await self._tokenizer().tokens(reached, model, text)

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        """Implements ``Tokenizer``."""
        reached = await self._reached(endpoint)
        return None if reached is None else await self._tokenizer().texts(reached, model, ids)

    async def _reached(self, endpoint: Endpoint) -> Endpoint | None:
        try:
            return await self._loaded().reached(endpoint)
        except ProblemError:
            return None

    def _tokenizer(self) -> HttpTokenizer:
        from chat_tui.net.tokenizing import HttpTokenizer

        return HttpTokenizer(self._environment)

    async def aclose(self) -> None:
        """Close connections and stop the server process, if there are any."""
        if self._backend is not None:
            await self._backend.aclose()

    def _loaded(self) -> LocalBackend:
        if self._backend is None:
            from chat_tui.local.backend import LocalBackend
            from chat_tui.local.server import LocalServer
            from chat_tui.net.client import HttpBackend

            local = self._config.local
            server = LocalServer(
                data_dir=self._data_dir,
                state_dir=self._state_dir,
                gguf=local.model or None,
                context=local.context,
                threads=local.threads or None,
                environ=self._environment,
            )
            self._backend = LocalBackend(HttpBackend(self._environment), server)
        return self._backend


def offline_backend(store: SessionStore, session: str) -> Backend:
    """Return a backend that replays a session's recorded responses."""
    from chat_tui.mock.offline import OfflineBackend

    path = store.find(session)
    return OfflineBackend(lambda: _book(store, [path]))


def mock_server(
    store: SessionStore, paths: Sequence[str], *, ignore: Sequence[str], timed: bool, log: Callable[[str], None]
) -> MockServer:
    """Return a server that replays the responses in session files.

    Raises:
        ProblemError: A file cannot be read, or nothing is recorded in any of them.
    """
    from chat_tui.mock.server import MockServer

    return MockServer(_book(store, paths, ignore), timed=timed, log=log)


def mock_rules() -> str:
    """Return the matching rules of recorded responses, for the help."""
    from chat_tui.mock.matching import RULES

    return RULES


def _book(store: SessionStore, paths: Sequence[str], ignore: Sequence[str] = ()) -> Book:
    from chat_tui.mock.matching import Book
    from chat_tui.mock.recordings import recordings

    found = recordings(store.load(path) for path in paths)
    if not found:
        raise ProblemError(Problem(kind="session", what=f"No request is recorded in {', '.join(paths)}"))
    return Book(found, ignore)

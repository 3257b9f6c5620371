"""The composition root: configuration, environment and options become services."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config import paths
from chat_tui.config.choice import Choice, choose
from chat_tui.config.endpoints import EndpointResolver
from chat_tui.config.load import load_config
from chat_tui.config.presets import PresetFolder
from chat_tui.config.providers import CUSTOM, LOCAL, config_problems
from chat_tui.config.settings import Config
from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.events import Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.services import Options, Services, Validation
from chat_tui.engine.unkept import NoTokenizer
from chat_tui.storage.catalogue_cache import cached_catalogue
from chat_tui.storage.imports import FileImports
from chat_tui.storage.library.library import FileLibrary
from chat_tui.storage.model_lists import FileModelLists
from chat_tui.storage.probe_cards import ProbeCardFiles
from chat_tui.storage.prompts import DraftFile, PromptHistoryFile
from chat_tui.storage.refusals import FileRefusals
from chat_tui.storage.store import FileSessionStore

if TYPE_CHECKING:
    from chat_tui.engine.ports import Backend, SessionStore
    from chat_tui.local.backend import LocalBackend
    from chat_tui.mock.matching import Book
    from chat_tui.mock.server import MockServer
    from chat_tui.net.tokenizing import HttpTokenizer


class Launch(Struct, frozen=True, kw_only=True):
    """What the command line said that concerns every command."""

    environment: Mapping[str, str]
    config_file: str | None = None
    data_dir: str | None = None
    provider: str | None = None
    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    theme: str | None = None
    validation: str | None = None
    offline: str | None = None
    """The session whose recorded answers stand in for the network."""


class Setup(Struct, frozen=True, kw_only=True):
    """Services, and what decides with whom a session begins."""

    services: Services
    catalogue: Catalogue
    config: Config
    launch: Launch

    def choose(self, default_provider: str | None = None) -> Choice:
        """Provider and model for a new session, or for one whose own provider is the default.

        Raises:
            ProblemError: An unknown provider, or a model nobody here can be asked for.
        """
        recorded = self._recorded
        if recorded is not None and not (self.launch.provider or self.launch.model or self.launch.base_url):
            return Choice(provider=recorded.provider, model=recorded.model)
        return _choose(self.launch, self.catalogue, self.config, default_provider)

    @property
    def _recorded(self) -> SessionSettings | None:
        """Of the session that stands in for the network; None where none does."""
        if self.launch.offline is None:
            return None
        store = self.services.store
        settings = store.load(store.find(self.launch.offline)).settings
        return settings if settings is not None and settings.provider in self.services.providers else None

    @property
    def first_run(self) -> bool:
        """Nothing is configured, and the embedded model, which would answer, cannot yet."""
        if self.choose().provider != LOCAL:
            return False
        status = self.services.local.status()
        return not (status.runtime and status.model_path is not None and not status.problem)


class SystemClock:
    """The machine's time."""

    def now_s(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def ticks_s(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()


class DeferredBackend:
    """The network and the embedded model's server, loaded when something is sent: the first screen needs neither."""

    def __init__(self, environment: Mapping[str, str], config: Config, data_dir: Path, state_dir: Path) -> None:
        self._environment = environment
        self._config = config
        self._data_dir = data_dir
        self._state_dir = state_dir
        self._backend: LocalBackend | None = None

    def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        """As the network's own."""
        return self._loaded().steps(call)

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        """As the network's own."""
        return await self._loaded().models(endpoint)

    async def tokens(self, endpoint: Endpoint, model: str, text: str) -> list[tuple[int, str]] | None:
        """As ``Tokenizer``; the embedded model's server is started first."""
        reached = await self._reached(endpoint)
        return None if reached is None else await self._tokenizer().tokens(reached, model, text)

    async def texts(self, endpoint: Endpoint, model: str, ids: Sequence[int]) -> dict[int, str] | None:
        """As ``Tokenizer``."""
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
        """Release connections and the server process, where there are any."""
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


def build(launch: Launch) -> Setup:
    """Everything a front end needs. Faults of the configuration become notices; nothing is opened or started.

    Raises:
        ProblemError: An address for this run that cannot be used.
    """
    from chat_tui.local.model import EmbeddedModel

    env = launch.environment
    config, problems = load_config(launch.config_file, env)
    catalogue = cached_catalogue(paths.cache_dir(env, launch.data_dir))
    problems = [*problems, *config_problems(catalogue, config)]
    data_dir, state_dir = paths.data_dir(env, launch.data_dir), paths.state_dir(env, launch.data_dir)
    endpoints = EndpointResolver(
        catalogue,
        config,
        env,
        base_url=launch.base_url,
        api_key_env=launch.api_key_env,
        chosen=_chosen(launch, catalogue, config),
        keyless=launch.offline is not None,
    )
    store = FileSessionStore(data_dir)
    backend = _backend(launch, config, store, data_dir, state_dir)
    services = Services(
        catalogue=catalogue,
        providers=endpoints.providers,
        backend=backend,
        endpoints=endpoints,
        store=store,
        library=FileLibrary(data_dir, store),
        clock=SystemClock(),
        local=EmbeddedModel(data_dir=data_dir, gguf=config.local.model or None, environ=env),
        history=PromptHistoryFile(state_dir / "history.jsonl"),
        draft=DraftFile(state_dir / "draft.txt"),
        model_lists=FileModelLists(paths.cache_dir(env, launch.data_dir)),
        refusals=FileRefusals(state_dir),
        presets=PresetFolder(paths.presets_dir(env, launch.config_file)),
        probe_cards=ProbeCardFiles(state_dir / "probes"),
        imports=FileImports(data_dir),
        tokenizer=backend if isinstance(backend, DeferredBackend) else NoTokenizer(),
        options=_options(launch, config, problems),
    )
    return Setup(services=services, catalogue=catalogue, config=config, launch=launch)


def _backend(launch: Launch, config: Config, store: SessionStore, data_dir: Path, state_dir: Path) -> Backend:
    """The network, or recorded answers in its place."""
    if launch.offline is None:
        return DeferredBackend(launch.environment, config, data_dir, state_dir)
    from chat_tui.mock.offline import OfflineBackend

    path = store.find(launch.offline)
    return OfflineBackend(lambda: _book(store, [path]))


def _options(launch: Launch, config: Config, problems: Sequence[Problem]) -> Options:
    """The user's choices for a front end; what was said on the command line goes before the configuration."""
    env = launch.environment
    return Options(
        validation=cast("Validation", launch.validation or config.validation),
        theme=launch.theme or config.theme,
        theme_dirs=(paths.themes_dir(), paths.user_themes_dir(env, launch.config_file)),
        keys=config.keys,
        markdown=config.ui.markdown,
        panel=config.ui.panel,
        mouse=config.ui.mouse,
        refresh_models=config.ui.refresh_models,
        state_dir=paths.state_dir(env, launch.data_dir),
        config_file=paths.config_file(env, launch.config_file),
        notices=tuple(problem.sentence() for problem in problems),
    )


def _choose(launch: Launch, catalogue: Catalogue, config: Config, default_provider: str | None = None) -> Choice:
    return choose(
        catalogue,
        config,
        launch.environment,
        provider=launch.provider,
        model=launch.model,
        base_url=launch.base_url,
        default_provider=default_provider,
    )


def _chosen(launch: Launch, catalogue: Catalogue, config: Config) -> str:
    """Whom an address and a key given for this run concern."""
    try:
        return _choose(launch, catalogue, config).provider
    except ProblemError:
        return CUSTOM


def mock_server(
    setup: Setup, paths: Sequence[str], *, ignore: Sequence[str], timed: bool, log: Callable[[str], None]
) -> MockServer:
    """A server of the answers in session files.

    Raises:
        ProblemError: A file cannot be read, or nothing is recorded in any of them.
    """
    from chat_tui.mock.server import MockServer

    return MockServer(_book(setup.services.store, paths, ignore), timed=timed, log=log)


def mock_rules() -> str:
    """The rules by which a recorded answer is found, for the help."""
    from chat_tui.mock.matching import RULES

    return RULES


def _book(store: SessionStore, paths: Sequence[str], ignore: Sequence[str] = ()) -> Book:
    from chat_tui.mock.matching import Book
    from chat_tui.mock.recordings import recordings

    found = recordings(store.load(path) for path in paths)
    if not found:
        raise ProblemError(Problem(kind="session", what=f"Nothing was ever sent in {', '.join(paths)}"))
    return Book(found, ignore)


def config_path(environment: Mapping[str, str], named: str | None) -> Path:
    """Where the configuration is or would be."""
    return paths.config_file(environment, named)


def write_example(path: Path) -> None:
    """Write the commented example as a first configuration.

    Raises:
        OSError: The file exists, or cannot be written.
    """
    paths.write_private(path, paths.example_config())


def check_config(path: Path, environment: Mapping[str, str]) -> list[str]:
    """A sentence for everything that is wrong with a configuration."""
    config, problems = load_config(path, environment)
    return [problem.sentence() for problem in [*problems, *config_problems(load_catalogue(), config)]]

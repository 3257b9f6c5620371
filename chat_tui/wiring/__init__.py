"""The composition root: builds the services from configuration, environment and options."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from chat_tui.catalogue.load import load_catalogue
from chat_tui.config import paths
from chat_tui.config.base_urls import refuse_unusable
from chat_tui.config.choice import Choice, choose
from chat_tui.config.endpoints import EndpointResolver
from chat_tui.config.load import load_config
from chat_tui.config.providers import CUSTOM, LOCAL, config_problems
from chat_tui.config.settings import Config
from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.services import Options, Services, Validation
from chat_tui.engine.unkept import NoTokenizer
from chat_tui.storage.catalogue_cache import cached_catalogue
from chat_tui.storage.store import FileSessionStore
from chat_tui.wiring.backends import DeferredBackend, offline_backend
from chat_tui.wiring.deferring import deferred
from chat_tui.wiring.stores import stores

if TYPE_CHECKING:
    from chat_tui.engine.ports import Backend
    from chat_tui.images.decoding import ImageDecoder
    from chat_tui.local.model import EmbeddedModel
    from chat_tui.tools.command import CommandRunner


class Launch(Struct, frozen=True, kw_only=True):
    """The command-line options common to all commands."""

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
    """The session whose recorded responses replace the network."""


class Setup(Struct, frozen=True, kw_only=True):
    """The services, and what determines a new session's provider and model."""

    services: Services
    catalogue: Catalogue
    config: Config
    launch: Launch

    def choose(self, default_provider: str | None = None) -> Choice:
        """Choose provider and model for a new session, or for one whose own provider is the default.

        Raises:
            ProblemError: An unknown provider, or a model for which no provider has a key.
        """
        recorded = self._recorded
        if recorded is not None and not (self.launch.provider or self.launch.model or self.launch.base_url):
            return Choice(provider=recorded.provider, model=recorded.model)
        return _choose(self.launch, self.catalogue, self.config, default_provider)

    @property
    def _recorded(self) -> SessionSettings | None:
        """Settings of the session that replaces the network; None if there is none."""
        if self.launch.offline is None:
            return None
        store = self.services.store
        settings = store.load(store.find(self.launch.offline)).settings
        return settings if settings is not None and settings.provider in self.services.providers else None

    @property
    def first_run(self) -> bool:
        """Whether nothing is configured and the embedded model, the default, is not ready."""
        if self.choose().provider != LOCAL:
            return False
        status = self.services.local.status()
        return not (status.runtime and status.model_path is not None and not status.problem)


class SystemClock:
    """The system clock."""

    def now_s(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def ticks_s(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()


def build(launch: Launch) -> Setup:
    """Build everything a front end needs. Errors in the configuration become notices; nothing is opened or started.

    Raises:
        ProblemError: The address given for this run is invalid.
    """
    env = launch.environment
    if launch.base_url:
        refuse_unusable(launch.base_url)
    config, problems = load_config(launch.config_file, env)
    catalogue = cached_catalogue(paths.cache_dir(env, launch.data_dir))
    problems = [*problems, *config_problems(catalogue, config)]
    data_dir, state_dir = paths.data_dir(env, launch.data_dir), paths.state_dir(env, launch.data_dir)
    endpoints = _endpoints(launch, catalogue, config)
    store = FileSessionStore(data_dir)
    backend: Backend = DeferredBackend(env, config, data_dir, state_dir)
    if launch.offline is not None:
        backend = offline_backend(store, launch.offline)
    services = Services(
        catalogue=catalogue,
        providers=endpoints.providers,
        backend=backend,
        endpoints=endpoints,
        store=store,
        clock=SystemClock(),
        local=deferred(lambda: _embedded_model(env, config, data_dir)),
        tokenizer=backend if isinstance(backend, DeferredBackend) else NoTokenizer(),
        tool_runner=deferred(lambda: _tool_runner(env)),
        pictures=deferred(lambda: _pictures(env)),
        options=_options(launch, config, problems),
        **stores(
            store,
            data_dir=data_dir,
            state_dir=state_dir,
            cache_dir=paths.cache_dir(env, launch.data_dir),
            presets_dir=paths.presets_dir(env, launch.config_file),
            tools_dir=paths.tools_dir(env, launch.config_file),
        ),
    )
    return Setup(services=services, catalogue=catalogue, config=config, launch=launch)


def _endpoints(launch: Launch, catalogue: Catalogue, config: Config) -> EndpointResolver:
    return EndpointResolver(
        catalogue,
        config,
        launch.environment,
        base_url=launch.base_url,
        api_key_env=launch.api_key_env,
        chosen=_chosen(launch, catalogue, config),
        keyless=launch.offline is not None,
    )


def _embedded_model(env: Mapping[str, str], config: Config, data_dir: Path) -> EmbeddedModel:
    from chat_tui.local.model import EmbeddedModel

    return EmbeddedModel(data_dir=data_dir, gguf=config.local.model or None, environ=env)


def _tool_runner(env: Mapping[str, str]) -> CommandRunner:
    from chat_tui.tools.command import CommandRunner

    return CommandRunner(env)


def _pictures(env: Mapping[str, str]) -> ImageDecoder:
    from chat_tui.images.decoding import ImageDecoder

    return ImageDecoder(env)


def _theme_dirs(env: Mapping[str, str], config_file: str | None) -> tuple[Path, ...]:
    return paths.themes_dir(), paths.user_themes_dir(env, config_file)


def _options(launch: Launch, config: Config, problems: Sequence[Problem]) -> Options:
    """Build the front end's options; the command line takes precedence over the configuration."""
    env = launch.environment
    return Options(
        validation=cast("Validation", launch.validation or config.validation),
        attach=config.attach,
        theme=launch.theme or config.theme,
        theme_dirs=_theme_dirs(env, launch.config_file),
        keys=config.keys,
        markdown=config.ui.markdown,
        panel=config.ui.panel,
        mouse=config.ui.mouse,
        thumbnails=config.ui.thumbnails,
        refresh_models=config.ui.refresh_models,
        state_dir=paths.state_dir(env, launch.data_dir),
        config_file=paths.config_file(env, launch.config_file),
        offline=launch.offline is not None,
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
    """Return the provider that an address and a key given for this run apply to."""
    try:
        return _choose(launch, catalogue, config).provider
    except ProblemError:
        return CUSTOM


def config_path(environment: Mapping[str, str], named: str | None) -> Path:
    """Return the path of the configuration file, existing or not."""
    return paths.config_file(environment, named)


def write_example(path: Path) -> None:
    """Write the commented example as the initial configuration file.

    Raises:
        OSError: The file exists, or cannot be written.
    """
    paths.write_new(path, paths.example_config())


def check_config(path: Path, environment: Mapping[str, str]) -> list[str]:
    """Return a sentence for each error in a configuration."""
    from chat_tui.ui.keymap import keymap
    from chat_tui.ui.themes import theme_fault

    config, problems = load_config(path, environment)
    _, faults = keymap(config.keys)
    if config.theme and (fault := theme_fault(config.theme, _theme_dirs(environment, str(path)))):
        faults = [*faults, fault]
    return [*(problem.sentence() for problem in [*problems, *config_problems(load_catalogue(), config)]), *faults]

"""In-memory services for screen tests: a scripted backend; sessions, drafts and history in lists."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.calls import Call, Endpoint
from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.events import Step
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.local_status import LocalStatus
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.session import Session, SessionSummary
from chat_tui.engine.opening import first_settings
from chat_tui.engine.services import Options, Services
from chat_tui.engine.workbench import Workbench
from tests.support.engine_doubles import MemoryJournal, OneEndpoint, answered

THEMES: Final = Path(__file__).resolve().parents[2] / "themes"


@cache
def known() -> Catalogue:
    """Return the catalogue, loaded once."""
    return load_catalogue()


class Gate:
    """A point in a script at which the backend waits until the test opens it."""

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None
        self._open = False

    def open(self) -> None:
        """Let the backend continue."""
        self._open = True
        if self._event is not None:
            self._event.set()

    async def passed(self) -> None:
        """Wait for ``open``."""
        if not self._open:
            self._event = asyncio.Event()
            await self._event.wait()


class FakeBackend:
    """Plays one script of steps and gates per call. Without a script it answers ``ok``."""

    def __init__(self, *scripts: Iterable[Step | Gate]) -> None:
        self.calls: list[Call] = []
        self.closed = False
        self.model_ids: list[str] = ["one", "two"]
        self._scripts = [list(script) for script in scripts]

    async def steps(self, call: Call) -> AsyncGenerator[Step, None]:
        self.calls.append(call)
        for step in self._scripts.pop(0) if self._scripts else answered("ok"):
            if isinstance(step, Gate):
                await step.passed()
            else:
                await asyncio.sleep(0)
                yield step

    async def models(self, endpoint: Endpoint) -> list[JsonObject]:
        return [{"id": model_id} for model_id in self.model_ids]

    async def aclose(self) -> None:
        self.closed = True


class MemoryStore:
    """Sessions by path, as lists of records."""

    def __init__(self) -> None:
        self.journals: dict[str, MemoryJournal] = {}

    def create(self, *, keep: bool = True, path: str | None = None) -> MemoryJournal:
        name = path or f"/sessions/{len(self.journals) + 1}.jsonl"
        journal = MemoryJournal(name if keep else None)
        if keep:
            self.journals[name] = journal
        return journal

    def find(self, name: str) -> str:
        for path in self.journals:
            if name in (path, self.load(path).title):
                return path
        raise ProblemError(Problem(kind="session", what=f"No session is called {name}"))

    def find_or_none(self, name: str) -> str | None:
        try:
            return self.find(name)
        except ProblemError:
            return None

    def load(self, path: str) -> Session:
        if path not in self.journals:
            raise ProblemError(Problem(kind="session", what=f"{path} does not exist"))
        from chat_tui.domain.session_fold import fold_session

        return fold_session(list(self.journals[path].records))

    def append_to(self, path: str) -> MemoryJournal:
        return self.journals[path]

    def recent(self, limit: int | None = None) -> Sequence[SessionSummary]:
        return [
            SessionSummary(
                id=path,
                path=path,
                title=self.load(path).title or "untitled",
                created="2026-01-01T00:00:00Z",
                modified_s=1_000_000.0,
                provider="local",
                model="m",
                messages=len(self.load(path).conversation.nodes),
                tags=self.load(path).labels.tags,
                starred=self.load(path).labels.starred,
                archived=self.load(path).labels.archived,
            )
            for path, journal in self.journals.items()
            if journal.records
        ][:limit]


class MemoryEndpoints(OneEndpoint):
    """Resolves every provider to one address, and registers added ones."""

    def __init__(self, providers: dict[str, Provider], refusal: ProblemError | None = None) -> None:
        super().__init__(refusal)
        self._providers = providers

    def add(self, name: str, *, base_url: str, key_env: str = "", model: str = "") -> Provider:
        added = super().add(name, base_url=base_url, key_env=key_env, model=model)
        self._providers[name] = added
        return added


class MemoryHistory:
    """Prompts in a list."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def entries(self) -> Sequence[str]:
        return self.texts

    def append(self, text: str) -> None:
        self.texts.append(text)


class MemoryDraft:
    """Drafts as strings: ``text`` for sessions without a file, ``texts`` by path for the others."""

    def __init__(self, text: str = "") -> None:
        self.texts = {"": text}

    @property
    def text(self) -> str:
        return self.load()

    def load(self, session: str = "") -> str:
        return self.texts.get(session, "")

    def save(self, text: str, session: str = "") -> None:
        self.texts[session] = text

    def clear(self, session: str = "") -> None:
        self.texts.pop(session, None)


class FakeLocal:
    """The embedded model's file, present or not; fetching it is scripted."""

    def __init__(self, *, present: bool = True, runtime: bool = True, failure: Problem | None = None) -> None:
        self.present = present
        self.runtime = runtime
        self.failure = failure
        self.gate = Gate()

    def status(self) -> LocalStatus:
        return LocalStatus(
            runtime=self.runtime,
            model_path="/models/small.gguf" if self.present else None,
            model_name="small",
            own_file=False,
            problem="" if self.runtime else "The runtime is not installed. Run: pip install 'chat-tui[local]'.",
        )

    async def fetch(self, progress: Callable[[str, float | None], None]) -> str:
        progress("downloading", 0.25)
        await self.gate.passed()
        if self.failure is not None:
            raise ProblemError(self.failure)
        progress("checking", 1.0)
        self.present = True
        return "/models/small.gguf"


class StepClock:
    """A clock that only the test advances."""

    def __init__(self) -> None:
        self.ticks = 100.0

    def now_s(self) -> float:
        return 1_000_000.0

    def ticks_s(self) -> float:
        return self.ticks


def services(
    *scripts: Iterable[Step | Gate],
    options: Options | None = None,
    store: MemoryStore | None = None,
    history: Sequence[str] = (),
    draft: str = "",
    refusal: ProblemError | None = None,
    local: FakeLocal | None = None,
    keys: Mapping[str, str] | None = None,
) -> Services:
    """Return in-memory services whose backend plays ``scripts``."""
    from tests.support.memory_library import MemoryLibrary

    catalogue = known()
    sessions = store or MemoryStore()
    chosen = options or Options(theme_dirs=(THEMES,))
    providers = dict(catalogue.providers)
    return Services(
        catalogue=catalogue,
        providers=providers,
        backend=FakeBackend(*scripts),
        endpoints=MemoryEndpoints(providers, refusal),
        store=sessions,
        library=MemoryLibrary(sessions),
        clock=StepClock(),
        local=local or FakeLocal(),
        history=MemoryHistory(*history),
        draft=MemoryDraft(draft),
        options=replace(chosen, keys=keys) if keys is not None else chosen,
    )


def workbench(given: Services, *, provider: str = "local", model: str = "small") -> Workbench:
    """Return a new workbench on these services."""
    return Workbench(given, first_settings(given, provider, model), given.store.create())

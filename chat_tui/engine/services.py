"""The services given to a front end: ports, catalogue and user options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from msgspec import Struct, field

from chat_tui.engine.unkept import (
    NoImports,
    NoLibrary,
    NoModelLists,
    NoPictures,
    NoPresets,
    NoProbeCards,
    NoRefusals,
    NoTokenizer,
    NoToolLibrary,
    NoToolRunner,
)

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Catalogue, Provider
    from chat_tui.engine.ports import (
        Backend,
        Clock,
        Endpoints,
        LocalModel,
        Pictures,
        SessionStore,
        Tokenizer,
        ToolLibrary,
        ToolRunner,
    )
    from chat_tui.engine.store_ports import Imports, ModelLists, Presets, ProbeCards, Refusals, SessionLibrary


Validation: TypeAlias = Literal["block", "warn", "off"]


class PromptHistory(Protocol):
    """Prompts typed earlier, oldest first."""

    def entries(self) -> Sequence[str]:
        """Return at most the last thousand prompts."""
        ...

    def append(self, text: str) -> None:
        """Add a prompt that was sent."""
        ...


class Draft(Protocol):
    """The composer's text, saved against crashes: one per session, and one for sessions that have no file yet.

    ``session`` is the path of the session's file; empty if it has none.
    """

    def load(self, session: str = "") -> str:
        """Return the saved text, or an empty string."""
        ...

    def save(self, text: str, session: str = "") -> None:
        """Save the text."""
        ...

    def clear(self, session: str = "") -> None:
        """Delete the saved text, after it was sent."""
        ...


class Options(Struct, frozen=True, kw_only=True):
    """User options that front ends read."""

    validation: Validation = "block"
    attach: Literal["data", "reference"] = "data"
    """What a session stores of an attached file: its data, or a reference to it."""
    theme: str = ""
    theme_dirs: tuple[Path, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to comma-separated keys."""
    markdown: bool = True
    panel: bool = True
    mouse: bool = True
    thumbnails: bool = True
    """Whether images are shown in the transcript, if the terminal can."""
    refresh_models: bool = True
    """Whether a cached model list is fetched again once it is a day old and its service has just answered."""
    state_dir: Path | None = None
    """Folder of the crash files; None: none are written."""
    config_file: Path | None = None
    offline: bool = False
    """Whether recorded answers replace the network."""
    notices: tuple[str, ...] = ()
    """Problems of the configuration, to be shown once."""


class Services(Struct, frozen=True, kw_only=True):
    """The ports, data and options that the engine and a front end use."""

    catalogue: Catalogue
    providers: Mapping[str, Provider]
    """Those of the catalogue and those the user configured."""
    backend: Backend
    endpoints: Endpoints
    store: SessionStore
    clock: Clock
    local: LocalModel
    history: PromptHistory
    draft: Draft
    library: SessionLibrary = field(default_factory=NoLibrary)
    model_lists: ModelLists = field(default_factory=NoModelLists)
    refusals: Refusals = field(default_factory=NoRefusals)
    presets: Presets = field(default_factory=NoPresets)
    probe_cards: ProbeCards = field(default_factory=NoProbeCards)
    tokenizer: Tokenizer = field(default_factory=NoTokenizer)
    imports: Imports = field(default_factory=NoImports)
    tools: ToolLibrary = field(default_factory=NoToolLibrary)
    tool_runner: ToolRunner = field(default_factory=NoToolRunner)
    pictures: Pictures = field(default_factory=NoPictures)
    options: Options = field(default_factory=Options)

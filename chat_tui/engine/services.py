"""What a front end is given: the ports, the catalogue and the user's options."""

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
    """What was typed before, oldest first."""

    def entries(self) -> Sequence[str]:
        """At most the last thousand prompts."""
        ...

    def append(self, text: str) -> None:
        """Remember a prompt that was sent."""
        ...


class Draft(Protocol):
    """The text in the composer, kept over a crash; one for each session, and one for sessions not written yet.

    ``session`` is the path of the session's file; empty while there is none.
    """

    def load(self, session: str = "") -> str:
        """The kept text, or an empty one."""
        ...

    def save(self, text: str, session: str = "") -> None:
        """Keep the text."""
        ...

    def clear(self, session: str = "") -> None:
        """Forget it: it was sent."""
        ...


class Options(Struct, frozen=True, kw_only=True):
    """The user's choices that concern a front end."""

    validation: Validation = "block"
    attach: Literal["data", "reference"] = "data"
    """What a session keeps of an attached file."""
    theme: str = ""
    theme_dirs: tuple[Path, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to keys, comma-separated."""
    markdown: bool = True
    panel: bool = True
    mouse: bool = True
    thumbnails: bool = True
    """Images are shown in the transcript, where the terminal can."""
    refresh_models: bool = True
    """Fetch a kept model list again when it is a day old and its service has just answered."""
    state_dir: Path | None = None
    """Where crash files go; None: nowhere."""
    config_file: Path | None = None
    offline: bool = False
    """Recorded answers stand in for the network."""
    notices: tuple[str, ...] = ()
    """What was wrong with the configuration, to be told once."""


class Services(Struct, frozen=True, kw_only=True):
    """Everything the engine and a front end use of the outside."""

    catalogue: Catalogue
    providers: Mapping[str, Provider]
    """The catalogue's and the user's own."""
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

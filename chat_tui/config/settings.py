"""The user's configuration as values; every member has the default that holds without a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from chat_tui.domain.calls import Limits


class UiConfig(Struct, frozen=True, kw_only=True):
    """``[ui]``: how the screen begins."""

    markdown: bool = True
    """Replies are shown as Markdown rather than as they came."""
    panel: bool = True
    """The side panel is open where the screen is wide enough."""
    mouse: bool = True
    """The mouse is used; without it, the terminal's own selection works."""
    thumbnails: bool = True
    """Images are shown small in the transcript, where the extra is installed and the terminal has the colours."""
    refresh_models: bool = True
    """A list of models that was fetched once is fetched again when it is a day old and its service is in use."""


class LocalConfig(Struct, frozen=True, kw_only=True):
    """``[local]``: the embedded model."""

    model: str = ""
    """A GGUF file of the user's own; empty: the one that comes with chat-tui."""
    context: int = 4096
    """Tokens of prompt and reply together."""
    threads: int = 0
    """Threads of the model; 0: half the cores."""


class ProviderConfig(Struct, frozen=True, kw_only=True):
    """``[providers.NAME]``: a provider of the user's own, or what differs for one of the catalogue; None: not said."""

    title: str | None = None
    base_url: str | None = None
    path: str | None = None
    models_path: str | None = None
    dialect: str | None = None
    """Id of the catalogue's provider whose parameters it knows."""
    model: str | None = None
    """The model when none is named."""
    api_key_env: str | None = None
    """The environment variable with the key."""
    api_key_cmd: str | None = None
    """A command that prints the key; no shell."""
    key_required: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    allow_http: bool | None = None
    """A key may cross a network unencrypted."""
    ca_file: str | None = None
    """Certificates to trust, as PEM."""
    stream_usage: bool | None = None
    """Takes ``stream_options.include_usage``."""
    connect_timeout_s: float | None = None
    first_byte_timeout_s: float | None = None
    idle_timeout_s: float | None = None
    retries: int | None = None


class Config(Struct, frozen=True, kw_only=True):
    """The whole file."""

    provider: str = ""
    """The provider when none is named; empty: chosen by the model, else the embedded one."""
    model: str = ""
    theme: str = ""
    validation: Literal["block", "warn", "off"] = "block"
    attach: Literal["data", "reference"] = "data"
    """What a session keeps of an attached file: its data, or its path and a checksum."""
    network: Limits = field(default_factory=Limits)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to its keys, comma-separated."""
    ui: UiConfig = field(default_factory=UiConfig)
    local: LocalConfig = field(default_factory=LocalConfig)
    providers: Mapping[str, ProviderConfig] = field(default_factory=dict)

"""Data types of the user's configuration; the defaults apply without a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from chat_tui.domain.calls import Limits


class UiConfig(Struct, frozen=True, kw_only=True):
    """``[ui]``: initial state of the user interface."""

    markdown: bool = True
    """Whether replies are rendered as Markdown instead of as plain text."""
    panel: bool = True
    """Whether the side panel is open if the screen is wide enough."""
    mouse: bool = True
    """Whether the mouse is used; without it, the terminal's own selection works."""
    thumbnails: bool = True
    """Whether the transcript shows thumbnails, if the extra is installed and the terminal has enough colours."""
    refresh_models: bool = True
    """Whether a fetched model list is fetched again when it is a day old and its provider is in use."""


class LocalConfig(Struct, frozen=True, kw_only=True):
    """``[local]``: the embedded model."""

    model: str = ""
    """The user's own GGUF file; empty: the default model."""
    context: int = 4096
    """Context size in tokens, for prompt and reply together."""
    threads: int = 0
    """Number of threads; 0: half of the cores."""


class ProviderConfig(Struct, frozen=True, kw_only=True):
    """``[providers.NAME]``: a user-defined provider, or changes to one of the catalogue; None: not specified."""

    title: str | None = None
    base_url: str | None = None
    path: str | None = None
    models_path: str | None = None
    dialect: str | None = None
    """Id of the catalogue provider whose parameters it supports."""
    model: str | None = None
    """The default model."""
    api_key_env: str | None = None
    """The environment variable with the key."""
    api_key_cmd: str | None = None
    """A command that prints the key; run without a shell."""
    key_required: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    allow_http: bool | None = None
    """Whether a key may be sent unencrypted over a network."""
    ca_file: str | None = None
    """PEM file of CA certificates to trust."""
    stream_usage: bool | None = None
    """Whether it supports ``stream_options.include_usage``."""
    connect_timeout_s: float | None = None
    first_byte_timeout_s: float | None = None
    idle_timeout_s: float | None = None
    retries: int | None = None


class Config(Struct, frozen=True, kw_only=True):
    """The whole configuration file."""

    provider: str = ""
    """The default provider; empty: chosen by the model, else the embedded one."""
    model: str = ""
    theme: str = ""
    validation: Literal["block", "warn", "off"] = "block"
    attach: Literal["data", "reference"] = "data"
    """What a session stores of an attached file: its data, or its path and a checksum."""
    network: Limits = field(default_factory=Limits)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id to its keys, comma-separated."""
    ui: UiConfig = field(default_factory=UiConfig)
    local: LocalConfig = field(default_factory=LocalConfig)
    providers: Mapping[str, ProviderConfig] = field(default_factory=dict)

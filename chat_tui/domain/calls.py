"""A call: where one request goes, with what headers, limits and body."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.secrets import Secret


class Limits(Struct, frozen=True, kw_only=True):
    """Bounds on one exchange, in seconds; ``retries`` are repeats after the first try."""

    connect_timeout_s: float = 10.0
    first_byte_timeout_s: float = 300.0
    idle_timeout_s: float = 120.0
    retries: int = 2


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a provider's requests go and with what headers. Keys are ``Secret`` and bound to this origin."""

    provider: str
    base_url: str
    path: str
    models_path: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    ca_file: str = ""
    allow_http: bool = False
    close_connection: bool = False
    tokenizer: str = ""
    """How its tokenizer is asked; as of the provider."""
    key_source: str = ""
    """Where the key came from, in words: ``environment variable OPENAI_API_KEY``. Empty without a key."""
    key_hint: str = ""
    """What would give a key, for the message after a 401: ``OPENAI_API_KEY``."""

    @property
    def url(self) -> str:
        """The address of a chat completion."""
        return self.base_url.rstrip("/") + self.path

    def shown_headers(self) -> dict[str, str]:
        """The headers with every secret as ``***``."""
        return {name: str(value) for name, value in self.headers.items()}


class Call(Struct, frozen=True):
    """One request as it goes out."""

    endpoint: Endpoint
    body: JsonObject

    @property
    def streams(self) -> bool:
        """Whether the body asks for an event stream."""
        return self.body.get("stream") is True

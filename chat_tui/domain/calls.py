"""A call: one request with its endpoint, headers, limits and body."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.secrets import Secret, masked_query


class Limits(Struct, frozen=True, kw_only=True):
    """Timeouts of one exchange, in seconds; ``retries`` is the number of attempts after the first."""

    connect_timeout_s: float = 10.0
    first_byte_timeout_s: float = 300.0
    idle_timeout_s: float = 120.0
    retries: int = 2


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a provider's requests go, with which headers. Keys are ``Secret`` and bound to this origin."""

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
    """Tokenizer protocol of the server; see ``Provider.tokenizer``."""
    key_source: str = ""
    """Description of where the key came from: ``environment variable OPENAI_API_KEY``. Empty without a key."""
    key_hint: str = ""
    """Where a key could be set, for the message after a 401: ``OPENAI_API_KEY``."""

    @property
    def url(self) -> str:
        """The URL of the chat completions endpoint."""
        return self.base_url.rstrip("/") + self.path

    @property
    def shown_url(self) -> str:
        """The URL with every secret in its query masked as ``***``."""
        return masked_query(self.url)

    def shown_headers(self) -> dict[str, str]:
        """Return the headers with every secret masked as ``***``."""
        return {name: str(value) for name, value in self.headers.items()}


class Call(Struct, frozen=True):
    """One request to send."""

    endpoint: Endpoint
    body: JsonObject

    @property
    def streams(self) -> bool:
        """Whether the body asks for an event stream."""
        return self.body.get("stream") is True

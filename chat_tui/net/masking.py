"""Masks a request's secrets in everything the service sends back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from chat_tui.domain.secrets import Secret, secrets_in_query

_SHORTEST: Final = 4
"""Shorter words are not keys, and masking them would damage ordinary text."""
_SHORTEST_IN_REPLY: Final = 16
"""Only real keys are masked in replies: placeholders such as ``ollama`` are ordinary words."""
_MASK: Final = "***"


class Mask:
    """Masks the secrets in the given headers, including the bare key after a scheme such as ``Bearer``, and in a URL.

    Covers the forms in which a service may echo them: as sent, JSON-escaped, and percent-encoded.
    """

    def __init__(self, headers: Mapping[str, str | Secret], url: str = "") -> None:
        keys: set[str] = set()
        for value in (*headers.values(), *secrets_in_query(url)):
            if isinstance(value, Secret):
                whole = value.reveal().strip()
                keys.update((whole, whole.rpartition(" ")[2]))
        words = {word for key in keys for word in _spellings(key) if len(key) >= _SHORTEST}
        self._words = sorted(words, key=len, reverse=True)
        self._long_words = [word for word in self._words if len(word) >= _SHORTEST_IN_REPLY]

    def __call__(self, text: str) -> str:
        """Return ``text`` with ``***`` in place of every secret."""
        for word in self._words:
            if word in text:
                text = text.replace(word, _MASK)
        return text

    def reply(self, text: str) -> str:
        """Mask text of a reply: like a call, but only secrets of 16 characters or more."""
        for word in self._long_words:
            if word in text:
                text = text.replace(word, _MASK)
        return text

    @property
    def any(self) -> bool:
        """Whether the headers contain a secret."""
        return bool(self._words)


def _spellings(key: str) -> set[str]:
    return {key, json.dumps(key)[1:-1], json.dumps(key)[1:-1].replace("/", "\\/"), quote(key), quote(key, safe="")}

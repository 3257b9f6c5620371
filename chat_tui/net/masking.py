"""Takes the secrets of a request out of whatever a service sends back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from chat_tui.domain.secrets import Secret

_SHORTEST: Final = 4
"""A shorter word is no key, and masking it would make holes in every sentence."""
_SHORTEST_IN_REPLY: Final = 16
"""Replies are only searched for real keys: placeholders such as ``ollama`` are words people write about."""
_MASK: Final = "***"


class Mask:
    """Masks the secrets among some headers, also the bare key behind a scheme such as ``Bearer``.

    Spellings a service may echo are covered: as sent, escaped as in JSON, and percent-encoded.
    """

    def __init__(self, headers: Mapping[str, str | Secret]) -> None:
        keys: set[str] = set()
        for value in headers.values():
            if isinstance(value, Secret):
                whole = value.reveal().strip()
                keys.update((whole, whole.rpartition(" ")[2]))
        words = {word for key in keys for word in _spellings(key) if len(key) >= _SHORTEST}
        self._words = sorted(words, key=len, reverse=True)
        self._long_words = [word for word in self._words if len(word) >= _SHORTEST_IN_REPLY]

    def __call__(self, text: str) -> str:
        """``text`` with ``***`` for every secret."""
        for word in self._words:
            if word in text:
                text = text.replace(word, _MASK)
        return text

    def reply(self, text: str) -> str:
        """Like calling it, for the words of a reply: only secrets of 16 characters and more."""
        for word in self._long_words:
            if word in text:
                text = text.replace(word, _MASK)
        return text

    @property
    def any(self) -> bool:
        """Whether the headers hold a secret."""
        return bool(self._words)


def _spellings(key: str) -> set[str]:
    return {key, json.dumps(key)[1:-1], json.dumps(key)[1:-1].replace("/", "\\/"), quote(key), quote(key, safe="")}

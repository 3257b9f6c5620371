"""A string type for secrets that does not reveal itself, and detection of names that indicate a secret."""

from __future__ import annotations

import re
from typing import Final

_SPEAKS_OF_ONE: Final = re.compile(r"auth|cookie|key|token|secret|passw|signature|credential", re.IGNORECASE)

_PAIR: Final = r"([^=&?#]+)=([^&#]+)"


class Secret:
    """Holds a key; every conversion to text gives ``***``. Only ``reveal`` returns the key."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; call this only where it is sent."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> str:
        raise TypeError("a secret cannot be serialized")


def may_be_secret(name: str) -> bool:
    """Return whether a header or query parameter of this name may contain a key or a password."""
    return _SPEAKS_OF_ONE.search(name) is not None


def masked_query(url: str) -> str:
    """Return a URL or path with ``***`` in place of each value in its query that may be a secret."""
    place, mark, query = url.partition("?")
    if not query:
        return url
    return place + mark + re.sub(_PAIR, lambda pair: f"{pair[1]}=***" if may_be_secret(pair[1]) else pair[0], query)


def secrets_in_query(url: str) -> list[Secret]:
    """Return each value in a URL's query that may be a secret, as it is written there and unescaped."""
    from urllib.parse import unquote_plus

    values = [pair[2] for pair in re.finditer(_PAIR, url.partition("?")[2]) if may_be_secret(pair[1])]
    return [Secret(form) for value in values for form in (value, unquote_plus(value))]

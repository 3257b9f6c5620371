"""A secret that does not print itself, and the names that speak of one."""

from __future__ import annotations

import re
from typing import Final

_SPEAKS_OF_ONE: Final = re.compile(r"auth|cookie|key|token|secret|passw|signature|credential", re.IGNORECASE)


class Secret:
    """Holds a key; every conversion to text gives ``***``. Only ``reveal`` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself; call it only where the bytes go out."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> str:
        raise TypeError("a secret is not serialised")


def may_be_secret(name: str) -> bool:
    """Whether a header or query member of this name may hold a key or a password."""
    return _SPEAKS_OF_ONE.search(name) is not None

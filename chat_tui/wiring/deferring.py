"""Proxies for parts that are imported and created on first use, to keep start-up fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

PartT = TypeVar("PartT")


def deferred(make: Callable[[], PartT]) -> PartT:
    """Return a proxy that creates the object on first attribute access and delegates to it."""
    return cast("PartT", _Deferred(make))


class _Deferred:
    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return getattr(self._made, name)

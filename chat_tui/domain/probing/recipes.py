"""How each parameter is asked about: the probe's data, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

Mood: TypeAlias = Literal["", "steady", "lively"]


# Values are ``Any`` rather than ``Json``, which is recursive and cannot be decoded into.


class Opening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request without any parameter but a ceiling: what every other one is compared with."""

    prompt: str
    tokens: int
    """The ceiling of every reply."""
    ceilings: tuple[str, ...]
    """Parameters that limit the length of a reply, the best first; a request has at most one of them."""
    steady: Mapping[str, Any]
    """Makes replies repeat, where it is taken."""
    lively: Mapping[str, Any]
    """Makes replies differ, where it is taken."""
    unknown: str
    """A name no service knows."""


class Recipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"along": "with"}):
    """How one parameter is asked about."""

    name: str
    """Wire name."""
    ask: tuple[Any, ...] = ()
    """One request for each of these values; none: it cannot be asked."""
    judge: str = "accepted"
    """What the replies are looked at for."""
    expect: Any = None
    """What the judge looks for."""
    draws: bool = False
    """The value is a word of the reply it is compared with, where that has one."""
    along: Mapping[str, Any] = field(default_factory=dict)
    """Other members that must be sent with it, by wire name."""
    without: tuple[str, ...] = ()
    """Members of the opening request that must not be sent with it."""
    mood: Mood = ""
    against: str = ""
    """The parameter whose reply is compared with instead of the opening one."""
    prompt: str = ""
    tokens: int = 0
    """Another ceiling than the opening's."""
    skip: str = ""
    """Why it is not asked about unless that is wished."""
    within: str = ""
    """It is a member of this parameter, or has members, and is asked about with it or with them."""


class Recipes(Struct, frozen=True):
    """All of them, in the order in which they are asked: what others lean on comes first."""

    opening: Opening
    by_name: Mapping[str, Recipe]

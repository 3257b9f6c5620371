"""Probe recipes: the data that describes how to probe each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

Mood: TypeAlias = Literal["", "steady", "lively"]


# Values are ``Any`` instead of ``Json``, since msgspec cannot decode into a recursive type alias.


class Opening(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The request with no parameter but a token limit: the reference for all others."""

    prompt: str
    tokens: int
    """Token limit of every reply."""
    ceilings: tuple[str, ...]
    """Parameters that limit the reply length, best first; a request contains at most one of them."""
    steady: Mapping[str, Any]
    """Settings that make replies reproducible, if accepted."""
    lively: Mapping[str, Any]
    """Settings that make replies vary, if accepted."""
    unknown: str
    """A parameter name that no service knows."""


class Recipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"along": "with"}):
    """How to probe one parameter."""

    name: str
    """Wire name."""
    ask: tuple[Any, ...] = ()
    """Values to send, one per request; empty: it cannot be probed."""
    judge: str = "accepted"
    """Name of the judge of the replies."""
    expect: Any = None
    """What the judge looks for."""
    draws: bool = False
    """Whether to use a word of the reference reply as the value, if there is one."""
    along: Mapping[str, Any] = field(default_factory=dict)
    """Other members that must be sent together with it, by wire name."""
    without: tuple[str, ...] = ()
    """Members of the opening request that must not be sent together with it."""
    mood: Mood = ""
    against: str = ""
    """The parameter whose reply is the reference, instead of the opening one."""
    prompt: str = ""
    tokens: int = 0
    """Token limit, if different from the opening's."""
    skip: str = ""
    """Why it is not probed unless requested explicitly."""
    within: str = ""
    """It is probed together with this parameter, as a member of it; or by way of its own members."""


class Recipes(Struct, frozen=True):
    """All recipes in the order of probing: dependencies come first."""

    opening: Opening
    by_name: Mapping[str, Recipe]

"""Catalogue data types: parameters, rules, model families, providers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from chat_tui.domain.json_values import UNSET, Json, Unset


class Rule(Struct, frozen=True, kw_only=True):
    """A cross-field rule of one parameter."""

    kind: str
    """``requires``: while the parameter is set, ``other`` must satisfy ``op``; ``excludes``: it must not; ``note``:
    advice while it does."""
    other: str = ""
    """A wire name; ``header:NAME`` for a provider header; empty for unconditional advice."""
    op: str = ""
    """set, unset, eq, ne, contains, nonempty, lt, le, gt, ge, mentions or has_part."""
    value: Json = None
    """Operand of ``op``: a value, the wire name of a parameter whose value to compare with, or None for the value of
    the parameter that owns the rule."""
    when: str = ""
    """Condition on the parameter's value under which the rule applies: ``gt:1``, ``ne:none``, ``contains:audio``,
    ``lacks:audio``, a bare value, or any of these on another parameter: ``stream:true``."""
    unset_ok: bool = False
    """Whether an absent ``other`` satisfies ``requires``."""
    level: str = "error"
    """``error``: the service answers 4xx; ``warn``: some refuse it, or it is useless or costly; ``info``: a hint."""
    text: str = ""
    remedy: str = ""
    """How to fix it, if the other fields do not imply that."""
    family: str = ""
    """If set, the rule applies only to models of this family, and never blocks."""
    providers: tuple[str, ...] = ()
    """If set, the rule applies only to these providers (or dialects)."""
    except_providers: tuple[str, ...] = ()
    """The rule does not apply to these providers (or dialects)."""


class ParameterSpec(Struct, frozen=True, kw_only=True):
    """One member of the request body, as services document it."""

    name: str
    """Wire name; nested members with dots, members of list items with ``[]``."""
    path: tuple[str, ...]
    """Path into the body: ``("reasoning", "effort")``. The key of a map may itself contain dots."""
    title: str
    types: tuple[str, ...]
    """Accepted JSON types: string, number, integer, boolean, array, object, null."""
    group: str
    control: str
    """slider, number, select, multiselect, switch, text, textarea, list, map, json, messages, model or hidden."""
    help: str
    scope: str = "core"
    """Which API defines it: core, openai, openrouter, kluster, sgp, llamacpp, vllm or other."""
    also_scopes: tuple[str, ...] = ()
    origin: str = "extra"
    seeds: tuple[str, ...] = ()
    status: str = "active"
    """active, deprecated or legacy."""
    successors: tuple[str, ...] = ()
    required: bool = False
    default: Json | Unset = UNSET
    """The server's default when the key is omitted; chat-tui never sends it by itself."""
    default_text: str = ""
    minimum: float | int | None = None
    maximum: float | int | None = None
    min_exclusive: bool = False
    ui_min: float | None = None
    ui_max: float | None = None
    step: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    item_types: tuple[str, ...] = ()
    """JSON types of the list items, if known."""
    max_length: int | None = None
    """In characters."""
    pattern: str = ""
    """Regular expression that the whole text must match."""
    enum: tuple[Json, ...] = ()
    enum_open: bool = False
    """Whether values outside ``enum`` are accepted too."""
    enum_of: str = ""
    """For an object: the member to which ``enum`` applies."""
    presets: tuple[str, ...] = ()
    """Words that are shorthand for ``{enum_of: word}``."""
    wraps: str = ""
    """Member that a bare JSON Schema from a file is wrapped in, with a name; ``enum_of`` is set to its name."""
    value_types: tuple[str, ...] = ()
    """JSON types of a map's values, if known."""
    value_min: float | None = None
    value_max: float | None = None
    key_pattern: str = ""
    max_pairs: int | None = None
    max_key_length: int | None = None
    max_value_length: int | None = None
    notes: str = ""
    refused_by: tuple[str, ...] = ()
    """Ids of the model families that reject it."""
    rules: tuple[Rule, ...] = ()

    @property
    def nested(self) -> bool:
        """Whether it is a member of another parameter instead of the body itself."""
        return len(self.path) > 1

    @property
    def settable(self) -> bool:
        """Whether it can be a session parameter: not a member of a message, not ``model`` or ``messages``."""
        return "[]" not in self.name and self.control not in ("messages", "model")


class Group(Struct, frozen=True):
    """A section of the parameter panel."""

    id: str
    title: str
    order: int


class Family(Struct, frozen=True, kw_only=True):
    """A group of models with the same restrictions."""

    id: str
    title: str
    match: tuple[str, ...] = ()
    """Regular expressions, searched in the model id without its ``vendor/`` prefix and ``:variant`` suffix."""
    providers: tuple[str, ...] = ()
    """Providers whose models all belong to the family."""
    refuses: tuple[str, ...] = ()
    """Parameters that are rejected with any value."""
    unknown: tuple[str, ...] = ()
    """Parameters that are rejected as unknown names."""
    ignores: tuple[str, ...] = ()
    fixed: Mapping[str, Json] = field(default_factory=dict)
    """Parameters that accept only this value."""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """Rules per parameter for these models; they never block."""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    enums: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    """The subset of a parameter's values that these models accept."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    """New name of a parameter for these models."""
    system_role: str = "system"
    confidence: str = ""
    notes: str = ""


class Provider(Struct, frozen=True, kw_only=True):
    """A service: its URL, authentication and supported parameters."""

    id: str
    title: str
    base_url: str
    path: str = "/chat/completions"
    models_path: str = "/models"
    dialect: str = ""
    """Id of the provider whose parameter set applies; the provider's own id unless a user-defined one names another."""
    scopes: tuple[str, ...] = ("core",)
    """Catalogue scopes that the provider supports."""
    aliases: tuple[str, ...] = ()
    base_url_env: str = ""
    auth_header: str = "Authorization"
    auth_scheme: str = "Bearer"
    key_env: str = ""
    key_cmd: str = ""
    key_required: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    headers_env: Mapping[str, str] = field(default_factory=dict)
    request_id_header: str = "x-request-id"
    unsupported: tuple[str, ...] = ()
    unsupported_how: str = "varies"
    enum_overrides: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    no_max: tuple[str, ...] = ()
    """Numbers that have no upper limit at this provider."""
    max_items: Mapping[str, int] = field(default_factory=dict)
    free_keys: tuple[str, ...] = ()
    """Maps whose keys may be any text at this provider."""
    also_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """JSON types accepted in addition to the catalogue's."""
    value_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """JSON types of a map's values at this provider."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """The provider's defaults where they differ from the catalogue's."""
    stream_usage: bool = False
    """Whether it accepts ``stream_options.include_usage``."""
    tokenizer: str = ""
    """Tokenizer protocol: ``llamacpp`` or ``vllm``; empty if there is no tokenizer endpoint."""
    inputs: tuple[str, ...] = ()
    """Input modalities of all its models: text, image, audio, file; empty: unknown, or it differs by model."""
    takes_back: tuple[str, ...] | None = None
    """Members with reasoning or images that the provider accepts of earlier replies; None: unknown, all are sent."""
    takes_back_only_with_calls: bool = False
    """Whether it accepts them only of replies with tool calls."""
    vendor_ids: bool = False
    """Whether model ids have the form ``vendor/model``."""
    default_model: str = ""
    close_connection: bool = False
    """Send ``Connection: close``, because the server breaks keep-alive connections."""
    allow_http: bool = False
    ca_file: str = ""
    notes: str = ""
    user_defined: bool = False


class Catalogue(Struct, frozen=True, kw_only=True):
    """All parameters, model families and providers."""

    parameters: Mapping[str, ParameterSpec]
    groups: tuple[Group, ...]
    families: tuple[Family, ...]
    providers: Mapping[str, Provider]

    def path_of(self, name: str) -> tuple[str, ...]:
        """Return the path into the body for a wire name. Whatever follows a map's name is one key, dots included."""
        head, rest = name, ""
        while head not in self.parameters:
            head, dot, last = head.rpartition(".")
            if not dot:
                return tuple(name.split("."))
            rest = f"{last}.{rest}" if rest else last
        spec = self.parameters[head]
        if not rest:
            return spec.path
        return (*spec.path, rest) if spec.control == "map" else (*spec.path, *rest.split("."))

    def families_of(self, provider: str, model: str) -> tuple[Family, ...]:
        """Return the families of a model; its ``vendor/`` prefix and ``:variant`` suffix are ignored."""
        bare = model.rsplit("/", 1)[-1].split(":", 1)[0]
        return tuple(
            family
            for family in self.families
            if provider in family.providers or any(re.search(pattern, bare) for pattern in family.match)
        )

    def supports(self, provider: Provider, spec: ParameterSpec) -> bool:
        """Return whether the provider documents the parameter."""
        if spec.name in provider.unsupported or spec.path[0].removesuffix("[]") in provider.unsupported:
            return False
        return spec.scope in provider.scopes or any(scope in provider.scopes for scope in spec.also_scopes)


def at_provider(spec: ParameterSpec, provider: Provider) -> ParameterSpec:
    """Return the parameter with the provider's range, choices, types and default instead of the catalogue's."""
    name = spec.name
    changed: dict[str, Any] = {}
    if name in provider.ranges:
        changed["minimum"], changed["maximum"] = provider.ranges[name]
    if name in provider.no_max:
        changed["value_max" if spec.control == "map" else "maximum"] = None
    if name in provider.max_items:
        changed["max_items"] = provider.max_items[name]
    if name in provider.enum_overrides:
        changed["enum"] = provider.enum_overrides[name]
    if name in provider.free_keys:
        changed["key_pattern"] = ""
    if name in provider.also_types:
        changed["types"] = (*spec.types, *provider.also_types[name])
    if name in provider.value_types:
        changed["value_types"] = provider.value_types[name]
    if name in provider.defaults:
        changed["default"], changed["default_text"] = provider.defaults[name], ""
    return replace(spec, **changed) if changed else spec


def at_families(spec: ParameterSpec, families: Iterable[Family]) -> ParameterSpec:
    """Return the parameter narrowed to the choices, range and default of the model's families.

    Only for displaying and adjusting a control, never for validation: values outside may be sent, with a warning.
    """
    name = spec.name
    for family in families:
        changed: dict[str, Any] = {}
        if name in family.enums:
            changed["enum"] = family.enums[name]
        if name in family.ranges:
            low, high = family.ranges[name]
            changed["minimum"] = low if spec.minimum is None else max(low, spec.minimum)
            changed["maximum"] = high if spec.maximum is None else min(high, spec.maximum)
            changed["min_exclusive"] = spec.min_exclusive and changed["minimum"] == spec.minimum
        if name in family.defaults or name in family.fixed:
            changed["default"] = family.defaults.get(name, family.fixed.get(name))
            changed["default_text"] = ""
        if changed:
            spec = replace(spec, **changed)
    return spec

"""The catalogue's values: parameters, rules, model families, providers."""

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
    """``requires``: while this is set, ``other`` must satisfy ``op``; ``excludes``: it must not; ``note``: advice
    while it does."""
    other: str = ""
    """A wire name; ``header:NAME`` for a header of the provider; empty for advice without a condition."""
    op: str = ""
    """set, unset, eq, ne, contains, nonempty, lt, le, gt, ge, mentions or has_part."""
    value: Json = None
    """What ``op`` compares with: a value, the wire name of a parameter whose value is meant, or None for the value of
    the parameter that has the rule."""
    when: str = ""
    """Applies only if the parameter has this value: ``gt:1``, ``ne:none``, ``contains:audio``, ``lacks:audio``, a bare
    word, or another parameter's name before it: ``stream:true``."""
    unset_ok: bool = False
    """An absent ``other`` satisfies a ``requires``."""
    level: str = "error"
    """``error``: the service answers 4xx; ``warn``: refused by some, useless or costly; ``info``: worth knowing."""
    text: str = ""
    remedy: str = ""
    """What to do about it, where the rest of the rule does not tell."""
    family: str = ""
    """Only for models of this family, where given; such a rule never blocks."""
    providers: tuple[str, ...] = ()
    """Only for these providers (or dialects), where given."""
    except_providers: tuple[str, ...] = ()
    """Not for these providers (or dialects)."""


class ParameterSpec(Struct, frozen=True, kw_only=True):
    """One member of the request body, as services describe it."""

    name: str
    """Wire name; nested members with dots, list members with ``[]``."""
    path: tuple[str, ...]
    """The name as steps into the body: ``("reasoning", "effort")``. A map's key may itself contain dots."""
    title: str
    types: tuple[str, ...]
    """JSON types the wire takes: string, number, integer, boolean, array, object, null."""
    group: str
    control: str
    """slider, number, select, multiselect, switch, text, textarea, list, map, json, messages, model or hidden."""
    help: str
    scope: str = "core"
    """Who understands it: core, openai, openrouter, kluster, sgp, llamacpp, vllm or other."""
    also_scopes: tuple[str, ...] = ()
    origin: str = "extra"
    seeds: tuple[str, ...] = ()
    status: str = "active"
    """active, deprecated or legacy."""
    successors: tuple[str, ...] = ()
    required: bool = False
    default: Json | Unset = UNSET
    """What a server uses when the key is left out; never a value of ours."""
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
    """JSON types of a list's items, where known."""
    max_length: int | None = None
    """Characters."""
    pattern: str = ""
    """A regular expression for the whole text."""
    enum: tuple[Json, ...] = ()
    enum_open: bool = False
    """Other values than those of ``enum`` are legal too."""
    enum_of: str = ""
    """The member of an object to which ``enum`` applies."""
    presets: tuple[str, ...] = ()
    """Words that stand for ``{enum_of: word}``."""
    wraps: str = ""
    """A bare JSON Schema from a file goes into this member, with a name, and the member's name into ``enum_of``."""
    value_types: tuple[str, ...] = ()
    """JSON types of a map's values, where known."""
    value_min: float | None = None
    value_max: float | None = None
    key_pattern: str = ""
    max_pairs: int | None = None
    max_key_length: int | None = None
    max_value_length: int | None = None
    notes: str = ""
    refused_by: tuple[str, ...] = ()
    """Ids of model families that reject it."""
    rules: tuple[Rule, ...] = ()

    @property
    def nested(self) -> bool:
        """A member of another parameter rather than of the body itself."""
        return len(self.path) > 1

    @property
    def settable(self) -> bool:
        """Can be a member of the session's parameters: not a message's member, not model or messages."""
        return "[]" not in self.name and self.control not in ("messages", "model")


class Group(Struct, frozen=True):
    """A heading of the panel."""

    id: str
    title: str
    order: int


class Family(Struct, frozen=True, kw_only=True):
    """Models that share restrictions."""

    id: str
    title: str
    match: tuple[str, ...] = ()
    """Regular expressions, searched in the model id without its ``vendor/`` prefix and ``:variant`` suffix."""
    providers: tuple[str, ...] = ()
    """Services all of whose models belong to it."""
    refuses: tuple[str, ...] = ()
    """Parameters answered with an error, whatever the value."""
    unknown: tuple[str, ...] = ()
    """The same, with the words for a name never heard of."""
    ignores: tuple[str, ...] = ()
    fixed: Mapping[str, Json] = field(default_factory=dict)
    """Only this value is accepted."""
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """Rules of single parameters for these models; they never block."""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    enums: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    """The values these models take of a parameter's wider choice."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    """What a parameter is called here."""
    system_role: str = "system"
    confidence: str = ""
    notes: str = ""


class Provider(Struct, frozen=True, kw_only=True):
    """A service: where it is, how it authenticates, which parameters it knows."""

    id: str
    title: str
    base_url: str
    path: str = "/chat/completions"
    models_path: str = "/models"
    dialect: str = ""
    """Id of the provider whose parameter set applies; its own id unless a user's provider names another."""
    scopes: tuple[str, ...] = ("core",)
    """Scopes of the catalogue that belong to it."""
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
    """Numbers without an upper limit here."""
    max_items: Mapping[str, int] = field(default_factory=dict)
    free_keys: tuple[str, ...] = ()
    """Maps whose keys may be any text here."""
    also_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """JSON types taken here beside the catalogue's."""
    value_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """JSON types of a map's values here."""
    defaults: Mapping[str, Json] = field(default_factory=dict)
    """The service's own defaults where they differ from the catalogue's."""
    stream_usage: bool = False
    """Accepts ``stream_options.include_usage``."""
    tokenizer: str = ""
    """How its tokenizer is asked: ``llamacpp`` or ``vllm``; empty where it cannot be."""
    thoughts_back: tuple[str, ...] | None = None
    """The members of earlier replies in which it takes their thoughts back; None: not known, all go back."""
    thoughts_only_with_calls: bool = False
    """Only those of replies that call tools."""
    vendor_ids: bool = False
    """Spells model ids ``vendor/model``."""
    default_model: str = ""
    close_connection: bool = False
    """Send ``Connection: close``: the server breaks kept-alive connections."""
    allow_http: bool = False
    ca_file: str = ""
    notes: str = ""
    user_defined: bool = False


class Catalogue(Struct, frozen=True, kw_only=True):
    """Everything services say of themselves."""

    parameters: Mapping[str, ParameterSpec]
    groups: tuple[Group, ...]
    families: tuple[Family, ...]
    providers: Mapping[str, Provider]

    def path_of(self, name: str) -> tuple[str, ...]:
        """Steps into the body for a wire name. What follows a map's name is one key, dots and all."""
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
        """The families a model belongs to; its ``vendor/`` prefix and ``:variant`` suffix are ignored."""
        bare = model.rsplit("/", 1)[-1].split(":", 1)[0]
        return tuple(
            family
            for family in self.families
            if provider in family.providers or any(re.search(pattern, bare) for pattern in family.match)
        )

    def supports(self, provider: Provider, spec: ParameterSpec) -> bool:
        """Whether the provider's documents know the parameter at all."""
        if spec.name in provider.unsupported or spec.path[0].removesuffix("[]") in provider.unsupported:
            return False
        return spec.scope in provider.scopes or any(scope in provider.scopes for scope in spec.also_scopes)


def at_provider(spec: ParameterSpec, provider: Provider) -> ParameterSpec:
    """The parameter with a provider's own range, choice, types and default in place of the catalogue's."""
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
    """The parameter narrowed to what the families of a model take of it: choice, range, default.

    For showing and turning a knob, never for judging a value: what lies outside may be sent, with a warning.
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

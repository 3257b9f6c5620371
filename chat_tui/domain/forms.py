"""Form specifications: the fields of structured parameter values, from which editors are built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider, at_provider
from chat_tui.domain.conversions import Conversion
from chat_tui.domain.json_values import UNSET, Json, Unset

CONTROLS: Final = (
    *("text", "textarea", "number", "switch", "select", "ticks", "json", "schema", "const"),
    *("record", "list", "map", "variants"),
)


class FieldSpec(Struct, frozen=True, kw_only=True):
    """One value of a form and how to edit it."""

    control: str = ""
    """One of ``CONTROLS``; empty until the catalogue entry of the member supplies it.

    ``ticks`` is a list of items chosen from ``enum``, ``schema`` a JSON Schema, ``const`` a fixed value, ``variants`` a
    value with one of several shapes.
    """
    name: str = ""
    """Wire name of a member; empty for a list item, a map value and a variant."""
    title: str = ""
    help: str = ""
    types: tuple[str, ...] = ()
    """Accepted JSON types; empty: any."""
    required: bool = False
    default_text: str = ""
    """What the service does when the member is omitted."""
    value: Json | Unset = UNSET
    """The value of a ``const``."""
    start: Json | Unset = UNSET
    """Initial value when it is set without another one."""
    enum: tuple[Json, ...] = ()
    enum_open: bool = False
    """Whether other values are accepted too."""
    offers: str = ""
    """Path in the request that supplies further choices: ``tools[].function.name``."""
    minimum: float | int | None = None
    maximum: float | int | None = None
    step: float | int | None = None
    pattern: str = ""
    max_length: int | None = None
    escapes: bool = False
    """Whether the text is typed on one line with backslash escapes, since newlines and spaces matter in it."""
    fields: tuple[FieldSpec, ...] = ()
    """Members of a ``record``."""
    item: FieldSpec | None = None
    """Specification of a list's items or a map's values."""
    min_items: int | None = None
    max_items: int | None = None
    key_title: str = ""
    """What the map's keys are, in one or two words."""
    key_pattern: str = ""
    max_pairs: int | None = None
    max_key_length: int | None = None
    tokens: bool = False
    """Whether the map's keys are token ids of the model's tokenizer."""
    variants: tuple[FieldSpec, ...] = ()
    tag: str = ""
    """The member that discriminates between variants; set on each record among them too."""
    word: Json = None
    """The value of ``tag`` in this variant."""


class Forms(Struct, frozen=True, kw_only=True):
    """All forms, and the conversions of deprecated parameters."""

    forms: Mapping[str, FieldSpec] = field(default_factory=dict)
    """By the parameter's wire name."""
    conversions: tuple[Conversion, ...] = ()

    def conversion(self, name: str) -> Conversion | None:
        """Return the conversion of a deprecated parameter, if there is one."""
        return next((each for each in self.conversions if name in each.names), None)


def form_of(forms: Forms, catalogue: Catalogue, provider: Provider, spec: ParameterSpec) -> FieldSpec | None:
    """Return the form of a parameter for this provider; None if a JSON editor or a single control is enough.

    Members that the catalogue lists get its texts, ranges and choices. Members that the form does not name come last.
    """
    own = field_from(spec)
    told = forms.forms.get(spec.name)
    if told is None:
        return own if own.control in ("list", "map", "ticks") else None
    merged = _merged(told, own)
    return _with_members(merged, catalogue, provider, spec.name)


def field_from(spec: ParameterSpec) -> FieldSpec:
    """Convert a parameter to a field; without members if it is structured."""
    control = _CONTROLS.get(spec.control, spec.control)
    common: dict[str, Any] = {
        "title": spec.title,
        "help": " ".join(part for part in (spec.help, spec.notes) if part),
        "types": spec.types,
        "required": spec.required,
        "default_text": spec.default_text or _default(spec.default),
        "start": spec.default,
    }
    if control == "select" and (not spec.enum or spec.enum_of):
        control = "number" if "integer" in spec.types else "text" if "string" in spec.types else "json"
    if control in ("list", "map"):
        common["item"] = _item(spec, control)
    return FieldSpec(
        control=control,
        enum=() if spec.enum_of else spec.enum,
        enum_open=spec.enum_open,
        minimum=spec.minimum,
        maximum=spec.maximum,
        step=spec.step,
        pattern=spec.pattern,
        max_length=spec.max_length,
        min_items=spec.min_items,
        max_items=spec.max_items,
        key_pattern=spec.key_pattern,
        max_pairs=spec.max_pairs,
        max_key_length=spec.max_key_length,
        **common,
    )


_CONTROLS: Final = {"slider": "number", "multiselect": "ticks", "model": "text", "messages": "json", "hidden": "json"}


def _default(value: Json | Unset) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if isinstance(value, Unset | None) else str(value)


def _item(spec: ParameterSpec, control: str) -> FieldSpec:
    """Return the specification of a list's items or a map's values, as far as the parameter defines it."""
    types = spec.item_types if control == "list" else spec.value_types
    if set(types) & {"number", "integer"}:
        return FieldSpec(control="number", types=types, minimum=spec.value_min, maximum=spec.value_max)
    if types and "string" not in types:
        return FieldSpec(control="json", types=types)
    return FieldSpec(
        control="text",
        types=types or ("string",),
        max_length=spec.max_value_length if control == "map" else None,
        enum=spec.enum if control == "list" else (),
        escapes=control == "list",
    )


def _merged(told: FieldSpec, own: FieldSpec) -> FieldSpec:
    """Return a form's field, with values from the catalogue for everything the form does not specify."""
    kept: dict[str, Any] = {}
    for name in FieldSpec.__struct_fields__:
        value = getattr(told, name)
        if name not in _OF_THE_FORM and value in (None, "", (), False, UNSET):
            kept[name] = getattr(own, name)
    if told.control and told.control != own.control:
        kept = {name: kept[name] for name in kept if name in _OF_ANY_CONTROL}
    item = told.item
    if item is not None and own.item is not None:
        kept["item"] = _merged(item, own.item)
    return replace(told, **kept)


_OF_THE_FORM: Final = frozenset(("name", "fields", "variants", "tag", "word", "value", "offers", "tokens"))
_OF_ANY_CONTROL: Final = frozenset(
    (
        *("title", "help", "required", "default_text", "min_items", "max_items", "key_pattern", "max_pairs"),
        *("max_key_length", "max_length", "pattern"),
    )
)


def _with_members(spec: FieldSpec, catalogue: Catalogue, provider: Provider, path: str) -> FieldSpec:
    """Merge each member with its catalogue entry, and append members that only the catalogue lists."""
    if spec.variants:
        return replace(spec, variants=tuple(_with_members(each, catalogue, provider, path) for each in spec.variants))
    if spec.control != "record":
        return spec
    named = [_member(each, catalogue, provider, path) for each in spec.fields]
    known = {each.name for each in named} | {spec.tag}
    rest = () if spec.tag else _unnamed(catalogue, provider, path, known)
    return replace(spec, fields=(*named, *rest))


def _member(told: FieldSpec, catalogue: Catalogue, provider: Provider, path: str) -> FieldSpec:
    name = f"{path}.{told.name}"
    listed = catalogue.parameters.get(name)
    merged = told if listed is None else _merged(told, field_from(at_provider(listed, provider)))
    return _with_members(merged, catalogue, provider, name)


def _unnamed(catalogue: Catalogue, provider: Provider, path: str, known: set[str]) -> Iterator[FieldSpec]:
    for name, spec in catalogue.parameters.items():
        above, _, last = name.rpartition(".")
        if above == path and last not in known:
            yield replace(field_from(at_provider(spec, provider)), name=last)

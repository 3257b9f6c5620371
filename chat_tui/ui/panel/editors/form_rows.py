"""Builds the lines of a form from a value and its field specification. Pure; the value is never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.form_values import same_json, variant_of
from chat_tui.domain.forms import FieldSpec
from chat_tui.domain.json_values import UNSET, Json, JsonObject, Unset, dump_json, json_type
from chat_tui.domain.places import Place

CONTAINERS: Final = ("record", "list", "map", "ticks", "variants")
_FEW: Final = 2
"""List entries from this index on start folded."""


class FormLine(Struct, frozen=True, kw_only=True):
    """One line: a value, the heading of a group, a choice of variant, a tick, or a place to add something."""

    kind: str
    """``value``, ``group``, ``kind``, ``tick``, ``add`` or ``heading``."""
    place: Place
    spec: FieldSpec
    label: str
    depth: int
    value: Json | Unset = UNSET
    entry: Place | None = None
    """The place of the innermost removable item: a list entry, a map pair, or a member the form does not define."""
    container: Place | None = None
    """The place of the innermost list or map, possibly this one."""
    items: FieldSpec | None = None
    """The field specification of that container's entries."""
    record: Place = ()
    """The place of the innermost record, possibly this one."""
    open: bool = False
    folds: bool = False
    """Whether it has lines below it that can be folded."""
    variant: int | None = None
    own_name: bool = False
    """Whether the label is a name given by the user."""
    option: Json = None
    """The option of a tick."""
    fault: str = ""
    text: str = ""
    """The value or a summary of it; not made literal."""

    @property
    def key(self) -> tuple[str, Place, str]:
        """Identifies the line among the others."""
        return self.kind, self.place, str(self.option)

    @property
    def is_set(self) -> bool:
        """Whether it has a value."""
        return not isinstance(self.value, Unset)


class _Around(Struct, frozen=True):
    """The containers around a line."""

    entry: Place | None = None
    container: Place | None = None
    items: FieldSpec | None = None
    record: Place = ()


class _Spot(Struct, frozen=True):
    """A value's place and its field specification."""

    spec: FieldSpec
    label: str
    place: Place = ()
    depth: int = 0
    around: _Around = _Around()

    def line(self, kind: str, value: Json | Unset = UNSET) -> FormLine:
        """Build a line for this spot."""
        return FormLine(
            kind=kind,
            spec=self.spec,
            label=self.label,
            value=value,
            place=self.place,
            depth=self.depth,
            entry=self.around.entry,
            container=self.around.container,
            items=self.around.items,
            record=self.around.record,
        )

    @property
    def within(self) -> _Around:
        """The containers around the values inside this spot."""
        if self.spec.control in ("list", "map"):
            return replace(self.around, container=self.place, items=self.spec.item)
        return replace(self.around, record=self.place) if self.spec.control == "record" else self.around


@dataclass(frozen=True, slots=True)
class _Lines:
    opened: Mapping[Place, bool]

    def whole(self, spec: FieldSpec, value: Json | Unset) -> Iterator[FormLine]:
        """Build all lines."""
        if spec.control in CONTAINERS and _mismatched(spec, value):
            yield _Spot(other_spec(value), "value").line("value", value)
        elif spec.control == "variants":
            spot = _Spot(spec, spec.tag or "kind")
            yield _kind_line(spot, value)
            yield from self.inside(spot, value)
        elif spec.control in CONTAINERS:
            yield from self.inside(_Spot(spec, ""), value)
        else:
            yield _Spot(spec, spec.title or "value").line("value", value)

    def headed(self, spot: _Spot, value: Json | Unset) -> Iterator[FormLine]:
        """Build the lines of a value that has a line of its own, and of its contents."""
        spec = spot.spec
        if spec.control not in CONTAINERS or _mismatched(spec, value):
            shown = spec if spec.control not in CONTAINERS else replace(other_spec(value), help=spec.help)
            yield replace(spot, spec=shown).line("value", value)
            return
        head = _kind_line(spot, value) if spec.control == "variants" else _group_line(spot, value)
        below = list(self.inside(replace(spot, depth=spot.depth + 1), value))
        started = not isinstance(value, Unset) and not _one_of_many(spot)
        opened = bool(below) and self.opened.get(spot.place, started)
        yield replace(head, folds=bool(below), open=opened)
        if opened:
            yield from below

    def inside(self, spot: _Spot, value: Json | Unset) -> Iterator[FormLine]:
        """Build the lines of a value's contents."""
        spec = spot.spec
        inner = replace(spot, around=spot.within)
        if spec.control == "record":
            yield from self._members(inner, value if isinstance(value, dict) else {})
        elif spec.control == "ticks":
            yield from _ticks(inner, value if isinstance(value, list) else [])
        elif spec.control == "variants":
            yield from self._variant(spot, value)
        elif spec.item is not None:
            yield from self._entries(inner, spec.item, value)
            yield replace(inner, label=f"+ {spec.key_title or spec.item.title or 'entry'}").line("add")

    def _members(self, spot: _Spot, value: JsonObject) -> Iterator[FormLine]:
        for each in spot.spec.fields:
            member = _Spot(each, each.name, (*spot.place, each.name), spot.depth, spot.around)
            yield from self.headed(member, value.get(each.name, UNSET))
        known = {each.name for each in spot.spec.fields} | ({spot.spec.tag} if spot.spec.tag else set())
        yield from _others(spot, {name: item for name, item in value.items() if name not in known})

    def _entries(self, spot: _Spot, item: FieldSpec, value: Json | Unset) -> Iterator[FormLine]:
        pairs: list[tuple[str | int, Json]] = []
        if isinstance(value, list):
            pairs = list(enumerate(value))
        elif isinstance(value, dict):
            pairs = list(value.items())
        for key, entry in pairs:
            place = (*spot.place, key)
            label = str(key + 1) if isinstance(key, int) else key
            lines = self.headed(_Spot(item, label, place, spot.depth, replace(spot.around, entry=place)), entry)
            yield replace(next(lines), own_name=isinstance(key, str))
            yield from lines

    def _variant(self, spot: _Spot, value: Json | Unset) -> Iterator[FormLine]:
        index = _variant_shown(spot.spec, value)
        if index is not None:
            chosen = spot.spec.variants[index]
            if chosen.control in CONTAINERS:
                yield from self.inside(replace(spot, spec=chosen), value)
            elif chosen.control != "const":
                yield replace(spot, spec=chosen, label=chosen.title or "value").line("value", value)
        elif isinstance(value, dict):
            tag = spot.spec.tag
            rest = {name: item for name, item in value.items() if not tag or name != tag or not isinstance(item, str)}
            yield from _others(replace(spot, around=replace(spot.around, record=spot.place)), rest)
        elif not isinstance(value, Unset):
            yield replace(spot, spec=other_spec(value), label="value").line("value", value)


def form_lines(
    spec: FieldSpec, value: Json | Unset, opened: Mapping[Place, bool], faults: Mapping[Place, str]
) -> list[FormLine]:
    """Build the visible lines, in the form's order.

    Args:
        spec: The field specification of the value.
        value: The whole value.
        opened: Groups that the user unfolded (true) or folded, by place; others have their initial state.
        faults: Errors by place; one whose place has no line is shown on the nearest line around it.
    """
    lines = list(_Lines(opened).whole(spec, value))
    if not faults:
        return lines
    last = {
        line.place: index for index, line in reversed(list(enumerate(lines))) if line.kind not in ("add", "heading")
    }
    for place, fault in faults.items():
        around = next((place[:length] for length in range(len(place), -1, -1) if place[:length] in last), None)
        if around is not None and not lines[last[around]].fault:
            lines[last[around]] = replace(lines[last[around]], fault=fault)
    return lines


def other_spec(value: Json | Unset) -> FieldSpec:
    """Return the field specification for a value that the form does not define, by its JSON type."""
    kind = "null" if isinstance(value, Unset) else json_type(value)
    if isinstance(value, str):
        return FieldSpec(control="textarea" if "\n" in value else "text")
    controls = {"boolean": "switch", "integer": "number", "number": "number"}
    return FieldSpec(control=controls.get(kind, "json"))


def ticked(options: Sequence[Json], values: Sequence[Json], option: Json) -> list[Json]:
    """Toggle an option in a list of choices; a new one is inserted in the order of the options."""
    if any(same_json(each, option) for each in values):
        return [each for each in values if not same_json(each, option)]
    rank = {str(each): index for index, each in enumerate(options)}
    here = rank.get(str(option), len(rank))
    after = next((i for i, each in enumerate(values) if rank.get(str(each), len(rank)) > here), len(values))
    return [*values[:after], option, *values[after:]]


def _others(spot: _Spot, members: JsonObject) -> Iterator[FormLine]:
    """Build lines for members that the form does not define."""
    if members:
        yield replace(spot, spec=FieldSpec(control="json"), label="other members").line("heading")
    for name, item in members.items():
        place = (*spot.place, name)
        found = _Spot(other_spec(item), name, place, spot.depth, replace(spot.around, entry=place))
        yield replace(found.line("value", item), own_name=True)


def _ticks(spot: _Spot, value: list[Json]) -> Iterator[FormLine]:
    enum = spot.spec.enum
    strange = [each for each in value if not any(same_json(each, option) for option in enum)]
    for option in (*enum, *strange):
        held: Json | Unset = True if any(same_json(each, option) for each in value) else UNSET
        label = option if isinstance(option, str) else dump_json(option)
        yield replace(replace(spot, label=label).line("tick", held), option=option)


def _group_line(spot: _Spot, value: Json | Unset) -> FormLine:
    return replace(spot, around=spot.within).line("group", value)


def _kind_line(spot: _Spot, value: Json | Unset) -> FormLine:
    index = _variant_shown(spot.spec, value)
    spec = spot.spec if index is None else spot.spec.variants[index]
    around = replace(spot, spec=spec).within
    return replace(replace(spot, around=around).line("kind", value), variant=index)


def _variant_shown(spec: FieldSpec, value: Json | Unset) -> int | None:
    """Return the variant a value matches; without a value, the first variant if it is a list or map."""
    if isinstance(value, Unset):
        return 0 if spec.variants[0].control in ("list", "map") else None
    return variant_of(spec, value)


def _one_of_many(spot: _Spot) -> bool:
    """Return whether the spot is a list entry after the first few, which starts folded."""
    last = spot.place[-1] if spot.place == spot.around.entry else None
    return isinstance(last, int) and last >= _FEW


def _mismatched(spec: FieldSpec, value: Json | Unset) -> bool:
    if isinstance(value, Unset) or spec.control == "variants":
        return False
    return not isinstance(value, dict if spec.control in ("record", "map") else list)

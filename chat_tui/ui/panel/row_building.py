"""Builds the rows of the Parameters tab from catalogue, settings and findings. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from chat_tui.domain.catalogue import Family, ParameterSpec, at_families, at_provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.json_values import JsonObject, Unset, value_at
from chat_tui.domain.listed_defaults import at_card
from chat_tui.domain.settings import sent_parameters
from chat_tui.ui.panel.controls import same
from chat_tui.ui.panel.reasons import Reasons
from chat_tui.ui.panel.rows import BlankRow, Folding, HeadingRow, ParameterRow, Row, Rows, Shown
from chat_tui.ui.panel.value_text import value_text

UNKNOWN_TITLE = "Not in the catalogue"
_SEVERITY = {"error": 0, "warn": 1, "info": 2}
_ANY_TYPE = ("string", "number", "integer", "boolean", "array", "object", "null")


@dataclass(slots=True)
class _Build:
    shown: Shown
    folding: Folding
    words: tuple[str, ...]
    now: JsonObject = field(init=False)
    before: JsonObject | None = field(init=False)
    specs: dict[str, ParameterSpec] = field(init=False)
    findings: dict[str, tuple[Finding, ...]] = field(init=False)
    reasons: Reasons = field(init=False)
    parents: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.now = sent_parameters(self.shown.settings)
        self.before = None if self.shown.sent is None else sent_parameters(self.shown.sent)
        catalogue, provider = self.shown.catalogue, self.shown.provider
        families = catalogue.families_of(provider.id, self.shown.settings.model)
        self.specs = _specs(self.shown, families, self.now, self.before or {})
        self.findings = _by_row(self.shown.findings, self.specs)
        self.reasons = Reasons(self.shown)
        self.parents = {name: parent for name in self.specs if (parent := _parent(name, self.specs))}

    def row(self, spec: ParameterSpec, *, depth: int = 0, label: str = "") -> ParameterRow:
        value = value_at(self.now, spec.path)
        before = value if self.before is None else value_at(self.before, spec.path)
        changed = not same(value, before)
        was = "" if not changed else "unset" if isinstance(before, Unset) else value_text(spec, before)
        findings = self.findings.get(spec.name, ())
        gravest = findings[0] if findings else None
        reason = self.reasons.of(spec, gravest, is_set=not isinstance(value, Unset))
        return ParameterRow(
            key=f"parameter:{spec.name}",
            spec=spec,
            label=label or spec.name,
            depth=depth,
            value=value,
            changed=changed,
            was=was,
            finding=gravest,
            others=findings[1:],
            reason=reason.words,
            because=reason.sentence,
            refused=reason.refused,
            own=spec.path in self.shown.settings.own,
        )

    def applies(self, spec: ParameterSpec) -> bool:
        """Return whether it is among the main rows: the provider or model accepts it, or it is set anyway."""
        return (
            not spec.group
            or self.shown.catalogue.supports(self.shown.provider, spec)
            or self.shown.knowledge.names(spec.path[0])
            or not isinstance(value_at(self.now, spec.path), Unset)
        )

    def matching(self, spec: ParameterSpec) -> bool:
        text = f"{spec.name} {spec.title} {spec.help}".casefold()
        return all(word in text for word in self.words)


def build_rows(shown: Shown, folding: Folding, filter_text: str = "") -> Rows:
    """Build the rows in catalogue order; with a filter, all matches and nothing else.

    Args:
        shown: Catalogue, provider, settings and findings.
        folding: What is unfolded and folded.
        filter_text: Words that must all occur in a parameter's name, title or help.
    """
    build = _Build(shown, folding, tuple(filter_text.casefold().split()))
    by_group: dict[str, list[ParameterSpec]] = {}
    for spec in build.specs.values():
        by_group.setdefault(spec.group, []).append(spec)
    titles = {group.id: group.title for group in sorted(shown.catalogue.groups, key=lambda group: group.order)}
    rows: list[Row] = []
    for group_id, title in [*titles.items(), ("", UNKNOWN_TITLE)]:
        specs = by_group.get(group_id, [])
        heading = _heading(build, group_id, title, specs)
        block = list(_found(build, specs) if build.words else _block(build, heading, specs))
        if not specs or (build.words and not block):
            continue
        if rows and (heading.open or isinstance(rows[-1], ParameterRow)):
            rows.append(BlankRow())
        rows.append(heading)
        rows.extend(block)
    return _counted(build, rows)


def _heading(build: _Build, group_id: str, title: str, specs: Sequence[ParameterSpec]) -> HeadingRow:
    """Build a group heading; it starts open if any of its parameters applies, with the others hidden."""
    heading = HeadingRow(key=f"group:{group_id}", title=title, open=True)
    if build.words:
        return heading
    fitting = sum(build.applies(spec) for spec in specs)
    top = [spec for spec in specs if spec.name not in build.parents]
    return replace(
        heading,
        open=build.folding.is_open(heading.key, start=fitting > 0),
        set_count=sum(not isinstance(value_at(build.now, spec.path), Unset) for spec in top),
        rest_count=len(specs) - fitting,
        rest_open=build.folding.is_open(heading.rest_key, start=not fitting),
    )


def _found(build: _Build, specs: Sequence[ParameterSpec]) -> Iterator[Row]:
    return (build.row(spec) for spec in specs if build.matching(spec))


def _block(build: _Build, heading: HeadingRow, specs: Sequence[ParameterSpec]) -> Iterator[Row]:
    """Build a group's rows: parents before their members, then parameters that do not apply."""
    if not heading.open:
        return
    fitting = [spec for spec in specs if build.applies(spec)]
    names = {spec.name for spec in fitting}
    children: dict[str | None, list[ParameterSpec]] = {}
    for spec in fitting:
        parent = build.parents.get(spec.name)
        children.setdefault(parent if parent in names else None, []).append(spec)

    def walk(parent: str | None, depth: int, *, unfolded: bool) -> Iterator[ParameterRow]:
        for spec in children.get(parent, []):
            steps = () if parent is None else build.specs[parent].path
            row = build.row(spec, depth=depth, label=".".join(spec.path[len(steps) :]) if steps else spec.name)
            below = spec.name in children
            opened = below and build.folding.is_open(row.key, start=False)
            if unfolded or row.is_set or row.changed:
                yield replace(row, members=below, open=opened)
                yield from walk(spec.name, depth + 1, unfolded=opened)

    yield from walk(None, 0, unfolded=True)
    if heading.rest_open:
        yield from (build.row(spec) for spec in specs if not build.applies(spec))


def _counted(build: _Build, rows: Sequence[Row]) -> Rows:
    """Count over all parameters, folded or not, and return the rows with the counts."""
    every = [build.row(spec) for spec in build.specs.values()]
    top = [row for row in every if row.spec.name not in build.parents]
    return Rows(
        rows=tuple(rows),
        set_count=sum(row.is_set for row in top),
        wrong_count=sum(row.finding is not None and row.finding.level == "error" for row in every),
        changed_count=sum(row.changed for row in top),
        matches=sum(isinstance(row, ParameterRow) for row in rows),
        total=len(every),
    )


def _specs(shown: Shown, families: Sequence[Family], now: JsonObject, before: JsonObject) -> dict[str, ParameterSpec]:
    """Resolve all parameters that can have a row for this provider and model: known ones, and set unknown ones."""
    specs = {
        name: at_card(at_families(at_provider(spec, shown.provider), families), shown.knowledge.card)
        for name, spec in shown.catalogue.parameters.items()
        if spec.settable and (spec.control != "hidden" or not isinstance(value_at(now, spec.path), Unset))
    }
    for name in dict.fromkeys([*now, *before]):
        if name not in specs:
            specs[name] = ParameterSpec(
                name=name,
                path=(name,),
                title=name,
                types=_ANY_TYPE,
                group="",
                control="json",
                help="This parameter is not in the catalogue. It is sent unchanged.",
            )
    return specs


def _parent(name: str, specs: Mapping[str, ParameterSpec]) -> str:
    """Return the nearest parameter of the same group that contains this one; empty if there is none."""
    spec = specs[name]
    for length in range(len(spec.path) - 1, 0, -1):
        above = specs.get(".".join(spec.path[:length]))
        if above is not None and above.group == spec.group:
            return above.name
    return ""


def _by_row(findings: Sequence[Finding], specs: Mapping[str, ParameterSpec]) -> dict[str, tuple[Finding, ...]]:
    """Group the findings by row, the gravest first."""
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in sorted(findings, key=lambda each: _SEVERITY[each.level]):
        if name := row_name(finding.name, specs):
            found[name] = (*found.get(name, ()), finding)
    return found


def row_name(name: str, rows: Container[str]) -> str:
    """Return the row for a name: its own, or that of the nearest parameter around it; empty if there is none."""
    while name and name not in rows:
        name = name[: max(name.rfind("."), name.rfind("["), 0)]
    return name

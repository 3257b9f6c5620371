"""Presets: named sets of provider, model, system prompt and parameters, and how to apply them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.json_values import Json, JsonObject, Unset, json_type, value_at, with_value, without_value
from chat_tui.domain.settings import OWN_STREAM, OWN_USAGE, SessionSettings

LONGEST_NAME: Final = 80
_MEMBERS: Final = ("provider", "model", "system", "notes", "parameters")
_NOT_PARAMETERS: Final = {
    "model": "belongs outside the parameters table",
    "messages": "is the conversation, which a preset does not store",
}
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|save|delete", re.IGNORECASE)
"""Device names of some systems, and the subcommands of ``/preset``."""


class Preset(Struct, frozen=True, kw_only=True):
    """A named set of settings. Applying it keeps what it does not specify; parameters are replaced as a whole."""

    name: str
    provider: str = ""
    """Empty: unspecified."""
    model: str = ""
    """Empty: unspecified; a preset that specifies another provider then selects that provider's default model."""
    system: str | None = None
    """None: unspecified; empty: no system prompt."""
    parameters: JsonObject = field(default_factory=dict)
    """Nested as on the wire, including tools and schema; without the members that chat-tui sets itself."""
    notes: str = ""
    """For human readers."""
    place: str = ""
    """The file it was read from."""

    @property
    def shown(self) -> str:
        """How to refer to it in a problem: by its file, else by its name."""
        return self.place or self.name


def preset_of(name: str, settings: SessionSettings) -> Preset:
    """Create a preset that specifies all of the settings."""
    parameters = settings.parameters
    for path in sorted(settings.own):
        parameters = without_value(parameters, path)
    return Preset(
        name=name,
        provider=settings.provider,
        model=settings.model,
        system=settings.system or "",
        parameters=parameters,
    )


def applied(preset: Preset, settings: SessionSettings, provider: Provider | None) -> SessionSettings:
    """Apply a preset: its parameters replace all others, except those that chat-tui sets itself.

    Args:
        preset: Settings that it does not specify are unchanged.
        settings: The previous settings.
        provider: The provider that the preset specifies; None if it specifies none.
    """
    moved = provider is not None and provider.id != settings.provider
    own = set(settings.own)
    if moved and provider is not None:
        own -= {OWN_USAGE}
        own |= {OWN_USAGE} if provider.stream_usage and OWN_STREAM in own else set()
    parameters: JsonObject = dict(preset.parameters)
    kept: set[tuple[str, ...]] = set()
    for path in sorted(own):
        if _free(parameters, path):
            value = value_at(settings.parameters, path)
            parameters = with_value(parameters, path, True if isinstance(value, Unset) else value)
            kept.add(path)
    return SessionSettings(
        provider=provider.id if provider is not None else settings.provider,
        model=preset.model or (provider.default_model if moved and provider is not None else settings.model),
        parameters=parameters,
        system=settings.system if preset.system is None else preset.system or None,
        own=frozenset(kept),
    )


def _free(parameters: Mapping[str, Json], path: Sequence[str]) -> bool:
    """Return whether a member can be added without replacing anything."""
    here: Json | Mapping[str, Json] = parameters
    for step in path:
        if not isinstance(here, Mapping):
            return False
        if step not in here:
            return True
        here = here[step]
    return False


def unknown_parameters(preset: Preset, catalogue: Catalogue) -> list[str]:
    """Return the parameters that the catalogue does not list; they are sent unchanged."""
    known = {spec.path[0] for spec in catalogue.parameters.values()}
    return [name for name in preset.parameters if name not in known]


def table_of(preset: Preset) -> JsonObject:
    """Return the members of a preset file; unspecified ones are omitted."""
    table: JsonObject = {name: text for name, text in (("provider", preset.provider), ("model", preset.model)) if text}
    if preset.system is not None:
        table["system"] = preset.system
    if preset.notes:
        table["notes"] = preset.notes
    table["parameters"] = preset.parameters
    return table


def preset_in(table: Json, name: str, place: str) -> Preset:
    """Parse the members of a preset file.

    Raises:
        ValueError: A member is invalid; the message says which and why.
    """
    if not isinstance(table, dict):
        raise ValueError(f"it must be an object, not {json_type(table)}")  # noqa: TRY004 - the file is invalid, not the argument
    for member, value in table.items():
        if member not in _MEMBERS:
            raise ValueError(
                f"{member} is not a member of a preset; valid ones are {', '.join(_MEMBERS)}; request parameters "
                "belong in parameters"
            )
        wanted = "object" if member == "parameters" else "string"
        if json_type(value) != wanted:
            raise ValueError(f"{member} must be {'text' if wanted == 'string' else 'a table'}, not {json_type(value)}")
    parameters = table.get("parameters", {})
    for member, why in _NOT_PARAMETERS.items():
        if isinstance(parameters, dict) and member in parameters:
            raise ValueError(f"parameters.{member}: {member} {why}")
    preset = Preset(name=name, parameters=parameters if isinstance(parameters, dict) else {}, place=place)
    texts = {member: text for member, text in table.items() if isinstance(text, str)}
    return replace(preset, **texts)


def name_fault(name: str) -> str:
    """Return why a preset name is invalid, with a suggestion; empty if it is valid."""
    if not name.strip():
        return "a name is required"
    clean = re.sub(r"[^\w .+-]+", "-", name).strip(" .-")[:LONGEST_NAME].strip(" .-")
    if clean == name and not _RESERVED.fullmatch(name):
        return ""
    better = f"{clean}-1" if _RESERVED.fullmatch(clean) else clean
    advice = f"; try {better}" if better else ""
    return f"use at most {LONGEST_NAME} letters, digits, spaces and . _ + -, and no reserved name{advice}"

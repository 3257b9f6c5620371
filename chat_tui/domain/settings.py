"""Session settings: provider, model, system prompt and the parameters that are set; they make up the next request."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from chat_tui.domain.json_values import Json, JsonObject, with_value, without_value

OWN_STREAM = ("stream",)
OWN_USAGE = ("stream_options", "include_usage")


class SessionSettings(Struct, frozen=True):
    """Immutable settings. ``parameters`` contains the set ones, nested as on the wire; an absent one is unset."""

    provider: str
    model: str
    parameters: JsonObject = field(default_factory=dict)
    system: str | None = None
    own: frozenset[tuple[str, ...]] = frozenset()
    """Paths that chat-tui set itself and the user has not changed since."""

    def set(self, path: Sequence[str], value: Json) -> SessionSettings:
        """Return the settings with one member set by the user."""
        return replace(self, parameters=with_value(self.parameters, path, value), own=self._own_without(path))

    def unset(self, path: Sequence[str]) -> SessionSettings:
        """Return the settings with one member unset."""
        return replace(self, parameters=without_value(self.parameters, path), own=self._own_without(path))

    def unset_all(self) -> SessionSettings:
        """Return the settings with nothing set, not even what chat-tui sets itself."""
        return replace(self, parameters={}, own=frozenset())

    def _own_without(self, path: Sequence[str]) -> frozenset[tuple[str, ...]]:
        touched = tuple(path)
        return frozenset(p for p in self.own if p[: len(touched)] != touched and touched[: len(p)] != p)


def with_own_defaults(settings: SessionSettings, *, stream_usage: bool) -> SessionSettings:
    """Set the members that chat-tui sets itself: ``stream``, and usage in the stream if the provider supports it."""
    parameters = with_value(settings.parameters, OWN_STREAM, True)
    own: set[tuple[str, ...]] = {OWN_STREAM}
    if stream_usage:
        parameters = with_value(parameters, OWN_USAGE, True)
        own.add(OWN_USAGE)
    return replace(settings, parameters=parameters, own=frozenset(own))


def sent_parameters(settings: SessionSettings) -> JsonObject:
    """Return the parameters as sent: chat-tui's own usage option is sent only together with a stream."""
    if OWN_USAGE in settings.own and settings.parameters.get("stream") is not True:
        return without_value(settings.parameters, OWN_USAGE)
    return dict(settings.parameters)


def request_body(
    settings: SessionSettings, messages: Sequence[JsonObject], *, system_role: str = "system"
) -> JsonObject:
    """Return the exact request body: model, messages (system prompt first), and the set parameters; nothing else."""
    opening: list[Json] = [{"role": system_role, "content": settings.system}] if settings.system else []
    body: JsonObject = {"model": settings.model} if settings.model else {}
    body["messages"] = [*opening, *messages]
    body.update(sent_parameters(settings))
    return body

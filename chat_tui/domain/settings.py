"""What a session will send next: provider, model, system prompt, parameters that are set."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from chat_tui.domain.json_values import Json, JsonObject, with_value, without_value

OWN_STREAM = ("stream",)
OWN_USAGE = ("stream_options", "include_usage")


class SessionSettings(Struct, frozen=True):
    """One state of the knobs. ``parameters`` holds what is set, nested as on the wire; absence is unset."""

    provider: str
    model: str
    parameters: JsonObject = field(default_factory=dict)
    system: str | None = None
    own: frozenset[tuple[str, ...]] = frozenset()
    """Paths chat-tui set itself and the user has not touched since."""

    def set(self, path: Sequence[str], value: Json) -> SessionSettings:
        """With one member set by the user."""
        return replace(self, parameters=with_value(self.parameters, path, value), own=self._own_without(path))

    def unset(self, path: Sequence[str]) -> SessionSettings:
        """With one member absent."""
        return replace(self, parameters=without_value(self.parameters, path), own=self._own_without(path))

    def unset_all(self) -> SessionSettings:
        """With nothing set, not even what chat-tui sets itself."""
        return replace(self, parameters={}, own=frozenset())

    def _own_without(self, path: Sequence[str]) -> frozenset[tuple[str, ...]]:
        touched = tuple(path)
        return frozenset(p for p in self.own if p[: len(touched)] != touched and touched[: len(p)] != p)


def with_own_defaults(settings: SessionSettings, *, stream_usage: bool) -> SessionSettings:
    """With the two members chat-tui sets itself: ``stream``, and usage in the stream where the service takes it."""
    parameters = with_value(settings.parameters, OWN_STREAM, True)
    own: set[tuple[str, ...]] = {OWN_STREAM}
    if stream_usage:
        parameters = with_value(parameters, OWN_USAGE, True)
        own.add(OWN_USAGE)
    return replace(settings, parameters=parameters, own=frozenset(own))


def sent_parameters(settings: SessionSettings) -> JsonObject:
    """The parameters as they go out: our own usage switch only makes sense, and only goes, with a stream."""
    if OWN_USAGE in settings.own and settings.parameters.get("stream") is not True:
        return without_value(settings.parameters, OWN_USAGE)
    return dict(settings.parameters)


def request_body(
    settings: SessionSettings, messages: Sequence[JsonObject], *, system_role: str = "system"
) -> JsonObject:
    """The exact body of a request: model, messages (the system prompt first), and what is set; nothing else."""
    opening: list[Json] = [{"role": system_role, "content": settings.system}] if settings.system else []
    body: JsonObject = {"model": settings.model} if settings.model else {}
    body["messages"] = [*opening, *messages]
    body.update(sent_parameters(settings))
    return body

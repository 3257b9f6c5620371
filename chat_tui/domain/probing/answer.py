"""The response to one probe request, reduced to the facts that judges need."""

from __future__ import annotations

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem


class Answer(Struct, frozen=True, kw_only=True):
    """One complete reply. Everything in ``completion`` is unvalidated: members may have any type, or be missing."""

    completion: JsonObject = field(default_factory=dict)
    """The merged reply, in the format of a non-streamed one."""
    streamed: bool = False
    """Whether it was an event stream."""
    notes: tuple[str, ...] = ()
    """How the request as sent differed from the intended one."""
    problem: Problem | None = None
    """Why there is no complete reply."""

    @property
    def choices(self) -> list[JsonObject]:
        """The choices, sorted by index."""
        found = self.completion.get("choices")
        return [choice for choice in found if isinstance(choice, dict)] if isinstance(found, list) else []

    @property
    def text(self) -> str:
        """Content of the first choice; empty if there is none."""
        content = self._message().get("content")
        return content if isinstance(content, str) else ""

    @property
    def finish(self) -> str:
        """Finish reason of the first choice; empty if there is none."""
        reason = self.choices[0].get("finish_reason") if self.choices else None
        return reason if isinstance(reason, str) else ""

    @property
    def fingerprint(self) -> Json:
        """The service's ``system_fingerprint``."""
        return self.completion.get("system_fingerprint")

    @property
    def token_entries(self) -> list[JsonObject]:
        """Log probability entries of the first choice."""
        found = self.choices[0].get("logprobs") if self.choices else None
        entries = found.get("content") if isinstance(found, dict) else None
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []

    @property
    def called(self) -> list[str]:
        """Names of the functions that the first choice calls, in the current or the deprecated format."""
        message = self._message()
        calls = message.get("tool_calls")
        functions = (
            [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        )
        named = [function for function in (*functions, message.get("function_call")) if isinstance(function, dict)]
        return [name for function in named if isinstance(name := function.get("name"), str)]

    def counted(self, what: str) -> int | None:
        """Return ``prompt_tokens`` or ``completion_tokens`` of the usage; None if the service does not report it."""
        usage = self.completion.get("usage")
        count = usage.get(what) if isinstance(usage, dict) else None
        return count if isinstance(count, int) and not isinstance(count, bool) else None

    def has_member(self, name: str) -> bool:
        """Return whether the response has a top-level member of that name that is not standard."""
        extra = self.completion.get("extra")
        return isinstance(extra, dict) and name in extra

    def _message(self) -> JsonObject:
        message = self.choices[0].get("message") if self.choices else None
        return message if isinstance(message, dict) else {}

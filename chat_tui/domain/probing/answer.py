"""What came back for one question of a probe, as the facts that can be judged."""

from __future__ import annotations

from msgspec import Struct, field

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem


class Answer(Struct, frozen=True, kw_only=True):
    """One reply, folded to its end. Everything in ``completion`` is the service's: of any type, or missing."""

    completion: JsonObject = field(default_factory=dict)
    """The merged answer, in the shape of a plain one."""
    streamed: bool = False
    """It came as an event stream."""
    notes: tuple[str, ...] = ()
    """How the request that went out differed from the one that was asked for."""
    problem: Problem | None = None
    """Why there is no whole answer."""

    @property
    def choices(self) -> list[JsonObject]:
        """The choices, sorted by index."""
        found = self.completion.get("choices")
        return [choice for choice in found if isinstance(choice, dict)] if isinstance(found, list) else []

    @property
    def text(self) -> str:
        """What the first choice says; empty where it says nothing."""
        content = self._message().get("content")
        return content if isinstance(content, str) else ""

    @property
    def finish(self) -> str:
        """The first choice's finish reason; empty without one."""
        reason = self.choices[0].get("finish_reason") if self.choices else None
        return reason if isinstance(reason, str) else ""

    @property
    def fingerprint(self) -> Json:
        """The service's ``system_fingerprint``."""
        return self.completion.get("system_fingerprint")

    @property
    def token_entries(self) -> list[JsonObject]:
        """The entries of the first choice's token probabilities."""
        found = self.choices[0].get("logprobs") if self.choices else None
        entries = found.get("content") if isinstance(found, dict) else None
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []

    @property
    def called(self) -> list[str]:
        """Names of the functions the first choice calls, in today's shape and in the retired one."""
        message = self._message()
        calls = message.get("tool_calls")
        functions = (
            [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        )
        named = [function for function in (*functions, message.get("function_call")) if isinstance(function, dict)]
        return [name for function in named if isinstance(name := function.get("name"), str)]

    def counted(self, what: str) -> int | None:
        """A count of the usage: ``prompt_tokens`` or ``completion_tokens``; None where the service does not count."""
        usage = self.completion.get("usage")
        count = usage.get(what) if isinstance(usage, dict) else None
        return count if isinstance(count, int) and not isinstance(count, bool) else None

    def has_member(self, name: str) -> bool:
        """A top-level member of that name came that is not part of every answer."""
        extra = self.completion.get("extra")
        return isinstance(extra, dict) and name in extra

    def _message(self) -> JsonObject:
        message = self.choices[0].get("message") if self.choices else None
        return message if isinstance(message, dict) else {}

"""A problem: a failure shown to a user, with what, why and what to do."""

from __future__ import annotations

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong, in words for a user. No secret is ever in any member."""

    kind: str
    """One of usage, blocked, config, key, connect, timeout, tls, http, protocol, stream, session, local, tool, output,
    internal."""
    what: str
    """One sentence: what failed. Names the parameter, file, host or model."""
    why: str = ""
    """The cause as far as it is known; a service's own words go here, unaltered."""
    hint: str = ""
    """What the user can do about it."""
    status: int | None = None
    """HTTP status, where there was one."""
    code: str | None = None
    """The service's error code as text."""
    param: str | None = None
    """The request member the service blamed."""
    error_type: str | None = None
    request_id: str | None = None
    retry_after_s: float | None = None
    body: str | None = None
    """Raw error body, at most 64 KiB, secrets masked; for inspection."""

    def sentence(self) -> str:
        """The whole problem on one line."""
        why = f": {self.why.rstrip('.')}" if self.why else ""
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.what.rstrip('.')}{why}{hint}".rstrip()

    def as_json(self) -> JsonObject:
        """The members that are known, for session files and ``--json``."""
        members: JsonObject = {"kind": self.kind, "message": self.sentence(), "what": self.what}
        for name in ("why", "hint", "status", "code", "param", "error_type", "request_id", "retry_after_s", "body"):
            value = getattr(self, name)
            if value not in (None, ""):
                members["type" if name == "error_type" else name] = value
        return members


class ProblemError(Exception):
    """Carries a problem up to a front end; its text is the problem's sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem

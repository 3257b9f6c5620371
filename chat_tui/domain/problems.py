"""Problems: failures shown to a user, with what failed, why, and what to do."""

from __future__ import annotations

from msgspec import Struct

from chat_tui.domain.json_values import JsonObject


class Problem(Struct, frozen=True, kw_only=True):
    """A failure described for a user. No member ever contains a secret."""

    kind: str
    """One of usage, blocked, config, key, connect, timeout, tls, http, protocol, stream, session, local, tool, output,
    internal."""
    what: str
    """What failed, in one sentence. Names the parameter, file, host or model."""
    why: str = ""
    """The cause, as far as known; a service's own message is quoted unaltered."""
    hint: str = ""
    """What the user can do about it."""
    status: int | None = None
    """HTTP status, if there was one."""
    code: str | None = None
    """The service's error code as text."""
    param: str | None = None
    """The request member that the service blamed."""
    error_type: str | None = None
    request_id: str | None = None
    retry_after_s: float | None = None
    body: str | None = None
    """Raw error body for inspection, at most 64 KiB, secrets masked."""

    def sentence(self) -> str:
        """Return the whole problem on one line."""
        why = f": {self.why.rstrip('.')}" if self.why else ""
        hint = f". {self.hint}" if self.hint else ""
        return f"{self.what.rstrip('.')}{why}{hint}".rstrip()

    def as_json(self) -> JsonObject:
        """Return the known members, for session files and ``--json``."""
        members: JsonObject = {"kind": self.kind, "message": self.sentence(), "what": self.what}
        for name in ("why", "hint", "status", "code", "param", "error_type", "request_id", "retry_after_s", "body"):
            value = getattr(self, name)
            if value not in (None, ""):
                members["type" if name == "error_type" else name] = value
        return members


class ProblemError(Exception):
    """Carries a problem to a front end; its text is the problem's sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem

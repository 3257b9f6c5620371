"""What must not be in a base URL, because it would be kept with each request or would break its path."""

from __future__ import annotations

from chat_tui.domain.problems import Problem, ProblemError


def refuse_unusable(base_url: str) -> None:
    """Let a base URL through to which a path can be added and which holds no secret.

    Raises:
        ProblemError: It holds a user name or password, or a query. Neither is repeated in the sentence.
    """
    if "@" in _authority(base_url):
        hint = "Keys belong into api_key_env or api_key_cmd."
        raise ProblemError(Problem(kind="config", what="The base URL holds a user name or password", hint=hint))
    if "?" in base_url:
        hint = 'Put it behind the path in the configuration: path = "/chat/completions?…".'
        raise ProblemError(Problem(kind="config", what="The base URL holds a query", hint=hint))


def shown(base_url: str) -> str:
    """A base URL without user name, password and query, each as ``***``."""
    authority = _authority(base_url)
    if "@" in authority:
        base_url = base_url.replace(authority, f"***@{authority.rpartition('@')[2]}", 1)
    place, mark, _ = base_url.partition("?")
    return f"{place}?***" if mark else place


def _authority(url: str) -> str:
    """User, password, host and port, as far as they are there."""
    rest = url.partition("://")[2] or url
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest

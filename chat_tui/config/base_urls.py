"""Reject base URLs with credentials or a query: they would be stored with each request, or break its path."""

from __future__ import annotations

from chat_tui.domain.problems import Problem, ProblemError


def is_base_url(text: str) -> bool:
    """Return whether a text is an http or https URL with a host."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def refuse_unusable(base_url: str) -> None:
    """Reject a base URL that contains a secret, or that no path can be appended to.

    Raises:
        ProblemError: It contains credentials or a query. The message repeats neither.
    """
    if "@" in _authority(base_url):
        hint = "Put API keys into api_key_env or api_key_cmd."
        raise ProblemError(Problem(kind="config", what="The base URL contains a user name or password", hint=hint))
    if "?" in base_url:
        hint = 'Put it after the path in the configuration: path = "/chat/completions?…".'
        raise ProblemError(Problem(kind="config", what="The base URL contains a query string", hint=hint))


def shown(base_url: str) -> str:
    """Return a base URL with credentials and query masked as ``***``."""
    authority = _authority(base_url)
    if "@" in authority:
        base_url = base_url.replace(authority, f"***@{authority.rpartition('@')[2]}")
    place, mark, _ = base_url.partition("?")
    return f"{place}?***" if mark else place


def _authority(url: str) -> str:
    """Return user, password, host and port, as far as present."""
    rest = url.partition("://")[2] or url
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest

"""Export a request as code to run elsewhere: a curl command, or Python with httpx or the openai package.

It never contains a key, only the name of the environment variable that holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.exported_headers import Header, exported_headers
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.python_programs import python_httpx, python_openai

_ARGUMENT_LIMIT: Final = 100_000
"""In bytes; Linux allows 128 KiB per argument, so a longer body is passed as a here-document."""


def curl(provider: Provider, body: JsonObject) -> str:
    """Return a command for sh, bash, dash or zsh that sends exactly this body.

    Characters that would control a terminal when pasted are written as JSON escapes.
    """
    text = json_text(body)
    url = provider.base_url.rstrip("/") + provider.path
    words = [f"curl -sS{'N' if body.get('stream') is True else ''} {_quoted(url)}"]
    words += [f"-H {_header(header)}" for header in exported_headers(provider)]
    if len(text.encode()) <= _ARGUMENT_LIMIT:
        return " \\\n  ".join([*words, f"--data-raw {_quoted(text)}"]) + "\n"
    return " \\\n  ".join([*words, "--data-binary @- <<'END_OF_BODY'"]) + f"\n{text}\nEND_OF_BODY\n"


SNIPPETS: Final[dict[str, Callable[[Provider, JsonObject], str]]] = {
    "curl": curl,
    "python": python_openai,
    "httpx": python_httpx,
}
"""By the format names of ``send --dry-run``."""


def _header(header: Header) -> str:
    """Return one shell word; curl does not send a header with an empty value."""
    if header.variable:
        return f'"{header.name}: {header.value}${header.variable}"'
    return _quoted(f"{header.name}: {header.value}")


def _quoted(text: str) -> str:
    """Quote any text as one shell word."""
    return "'" + text.replace("'", "'\\''") + "'"

"""A request as something to run elsewhere: a curl command, or Python with httpx or the openai package.

No key is ever in it: the environment variable that holds it is named instead.
"""

from __future__ import annotations

import pprint
from collections.abc import Callable
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.json_values import JsonObject, dump_json

_ARGUMENT_LIMIT: Final = 100_000
"""Bytes; a kernel takes 128 KiB in one argument, a longer body goes through a here-document."""
_ANY_KEY: Final = "API_KEY"


def curl(provider: Provider, body: JsonObject) -> str:
    """A command for sh, bash, dash or zsh that sends exactly this body."""
    text = dump_json(body)
    words = [f"curl -sS{'N' if body.get('stream') is True else ''} {_quoted(_url(provider))}"]
    words += [f"-H {_quoted(f'{name}: {value}')}" for name, value in _plain_headers(provider).items()]
    if _wants_key(provider):
        scheme = f"{provider.auth_scheme} " if provider.auth_scheme else ""
        words.append(f'-H "{provider.auth_header}: {scheme}${_variable(provider)}"')
    if len(text.encode()) <= _ARGUMENT_LIMIT:
        return " \\\n  ".join([*words, f"--data-raw {_quoted(text)}"]) + "\n"
    return " \\\n  ".join([*words, "--data-binary @- <<'END_OF_BODY'"]) + f"\n{text}\nEND_OF_BODY\n"


def python_httpx(provider: Provider, body: JsonObject) -> str:
    """A Python program that sends the body with httpx and prints what comes."""
    headers = [f"{name!r}: {value!r}" for name, value in _plain_headers(provider).items()]
    if _wants_key(provider):
        scheme = f"{f'{provider.auth_scheme} '!r} + " if provider.auth_scheme else ""
        headers.append(f"{provider.auth_header!r}: {scheme}os.environ[{_variable(provider)!r}]")
    lines = ["import os", "", "import httpx", "", f"body = {_literal(body)}", f"headers = {{{', '.join(headers)}}}"]
    lines.append(f"with httpx.stream('POST', {_url(provider)!r}, json=body, headers=headers, timeout=600) as answer:")
    lines += ["    for line in answer.iter_lines():", "        print(line)"]
    return "\n".join(lines) + "\n"


def python_openai(provider: Provider, body: JsonObject) -> str:
    """A Python program that sends the body with the openai package and prints what comes.

    Members beside model, messages and stream go as ``extra_body``: the package refuses names it does not know.
    """
    named = {name: body[name] for name in ("model", "messages", "stream") if name in body}
    rest = {name: value for name, value in body.items() if name not in named}
    key = f"os.environ[{_variable(provider)!r}]" if _wants_key(provider) else "'none'"
    more = [f"{name!r}: {value!r}" for name, value in provider.headers.items() if name.lower() != "content-type"]
    if provider.auth_header != "Authorization" and _wants_key(provider):
        more.append(f"{provider.auth_header!r}: {key}")
    headers = f", default_headers={{{', '.join(more)}}}" if more else ""
    base_url = _url(provider).removesuffix("/chat/completions")
    arguments = [f"    {name}={_literal(value)}," for name, value in named.items()]
    if rest:
        arguments.append(f"    extra_body={_literal(rest)},")
    show = ["print(answer.model_dump_json(indent=2))"]
    if body.get("stream") is True:
        show = ["for chunk in answer:", "    print(chunk.model_dump_json())"]
    head = [
        "import os",
        "",
        "from openai import OpenAI",
        "",
        f"client = OpenAI(base_url={base_url!r}, api_key={key}{headers})",
    ]
    return "\n".join([*head, "answer = client.chat.completions.create(", *arguments, ")", *show]) + "\n"


SNIPPETS: Final[dict[str, Callable[[Provider, JsonObject], str]]] = {
    "curl": curl,
    "python": python_openai,
    "httpx": python_httpx,
}
"""By the words of ``send --dry-run``."""


def _url(provider: Provider) -> str:
    return provider.base_url.rstrip("/") + provider.path


def _wants_key(provider: Provider) -> bool:
    return provider.key_required or bool(provider.key_env)


def _variable(provider: Provider) -> str:
    return provider.key_env or _ANY_KEY


def _plain_headers(provider: Provider) -> dict[str, str]:
    headers = {name: value for name, value in provider.headers.items() if name.lower() != "content-type"}
    return {"Content-Type": "application/json", **headers}


def _literal(value: object) -> str:
    return pprint.pformat(value, width=100, sort_dicts=False)


def _quoted(text: str) -> str:
    """One shell word, whatever is in it."""
    return "'" + text.replace("'", "'\\''") + "'"

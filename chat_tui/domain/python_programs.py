"""Export a request as a Python program that uses httpx or the openai package."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.exported_headers import Header, exported_headers, key_variable, wants_key
from chat_tui.domain.json_values import Json, JsonObject, dump_json

_CREATE_PATH: Final = "/chat/completions"
_LINE: Final = 100
_DEEPEST: Final = 60
"""Maximum nesting of a literal; Python's parser allows 200 brackets, including those of the rest of the program."""


def python_httpx(provider: Provider, body: JsonObject) -> str:
    """Return a Python program that sends the body with httpx and prints the response."""
    value, imports = _exact(body)
    url = provider.base_url.rstrip("/") + provider.path
    lines = [*imports, "import os", "", "import httpx", "", f"body = {_literal(value)}"]
    lines += _headers(exported_headers(provider))
    lines.append(f"with httpx.stream('POST', {url!r}, json=body, headers=headers, timeout=600) as answer:")
    lines += ["    for line in answer.iter_lines():", "        print(line)"]
    return "\n".join(lines) + "\n"


def python_openai(provider: Provider, body: JsonObject) -> str:
    """Return a Python program that sends the body with the openai package and prints the response.

    Members other than model, messages and stream are passed as ``extra_body``, since the package rejects unknown names.
    If ``create`` cannot be used, because there is no model or the path differs, the program calls ``post`` instead.
    """
    value, imports = _exact(body)
    base_url = provider.base_url.rstrip("/") + provider.path
    usual = base_url.endswith(_CREATE_PATH) and {"model", "messages"} <= body.keys()
    names = "OpenAI" if usual else "OpenAI, Stream"
    own_header = wants_key(provider) and provider.auth_header.lower() != "authorization"
    lines = [*imports, "import os", "", f"from openai import {'Omit, ' if own_header else ''}{names}"]
    if not usual:
        lines.append("from openai.types.chat import ChatCompletion, ChatCompletionChunk")
    base_url = base_url.removesuffix(_CREATE_PATH) if usual else provider.base_url.rstrip("/")
    lines += ["", *_client(provider, base_url, own_header=own_header)]
    without = "{'Authorization': Omit()}" if own_header else ""
    lines += _create(value, without) if usual else _post(provider.path, value, without)
    if body.get("stream"):
        lines += ["for chunk in answer:", "    print(chunk.model_dump_json())"]
    else:
        lines.append("print(answer.model_dump_json(indent=2))")
    return "\n".join(lines) + "\n"


def _client(provider: Provider, base_url: str, *, own_header: bool) -> list[str]:
    """Return the lines that create the client."""
    key = "'none'"
    if wants_key(provider) and not own_header:
        variable = repr(key_variable(provider))
        key = f"os.environ[{variable}]" if provider.key_required else f"os.environ.get({variable}, 'none')"
    given = {"content-type"} if own_header else {"content-type", "authorization"}
    more = [header for header in exported_headers(provider) if header.name.lower() not in given]
    before = _headers(more) if more else []
    headers = ", default_headers=headers" if more else ""
    return [*before, f"client = OpenAI(base_url={base_url!r}, api_key={key}{headers})"]


def _create(body: JsonObject, headers: str) -> list[str]:
    named = {name: body[name] for name in ("model", "messages", "stream") if name in body}
    rest = {name: value for name, value in body.items() if name not in named}
    arguments = [f"    {name}={_literal(value, 4)}," for name, value in named.items()]
    if rest:
        arguments.append(f"    extra_body={_literal(rest, 4)},")
    if headers:
        arguments.append(f"    extra_headers={headers},")
    return ["answer = client.chat.completions.create(", *arguments, ")"]


def _post(path: str, body: JsonObject, headers: str) -> list[str]:
    streams = ["    stream=True,", "    stream_cls=Stream[ChatCompletionChunk],"] if body.get("stream") else []
    return [
        "answer = client.post(",
        f"    {path!r},",
        f"    body={_literal(body, 4)},",
        "    cast_to=ChatCompletion,",
        *([f"    options={{'headers': {headers}}},"] if headers else []),
        *streams,
        ")",
    ]


def _headers(headers: Iterable[Header]) -> list[str]:
    """Return the lines that create ``headers``."""
    members, later = [], []
    for header in headers:
        words = f"{header.value!r} + " if header.value else ""
        if not header.variable:
            members.append(f"{header.name!r}: {header.value!r}")
        elif header.needed:
            members.append(f"{header.name!r}: {words}os.environ[{header.variable!r}]")
        else:
            later.append(f"if os.environ.get({header.variable!r}):")
            later.append(f"    headers[{header.name!r}] = {words}os.environ[{header.variable!r}]")
    return [f"headers = {{{', '.join(members)}}}", *later]


def _exact(body: JsonObject) -> tuple[JsonObject, list[str]]:
    """Return the body as it is sent (lone surrogates replaced), and the imports that its literal needs."""
    value: JsonObject = json.loads(dump_json(body))
    return value, ["import json"] if _too_deep(value) else []


def _literal(value: Json, indent: int = 0) -> str:
    """Return the value as Python source, wrapped if it is long; its lines are indented by ``indent`` spaces."""
    if _too_deep(value):
        return f"json.loads({dump_json(value)!r})"
    text = repr(value)
    if not isinstance(value, (dict, list)) or not value or len(text) + indent <= _LINE:
        return text
    deeper = indent + 4
    if isinstance(value, dict):
        members = [f"{name!r}: {_literal(member, deeper)}" for name, member in value.items()]
    else:
        members = [_literal(item, deeper) for item in value]
    lines = "".join(f"{' ' * deeper}{member},\n" for member in members)
    return f"{'{' if isinstance(value, dict) else '['}\n{lines}{' ' * indent}{'}' if isinstance(value, dict) else ']'}"


def _too_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        inner: list[Json] = []
        for each in level:
            inner += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        level = inner
    return bool(level)

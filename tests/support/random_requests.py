"""Reproducible random requests that are hard to quote."""

from __future__ import annotations

import random
from typing import Final

from chat_tui.domain.json_values import Json, JsonObject

_PIECES: Final = (
    "'", '"', "''", '"""', "\\", "\\\\", "\\'", "`", "`id`", "$", "$HOME", "${PATH}", "$(touch pwned)", "$$", "!", "!!",
    "\n", "\r\n", "\t", "\\n", "\x00", "\x01", "\x1b[31m", "\x7f", "\x9b", "%s", "%HOME%", "^", "&", "|", ";", ">", "<",
    "#", "*", "~", "@file", "@-", "-d", "--", "{", "}", "[", "]", "null", "END_OF_BODY", "\nEND_OF_BODY\n", " ", "  ",
    "é", "ß", "日本", "🙂", "👩‍👩‍👧", "\u202e", "\u2028", "\ufeff", "\ufffd", "\U000e0041", "a", "word", "0",
    "=", ",", ":", "/", "'\\''", "$'\\n'", "<<'X'", "\\\n", "{{x}}", "{x}", "%", "\u00a0", "\u200b",
)  # fmt: skip
_NUMBERS: Final = (
    0, 1, -1, 1.0, -0.0, 0.1, 1e22, 5e-324, 1.7976931348623157e308, 2**53 + 1, 2**64, -(2**63) - 1, 10**40, 3.14, 1e-7,
)  # fmt: skip
_ROLES: Final = ("system", "developer", "user", "assistant", "tool", "function")
_NAMES: Final = ("temperature", "seed", "stop", "metadata", "logit_bias", "tools", "response_format", "user", "n")
LONG: Final = 130_000
"""Length of the longest texts: more than one command-line argument can hold."""


def requests(number: int, seed: int = 7) -> list[JsonObject]:
    """Return bodies with messages; every two-hundredth is too long for an argument."""
    chance = random.Random(seed)
    return [_request(chance, long=place % 200 == 100) for place in range(number)]


def _request(chance: random.Random, *, long: bool) -> JsonObject:
    body: JsonObject = {}
    if chance.random() < 0.95:
        body["model"] = _text(chance, 4) or "m"
    body["messages"] = [_message(chance) for _ in range(chance.randrange(4))]
    if long:
        content = (_text(chance, 30) + "x") * LONG
        body["messages"] = [{"role": "user", "content": content[:LONG]}]
    for _ in range(chance.randrange(4)):
        name = chance.choice(_NAMES) if chance.random() < 0.7 else _text(chance, 3)
        if name not in ("model", "messages", "stream"):
            body[name] = _value(chance, 3)
    if chance.random() < 0.5:
        body["stream"] = chance.random() < 0.5
    return dict(chance.sample(list(body.items()), len(body)))


def _message(chance: random.Random) -> JsonObject:
    message: JsonObject = {"role": chance.choice(_ROLES), "content": _text(chance, 12)}
    kind = chance.random()
    if kind < 0.2:
        message["content"] = [{"type": "text", "text": _text(chance, 8)}]
    elif kind < 0.3:
        message["content"] = None
        function: JsonObject = {"name": "f", "arguments": _text(chance, 5)}
        message["tool_calls"] = [{"id": "1", "type": "function", "function": function}]
    elif kind < 0.4:
        message[_text(chance, 2) or "name"] = _value(chance, 2)
        message["role"] = "user"
    return message


def _value(chance: random.Random, depth: int) -> Json:
    kind = chance.random()
    if depth and kind < 0.2:
        return [_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    if depth and kind < 0.45:
        return {_text(chance, 2): _value(chance, depth - 1) for _ in range(chance.randrange(4))}
    if kind < 0.65:
        return _text(chance, 6)
    if kind < 0.85:
        return chance.choice(_NUMBERS)
    return chance.choice((None, True, False))


def _text(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(most + 1)))

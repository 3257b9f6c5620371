"""Writes many session files quickly, like the journal but without syncing, for search tests."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.records import label_record, session_record, settings_record, title_record
from chat_tui.domain.settings import SessionSettings
from chat_tui.storage.lines import encode
from tests.support.session_files import answer, chunk, end, events, request, user

BEGIN_S = 1_760_000_000
"""Modification time of the oldest session."""
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvz"
_MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet", "small", "qwen3-32b")
_PROVIDERS = ("openai", "openrouter", "local")


def vocabulary(count: int, seed: int = 7) -> list[str]:
    """Made-up words, no two alike, short ones first."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = 1 + len(found) * 4 // count + chance.randint(0, 1)
        word = "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables))
        found.setdefault(word + chance.choice(["", "n", "r", "s"]))
    return list(found)


def write_sessions(data_dir: Path, count: int, *, messages: int = 20, words: int = 70, seed: int = 7) -> list[Path]:
    """Write ``count`` sessions of so many messages, a minute apart; of the same seed always the same.

    In number ``i`` the word ``needle{i}`` stands once; every tenth is named, every seventh starred, every fifth tagged.
    """
    folder = data_dir / "sessions"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    chance, known = random.Random(seed), vocabulary(20_000)
    weights = [1 / (rank + 3) for rank in range(len(known))]
    pool = chance.choices(known, weights, k=200_000)
    paths = []
    for number in range(count):
        stem = f"20260101-{number:06d}-{number & 0xFFFF:04x}"
        path = folder / f"{stem}.jsonl"
        at_s = BEGIN_S + 60 * number
        lines = (encode(record, at_s * 1000) for record in _records(number, stem, messages, words, pool, chance))
        path.write_bytes(b"".join(lines))
        os.utime(path, (at_s, at_s))
        paths.append(path)
    return paths


def _records(
    number: int, stem: str, messages: int, words: int, pool: list[str], chance: random.Random
) -> Iterator[JsonObject]:
    yield session_record(stem, created=f"2026-01-{number % 28 + 1:02d}T00:00:00Z", app="chat-tui")
    if number % 10 == 0:
        yield title_record(f"The {pool[number % 1000]} of {pool[number % 7777]}")
    if number % 7 == 0:
        yield label_record(starred=True)
    if number % 5 == 0:
        yield label_record(tags=["work" if number % 2 else "play"])
    yield settings_record(SessionSettings(_PROVIDERS[number % 3], _MODELS[number % 5]))
    parent = None
    for turn in range(messages // 2):
        exchange = f"x{turn}"
        question, reply = (_sentence(pool, words, chance) for _ in range(2))
        if turn == messages // 4:
            question += f" needle{number}"
        yield user(f"u{turn}", question, parent)
        yield request(exchange, f"u{turn}")
        pieces = reply.split(" ")
        yield events(exchange, *(chunk(f"{piece} ") for piece in pieces), chunk("", finish="stop"), "[DONE]")
        yield answer(exchange, f"u{turn}", reply)
        usage: JsonObject = {"usage": {"total_tokens": 100, "cost": 0.001}}
        yield {**end(exchange), **usage}
        parent = f"{exchange}.0"


def _sentence(pool: list[str], words: int, chance: random.Random) -> str:
    begin = chance.randrange(len(pool) - words)
    return " ".join(pool[begin : begin + words])

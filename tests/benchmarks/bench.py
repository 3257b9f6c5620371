"""Benchmarks as ratios measured side by side in one run. Run by hand: python -m tests.benchmarks.bench [NAME…]."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "chat_tui"]
READY = "enter"
BARE = (
    "from textual.app import App\nfrom textual.widgets import Input, Static\n"
    "class Bare(App):\n    def compose(self):\n        yield Static('enter')\n        yield Input()\nBare().run()\n"
)
READER = (
    "import asyncio, httpx, sys\nasync def main():\n    async with httpx.AsyncClient(verify=False) as client:\n"
    "        async with client.stream('POST', sys.argv[1], json={}) as answer:\n"
    "            async for piece in answer.aiter_raw():\n                pass\nasyncio.run(main())\n"
)


def environment(home: Path) -> dict[str, str]:
    """A clean home, nothing configured."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "CHAT_TUI_DATA_DIR": str(home / "data")}


def cpu_of(words: list[str], env: dict[str, str]) -> float:
    """CPU seconds of one whole process."""
    child = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def medians(runs: int, *measures: Callable[[], float]) -> list[float]:
    """Medians of measures taken in turn."""
    rows = [[measure() for measure in measures] for _ in range(runs)]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def tell(what: str, ours: float, theirs: float, goal: float, unit: str = "s CPU") -> None:
    """One line: a ratio and its goal."""
    verdict = "ok" if ours <= goal * theirs else "OVER"
    print(f"{what:<52} {ours:8.3f} / {theirs:8.3f} {unit:<6} = {ours / theirs:5.2f} x  (goal {goal:g} x) {verdict}")


@contextmanager
def server(chunks: int, rate: float) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A stream server in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.stream_server", str(chunks), str(rate)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    try:
        yield f"http://127.0.0.1:{child.stdout.readline().strip()}/v1", child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def start(home: Path) -> None:
    """To the first usable screen, against a bare Textual app: CPU and memory."""
    env, seen = environment(home), {"ours": 0.0, "bare": 0.0}

    def measure(name: str, words: list[str]) -> Callable[[], float]:
        def once() -> float:
            terminal = Terminal(words, env=env)
            terminal.wait_for(READY)
            used, seen[name] = terminal.cpu_s(), terminal.memory_mb()
            terminal.close()
            return used

        return once

    ours, bare = medians(
        7,
        measure("ours", [*PROGRAM, "--base-url", "http://127.0.0.1:9/v1", "--model", "m"]),
        measure("bare", [sys.executable, "-c", BARE]),
    )
    tell("start to the first usable screen", ours, bare, 1.25)
    tell("memory at that moment", seen["ours"], seen["bare"], 1.5, "MB")


def commands(home: Path) -> None:
    """Quick answers, against a Python that does nothing."""
    env = environment(home)
    dry = ["send", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--dry-run", "body", "Hi"]
    nothing, version, usage, body = medians(
        11,
        lambda: cpu_of([sys.executable, "-c", "pass"], env),
        lambda: cpu_of([*PROGRAM, "--version"], env),
        lambda: cpu_of([*PROGRAM, "--help"], env),
        lambda: cpu_of([*PROGRAM, *dry], env),
    )
    tell("--version", version, nothing, 2.5)
    tell("--help", usage, nothing, 2.5)
    tell("send --dry-run", body, nothing, 6)


def fast(home: Path) -> None:
    """10,000 Markdown chunks as fast as they come, the whole program, against a bare read."""
    env, chunks = environment(home), 10_000

    def whole_program() -> float:
        with server(chunks, 0) as (url, _):
            terminal = Terminal([*PROGRAM, "--base-url", url, "--model", "m"], env=env)
            terminal.wait_for(READY)
            terminal.type("go\r")
            terminal.wait_for("ENDMARK")
            terminal.wait_quiet()
            used = terminal.cpu_s()
            terminal.close()
            return used

    def bare_read() -> float:
        with server(chunks, 0) as (url, _):
            return cpu_of([sys.executable, "-c", READER, url], env)

    ours, bare = medians(3, whole_program, bare_read)
    tell("10,000 chunks, whole program / bare httpx read", ours, bare, 8)


def steady(home: Path) -> None:
    """200 tokens a second for 10 s: lateness of the last one, share of a core, key echo meanwhile."""
    with server(2_000, 200) as (url, child):
        terminal = Terminal([*PROGRAM, "--base-url", url, "--model", "m"], env=environment(home))
        terminal.wait_for(READY)
        terminal.wait_quiet()
        before, began = terminal.cpu_s(), time.monotonic()
        terminal.type("go\r")
        terminal.wait_quiet(0.2, 1.0)
        echoes = [_echo(terminal, letter) for letter in "qwzxjkvy" * 2]
        terminal.wait_for("ENDMARK")
        shown, used = time.monotonic(), terminal.cpu_s() - before
        assert child.stdout is not None
        sent = float(child.stdout.readline())
        terminal.close()
    share = used / (shown - began)
    p95 = sorted(echoes)[int(len(echoes) * 0.95)]
    print(f"200 tokens/s: last token shown {shown - sent:.3f} s late (goal 0.2), {share:.0%} of a core (goal 35 %)")
    print(f"key echo meanwhile: median {statistics.median(echoes) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms (goal 100)")


def _echo(terminal: Terminal, letter: str) -> float:
    terminal.pump(0.25)
    since, began = len(terminal.raw), time.monotonic()
    terminal.type(letter)
    terminal.wait_for(letter, since=since)
    return time.monotonic() - began


def long_session(home: Path) -> None:
    """Opening 5,000 messages against the empty start; idle with it open."""
    env, path = environment(home), home / "long.jsonl"
    lines = [{"type": "session", "t": 0, "version": 1, "id": "long", "created": "2026-01-01T00:00:00Z", "app": "bench"}]
    for number in range(5_000):
        text = f"Message {number}: some *Markdown* text. " * 7 if number % 2 else f"Question {number}"
        role = "assistant" if number % 2 else "user"
        message = {"role": role, "content": text}
        parent = f"m{number - 1}" if number else None
        lines.append({"type": "message", "t": number, "id": f"m{number}", "parent": parent, "message": message})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    words = [*PROGRAM, "--base-url", "http://127.0.0.1:9/v1", "--model", "m"]

    def opened(extra: list[str], text: str) -> Callable[[], float]:
        def once() -> float:
            terminal = Terminal([*words, *extra], env=env)
            terminal.wait_for(text)
            used = terminal.cpu_s()
            terminal.close()
            return used

        return once

    full, empty = medians(5, opened(["--session", str(path)], "4999"), opened([], READY))
    tell("opening 5,000 messages / empty start", full, empty, 2)
    terminal = Terminal([*words, "--session", str(path)], env=env)
    terminal.wait_for("4999")
    terminal.wait_quiet(1.0)
    before = terminal.cpu_s()
    terminal.pump(0)
    time.sleep(10)
    print(f"idle with it open: {(terminal.cpu_s() - before) / 10:.1%} of a core (goal 1 %)")
    terminal.close()


MEASURES = {"start": start, "commands": commands, "fast": fast, "steady": steady, "long": long_session}


def main() -> None:
    """Run the named measures, or all."""
    for name in sys.argv[1:] or MEASURES:
        with tempfile.TemporaryDirectory() as home:
            MEASURES[name](Path(home))


if __name__ == "__main__":
    main()

"""Measures the delay between a key and its echo, idle and while a reply streams 200 events a second.

Run by hand: ``python -m tests.benchmarks.echoes [NAME…]``; without names, every place. Times are from writing the key
to the pseudo-terminal until the program has drawn it, in a terminal of 120x40 cells. What else the machine does is in
them: compare with the same place at rest, measured a moment before.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from tests.benchmarks.bench import PROGRAM, READY, environment, server
from tests.benchmarks.terminal import Terminal

RATE = 200
CHUNKS = 200 * 30
KEYS = 30
FRAME_MS = 33
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяαβγδεζηθικλμνξοπρστυφχψω"
"""Letters that stand nowhere else on the screen; each is typed once a measure."""
F2, F4, F6, ENTER, RIGHT, DOWN = "\x1bOQ", "\x1bOS", "\x1b[17~", "\r", "\x1b[C", "\x1b[B"

Steps = Sequence[str]


def to_parameter(name: str, *keys: str) -> Steps:
    """The keys that put the cursor on a parameter, and then these."""
    return (F2, "/", name, ENTER, *keys)


PLACES: dict[str, Steps] = {
    "composer, Parameters in view": (),
    "composer, Request in view": (F4,),
    "composer, Reply in view": (F4, F4),
    "composer, Events in view": (F4, F4, F4),
    "find bar": ("\x06",),
    "filter of the parameters": (F2, "/"),
    "filter of the events": (F2, F4, F4, F4, "/"),
    "command palette": ("\x10",),
    "session name": ("\x13",),
    "text in place (safety_identifier)": to_parameter("safety_identifier", ENTER),
    "JSON of a form (response_format)": to_parameter("response_format", "e"),
    "JSON of a form (tools)": to_parameter("tools", ENTER, F6),
    "form of a list (stop)": to_parameter("stop", ENTER),
    "form of a map (metadata)": to_parameter("metadata", ENTER),
    "form of tokens (logit_bias)": to_parameter("logit_bias", ENTER),
    "form of members (response_format)": to_parameter("response_format", ENTER, RIGHT, RIGHT, RIGHT, DOWN, DOWN, ENTER),
    "import of a request": (F2, F4, "v"),
}
"""Where one types, and the keys that lead there from the composer."""


def measure(steps: Steps, home: Path) -> tuple[list[float], list[float]]:
    """Milliseconds for each key at rest and while streaming; empty where nothing typed comes to the screen."""
    with server(CHUNKS, RATE) as (url, _):
        words = [*PROGRAM, "--base-url", url, "--model", "m"]
        terminal = Terminal(words, env=environment(home))
        try:
            terminal.wait_for(READY)
            terminal.wait_quiet(0.4)
            walk(terminal, steps)
            rest = echoes(terminal, LETTERS[:12])
        finally:
            terminal.close()
        terminal = Terminal(words, env=environment(home))
        try:
            terminal.wait_for(READY)
            terminal.wait_quiet(0.4)
            terminal.type("go" + ENTER)
            terminal.wait_for("Heading")
            walk(terminal, steps)
            return rest, echoes(terminal, LETTERS[:KEYS])
        finally:
            terminal.close()


def walk(terminal: Terminal, steps: Steps) -> None:
    """Press keys as a person does, each after what it did was drawn."""
    for step in steps:
        terminal.type(step)
        drain(terminal, 0.5)


def drain(terminal: Terminal, seconds: float) -> None:
    """Read whatever is drawn for a time."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        terminal.pump(left)


def echoes(terminal: Terminal, letters: str) -> list[float]:
    """Milliseconds until each letter was drawn; an empty list if the first never was."""
    found: list[float] = []
    for letter, pause in zip(letters, cycle((0.05, 0.083, 0.121, 0.067)), strict=False):
        drain(terminal, pause)
        since, began = len(terminal.raw), time.monotonic()
        terminal.type(letter)
        try:
            terminal.wait_for(letter, since=since, timeout_s=3.0)
        except TimeoutError:
            return found
        found.append((time.monotonic() - began) * 1000)
    return found


def told(times: Sequence[float]) -> str:
    """Median, 95th percentile and longest."""
    if not times:
        return "     nothing is typed here"
    ranked = sorted(times)
    return f"{statistics.median(ranked):6.1f} {ranked[int(len(ranked) * 0.95)]:6.1f} {ranked[-1]:6.1f}"


def main() -> None:
    """Measure the places whose names begin with the given words, or all."""
    wanted = sys.argv[1:] or [""]
    chosen: Callable[[str], bool] = lambda name: any(name.startswith(word) for word in wanted)  # noqa: E731
    print(f"{'ms until a key is drawn':<40} {'at rest: p50 p95 max':>22}    {f'at {RATE}/s: p50 p95 max':>22}")
    for name in filter(chosen, PLACES):
        with tempfile.TemporaryDirectory() as home:
            rest, streaming = measure(PLACES[name], Path(home))
        over = "  OVER" if streaming and sorted(streaming)[int(len(streaming) * 0.95)] > FRAME_MS else ""
        print(f"{name:<40} {told(rest):>22}    {told(streaming):>22}{over}", flush=True)


if __name__ == "__main__":
    main()

"""Measures the cost of one painted frame of the transcript, as ratios; run by hand, in a separate terminal.

``python tests/benchmarks/transcript_frames.py`` starts itself in a pseudo-terminal of 120x40 cells, streams 26
characters a frame into messages of several kinds and sizes, and prints CPU milliseconds of the process for each frame.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import process_time

FRAMES = 40
ROUNDS = 3
CHUNK = 26

PROSE = (
    "## Findings\n\nThe pond counts **every stitch** twice, with `code` in it and a [link](https://example.com/a) "
    "or two, so that a line wraps at the width of the screen.\n\n- one item of a list\n- another *item* of it\n\n"
    "> quoted words\n\n```python\ndef rain(drops: int) -> str:\n    return f'{drops} drops'\n```\n\n"
    "| name | value |\n|---|---|\n| rain | 1 |\n| frog | 2 |\n\n"
)
CODE = "    total = sum(weights[index] * value for index, value in enumerate(values))  # weighted\n"
ITEMS = "- an item with **strong** words and `code`, as long as items usually are in a list\n"
LINES = "a paragraph that goes on and on with *emphasis* here and there, in lines of some length\n"
KINDS: dict[str, tuple[str, str]] = {
    "prose": ("", PROSE),
    "open fence": ("```python\n", CODE),
    "list": ("", ITEMS),
    "paragraph": ("", LINES),
    "one line": ("", LINES.replace("\n", " ")),
}


def text_of(kind: str, size: int) -> tuple[str, Iterator[str]]:
    """A text of a kind with about ``size`` characters, and its continuation in chunks."""
    opener, unit = KINDS[kind]
    text = opener + unit * (size // len(unit))
    rest = cycle(unit)
    return text, iter(lambda: "".join(islice(rest, CHUNK)), "")


async def measure(transcript: object, kind: str, size: int, above: int) -> float:
    """CPU milliseconds of a frame."""
    from chat_tui.ui.transcript import Entry, Transcript

    assert isinstance(transcript, Transcript)
    history = [Entry(f"h{number}", ("user", "assistant")[number % 2], "who", PROSE[:290]) for number in range(above)]
    transcript.show([*history, Entry("live", "assistant", "model")])
    text, chunks = text_of(kind, size)
    transcript.grow("live", text)
    await asyncio.sleep(0.3)
    while transcript.store.unfinished:  # noqa: ASYNC110  # laid out in slices, with nothing to wait for
        await asyncio.sleep(0.1)
    costs = []
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(FRAMES // ROUNDS):
            transcript.grow("live", next(chunks))
            await asyncio.sleep(0.036)
        costs.append((process_time() - started) / (FRAMES // ROUNDS) * 1000)
    return median(costs)


async def opening(transcript: object, count: int) -> float:
    """CPU milliseconds of showing ``count`` messages."""
    from chat_tui.ui.transcript import Entry, Transcript

    assert isinstance(transcript, Transcript)
    entries = [Entry(f"h{number}", ("user", "assistant")[number % 2], "who", PROSE[:290]) for number in range(count)]
    started = process_time()
    transcript.show(entries)
    await asyncio.sleep(0.1)
    return (process_time() - started) * 1000


async def idle(transcript: object) -> float:
    """CPU milliseconds of a second in which nothing happens."""
    started = process_time()
    await asyncio.sleep(1.0)
    return (process_time() - started) * 1000


async def paging(transcript: object) -> float:
    """CPU milliseconds of scrolling one page up in a long conversation."""
    from chat_tui.ui.transcript import Transcript

    assert isinstance(transcript, Transcript)
    started = process_time()
    for _ in range(20):
        transcript.action_page(-1)
        await asyncio.sleep(0.03)
    return (process_time() - started) * 1000 / 20


def child(results: Path) -> None:
    """Run the measurements in this terminal."""
    from textual.app import App, ComposeResult

    from chat_tui.ui.transcript import Transcript

    class Bench(App[str]):
        def compose(self) -> ComposeResult:
            yield Transcript()

        async def on_mount(self) -> None:
            self.run_worker(self._measure())

        async def _measure(self) -> None:
            transcript = self.query_one(Transcript)
            await asyncio.sleep(0.3)
            found: dict[str, float] = {}
            for kind in KINDS:
                for size in (1_000, 10_000, 50_000):
                    found[f"{kind} {size}"] = await measure(transcript, kind, size, 0)
            found["above 5000"] = await measure(transcript, "prose", 1_000, 5_000)
            found["above 0"] = await measure(transcript, "prose", 1_000, 0)
            found["show 5000"] = await opening(transcript, 5_000)
            found["idle"] = await idle(transcript)
            found["page"] = await paging(transcript)
            self.exit(json.dumps(found))

    results.write_text(Bench().run() or "")


def drain(descriptor: int) -> None:
    """Read and drop what a terminal would show."""
    try:
        while os.read(descriptor, 65536):
            pass
    except OSError:
        return


def main() -> None:
    """Start the measurements in a pseudo-terminal and print them."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(Path.cwd())}
        command = [sys.executable, __file__, "--child", str(results)]
        process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment)
        os.close(terminal)
        reader = threading.Thread(target=drain, args=(controller,), daemon=True)
        reader.start()
        process.wait(timeout=300)
        found: dict[str, float] = json.loads(results.read_text())
    for kind in KINDS:
        one, ten, fifty = (found[f"{kind} {size}"] for size in (1_000, 10_000, 50_000))
        print(f"{kind:<12} 1k {one:5.1f} ms   10k {ten:5.1f} ms   50k {fifty:5.1f} ms   50k/1k {fifty / one:4.2f} x")
    above, none = found["above 5000"], found["above 0"]
    print(f"5,000 messages above: {above:.1f} ms against {none:.1f} ms, {above / none:.2f} x")
    print(f"showing 5,000 messages: {found['show 5000']:.0f} ms   one page up: {found['page']:.1f} ms")
    print(f"idle: {found['idle']:.1f} ms of CPU a second")


if __name__ == "__main__":
    child(Path(sys.argv[2])) if sys.argv[1:2] == ["--child"] else main()

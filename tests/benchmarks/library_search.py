"""Measures the library with many sessions: building, refreshing, and each key press of a search. Run by hand.

python -m tests.benchmarks.library_search [COUNT] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace
from textual import events

from chat_tui.engine.opening import first_settings, new_workbench
from chat_tui.storage.library.library import FileLibrary
from chat_tui.storage.store import FileSessionStore
from chat_tui.ui.widgets.session_list import SessionList
from tests.support.fakes import services
from tests.support.journeys import journey
from tests.support.many_sessions import vocabulary, write_sessions

WINDOW = 18


def timed(words: str, work: Callable[[], object]) -> None:
    begin = time.perf_counter()
    work()
    print(f"{words:<44}{(time.perf_counter() - begin) * 1000:10.1f} ms")


def key_presses(library: FileLibrary, queries: Sequence[str]) -> None:
    """From a query to its rows and the excerpts of those on the screen, for each beginning of each query."""
    found: list[tuple[float, str]] = []
    for query in queries:
        for end in range(1, len(query) + 1):
            begin = time.perf_counter()
            rows = library.search(query[:end]).sessions
            library.excerpts([row.path for row in rows[:WINDOW]], query[:end])
            found.append(((time.perf_counter() - begin) * 1000, query[:end]))
    times = sorted(each for each, _ in found)
    p95 = times[int(len(times) * 0.95)]
    print(f"{len(times)} key presses: p50 {statistics.median(times):.1f}, p95 {p95:.1f}, max {times[-1]:.1f} ms")
    print("slowest:", [(f"{each:.0f} ms", query) for each, query in sorted(found, reverse=True)[:6]])


async def on_the_screen(folder: Path, words: str) -> None:
    """From a key to the painted list, in the running app."""
    store = FileSessionStore(folder)
    given = replace(services(), store=store, library=FileLibrary(folder, store))
    bench = new_workbench(given, first_settings(given, "local", "small"))
    async with journey(given, bench=bench) as trip:
        begin = time.perf_counter()
        await trip.pilot.press("ctrl+o")
        await trip.until(lambda: bool(trip.app.screen.query(SessionList)), "the list")
        shown = trip.app.screen.query_one(SessionList)
        await trip.until(lambda: bool(shown.sessions), "the rows")
        print(f"from ctrl+o to the rows: {(time.perf_counter() - begin) * 1000:.0f} ms")
        times, longest = [], 0.0
        for character in words:
            before, begin = shown.sessions, time.perf_counter()
            trip.app.post_message(events.Key(character, character))
            while shown.sessions is before:
                tick = time.perf_counter()
                await asyncio.sleep(0.001)
                longest = max(longest, time.perf_counter() - tick)
            times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"on the screen: p50 {p50:.1f}, p95 {p95:.1f} ms a key; the loop stood still {longest * 1000:.0f} ms at most")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    paths = sorted((folder / "sessions").glob("*.jsonl"))
    if len(paths) != count:
        timed(f"write {count:,} sessions", lambda: write_sessions(folder, count))
        paths = sorted((folder / "sessions").glob("*.jsonl"))
    print(f"sessions: {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB in {folder}")
    store = FileSessionStore(folder)
    for suffix in ("", "-wal", "-shm"):
        (folder / f"sessions.index{suffix}").unlink(missing_ok=True)
    timed("find by title, without an index", lambda: store.find_or_none("no such title"))
    library = FileLibrary(folder, store)
    timed("first build", lambda: list(library.refreshing()))
    print(f"index: {sum(path.stat().st_size for path in folder.glob('sessions.index*')) / 1e6:.0f} MB")
    timed("refresh, nothing changed", lambda: list(library.refreshing()))
    library.rename(str(paths[0]), "another name")
    timed("refresh, one changed", lambda: list(library.refreshing()))
    timed("first search of a program", lambda: FileLibrary(folder, store).search(""))
    timed("find by title", lambda: store.find("another name"))
    timed("recent(1)", lambda: store.recent(1))
    timed("recent(50)", lambda: store.recent(50))
    timed("recent()", store.recent)
    words = vocabulary(20_000)
    key_presses(library, [words[3], words[400], f"{words[50]} {words[60]}", words[15_000], f"needle{count - 7}"])
    key_presses(library, [f'"{words[9]} {words[2]}" model:gpt', "tag:work is:starred", f"{words[5]} before:2026-01-01"])
    asyncio.run(on_the_screen(folder, f"needle{count - 7}"))
    asyncio.run(on_the_screen(folder, f"{words[50]}{words[60]}"))


if __name__ == "__main__":
    main()

"""Crashes: a killed writer, and a last line torn at any byte."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chat_tui.domain.records import title_record
from tests.support.session_files import lines, store, texts, turn, user, written

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100
WRITERS = """
import os
import sys
from pathlib import Path
from tests.support.session_files import chunk, events, request, store, turn, user

def write(folder):
    journal = store(Path(folder)).create()
    for record in [*turn(1), user("u", "q", "x1.0"), request("x", "u")]:
        journal.append(record)
    os.write(1, f"{os.getpid()} {journal.path}\\n".encode())
    number = 0
    while True:
        journal.append(events("x", chunk(f"{number} "), at_s=number))
        number += 1
        os.write(1, f"{number}\\n".encode())

for line in sys.stdin:
    child = os.fork()
    if not child:
        write(line.strip())
    os.waitpid(child, 0)
    os.write(1, b"gone\\n")
"""
"""For each folder on its input, a process of its own writes a session there until it is killed."""


def test_a_writer_killed_at_a_hundred_random_moments_loses_nothing_it_had_written(tmp_path: Path) -> None:
    chance = random.Random(7)
    words = [sys.executable, "-c", WRITERS]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for kill in range(KILLS):
            folder = tmp_path / str(kill)
            program.stdin.write(f"{folder}\n".encode())
            program.stdin.flush()
            child, path = program.stdout.readline().decode().split()
            for _ in range(chance.randrange(0, 60)):
                program.stdout.readline()
            os.kill(int(child), signal.SIGKILL)
            rest = [*iter(program.stdout.readline, b"gone\n")]
            _opens_whole(folder, Path(path), int(rest[-1]) if rest else 0)
        program.stdin.close()


def _opens_whole(folder: Path, path: Path, told: int) -> None:
    session = store(folder).load(str(path))
    assert texts(session)[:3] == ["question 1", "answer 1", "q"]
    assert session.exchanges["x"].cut
    numbers = [int(word) for text in texts(session)[3:] for word in text.split()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= told
    journal = store(folder).append_to(str(path))
    journal.append(title_record("after"))
    journal.close()
    assert lines(path)[-1]["title"] == "after"


def test_a_last_line_torn_at_any_byte_is_kept_aside_and_everything_before_it_is_there(tmp_path: Path) -> None:
    whole = written(tmp_path, [*turn(1), user("u", "Gr\u00fc\u00df \U0001f600", "x1.0")])
    data = whole.read_bytes()
    start = data.rindex(b"\n", 0, -1) + 1
    for cut in range(start, len(data) + 1):
        folder = tmp_path / str(cut)
        folder.mkdir()
        path = folder / "s.jsonl"
        path.write_bytes(data[:cut])
        has_record = cut >= len(data) - 1
        session = store(folder).load(str(path))
        assert len(texts(session)) == (3 if has_record else 2)
        assert bool(session.notices) == (start < cut < len(data) - 1)
        journal = store(folder).append_to(str(path))
        journal.append(title_record("after"))
        journal.close()
        assert lines(path)[-1]["title"] == "after"
        assert path.read_bytes().startswith(data[:cut] if has_record else data[:start])
        kept = [each.read_bytes() for each in folder.glob("*.torn-*")]
        assert kept == ([data[start:cut]] if start < cut < len(data) - 1 else [])
        again = store(folder).load(str(path))
        assert again.notices == ()
        assert texts(again) == texts(session)


@pytest.mark.parametrize(
    "tail",
    [b"\0" * 4096, b"\0" * 10 + b"\n", b"not json\n", b"[1]\n", b"\xff\xfe", b'{"type":"title","title":"no end\n'],
    ids=ascii,
)
def test_an_end_that_is_no_record_is_kept_aside(tmp_path: Path, tail: bytes) -> None:
    path = written(tmp_path, turn(1))
    before = path.read_bytes()
    path.write_bytes(before + tail)
    store(tmp_path).append_to(str(path)).close()
    assert path.read_bytes() == before
    assert [each.read_bytes() for each in path.parent.glob("*.torn-*")] == [tail]


def test_an_end_that_still_holds_a_record_stays_where_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    glued = b'{"type":"title","t":1,"ti{"type":"title","t":2,"title":"glued"}'
    before = path.read_bytes()
    path.write_bytes(before + glued)
    store(tmp_path).append_to(str(path)).close()
    assert path.read_bytes() == before + glued + b"\n"
    assert store(tmp_path).load(str(path)).title == "glued"


def test_a_second_torn_end_of_one_second_gets_a_name_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    for tail in (b"{one", b"{two"):
        with path.open("ab") as file:
            file.write(tail)
        store(tmp_path).append_to(str(path)).close()
    kept = {each.name.removeprefix(path.name): each.read_bytes() for each in path.parent.glob("*.torn-*")}
    assert kept == {".torn-20260921-141320": b"{one", ".torn-20260921-141320-2": b"{two"}


def test_a_very_long_torn_line_is_found_and_kept(tmp_path: Path) -> None:
    path = written(tmp_path, turn(1))
    before, tail = path.read_bytes(), b'{"type":"note","text":"' + b"x" * 300_000
    path.write_bytes(before + tail)
    store(tmp_path).append_to(str(path)).close()
    assert path.read_bytes() == before
    assert next(path.parent.glob("*.torn-*")).read_bytes() == tail

"""Starting and stopping the server process, with scripted children in place of the real one."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.local import faults, server
from chat_tui.local.model_file import ModelPackage, models_folder
from chat_tui.local.server import LocalServer
from tests.local.conftest import CONTENT
from tests.support.processes import alive
from tests.support.waiting import until

READ = "import json, os, signal, sys, time; config = json.loads(sys.stdin.readline())\n"
TELL = "def tell(**members): print(json.dumps(members), flush=True)\n"
READY = READ + TELL + "tell(state='loading'); tell(state='ready', url='http://127.0.0.1:1')\n"
UNTIL_CLOSED = "sys.stdin.read()\n"


class Script:
    """Writes the child's program and makes servers that run it."""

    def __init__(self, folder: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.package = package
        self._monkeypatch = monkeypatch
        models = models_folder(folder / "data")
        models.mkdir(parents=True)
        (models / "tiny.gguf").write_bytes(CONTENT)

    def server(self, program: str, *, ready_s: float = 30.0, environ: dict[str, str] | None = None) -> LocalServer:
        path = self.folder / "scripted_child.py"
        path.write_text(program)
        self._monkeypatch.setattr(server, "_CHILD", path)
        return LocalServer(
            data_dir=self.folder / "data",
            state_dir=self.folder / "state",
            package=self.package,
            environ={"PATH": os.environ["PATH"]} if environ is None else environ,
            ready_s=ready_s,
        )


@pytest.fixture
def script(tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> Script:
    return Script(tmp_path, package, monkeypatch)


async def test_callers_at_the_same_time_share_one_process(script: Script) -> None:
    started = script.folder / "started"
    local = script.server(f"open({str(started)!r}, 'a').write('x')\n" + READY + UNTIL_CLOSED)
    first, second, third = await asyncio.gather(local.start(), local.start(), local.start())
    assert first == second == third
    assert first[0] == "http://127.0.0.1:1/v1"
    assert len(first[1].reveal()) > 30
    assert started.read_text() == "x"
    await local.stop()


async def test_stop_closes_its_input_and_waits_and_start_begins_anew(script: Script) -> None:
    ended = script.folder / "ended"
    local = script.server(READY + UNTIL_CLOSED + f"open({str(ended)!r}, 'a').write('x')\n")
    _, key = await local.start()
    await local.stop()
    assert ended.read_text() == "x"
    assert local.pid is None
    await local.stop()
    _, other_key = await local.start()
    assert other_key != key
    await local.stop()
    assert ended.read_text() == "xx"


async def test_a_child_that_ignores_everything_is_killed(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_GRACE_S", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    local = script.server(deaf + READY + "while True: time.sleep(9)\n")
    await local.start()
    pid = local.pid
    assert pid is not None
    await local.stop()
    assert not alive(pid)


async def test_after_a_crash_the_next_start_begins_anew(script: Script) -> None:
    local = script.server(READY + UNTIL_CLOSED)
    await local.start()
    pid = local.pid
    assert pid is not None
    os.kill(pid, 9)
    assert await local.ending(10) == -9
    await local.start()
    assert local.pid not in (None, pid)
    await local.stop()


async def test_a_running_process_has_no_ending(script: Script) -> None:
    local = script.server(READY + UNTIL_CLOSED)
    assert await local.ending(0.0) is None
    await local.start()
    assert await local.ending(0.0) is None
    await local.stop()


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (
            READ + TELL + "tell(state='failed', step='import', reason='libgomp.so.1: cannot open')",
            "apt install libgomp1",
        ),
        (
            READ + TELL + "tell(state='failed', step='import', reason='libstdc++.so.6: cannot open')",
            "apt install libstdc",
        ),
        (READ + TELL + "tell(state='failed', step='import', reason=\"version `GLIBC_2.34' not found\")", "too old"),
        (READ + TELL + "tell(state='failed', step='import', reason='ld-musl-x86_64.so.1')", "not for musl"),
        (READ + TELL + "tell(state='failed', step='import', reason='no such symbol')", "force-reinstall"),
        (READ + TELL + "tell(state='failed', step='start', reason='init failed')", "cannot be loaded: init failed"),
        (READ + "os.kill(os.getpid(), signal.SIGILL)", "AVX2"),
        (READ + "os.kill(os.getpid(), signal.SIGKILL)", "memory ran out"),
        (READ + "os.kill(os.getpid(), signal.SIGABRT)", "signal 6"),
        ("raise SystemExit(7)", "exit code 7"),
    ],
)
async def test_a_failing_start_is_one_sentence_with_what_to_do(script: Script, program: str, says: str) -> None:
    local = script.server(program)
    with pytest.raises(ProblemError) as caught:
        await local.start()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.problem.kind == "local"
    assert local.pid is None


async def test_the_logs_first_error_says_why_a_model_does_not_load(script: Script) -> None:
    log = "open(config['log'], 'w').write('0.00.1 W x: odd\\n0.00.2 E gguf_init: invalid   magic\\n0.00.3 E more\\n')\n"
    local = script.server(READ + TELL + log + "tell(state='failed', step='start', reason='init failed')")
    with pytest.raises(ProblemError, match=r"cannot be loaded: gguf_init: invalid magic\. Details: .*local\.log"):
        await local.start()


async def test_the_log_is_read_only_after_the_process_has_written_all_of_it(script: Script) -> None:
    failed = READ + TELL + "tell(state='failed', step='start', reason='init failed')\n"
    late = "time.sleep(0.3); open(config['log'], 'a').write('0.00.001 E invalid magic\\n')\n"
    with pytest.raises(ProblemError, match="cannot be loaded: invalid magic"):
        await script.server(failed + late).start()


async def test_an_old_log_does_not_explain_a_new_failure(script: Script) -> None:
    local = script.server("raise SystemExit(7)")
    local.log.parent.mkdir()
    local.log.write_text("0.00 E something of last week\n")
    with pytest.raises(ProblemError, match="exit code 7"):
        await local.start()


async def test_a_model_that_is_never_ready_is_given_up(script: Script) -> None:
    local = script.server(READ + TELL + "tell(state='loading')\n" + UNTIL_CLOSED, ready_s=0.2)
    with pytest.raises(ProblemError, match="was not ready after"):
        await local.start()
    assert local.pid is None


async def test_cancelling_the_start_ends_the_process(script: Script) -> None:
    local = script.server(READ + TELL + "tell(state='loading')\ntime.sleep(60)\n")
    task = asyncio.create_task(local.start())
    await until(lambda: local.pid is not None, what="the process")
    pid = local.pid
    assert pid is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid)
    assert local.pid is None


async def test_stopping_while_it_starts_does_not_wait_for_the_start(script: Script) -> None:
    local = script.server(READ + TELL + "tell(state='loading')\n" + UNTIL_CLOSED)
    task = asyncio.create_task(local.start())
    await until(lambda: local.pid is not None, what="the process")
    await local.stop()
    with pytest.raises(ProblemError, match="ended while starting"):
        await task


async def test_the_child_gets_what_it_needs_on_its_input_and_no_key_in_its_environment(script: Script) -> None:
    seen = script.folder / "seen"
    program = READ + f"json.dump([config, dict(os.environ), os.getsid(0), os.getpid()], open({str(seen)!r}, 'w'))\n"
    environ = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "sk-1", "MY_KEY": "sk-2"}
    local = script.server(program + READY.removeprefix(READ) + UNTIL_CLOSED, environ=environ)
    _, key = await local.start()
    config, child_environ, group, pid = json.loads(seen.read_text())
    assert config["key"] == key.reveal()
    assert config["context"] == 4096
    assert config["threads"] == max(1, (os.cpu_count() or 1) // 2)
    assert config["model"].endswith("tiny.gguf")
    assert "<tool_call>" in config["template"]
    assert "sk-" not in json.dumps(child_environ)
    assert group == pid == local.pid
    await local.stop()


async def test_a_users_own_model_keeps_its_own_template(script: Script, tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF mine")
    seen = script.folder / "seen"
    program = READ + f"json.dump(config, open({str(seen)!r}, 'w'))\n" + READY.removeprefix(READ) + UNTIL_CLOSED
    local = script.server(program, environ={"PATH": os.environ["PATH"], "CHAT_TUI_GGUF": str(own)})
    await local.start()
    config = json.loads(seen.read_text())
    assert (config["template"], config["alias"], config["model"]) == ("", "own", str(own))
    assert not local.serves_shipped_model
    await local.stop()


async def test_a_damaged_fetched_file_is_not_loaded(script: Script) -> None:
    local = script.server(READY)
    (models_folder(script.folder / "data") / "tiny.gguf").write_bytes(b"GGUF cut")
    with pytest.raises(ProblemError, match="damaged"):
        await local.start()


async def test_without_a_file_the_problem_says_how_to_fetch_it(tmp_path: Path, package: ModelPackage) -> None:
    local = LocalServer(data_dir=tmp_path, state_dir=tmp_path, package=package, environ={})
    with pytest.raises(ProblemError, match="chat-tui local fetch"):
        await local.start()


async def test_without_the_library_the_problem_says_how_to_install_it(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "LIBRARY", "a_library_nobody_has")
    with pytest.raises(ProblemError, match="pip install"):
        await script.server(READY).start()


async def test_a_state_folder_that_cannot_be_made_is_a_problem(script: Script) -> None:
    local = script.server(READY)
    local.log.parent.write_text("a file where the folder should be")
    with pytest.raises(ProblemError, match="could not be started"):
        await local.start()


async def test_the_real_child_tells_why_a_file_is_no_model_and_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(b"<html>not found</html>" * 100)
    local = LocalServer(data_dir=tmp_path, state_dir=tmp_path / "state", gguf=str(junk), environ={})
    with pytest.raises(ProblemError, match=r"junk\.gguf cannot be loaded: .*invalid magic"):
        await local.start()
    assert capfd.readouterr() == ("", "")
    assert stat.S_IMODE(local.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(local.log.parent.stat().st_mode) == 0o700

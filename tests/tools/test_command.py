"""Tool commands: what they receive, and that a misbehaving one never exceeds its limits."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from chat_tui.domain.tool_definitions import OUTPUT_LIMIT, Approval, ToolOutcome
from chat_tui.tools.command import CommandRunner
from tests.support.processes import alive
from tests.support.waiting import until

KEY = "sk-canary-0123456789abcdef"
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.environ.get("HOME", "/"),
    "OPENAI_API_KEY": KEY,
    "OPENROUTER_API_KEY": KEY,
    "LD_PRELOAD": "",
    "SECRET": KEY,
}


linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adopting orphans is a Linux feature")


def approval(*argv: str, stdin: str = "{}", folder: str = "", timeout_s: float = 20.0) -> Approval:
    return Approval(name="t", call="c", message="m", argv=argv, stdin=stdin, folder=folder, timeout_s=timeout_s)


async def ran(*argv: str, stdin: str = "{}", folder: str = "", timeout_s: float = 20.0) -> ToolOutcome:
    runner = CommandRunner(ENVIRONMENT)
    return await runner.run(approval(*argv, stdin=stdin, folder=folder, timeout_s=timeout_s))


async def ran_code(code: str, *, stdin: str = "{}", timeout_s: float = 20.0) -> ToolOutcome:
    return await ran(sys.executable, "-c", code, stdin=stdin, timeout_s=timeout_s)


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def gone(pid: str) -> None:
    await until(lambda: not alive(int(pid)), what="the end of the process")


async def test_it_gets_the_arguments_on_standard_input_and_its_output_is_the_result() -> None:
    outcome = await ran_code("import sys; print(sys.stdin.read().upper(), end='')", stdin='{"city":"Þórshöfn"}')
    assert outcome.ok
    assert outcome.result().content == '{"CITY":"ÞÓRSHÖFN"}'
    assert outcome.result().origin == "command"


async def test_words_of_its_command_line_are_words_whatever_stands_in_them() -> None:
    words = ["$(touch pwned)", "; rm -rf /", "`id`", "--", "-x", "a b", "'\"", "*"]
    outcome = await ran(sys.executable, "-c", "import sys, json; print(json.dumps(sys.argv[1:]))", *words)
    assert json.loads(outcome.stdout) == words


async def test_it_gets_nothing_of_the_environment_but_four_variables() -> None:
    outcome = await ran_code("import os, json; print(json.dumps(dict(os.environ)))")
    given = json.loads(outcome.stdout)
    assert set(given) <= {"PATH", "HOME", "LANG", "TMPDIR", "LC_CTYPE"}
    assert KEY not in outcome.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
async def test_what_it_runs_under_holds_no_key_either() -> None:
    outcome = await ran_code("import os; print(open(f'/proc/{os.getppid()}/environ').read())")
    assert "PATH" in outcome.stdout
    assert KEY not in outcome.stdout


async def test_it_runs_in_a_fresh_folder_that_is_gone_afterwards() -> None:
    outcome = await ran_code("import os; open('left', 'w').close(); print(os.getcwd(), os.listdir())")
    folder, left = outcome.stdout.strip().split(" ", 1)
    assert left == "['left']"
    await until(lambda: not Path(folder).exists(), what="the folder to be gone")


async def test_it_runs_in_the_folder_of_its_definition_and_a_relative_program_is_one_there(tmp_path: Path) -> None:
    program = tmp_path / "tool.sh"
    program.write_text("#!/bin/sh\npwd\n")
    program.chmod(0o700)
    outcome = await ran("./tool.sh", folder=str(tmp_path))
    assert outcome.stdout.strip() == str(tmp_path)


async def test_without_a_path_of_its_own_it_is_looked_for_where_systems_keep_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "only-here").write_text("#!/bin/sh\n")
    (tmp_path / "only-here").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    runner = CommandRunner({})
    assert (await runner.run(approval("only-here"))).ended == "missing"
    assert (await runner.run(approval("true"))).ended == "exit"


async def test_it_has_no_terminal_and_is_in_a_session_of_its_own() -> None:
    code = (
        "import os\nprint(os.getsid(0) == os.getppid() == os.getpgrp())\n"
        "try: open('/dev/tty')\nexcept OSError: print('none')"
    )
    outcome = await ran_code(code)
    assert outcome.stdout.split() == ["True", "none"]


async def test_no_open_file_of_this_program_is_passed_on(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        outcome = await ran_code("import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd'))[:4])")
    assert outcome.stdout.strip().startswith("[0, 1, 2")
    assert str(file) not in outcome.stdout


@pytest.mark.parametrize(
    ("argv", "ended"),
    [(("no-such-program-here",), "missing"), (("./no-such-file",), "missing"), (("/dev/null",), "missing")],
)
async def test_a_missing_program_is_told(argv: tuple[str, ...], ended: str) -> None:
    outcome = await ran(*argv)
    assert outcome.ended == ended
    assert not outcome.ok
    assert argv[0] in json.loads(outcome.result().content)["error"]


async def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    file = tmp_path / "tool"
    file.write_text("")
    outcome = await ran(str(file))
    assert outcome.ended == "failed"
    assert "could not be started" in outcome.words()


async def test_a_command_that_the_system_refuses_to_start_is_told_in_its_words() -> None:
    outcome = await ran("true", "x" * 4_000_000)
    assert (outcome.ended, outcome.why) == ("failed", "Argument list too long")


async def test_its_exit_code_and_standard_error_are_told() -> None:
    outcome = await ran_code("import sys; print('so far'); print('bad luck', file=sys.stderr); sys.exit(3)")
    told = json.loads(outcome.result().content)
    assert (outcome.ended, outcome.exit_code, outcome.ok) == ("exit", 3, False)
    assert "exit code 3" in told["error"]
    assert (told["stdout"], told["stderr"]) == ("so far\n", "bad luck\n")


async def test_a_signal_that_ended_it_is_told() -> None:
    outcome = await ran_code("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert outcome.exit_code == -15
    assert not outcome.ok


async def test_one_that_hangs_is_killed_with_what_it_started() -> None:
    outcome = await ran("sh", "-c", "sleep 600 & echo $!; wait", timeout_s=5.0)
    assert outcome.ended == "timeout"
    assert "killed" in outcome.words()
    await gone(outcome.stdout)


async def test_one_that_ignores_signals_is_killed_all_the_same() -> None:
    outcome = await ran("sh", "-c", "trap '' TERM INT HUP; echo $$; sleep 600; sleep 600", timeout_s=5.0)
    assert outcome.ended == "timeout"
    await gone(outcome.stdout)


async def test_one_that_floods_is_killed_and_what_is_kept_is_bounded() -> None:
    outcome = await ran_code("import sys\nwhile True: sys.stdout.write('x' * 65536)")
    assert outcome.ended == "flood"
    assert len(outcome.stdout) == OUTPUT_LIMIT
    assert str(OUTPUT_LIMIT // 1024) in outcome.words()


async def test_one_that_floods_standard_error_is_killed() -> None:
    outcome = await ran_code("import sys\nwhile True: sys.stderr.write('x' * 65536)")
    assert outcome.ended == "flood"
    assert len(outcome.stderr) == OUTPUT_LIMIT


async def test_as_much_output_as_is_allowed_is_whole() -> None:
    outcome = await ran_code(f"import sys; sys.stdout.write('x' * {OUTPUT_LIMIT})")
    assert outcome.ok
    assert len(outcome.stdout) == OUTPUT_LIMIT


async def test_a_child_that_holds_its_output_open_does_not_hold_us_up() -> None:
    outcome = await ran("sh", "-c", "sleep 600 & echo $!", timeout_s=60.0)
    assert outcome.ok
    await gone(outcome.stdout)


LEAVING = """
import os, signal, sys, time
for _ in range(2):
    if os.fork():
        os._exit(0) if _ else None
        break
    os.setsid()
else:
    print(os.getpid(), flush=True)
    os.closerange(0, 3)
    time.sleep(600)
if sys.argv[1] == "stop the guard":
    time.sleep(0.3)
    os.kill(os.getppid(), signal.SIGSTOP)
if sys.argv[1] != "end":
    time.sleep(600)
time.sleep(0.3)
"""


@linux_only
@pytest.mark.parametrize("then", ["end", "hang", "stop the guard"])
async def test_a_process_that_left_its_group_and_its_parent_is_killed_too(then: str) -> None:
    outcome = await ran(sys.executable, "-c", LEAVING, then, timeout_s=20.0 if then == "end" else 3.0)
    assert outcome.ended == ("exit" if then == "end" else "timeout")
    await gone(outcome.stdout)


@linux_only
async def test_what_it_left_behind_may_write_a_little_longer() -> None:
    outcome = await ran("sh", "-c", "(sleep 0.1; echo late) & echo soon")
    assert outcome.stdout == "soon\nlate\n"


async def test_input_that_is_not_read_does_not_hold_it_up() -> None:
    outcome = await ran_code("print('done')", stdin="x" * 5_000_000)
    assert outcome.stdout == "done\n"


async def test_input_ends_so_that_one_that_reads_it_all_ends_too() -> None:
    outcome = await ran_code("import sys; print(len(sys.stdin.read()))", stdin="x" * 1_000_000)
    assert outcome.stdout == "1000000\n"


async def test_output_that_is_no_text_is_marked() -> None:
    outcome = await ran_code("import sys; sys.stdout.buffer.write(b'a\\xff\\xfeb')")
    assert outcome.stdout == "a\ufffd\ufffdb"


async def test_stopping_kills_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    asked = approval("sh", "-c", f"echo $$ > {told}; sleep 600; sleep 600")
    running = asyncio.ensure_future(CommandRunner(ENVIRONMENT).run(asked))
    await until(lambda: told.exists() and told.read_text().endswith("\n"), what="the command at work")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await gone(told.read_text())


async def test_one_that_is_stopped_before_we_hold_its_process_never_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def start_and_stop(*words: Any, **members: Any) -> asyncio.subprocess.Process:
        started.append(await start(*words, **members))
        raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_and_stop)
    with pytest.raises(asyncio.CancelledError):
        await CommandRunner(ENVIRONMENT).run(approval("touch", str(tmp_path / "ran"), folder=str(tmp_path)))
    await started[0].wait()
    assert files_in(tmp_path) == []

"""The embedded model's server process: started once, on first use, and stopped with the program."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chat_tui.disk.private import ensure_private_folder
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.domain.secrets import Secret
from chat_tui.local import faults
from chat_tui.local.environments import server_environment
from chat_tui.local.model_file import SHIPPED, ModelFile, ModelPackage, find_model, verify
from chat_tui.local.template import CHAT_TEMPLATE

SLOTS: Final = 4
"""Maximum number of choices (``n``) of one request."""
_CHILD: Final = Path(__file__).with_name("child.py")
_READY_S: Final = 60.0
_READY_S_PER_GIB: Final = 60.0
_GRACE_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Running:
    process: asyncio.subprocess.Process
    base_url: str
    key: Secret
    model: ModelFile


class LocalServer:
    """One server process for one model, shared by all callers of one event loop.

    Args:
        data_dir: Fetched model files are in its ``models`` folder.
        state_dir: The process's log is ``local.log`` in it.
        gguf: The user's own model file from the configuration; ``CHAT_TUI_GGUF`` in the environment takes precedence.
        context: Context size in tokens, for prompt and reply together.
        threads: Number of computing threads; None: half of the processors, at least one.
        environ: Environment variables; None: the program's.
        package: The shipped model.
        ready_s: Seconds to wait for the model, plus a minute per GiB of the file.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        state_dir: Path,
        gguf: str | None = None,
        context: int = 4096,
        threads: int | None = None,
        environ: Mapping[str, str] | None = None,
        package: ModelPackage = SHIPPED,
        ready_s: float = _READY_S,
    ) -> None:
        self.log = state_dir / "local.log"
        self._data_dir = data_dir
        self._gguf = gguf
        self._context = context
        self._threads = threads or max(1, (os.cpu_count() or 1) // 2)
        self._environ = os.environ if environ is None else environ
        self._package = package
        self._ready_s = ready_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._running: _Running | None = None

    @property
    def pid(self) -> int | None:
        """Process id while the process is running."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @property
    def serves_shipped_model(self) -> bool:
        """Whether the running model is the shipped one, so that requests are adapted. False while none runs."""
        return self._running is not None and self._running.model.shipped

    async def start(self) -> tuple[str, Secret]:
        """Return the base URL and bearer key of the running server; starts it if needed, also after a crash.

        Concurrent callers share one start; cancelling the one that performs it stops the process.

        Raises:
            ProblemError: No library, no model file, or a failed process; says what to do.
        """
        async with self._turn:
            running = self._running
            if running is None or running.process.returncode is not None:
                self._running = None
                running = self._running = await self._launch()
            return running.base_url, running.key

    async def stop(self) -> None:
        """Stop the process and wait until it has exited; it is killed after 6 s. Does nothing without a process."""
        process, self._process, self._running = self._process, None, None
        if process is not None:
            await _end(process)

    async def ending(self, within_s: float) -> int | None:
        """Return the exit code once the process ends; None if it is still running after some seconds, or absent."""
        if self._process is None:
            return None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._process.wait()
        return self._process.returncode

    async def _launch(self) -> _Running:
        library = faults.library_folder()
        if library is None:
            raise ProblemError(faults.no_library())
        model = find_model(self._data_dir, self._gguf, environ=self._environ, package=self._package)
        if model is None:
            raise ProblemError(faults.no_model())
        if model.fetched:
            await asyncio.to_thread(verify, model.path, self._package.file_sha256)
        key = Secret(secrets.token_urlsafe(32))
        process = self._process = await self._spawn()
        limit_s = self._ready_s + _READY_S_PER_GIB * model.path.stat().st_size / 2**30
        try:
            async with asyncio.timeout(limit_s):
                url = await self._address(process, self._configuration(model, library, key), model)
        except TimeoutError as error:
            await self.stop()
            raise ProblemError(faults.too_slow(model.path, self.log, limit_s)) from error
        except ProblemError:
            await self.stop()
            raise
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await self.stop()
            raise
        return _Running(process, f"{url}/v1", key, model)

    async def _spawn(self) -> asyncio.subprocess.Process:
        try:
            ensure_private_folder(self.log.parent)
            self.log.unlink(missing_ok=True)
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", str(_CHILD)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=self.log.parent,
                env=server_environment(self._environ),
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise ProblemError(faults.not_spawned(error)) from error

    def _configuration(self, model: ModelFile, library: str, key: Secret) -> bytes:
        configuration: JsonObject = {
            "log": str(self.log),
            "library": library,
            "model": str(model.path),
            "alias": model.name,
            "template": CHAT_TEMPLATE if model.shipped else "",
            "key": key.reveal(),
            "context": self._context,
            "slots": SLOTS,
            "threads": self._threads,
        }
        return json.dumps(configuration).encode() + b"\n"

    async def _address(self, process: asyncio.subprocess.Process, configuration: bytes, model: ModelFile) -> str:
        """Configure the process, wait until it serves, and return its address."""
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for by _spawn
        with contextlib.suppress(ConnectionError):
            process.stdin.write(configuration)
            await process.stdin.drain()
        while line := await process.stdout.readline():
            told = json.loads(line)
            if told["state"] == "ready":
                return str(told["url"])
            if told["state"] == "failed" and told["step"] == "import":
                raise ProblemError(faults.import_failed(told["reason"]))
            if told["state"] == "failed":
                await self.ending(_GRACE_S)  # a thread of the library writes the log; it is complete when it ends
                raise ProblemError(faults.load_failed(model.path, self.log, told["reason"]))
        raise ProblemError(faults.ended(await process.wait(), self.log))


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the process's standard input, then terminate it, then kill it, waiting some seconds after each."""
    if process.stdin is not None:
        process.stdin.close()
    for harder in (process.terminate, process.kill):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
            return
        with contextlib.suppress(ProcessLookupError):
            harder()
    await process.wait()

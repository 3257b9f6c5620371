"""Manages the image decoding subprocess: started with the first image, stopped when idle."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Final

from chat_tui.domain.file_references import FileReference
from chat_tui.domain.pictures import Picture

_LIBRARY: Final = "PIL"
_CHILD: Final = Path(__file__).with_name("child.py")
_LONGEST_S: Final = 10.0
"""Time limit for one image in seconds, including process start."""
_IDLE_S: Final = 30.0
_PASSED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
_NETWORK_PATHS: Final = ("//", "\\\\")


class ImageDecoder:
    """Decodes images one at a time in a subprocess, which is killed when one takes too long.

    Args:
        environ: The program's environment; the process gets a small part of it, without keys.
        longest_s: Time limit for one image, in seconds.
    """

    def __init__(self, environ: Mapping[str, str] | None = None, *, longest_s: float = _LONGEST_S) -> None:
        environ = os.environ if environ is None else environ
        self._environ = {name: environ[name] for name in _PASSED if name in environ}
        self._longest_s = longest_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    @cached_property
    def _library(self) -> str | None:
        """The folder that contains Pillow, which is not imported here."""
        spec = importlib.util.find_spec(_LIBRARY)
        if spec is None or not spec.submodule_search_locations:
            return None
        return str(Path(next(iter(spec.submodule_search_locations))).parent)

    @property
    def available(self) -> bool:
        """Whether Pillow is installed."""
        return self._library is not None

    @property
    def pid(self) -> int | None:
        """Process id while the process is running."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def picture(
        self, data: str | FileReference, width: int, height: int, *, grow: bool = False
    ) -> Picture | None:
        """Fit an image into a box, in pixels; None if it cannot be decoded within the limits.

        Args:
            data: Base64, or a reference to the file.
            width: At least 1.
            height: At least 1.
            grow: Enlarge a small image by a whole factor.
        """
        head: dict[str, object] = {"library": self._library, "width": width, "height": height, "grow": grow}
        head["seconds"] = ceil(self._longest_s)
        body = b""
        if isinstance(data, FileReference):
            if data.path.startswith(_NETWORK_PATHS):
                return None
            head |= {"file": data.path, "sha256": data.sha256}
        else:
            body = data.encode("ascii", "replace")
        head["bytes"] = len(body)
        async with self._turn:
            return await self._asked(json.dumps(head).encode() + b"\n" + body)

    async def aclose(self) -> None:
        """Kill the process, if it is running."""
        self._stay()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _asked(self, request: bytes) -> Picture | None:
        if self._library is None:
            return None
        self._stay()
        try:
            async with asyncio.timeout(self._longest_s):
                found = await self._answer(await self._running(), request)
        except (OSError, ValueError, KeyError, TypeError, EOFError, TimeoutError):
            await self.aclose()
            return None
        except asyncio.CancelledError:
            await self.aclose()
            raise
        self._idle = asyncio.get_running_loop().call_later(_IDLE_S, self._let_go)
        return found

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(_CHILD),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        return self._process

    async def _answer(self, process: asyncio.subprocess.Process, request: bytes) -> Picture | None:
        if process.stdin is None or process.stdout is None:
            return None
        process.stdin.write(request)
        await process.stdin.drain()
        told = json.loads(await process.stdout.readline())
        if "error" in told:
            return None
        width, height = int(told["width"]), int(told["height"])
        return Picture(width, height, await process.stdout.readexactly(4 * width * height))

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _let_go(self) -> None:
        """End an idle process by closing its standard input."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

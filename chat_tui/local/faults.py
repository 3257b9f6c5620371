"""Problems of the embedded model: why it does not start, and what to do about it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from chat_tui.domain.problems import Problem

LIBRARY: Final = "xllamacpp"
_REQUIREMENT: Final = "xllamacpp>=2026.9,<2027"
_ILLEGAL_INSTRUCTION: Final = (-4, 0xC000001D)
_OTHER_PROVIDER: Final = "Use another provider, for example a model server of your own."
_SYSTEM_LIBRARIES: Final = {
    "libgomp": "Install libgomp: apt install libgomp1 (Debian, Ubuntu) or dnf install libgomp (Fedora).",
    "libstdc++": "Install libstdc++: apt install libstdc++6 (Debian, Ubuntu) or dnf install libstdc++ (Fedora).",
    "GLIBC": "The system's C library is too old for it. " + _OTHER_PROVIDER,
    "ld-musl": "The library is built for glibc, not for musl. " + _OTHER_PROVIDER,
    "libc.musl": "The library is built for glibc, not for musl. " + _OTHER_PROVIDER,
}


def library_folder() -> str | None:
    """Return where the inference library is installed, without importing it; None if it is not."""
    spec = importlib.util.find_spec(LIBRARY)
    if spec is None or not spec.submodule_search_locations:
        return None
    return str(Path(next(iter(spec.submodule_search_locations))).parent)


def no_library() -> Problem:
    """Return the problem of a missing inference library; names platforms without a build."""
    import platform
    import sysconfig

    machine = platform.machine().lower()
    musl = "musl" in str(sysconfig.get_config_var("SOABI") or "")
    why, hint = "", f'Install it: {sys.executable or "python3"} -m pip install "{_REQUIREMENT}"'
    if musl:
        why, hint = "there is no build of it for musl systems such as Alpine", _OTHER_PROVIDER
    elif sys.platform == "win32" and machine == "arm64":
        why, hint = "there is no build of it for Windows on ARM", _OTHER_PROVIDER
    what = f"The embedded model's library, {LIBRARY}, is not installed"
    return Problem(kind="local", what=what, why=why, hint=hint)


def no_model() -> Problem:
    """Return the problem of a missing model file."""
    return Problem(
        kind="local",
        what="The embedded model's file is not on this machine yet",
        hint="Fetch it (93 MB, once): chat-tui local fetch.",
    )


def import_failed(reason: str) -> Problem:
    """Return the problem of a library that is installed but cannot be loaded; ``reason`` is the import error's text."""
    hint = next((advice for sign, advice in _SYSTEM_LIBRARIES.items() if sign in reason), "")
    if not hint:
        hint = f'Install it again: {sys.executable or "python3"} -m pip install --force-reinstall "{_REQUIREMENT}"'
    return Problem(
        kind="local", what=f"The embedded model's library, {LIBRARY}, cannot be loaded", why=reason, hint=hint
    )


def load_failed(model: Path, log: Path, reason: str) -> Problem:
    """Return the problem of a model that the library rejects; the log's first error says more than the exception."""
    return Problem(
        kind="local",
        what=f"The model {model} cannot be loaded",
        why=first_error(log) or reason,
        hint=f"Details: {log}.",
    )


def too_slow(model: Path, log: Path, limit_s: float) -> Problem:
    """Return the problem of a model that was not ready in time."""
    return Problem(
        kind="local",
        what=f"The model {model} was not ready after {limit_s:.0f} s",
        hint=f"The machine may be too busy or short of memory; try again. Details: {log}.",
    )


def ended(returncode: int, log: Path, *, while_answering: bool = False) -> Problem:
    """Return the problem of a terminated server process. A negative ``returncode`` is the signal."""
    when = "while in use" if while_answering else "while starting"
    if returncode in _ILLEGAL_INSTRUCTION:
        why = "the processor lacks instructions that the library requires (AVX2, FMA, BMI2, F16C on x86-64)"
        hint = _OTHER_PROVIDER
    elif returncode == -9:
        why = "it was killed, perhaps because memory ran out"
        hint = f"The next request starts it again. Details: {log}."
    else:
        cause = f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
        why = first_error(log) or cause
        hint = f"The next request starts it again. Details: {log}."
    return Problem(kind="local", what=f"The embedded model's process ended {when}", why=why, hint=hint)


def not_computed(answer: Problem) -> Problem:
    """Return the problem of a request that the server answered with a fault (500), with the server's own reason."""
    hint = "Sending it again would fail again: change the request, or use another provider."
    return replace(answer, what="The embedded model cannot process this request (500)", hint=hint)


def not_spawned(error: OSError) -> Problem:
    """Return the problem of a process that the system refused to start."""
    why = error.strerror or str(error)
    return Problem(kind="local", what="The embedded model's process could not be started", why=why)


def first_error(log: Path) -> str:
    """Return the text of the log's first error line; empty if there is none."""
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                _, mark, words = line.partition(" E ")
                if mark:
                    return " ".join(words.split())
    except OSError:
        return ""
    return ""

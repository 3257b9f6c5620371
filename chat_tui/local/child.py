"""The embedded model's server subprocess: loads a GGUF file and serves it on 127.0.0.1.

Self-contained on purpose (the standard library and xllamacpp): it is run by path with ``python -I`` and never
imported by the program. One JSON line on standard input configures it; JSON lines on standard output report
``loading``, then ``ready`` with the address, or ``failed`` with the step (``import`` or ``start``) and the reason. It
exits when standard input closes, so it never outlives the program, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

Config: TypeAlias = dict[str, Any]


def main() -> None:
    """Serve until standard input closes."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    config: Config = json.loads(line)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _silence(config["log"])
    _die_with_standard_input()
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(5)

    def tell(**members: object) -> None:
        print(json.dumps(members), file=answers, flush=True)

    server = _serve(config, tell)
    if server is not None:
        threading.Event().wait()


def _silence(log: str) -> None:
    """Redirect standard output and error, also of C++ code, to a private log file of this process."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(log)  # noqa: PTH108 - a fresh file: an earlier process may still write to the old one
        target = os.open(log, flags, 0o600)
    except OSError:
        target = os.open(os.devnull, os.O_WRONLY)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)


def _die_with_standard_input() -> None:
    """Exit as soon as the other end of standard input is closed; nothing more is ever written to it.

    The thread works everywhere, but is blocked while the library holds the interpreter lock, as loading a model does.
    Where the system can signal an event on a file (SIGIO terminates by default), the signal ends the process at once.
    """

    def wait_for_end() -> None:
        while os.read(0, 4096):
            pass
        os._exit(0)

    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError, ValueError):
            signal.signal(signal.SIGIO, signal.SIG_DFL)
            fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
            fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    threading.Thread(target=wait_for_end, daemon=True).start()


def _serve(config: Config, tell: Callable[..., None]) -> Any:
    """Return the running server, or None after reporting its failure."""
    tell(state="loading")
    os.environ["OMP_WAIT_POLICY"] = "passive"  # read once, at import; spinning threads starve a busy machine
    sys.path.append(config["library"])
    try:
        import xllamacpp
    except ImportError as error:
        tell(state="failed", step="import", reason=str(error))
        return None
    try:
        server = xllamacpp.Server(_parameters(xllamacpp, config))
    except Exception as error:  # noqa: BLE001 - any exception of the library is reported
        tell(state="failed", step="start", reason=str(error))
        return None
    tell(state="ready", url=server.listening_address)
    return server


def _parameters(xllamacpp: Any, config: Config) -> Any:
    """Return the library's parameters; members that this version lacks are skipped."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = config["model"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = config["threads"]
    wanted: Config = {
        "model_alias": {config["alias"]},
        "hostnames": ["127.0.0.1"],
        "port": 0,
        "api_keys": [config["key"]],
        "n_ctx": config["context"],
        "n_parallel": config["slots"],
        "kv_unified": True,
        "n_gpu_layers": 0,
        "cache_ram_mib": 0,
        "cache_idle_slots": False,
        "fit_params": False,
        "offline": True,
        "ui": False,
        "verbosity": 2,
    }
    if config["template"]:
        wanted["chat_template"] = config["template"]
    for name, value in wanted.items():
        if hasattr(parameters, name):
            setattr(parameters, name, value)
    return parameters


if __name__ == "__main__":
    main()

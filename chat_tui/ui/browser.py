"""An address given to the system's browser: no shell, nothing of the terminal, no keys."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Mapping
from typing import Final

from chat_tui.domain.links import refusal
from chat_tui.domain.problems import Problem, ProblemError

_PROGRAM: Final = "import sys, webbrowser; sys.exit(0 if webbrowser.open(sys.argv[1]) else 3)"
_WAIT_S: Final = 20.0
"""A browser that is still busy then has been reached."""


def open_address(address: str, environment: Mapping[str, str], *, secret: Collection[str] = ()) -> None:
    """Open an address in the user's browser, where such a one may be opened at all.

    Args:
        address: Shown to the user whole before.
        environment: Of this process.
        secret: Names of variables that the browser does not get.

    Raises:
        ProblemError: The address is none that is opened, or no browser could be started.
    """
    reason = refusal(address)
    if reason:
        raise ProblemError(Problem(kind="usage", what=f"{address} is not opened", why=reason))
    start_browser(address, environment, secret=secret)


def start_browser(address: str, environment: Mapping[str, str], *, secret: Collection[str] = ()) -> None:
    """Open an address of our own making, as ``webbrowser`` finds a browser, in a process that has no terminal.

    Args:
        address: Other users of this machine can read it while the browser runs.
        environment: Of this process.
        secret: Names of variables that the browser does not get.

    Raises:
        ProblemError: No browser could be started.
    """
    words = [sys.executable, "-I", "-c", _PROGRAM, address]
    kept = {name: value for name, value in environment.items() if name not in secret}
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter; the address is one argument
            words,
            env=kept,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            timeout=_WAIT_S,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return
    except OSError as error:
        raise ProblemError(_no_browser(error.strerror or "")) from None
    if done.returncode != 0:
        raise ProblemError(_no_browser("none is found on this machine"))


def _no_browser(why: str) -> Problem:
    return Problem(
        kind="usage",
        what="No browser could be started",
        why=why,
        hint="BROWSER names one; y in the question copies the address.",
    )

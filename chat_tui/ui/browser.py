"""Opens URLs in the system's browser: without a shell, without the terminal, without keys in the environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection, Mapping
from typing import Final

from chat_tui.domain.links import refusal
from chat_tui.domain.problems import Problem, ProblemError

_PROGRAM: Final = "import sys, webbrowser; sys.exit(0 if webbrowser.open(sys.argv[1]) else 3)"
_WAIT_S: Final = 20.0
"""If the browser process still runs after this time, it counts as started."""


def open_address(address: str, environment: Mapping[str, str], *, secret: Collection[str] = ()) -> None:
    """Open a URL in the user's browser, if URLs of its kind may be opened.

    Args:
        address: The URL, which has been shown to the user in full.
        environment: The environment of this process.
        secret: Names of environment variables that the browser must not inherit.

    Raises:
        ProblemError: The URL may not be opened, or no browser could be started.
    """
    reason = refusal(address)
    if reason:
        raise ProblemError(Problem(kind="usage", what=f"{address} was not opened", why=reason))
    start_browser(address, environment, secret=secret)


def start_browser(address: str, environment: Mapping[str, str], *, secret: Collection[str] = ()) -> None:
    """Open a URL built by chat-tui, with the browser ``webbrowser`` finds, in a process without a terminal.

    Args:
        address: The URL; other users of this machine can read it while the browser process runs.
        environment: The environment of this process.
        secret: Names of environment variables that the browser must not inherit.

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
        raise ProblemError(_no_browser("no browser was found on this machine"))


def _no_browser(why: str) -> Problem:
    return Problem(
        kind="usage",
        what="No browser could be started",
        why=why,
        hint="Set BROWSER to a browser's command, or press y in the dialog to copy the URL.",
    )

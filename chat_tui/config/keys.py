"""Find a provider's key: in an environment variable, from a command, or in the keyring, in that order."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.problems import Problem, ProblemError

COMMAND_TIMEOUT_S: Final = 10.0
_SERVICE: Final = "chat-tui"


class Key(Struct, frozen=True):
    """A key and its source; its repr does not contain the key."""

    value: str
    source: str

    def __repr__(self) -> str:
        return f"Key(*** from {self.source})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Hide the key from rich, which reads a struct's members instead of its repr."""
        return [("source", self.source)]


def find_key(provider: Provider, env: Mapping[str, str]) -> Key | None:
    """Return the provider's key; None if there is none.

    Raises:
        ProblemError: The command failed, or the key contains invalid characters.
    """
    return key_in_variable(provider.key_env, env) or _key_of_command(provider) or key_in_ring(provider)


def key_in_variable(name: str, env: Mapping[str, str]) -> Key | None:
    """Return the key in an environment variable, stripped; None if it is unset or empty.

    Raises:
        ProblemError: The key contains invalid characters.
    """
    value = env.get(name, "").strip() if name else ""
    return _sound(Key(value, f"environment variable {name}")) if value else None


def has_key(provider: Provider, env: Mapping[str, str]) -> bool:
    """Return whether a variable or a command for the key is set; does not run the command or open the keyring."""
    return bool((provider.key_env and env.get(provider.key_env, "").strip()) or provider.key_cmd)


def takes_time(provider: Provider, env: Mapping[str, str]) -> bool:
    """Return whether ``find_key`` would run a command or open the keyring."""
    if provider.key_env and env.get(provider.key_env, "").strip():
        return False
    return bool(provider.key_cmd) or (provider.key_required and _has_keyring())


def _has_keyring() -> bool:
    from importlib.util import find_spec

    return find_spec("keyring") is not None


def _sound(key: Key) -> Key:
    for place, character in enumerate(key.value, 1):
        if not "!" <= character <= "~":
            what = f"The API key from {key.source} contains U+{ord(character):04X} at character {place}"
            raise ProblemError(
                Problem(
                    kind="key",
                    what=what,
                    hint="An API key has only printable ASCII characters and no spaces; set it again.",
                )
            )
    return key


def _key_of_command(provider: Provider) -> Key | None:
    if not provider.key_cmd:
        return None
    value = _printed(provider.key_cmd, f"api_key_cmd of {provider.id}").strip()
    if not value:
        raise _failed(f"api_key_cmd of {provider.id}", "it printed nothing")
    return _sound(Key(value, f"api_key_cmd of {provider.id}"))


def _printed(command: str, called: str) -> str:
    """Return the output of a command, run without shell and input, limited to 10 seconds; stderr is discarded."""
    import shlex
    import subprocess

    try:
        words = shlex.split(command)
        process = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _failed(called, f"it cannot be run ({reason})") from None
    with process:
        try:
            printed, _ = process.communicate(timeout=COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            _end(process.pid)
            process.kill()
            if process.stdout is not None:
                process.stdout.close()
            raise _failed(called, f"it did not finish within {COMMAND_TIMEOUT_S:g} s") from None
    if process.returncode != 0:
        raise _failed(called, f"it failed with exit code {process.returncode}")
    return printed.decode("utf-8", "replace")


def _end(group: int) -> None:
    """Kill a command and all its child processes."""
    if os.name == "posix":
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return


def _failed(called: str, why: str) -> ProblemError:
    return ProblemError(
        Problem(kind="key", what=f"No API key from {called}", why=why, hint="Run it in a shell to see why.")
    )


def key_in_ring(provider: Provider) -> Key | None:
    """Return the provider's key from the keyring, if the library is installed and the keyring is unlocked."""
    if not provider.key_required:
        return None
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        value = keyring.get_password(_SERVICE, provider.id)
    except (KeyringError, RuntimeError, OSError):
        return None
    return _sound(Key(value.strip(), f"keyring entry {_SERVICE}/{provider.id}")) if value else None

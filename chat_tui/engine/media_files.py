"""Saves audio and images of replies to files, and plays or opens them with the system's programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.reply_media import Medium
from chat_tui.engine.written_files import is_taken, write_text

PLAYERS: Final = (
    ("aplay", ("-q",), ("wav",)),
    ("pw-play", (), ("wav", "flac")),
    ("paplay", (), ("wav", "flac", "opus")),
    ("afplay", (), ("wav", "mp3", "aac", "flac")),
    ("ffplay", ("-nodisp", "-autoexit", "-loglevel", "quiet"), ("wav", "mp3", "aac", "flac", "opus")),
    ("mpv", ("--no-config", "--no-video", "--really-quiet"), ("wav", "mp3", "aac", "flac", "opus")),
    ("play", ("-q",), ("wav", "mp3", "flac")),
)
"""Program, its options, and the file types it plays."""
OPENERS: Final = ("xdg-open", "open")
_MOST_NAMES: Final = 1000
_PASSED: Final = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
)
_PASSED_PREFIXES: Final = ("XDG_", "PULSE_", "PIPEWIRE_", "ALSA_", "LC_")


def file_names(stem: str, media: Sequence[Medium]) -> list[str]:
    """Return the file names for a stem: ``reply.png``, or ``reply-1.png``, ``reply-2.wav`` and so on.

    For a single file, a stem that already has the suffix is used unchanged.
    """
    if len(media) == 1:
        suffix = f".{media[0].suffix}"
        return [stem if stem.lower().endswith(suffix) else stem + suffix]
    return [f"{stem}-{number}.{medium.suffix}" for number, medium in enumerate(media, 1)]


def save_media(stem: str, media: Sequence[Medium]) -> list[Path]:
    """Write each medium to its own file, readable by this user alone (0600); nothing is overwritten.

    Raises:
        ProblemError: A name is taken (nothing was written), or a file cannot be written.
    """
    names = file_names(stem, media)
    if taken := next((name for name in names if is_taken(name)), ""):
        raise ProblemError(Problem(kind="usage", what=f"{taken} already exists", hint="Choose another name."))
    return [write_text(name, medium.data).absolute() for name, medium in zip(names, media, strict=True)]


def save_beside(stem: str, media: Sequence[Medium]) -> list[Path]:
    """Like ``save_media``, but choose a free name without asking: ``reply-2.wav`` if ``reply.wav`` is taken.

    Raises:
        ProblemError: A file cannot be written.
    """
    bare = stem.removesuffix(f".{media[0].suffix}") if len(media) == 1 else stem
    free = next(
        (name for name in (bare, *(f"{bare}-{number}" for number in range(2, _MOST_NAMES))) if not _taken(name, media)),
        bare,
    )
    return save_media(free, media)


def _taken(stem: str, media: Sequence[Medium]) -> bool:
    return any(map(is_taken, file_names(stem, media)))


def player_for(suffix: str) -> tuple[str, ...]:
    """Return an installed player for a file type, with its options; empty if there is none."""
    for name, options, played in PLAYERS:
        program = shutil.which(name) if suffix in played else None
        if program is not None:
            return (program, *options)
    return ()


def opener() -> tuple[str, ...]:
    """Return the system's command for opening files; empty if there is none."""
    program = next((found for name in OPENERS if (found := shutil.which(name))), None)
    return (program,) if program is not None else ()


def given_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables passed to a player or opener; keys are not among them."""
    return {name: value for name, value in environment.items() if name in _PASSED or name.startswith(_PASSED_PREFIXES)}


async def run_on_file(command: Sequence[str], file: Path) -> None:
    """Run a program on a file, without a shell, and wait until it exits; cancelling terminates it.

    Args:
        command: The program and its options.
        file: An absolute path, so that the name cannot be parsed as an option.

    Raises:
        ProblemError: The program cannot be started, or its exit code is not 0.
    """
    nothing = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            str(file),
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            env=given_environment(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        why = error.strerror or str(error)
        raise ProblemError(Problem(kind="usage", what=f"Cannot start {command[0]}", why=why)) from None
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        if process.returncode is None:
            process.terminate()
        raise
    if code:
        raise ProblemError(Problem(kind="usage", what=f"{Path(command[0]).name} failed with exit code {code}"))


async def play(medium: Medium) -> None:
    """Play audio from a temporary file; cancelling stops it.

    Raises:
        ProblemError: There is no player for this type, or it failed.
    """
    command = player_for(medium.suffix)
    if not command:
        names = ", ".join(name for name, _, played in PLAYERS if medium.suffix in played)
        hint = (
            f"Looked for {names} in PATH. You can save the audio to a file instead."
            if names
            else "You can save the audio to a file instead."
        )
        raise ProblemError(Problem(kind="usage", what=f"No player for {medium.suffix} found", hint=hint))
    folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="chat-tui-")
    try:
        file = await asyncio.to_thread(write_text, str(Path(folder) / f"reply.{medium.suffix}"), medium.data)
        await run_on_file(command, file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

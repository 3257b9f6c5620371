"""The standard streams made fit for use before anything is read from or written to them."""

from __future__ import annotations

import os
import sys
from typing import TextIO, cast


def open_missing() -> None:
    """Put the null device in the place of every standard stream that was closed when the process began.

    Python leaves such a stream as ``None``; what is written there is to be lost, and what is read there is empty.
    """
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)  # takes the lowest free number, which is the stream's own
            setattr(sys, name, cast("TextIO", os.fdopen(descriptor, mode, encoding="utf-8", errors="replace")))


def abandon(stream: TextIO) -> None:
    """Lead a stream that cannot be written any more to the null device, so that nothing fails again at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)

"""Makes the standard streams usable: replaces closed ones, and abandons broken ones."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def open_missing() -> None:
    """Open the null device for every standard stream that was closed when the process started.

    Python sets such a stream to ``None``; with this, output to it is discarded and input from it is empty.
    """
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_WRONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)  # takes the lowest free number, which is the stream's own
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", errors="replace"))


def abandon(stream: TextIO) -> None:
    """Redirect a broken stream to the null device, so that flushing it at exit does not fail again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)

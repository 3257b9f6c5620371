"""What there is of the embedded model on this machine, as a value."""

from __future__ import annotations

from msgspec import Struct


class LocalStatus(Struct, frozen=True, kw_only=True):
    """What is there of the embedded model."""

    runtime: bool
    """The inference library is installed."""
    model_path: str | None
    """The GGUF file that will be used; None while there is none."""
    model_name: str
    own_file: bool
    """The file is the user's, by config or environment."""
    problem: str = ""
    """Why it cannot run here, and what to do, in a sentence; empty when it can."""

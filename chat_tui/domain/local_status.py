"""Status of the embedded model on this machine."""

from __future__ import annotations

from msgspec import Struct


class LocalStatus(Struct, frozen=True, kw_only=True):
    """What is installed for the embedded model."""

    runtime: bool
    """Whether the inference library is installed."""
    model_path: str | None
    """The GGUF file to use; None if there is none."""
    model_name: str
    own_file: bool
    """Whether the user chose the file, in the configuration or environment."""
    problem: str = ""
    """Why it cannot run here and what to do, as a sentence; empty if it can."""

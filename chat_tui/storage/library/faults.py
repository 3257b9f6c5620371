"""Why the index on disk cannot be used at all, or not now."""

from __future__ import annotations


class UnusableError(Exception):
    """There can be no index on disk; the text says why."""


class BusyError(Exception):
    """Another program has been writing to the index for long."""

"""Exceptions for an index on disk that is unusable or busy."""

from __future__ import annotations


class UnusableError(Exception):
    """No index can be stored on disk; the text gives the reason."""


class BusyError(Exception):
    """Another program has held the index locked for too long."""

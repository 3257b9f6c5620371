"""Fixtures of the command-line tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.server import ScriptedServer, stream, threaded


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing configured and everything under a temporary folder."""
    return environment(tmp_path)


@pytest.fixture
def hello() -> Iterator[ScriptedServer]:
    """A server that says ``Hello`` in two pieces."""
    with threaded(stream("Hel", "lo")) as server:
        yield server

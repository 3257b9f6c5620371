"""How the tests are shared out among processes."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The embedded model computes on one thread: whatever runs it stays in one process, and nothing waits twice."""
    for item in items:
        if item.get_closest_marker("local") is not None:
            item.add_marker(pytest.mark.xdist_group("local"))

"""Distributes the tests among processes, and configures generated examples."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", print_blob=True)
settings.load_profile("repeatable")  # a run that fails fails again; --hypothesis-profile=explore looks for new examples


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The embedded model computes on one thread: whatever runs it stays in one process, and nothing waits twice."""
    for item in items:
        if item.get_closest_marker("local") is not None:
            item.add_marker(pytest.mark.xdist_group("local"))

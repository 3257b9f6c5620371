"""Fixtures for the embedded model."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from chat_tui.local.model_file import ModelPackage
from tests.support.local_model import real_model_file
from tests.support.wheels import write_wheel

CONTENT = b"GGUF" + bytes(range(256)) * 2000


@pytest.fixture(scope="session")
def model_file() -> Path:
    return real_model_file()


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder that serves as a package index, with one small package in it."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "tiny-model", "1.0", {"tiny_model/tiny.gguf": CONTENT, "tiny_model/__init__.py": b"1 / 0\n"})
    return folder


@pytest.fixture
def package(wheels: Path) -> ModelPackage:
    wheel = next(wheels.iterdir())
    return ModelPackage(
        requirement="tiny-model==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        wheel_bytes=wheel.stat().st_size,
        folder="tiny_model",
        file_name="tiny.gguf",
        file_sha256=hashlib.sha256(CONTENT).hexdigest(),
        file_bytes=len(CONTENT),
        edges_sha256=hashlib.sha256(CONTENT[:65536] + CONTENT[-65536:]).hexdigest(),
        model_name="tiny",
    )

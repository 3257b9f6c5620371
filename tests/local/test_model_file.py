"""Finding and identifying the model file."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from chat_tui.domain.problems import ProblemError
from chat_tui.local import faults
from chat_tui.local.fetch import by_hand
from chat_tui.local.model import EmbeddedModel
from chat_tui.local.model_file import ModelFile, ModelPackage, find_model, models_folder, verify
from tests.local.conftest import CONTENT


def place(path: Path, content: bytes = CONTENT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def find(data_dir: Path, package: ModelPackage, gguf: str | None = None, **environ: str) -> ModelFile | None:
    return find_model(data_dir, gguf, environ=environ, package=package)


def test_nothing_there_is_nothing_found(tmp_path: Path, package: ModelPackage) -> None:
    assert find(tmp_path, package) is None


def test_the_environment_wins_over_the_config_and_that_over_the_fetched_file(
    tmp_path: Path, package: ModelPackage
) -> None:
    fetched = place(models_folder(tmp_path) / "tiny.gguf")
    configured, by_variable = place(tmp_path / "b.gguf", b"b"), place(tmp_path / "c.gguf", b"c")
    found = find(tmp_path, package)
    assert found == ModelFile(path=fetched, name="tiny", own=False, shipped=True, fetched=True)
    found = find(tmp_path, package, str(configured))
    assert found == ModelFile(path=configured, name="b", own=True, shipped=False, fetched=False)
    found = find(tmp_path, package, str(configured), CHAT_TUI_GGUF=str(by_variable))
    assert found is not None
    assert found.path == by_variable


def test_the_users_copy_of_the_shipped_model_is_known_as_such(tmp_path: Path, package: ModelPackage) -> None:
    found = find(tmp_path, package, str(place(tmp_path / "copy.gguf")))
    assert found is not None
    assert (found.own, found.shipped, found.fetched, found.name) == (True, True, False, "tiny")


def test_a_file_of_the_same_size_is_not_taken_for_the_shipped_model(tmp_path: Path, package: ModelPackage) -> None:
    found = find(tmp_path, package, str(place(tmp_path / "other.gguf", b"x" * len(CONTENT))))
    assert found is not None
    assert not found.shipped


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_missing_file_the_user_named_is_a_problem_not_a_reason_to_take_another(
    tmp_path: Path, package: ModelPackage, by_variable: bool
) -> None:
    place(models_folder(tmp_path) / "tiny.gguf")
    missing = str(tmp_path / "gone.gguf")
    with pytest.raises(ProblemError, match=r"gone\.gguf does not exist.*set by") as caught:
        find(tmp_path, package, None if by_variable else missing, **({"CHAT_TUI_GGUF": missing} if by_variable else {}))
    assert ("CHAT_TUI_GGUF" in str(caught.value)) is by_variable


def test_a_home_folder_is_written_short(tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    place(tmp_path / "mine.gguf")
    found = find(tmp_path, package, "~/mine.gguf")
    assert found is not None
    assert found.path == tmp_path / "mine.gguf"


def test_an_installed_package_is_found_without_importing_it(
    tmp_path: Path, package: ModelPackage, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile

    site = tmp_path / "site"
    with zipfile.ZipFile(next(wheels.iterdir())) as wheel:
        wheel.extractall(site)
    monkeypatch.syspath_prepend(str(site))
    found = find(tmp_path, package)
    assert found == ModelFile(path=site / "tiny_model/tiny.gguf", name="tiny", own=False, shipped=True, fetched=False)
    assert "tiny_model" not in sys.modules


def test_the_command_by_hand_names_a_folder_where_the_file_is_found(tmp_path: Path, package: ModelPackage) -> None:
    assert str(models_folder(tmp_path)) in by_hand(tmp_path, package)
    placed = place(models_folder(tmp_path) / "tiny_model" / "tiny.gguf")
    found = find(tmp_path, package)
    assert found is not None
    assert found.path == placed
    assert found.fetched


def test_a_whole_file_is_hashed_once(tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place(tmp_path / "tiny.gguf")
    verify(path, package.file_sha256)
    assert stat.S_IMODE((tmp_path / "tiny.gguf.sha256").stat().st_mode) == 0o600
    monkeypatch.setattr("hashlib.file_digest", lambda *_: pytest.fail("hashed again"))
    verify(path, package.file_sha256)


def test_a_changed_file_is_hashed_again_and_refused(tmp_path: Path, package: ModelPackage) -> None:
    path = place(tmp_path / "tiny.gguf")
    verify(path, package.file_sha256)
    place(path, CONTENT[:-1] + b"!")
    with pytest.raises(ProblemError, match=r"is damaged.*chat-tui local fetch"):
        verify(path, package.file_sha256)


def test_status_says_what_is_missing_in_a_sentence(tmp_path: Path, package: ModelPackage) -> None:
    status = EmbeddedModel(data_dir=tmp_path, environ={}, package=package).status()
    assert status.model_path is None
    assert not status.own_file
    assert "chat-tui local fetch" in status.problem


def test_status_of_a_wrongly_named_file_names_it(tmp_path: Path, package: ModelPackage) -> None:
    model = EmbeddedModel(data_dir=tmp_path, gguf=str(tmp_path / "gone.gguf"), environ={}, package=package)
    status = model.status()
    assert status.own_file
    assert status.model_path is None
    assert "gone.gguf" in status.problem


def test_status_of_a_file_that_is_there(tmp_path: Path, package: ModelPackage) -> None:
    path = place(models_folder(tmp_path) / "tiny.gguf")
    model = EmbeddedModel(data_dir=tmp_path, environ={}, package=package)
    status = model.status()
    assert (status.model_path, status.model_name, status.problem) == (str(path), "tiny", "")
    assert status.runtime


def test_status_without_the_library_says_how_to_install_it(
    tmp_path: Path, package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "LIBRARY", "a_library_nobody_has")
    status = EmbeddedModel(data_dir=tmp_path, environ={}, package=package).status()
    assert not status.runtime
    assert "pip install" in status.problem


@pytest.mark.parametrize(
    ("platform", "machine", "soabi", "says"),
    [
        ("linux", "x86_64", "cpython-311-x86_64-linux-musl", "musl"),
        ("win32", "ARM64", "", "Windows on ARM"),
        ("linux", "x86_64", "cpython-311-x86_64-linux-gnu", "pip install"),
    ],
)
def test_a_platform_without_a_build_is_told(
    platform: str, machine: str, soabi: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("sysconfig.get_config_var", lambda _: soabi)
    assert says in faults.no_library().sentence()

"""Attaching the files and addresses that a user names."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from chat_tui.domain.attachments import address_attachment, file_attachment
from chat_tui.domain.json_values import value_at
from chat_tui.domain.model_card import ModelCard
from chat_tui.domain.problems import ProblemError
from chat_tui.engine import attaching
from chat_tui.engine.attaching import (
    attach,
    attach_pasted,
    file_names,
    modality_notes,
    name_and_detail,
    pasted_names,
)
from chat_tui.engine.services import Services
from chat_tui.engine.unkept import NoModelLists
from tests.support.fakes import services, workbench
from tests.support.media_files import PDF, png, wav


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds one file of each kind, and is the current and the home folder."""
    for name, data in {"a.png": png(), "b c.wav": wav(), "d.pdf": PDF, "e.txt": b"text", ".hidden.png": png()}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "form", ["a.png", "./a.png", "~/a.png", "{}/a.png", "file://{}/a.png", "FILE://localhost{}/a.png"]
)
def test_a_file_is_found_however_it_is_named(folder: Path, form: str) -> None:
    found = attach(form.format(folder))
    assert (found.name, found.modality, found.size) == ("a.png", "image", len(png()))


def test_blanks_in_an_address_of_a_file_are_read(folder: Path) -> None:
    assert attach(f"file://{folder}/b%20c.wav").modality == "audio"


def test_an_image_address_is_not_looked_up() -> None:
    found = attach("https://no-such-host.invalid/a.png")
    assert value_at(found.part, ("image_url", "url")) == "https://no-such-host.invalid/a.png"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.png", "Cannot read gone.png: No such file"),
        ("inner", "inner is a folder"),
        ("pipe", "pipe is not a regular file"),
        ("/dev/null", "/dev/null is not a regular file"),
        ("a.png\0", "Cannot read a.png\0: embedded null byte"),
        ("x" * 300, "Cannot read"),
        (
            f"data:image/png;base64,{'A' * 10_000}",
            f"Cannot read data:image/png;base64,{'A' * 233}…: File name too long",
        ),
        ("~nobody-here-1/a.png", "Cannot read"),
        ("file://elsewhere/a.png", "another machine"),
        ("a.png/b", "Cannot read a.png/b: Not a directory"),
        ("", "is a folder"),
        ("\udcff.png", "Cannot read"),
    ],
)
def test_what_cannot_be_read_is_told(folder: Path, name: str, words: str) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(ProblemError, match=words):
        attach(name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_the_right_to_read_it_is_told(folder: Path) -> None:
    (folder / "a.png").chmod(0)
    with pytest.raises(ProblemError, match="Permission denied"):
        attach("a.png")


def test_a_file_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST_BYTES", 1000)
    (folder / "large.png").write_bytes(png() + bytes(1000))
    with pytest.raises(ProblemError, match=r"too large: 1\.1 KB; the limit is 1\.0 KB"):
        attach("large.png")


def test_no_handle_is_left_open(folder: Path) -> None:
    lowest = os.dup(0)
    os.close(lowest)
    for name in ("a.png", "inner", "/dev/null", "e.txt"):
        with contextlib.suppress(ProblemError):
            attach(name)
    again = os.dup(0)
    os.close(again)
    assert (again, folder.exists()) == (lowest, True)


@pytest.mark.parametrize(
    ("words", "name", "detail"),
    [
        ("a.png", "a.png", ""),
        ("a.png low", "a.png", "low"),
        ("b c.wav", "b c.wav", ""),
        ('"b c.wav" high', "b c.wav", "high"),
        ("'b c.wav'", "b c.wav", ""),
        ("low", "low", ""),
        ("a b", "a b", ""),
    ],
)
def test_a_detail_may_follow_the_name(words: str, name: str, detail: str) -> None:
    assert name_and_detail(words) == (name, detail)


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("{}/a.png", ["a.png"]),
        ("'{}/a.png'", ["a.png"]),
        ('"{}/b c.wav"', ["b c.wav"]),
        ("{}/b c.wav", ["b c.wav"]),
        ("{}/b\\ c.wav", ["b c.wav"]),
        ("file://{}/b%20c.wav\n", ["b c.wav"]),
        ("{0}/a.png {0}/d.pdf", ["a.png", "d.pdf"]),
        ("'{0}/a.png' '{0}/b c.wav'\n", ["a.png", "b c.wav"]),
        ("file://{0}/a.png\r\nfile://{0}/d.pdf\r\n", ["a.png", "d.pdf"]),
        ("~/a.png", ["a.png"]),
        ("{}/e.txt", []),
        ("{}/inner", []),
        ("{}/gone.png", []),
        ("{0}/a.png {0}/gone.png", []),
        ("look at {}/a.png", []),
        ("a.png", []),
        ("'{}/a.png", []),
        ("", []),
        ("https://x.org/a.png", []),
    ],
)
def test_a_paste_that_is_nothing_but_files_is_known(folder: Path, form: str, found: list[str]) -> None:
    assert [each.name for each in attach_pasted(form.format(folder))] == found


def test_a_long_paste_is_no_list_of_files() -> None:
    assert pasted_names("/a " * 5000) == ()
    assert pasted_names("/a " * 17) == ()


def test_file_names_go_on_from_what_is_typed(folder: Path) -> None:
    assert file_names("") == ["a.png", "b c.wav", "d.pdf", "e.txt", "inner/"]
    assert file_names("A") == ["a.png"]
    assert file_names(".") == [".hidden.png"]
    assert file_names("~/d") == ["~/d.pdf"]
    assert file_names(f"{folder}/in") == [f"{folder}/inner/"]
    assert file_names("gone/") == ()
    assert file_names("\0/") == ()
    assert len(file_names("", most=2)) == 2


class OneCard(NoModelLists):
    """A list with one model."""

    def __init__(self, inputs: Sequence[str]) -> None:
        self._inputs = tuple(inputs)

    def card(self, base_url: str, model: str) -> ModelCard | None:
        return ModelCard(id=model, inputs=self._inputs)


def taking(*inputs: str) -> Services:
    """Services of which the catalogue says that their models take this."""
    given = services()
    return replace(given, providers={name: replace(each, inputs=inputs) for name, each in given.providers.items()})


@pytest.mark.parametrize(
    ("inputs", "kinds"),
    [
        ((), []),
        (("text",), ["image", "audio", "file"]),
        (("text", "image", "file"), ["audio"]),
        (("text", "image", "audio", "file"), []),
    ],
)
def test_what_a_model_does_not_take_is_told_as_far_as_its_list_tells(
    folder: Path, inputs: Sequence[str], kinds: list[str]
) -> None:
    given = replace(taking(), model_lists=OneCard(inputs))
    attached = [attach(name) for name in ("a.png", "b c.wav", "d.pdf", "e.txt", "a.png")]
    notes = modality_notes(given, workbench(given).settings, attached)
    assert [next(kind for kind in ("image", "audio", "file") if f"not {kind}" in note) for note in notes] == kinds
    assert folder.exists()


def test_what_the_catalogue_knows_of_a_service_counts_where_no_list_tells() -> None:
    given = taking("text", "image")
    attached = [address_attachment("https://x.org/a.png"), file_attachment("a.pdf", PDF)]
    [note] = modality_notes(given, workbench(given).settings, attached)
    assert "accepts text, image, but not file, according to the catalogue" in note


def test_a_link_in_a_circle_hides_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.png").write_bytes(png())
    assert file_names("") == ["a.png", "circle", "inner/", "nowhere"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"b\ c.wav", ("b c.wav", "")),
        (r"'b c.wav'", ("b c.wav", "")),
        (r"in\ one\ \(1\).png low", ("in one (1).png", "low")),
        (r"back\slash.png", (r"back\slash.png", "")),
        (r"two\ words and three", (r"two\ words and three", "")),
        ("open\\", ("open\\", "")),
    ],
)
def test_a_name_is_taken_as_a_shell_would_unless_it_is_one_already(
    folder: Path, words: str, expected: tuple[str, str]
) -> None:
    (folder / "back\\slash.png").write_bytes(png())
    assert name_and_detail(words) == expected

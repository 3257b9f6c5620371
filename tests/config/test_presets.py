"""Tests of presets on disk: saving, loading by name and by path, and reporting unusable ones."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.config.paths import presets_dir
from chat_tui.config.presets import PresetFolder
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.preset import Preset
from chat_tui.domain.problems import ProblemError


def folder(tmp_path: Path) -> PresetFolder:
    return PresetFolder(tmp_path / "presets")


def put(tmp_path: Path, name: str, text: str | bytes) -> Path:
    file = tmp_path / "presets" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refusal(presets: PresetFolder, name: str) -> str:
    with pytest.raises(ProblemError) as caught:
        presets.load(name)
    return caught.value.problem.sentence()


NUMBERS = (
    st.integers() | st.integers(min_value=-(2**70), max_value=2**70) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.sampled_from(["a\r\nb\n", '"""', "\\", "'''", "\ufeff", "#"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
PARAMETERS = st.dictionaries(st.text().filter(lambda name: name not in ("model", "messages")), VALUES)


@given(PARAMETERS, st.none() | st.text(), st.text(), st.text())
def test_any_parameters_come_back_identical(
    tmp_path_factory: pytest.TempPathFactory, parameters: JsonObject, system: str | None, model: str, notes: str
) -> None:
    presets = PresetFolder(tmp_path_factory.mktemp("config"))
    preset = Preset(name="x", provider="p", model=model, system=system, parameters=parameters, notes=notes)
    place = presets.save(preset)
    loaded = presets.load("x")
    assert loaded.place == place
    assert json.dumps(loaded.parameters, sort_keys=True) == json.dumps(parameters, sort_keys=True)
    assert (loaded.provider, loaded.model, loaded.system, loaded.notes) == ("p", model, system, notes)


def test_a_file_is_toml_that_reads_well(tmp_path: Path) -> None:
    preset = Preset(
        name="rain haiku",
        provider="openai",
        model="gpt-4o",
        system="You answer\nin verse.",
        parameters={"temperature": 0.7, "stop": ["\n\n"], "response_format": {"type": "json_object"}},
    )
    file = Path(folder(tmp_path).save(preset))
    assert file == tmp_path / "presets" / "rain haiku.toml"
    text = file.read_text()
    assert text.startswith("# A chat-tui preset.")
    assert 'provider = "openai"\nmodel = "gpt-4o"\nsystem = """\nYou answer\nin verse."""\n' in text
    assert "[parameters]\ntemperature = 0.7\n" in text
    assert tomllib.loads(text)["parameters"]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize("value", [None, 2**63, [1, {"a": None}]])
def test_what_toml_has_no_form_for_is_written_as_json(tmp_path: Path, value: Json) -> None:
    presets = folder(tmp_path)
    assert presets.save(Preset(name="x", parameters={"v": value})).endswith("x.json")
    assert presets.load("x").parameters == {"v": value}


def test_a_preset_is_for_this_user_alone(tmp_path: Path) -> None:
    file = Path(folder(tmp_path).save(Preset(name="x")))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_taken_name_is_refused_unless_told_to_replace(tmp_path: Path) -> None:
    presets = folder(tmp_path)
    presets.save(Preset(name="x", parameters={"a": None}))
    with pytest.raises(ProblemError, match="A preset named x already exists"):
        presets.save(Preset(name="x", parameters={"a": 1}))
    presets.save(Preset(name="x", parameters={"a": 1}), overwrite=True)
    assert presets.load("x").parameters == {"a": 1}
    assert [file.name for file in (tmp_path / "presets").iterdir()] == ["x.toml"]


def test_names_are_listed_once_and_in_order(tmp_path: Path) -> None:
    presets = folder(tmp_path)
    assert presets.names() == []
    for name in ("b.toml", "A.json", "b.json", ".hidden.toml", "notes.txt", "c.toml~"):
        put(tmp_path, name, "")
    assert presets.names() == ["A", "b"]


def test_a_preset_is_read_by_path_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared.json").write_text('{"model": "m"}')
    monkeypatch.chdir(tmp_path)
    presets = folder(tmp_path)
    for name in (str(tmp_path / "shared.json"), "./shared.json", "shared.json"):
        assert presets.load(name).model == "m"
        assert presets.load(name).name == "shared"
    assert "There is no preset 'shared'" in refusal(presets, "shared")
    assert "no preset file" in refusal(presets, "other.toml")


def test_a_file_in_the_current_folder_is_not_read_by_a_bare_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.toml").write_text('model = "trap"')
    monkeypatch.chdir(tmp_path)
    assert "There is no preset 'x'" in refusal(folder(tmp_path), "x")


def test_a_missing_preset_is_told_with_those_there_are(tmp_path: Path) -> None:
    presets = folder(tmp_path)
    assert "/preset save NAME" in refusal(presets, "x")
    for number in range(10):
        put(tmp_path, f"p{number}.toml", "")
    assert "Presets: p0, p1, p2, p3, p4, p5, p6, p7 and 2 more." in refusal(presets, "x")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.toml", "model = \n", ["x.toml, line 1, column 9, is not valid TOML", "Invalid value"]),
        ("x.toml", "[parameters]\na = 1\na = 2\n", ["x.toml, line 3,", "Cannot overwrite a value"]),
        ("x.toml", 'model = "m', ["x.toml, line 1, column 11, is not valid TOML"]),
        ("x.toml", "[parameters]\nwhen = 2024-01-01\n", ["x.toml cannot be used", "date"]),
        ("x.toml", "[parameters]\na = inf\n", ["x.toml cannot be used", "JSON has no inf"]),
        ("x.toml", "temperature = 1\n", ["temperature is not a member of a preset"]),
        ("x.toml", "provider = 3\n", ["provider must be text"]),
        ("x.toml", b"model = '\xff'", ["not valid UTF-8 at byte 9"]),
        ("x.toml", "a = " + "[" * 5000, ["x.toml cannot be used", "nested too deeply"]),
        ("x.json", '{"model":\n "m",}', ["x.json, line 2, column", "is not valid JSON"]),
        ("x.json", '{"parameters": {"a": NaN}}', ["x.json cannot be used", "NaN is not valid JSON"]),
        ("x.json", "[" * 100_000, ["x.json cannot be used", "nested too deeply"]),
        ("x.json", "", ["x.json, line 1, column 1, is not valid JSON"]),
        ("x.json", '{"model": "m', ["x.json, line 1, column 11, is not valid JSON: Unterminated string. "]),
        ("x.json", "[]", ["must be an object"]),
        ("x.json", '{"parameters": {"a": ' + "9" * 5000 + "}}", ["x.json cannot be used"]),
    ],
)
def test_a_bad_file_is_named_with_place_and_reason(
    tmp_path: Path, name: str, text: str | bytes, words: list[str]
) -> None:
    put(tmp_path, name, text)
    sentence = refusal(folder(tmp_path), "x")
    assert all(word in sentence for word in words), sentence


def test_a_byte_order_mark_and_dos_lines_are_no_fault(tmp_path: Path) -> None:
    put(tmp_path, "x.toml", b"\xef\xbb\xbfmodel = 'm'\r\n[parameters]\r\nseed = 1\r\n")
    assert folder(tmp_path).load("x").parameters == {"seed": 1}


def test_a_huge_file_a_folder_and_a_pipe_are_refused_at_once(tmp_path: Path) -> None:
    presets = folder(tmp_path)
    put(tmp_path, "huge.toml", "#" * (5 << 20))
    (tmp_path / "presets" / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "presets" / "pipe.toml")
    assert "larger than 4 MiB" in refusal(presets, "huge")
    assert "not a regular file" in refusal(presets, "folder")
    assert "not a regular file" in refusal(presets, "pipe")


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "con", ".x", "x" * 300, "x\x00"])
def test_a_name_that_is_none_is_neither_written_nor_deleted(tmp_path: Path, name: str) -> None:
    presets = folder(tmp_path)
    with pytest.raises(ProblemError, match="cannot be named"):
        presets.save(Preset(name=name))
    with pytest.raises(ProblemError, match="no preset"):
        presets.delete(name)
    assert not (tmp_path / "presets").exists()


@pytest.mark.parametrize("name", ["x" * 300, "x\x00", "a\ud800"])
def test_a_strange_name_is_not_found_without_a_traceback(tmp_path: Path, name: str) -> None:
    refusal(folder(tmp_path), name)


def test_deleting_takes_every_file_of_the_name(tmp_path: Path) -> None:
    put(tmp_path, "x.toml", "")
    put(tmp_path, "x.json", "{}")
    put(tmp_path, "y.toml", "")
    presets = folder(tmp_path)
    presets.delete("x")
    assert presets.names() == ["y"]
    with pytest.raises(ProblemError, match="no preset 'x'"):
        presets.delete("x")


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "presets").write_text("a file in the folder's place")
    with pytest.raises(ProblemError, match="The preset x cannot be saved"):
        folder(tmp_path).save(Preset(name="x"))
    assert folder(tmp_path).names() == []


def test_presets_stand_beside_the_configuration(tmp_path: Path) -> None:
    assert presets_dir({"CHAT_TUI_CONFIG": str(tmp_path / "c.toml")}) == tmp_path / "presets"
    assert folder(tmp_path).path() == str(tmp_path / "presets")
    assert folder(tmp_path).path("x") == str(tmp_path / "presets" / "x.toml")

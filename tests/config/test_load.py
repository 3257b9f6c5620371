"""Tests of loading the configuration: errors are reported, and the rest is used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_tui.config.load import load_config
from chat_tui.config.settings import Config, ProviderConfig
from chat_tui.domain.calls import Limits


def read(folder: Path, text: str | bytes) -> tuple[Config, list[str]]:
    """The configuration of a file and its problems in words, the file's name cut off."""
    file = folder / "config.toml"
    raw = text.encode() if isinstance(text, str) else text
    file.write_bytes(raw)
    file.chmod(0o600)
    config, problems = load_config(file, {})
    assert file.read_bytes() == raw
    assert all(str(file) in each.what and each.kind == "config" for each in problems)
    return config, [each.sentence().replace(str(file), "FILE") for each in problems]


FULL = """
provider = "mine"
model = "m"
theme = "dark"
validation = "warn"
[network]
connect_timeout_s = 1
retries = 0
[keys]
again = "ctrl+y"
panel = ["f2", "f9"]
"panel.next" = "f6"
transcript.copy = "c"
[ui]
markdown = false
[local]
model = "~/x.gguf"
threads = 2
[providers.mine]
base_url = "http://h/v1"
allow_http = true
idle_timeout_s = 5.5
headers = { X-A = "b" }
[providers.openai]
api_key_cmd = "pass x"
"""


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    config, problems = read(tmp_path, FULL)
    assert problems == []
    assert (config.provider, config.model, config.theme, config.validation) == ("mine", "m", "dark", "warn")
    assert config.network == Limits(connect_timeout_s=1, retries=0)
    assert config.keys == {
        "again": "ctrl+y",
        "panel": "f2,f9",
        "panel.next": "f6",
        "transcript.copy": "c",
    }
    assert (config.ui.markdown, config.ui.panel) == (False, True)
    assert (config.local.model, config.local.context, config.local.threads) == ("~/x.gguf", 4096, 2)
    assert config.providers == {
        "mine": ProviderConfig(base_url="http://h/v1", allow_http=True, idle_timeout_s=5.5, headers={"X-A": "b"}),
        "openai": ProviderConfig(api_key_cmd="pass x"),
    }


@pytest.mark.parametrize("text", ["", "\ufeff", "# only words\r\n", '\ufeffprovider = ""\r\n'])
def test_an_empty_file_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == (Config(), [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "provider = ",
            ("FILE, line 1, column 12, is not valid TOML", "Invalid value", "The defaults are used", "not changed"),
        ),
        ("[ui]\nmarkdown = yes", ("line 2, column 12",)),
        ("[ui]\na = [", ("line 2, column 6", "Invalid value")),
        ('theme = "a"\ntheme = "b"', ("line 2, column 12", "Cannot overwrite")),
        ("a = \0", ("line 1, column 5",)),
        (b"a = '\xff'", ("not valid UTF-8 at byte 5",)),
        ("a = " + "[" * 100_000, ("cannot be read", "nested too deeply")),
        ("#" * 1_048_577, ("larger than 1 MiB",)),
    ],
    ids=["value", "place", "end", "twice", "nul", "latin1", "deep", "large"],
)
def test_what_is_not_toml_is_named_by_line_and_column(
    tmp_path: Path, text: str | bytes, words: tuple[str, ...]
) -> None:
    config, problems = read(tmp_path, text)
    assert config == Config()
    assert len(problems) == 1
    assert [word for word in words if word not in problems[0]] == []


def test_the_words_of_a_toml_fault_are_told_alone(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, "provider = ")
    assert problem == (
        "The configuration FILE, line 1, column 12, is not valid TOML: Invalid value. "
        "The defaults are used; the file was not changed."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("provider = 5", "FILE: provider must be a string. The default is used."),
        ('validation = "strict"', "FILE: validation must be block, warn or off. The default is used."),
        ('modle = "x"', "FILE: modle is not a setting. Did you mean model? It is ignored."),
        ("zzz = 1", "FILE: zzz is not a setting. It is ignored."),
        ("network = 5", "FILE: network must be a table. It is ignored."),
        ("[network]\nretries = 3", "FILE: network.retries must be a whole number from 0 to 2. The default is used."),
        ("[network]\nretries = true", "FILE: network.retries must be a whole number from 0 to 2. The default is used."),
        (
            "[network]\nidle_timeout_s = nan",
            "FILE: network.idle_timeout_s must be a number of seconds above 0. The default is used.",
        ),
        (
            "[network]\nidle_timeout_s = 0",
            "FILE: network.idle_timeout_s must be a number of seconds above 0. The default is used.",
        ),
        (
            f"[network]\nidle_timeout_s = 1{'0' * 400}",
            "FILE: network.idle_timeout_s must be at most 86400 seconds. The default is used.",
        ),
        ("[ui]\nmarkdown = 1", "FILE: ui.markdown must be true or false. The default is used."),
        (
            "[local]\ncontext = 5",
            "FILE: local.context must be a whole number from 256 to 1048576. The default is used.",
        ),
        ("[keys]\nagain = 5", "FILE: keys.again must be a key or a list of keys. The default keys are used."),
        ("[keys]\nagain = []", "FILE: keys.again must be a key or a list of keys. The default keys are used."),
        ('[keys]\nagain = ["f9", 5]', "FILE: keys.again must be a key or a list of keys. The default keys are used."),
        ('[keys]\nagain = ["f9", ""]', "FILE: keys.again must be a key or a list of keys. The default keys are used."),
        ("[providers]\nmine = 5", "FILE: providers.mine must be a table. It is ignored."),
        (
            '[providers."a b"]\n',
            "FILE: providers.'a b' must have a name of letters, digits, . _ -. It is ignored.",
        ),
        ("[providers.mine]\nbase_url = 5", "FILE: providers.mine.base_url must be a string. The default is used."),
        (
            '[providers.mine]\napi_key = "sk-x"',
            "FILE: providers.mine.api_key is not a setting. Did you mean api_key_env? It is ignored.",
        ),
        (
            "[providers.mine]\nheaders = { A = 5 }",
            "FILE: providers.mine.headers must be a table of strings. The default is used.",
        ),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_with_what_is_used_instead(tmp_path: Path, text: str, said: str) -> None:
    _, problems = read(tmp_path, text)
    assert problems == [said]


def test_the_rest_of_a_file_with_a_fault_is_used(tmp_path: Path) -> None:
    config, problems = read(tmp_path, 'provider = 5\nmodel = "m"\n[ui]\nmarkdown = 1\npanel = false')
    assert (config.provider, config.model, config.ui.panel, len(problems)) == ("", "m", False, 2)


def test_the_comma_is_a_key_too(tmp_path: Path) -> None:
    config, problems = read(tmp_path, '[keys]\n"transcript.drop" = ","\n"transcript.edit" = [",", "é"]\n')
    assert (config.keys, problems) == ({"transcript.drop": "comma", "transcript.edit": "comma,é"}, [])


def test_only_a_file_somebody_named_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_config(None, {}) == (Config(), [])
    missing = str(tmp_path / "none.toml")
    for config, problems in (load_config(missing, {}), load_config(None, {"CHAT_TUI_CONFIG": missing})):
        assert config == Config()
        assert [each.what for each in problems] == [f"There is no configuration file {missing}"]


def test_a_file_in_the_current_directory_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    for name in ("config.toml", ".env", "chat-tui.toml"):
        (tmp_path / "here" / name).write_text('provider = "evil"', "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path / "here")
    assert load_config(None, {})[0].provider == ""


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    _, problems = load_config(tmp_path / "pipe", {})
    assert "it is not a regular file" in problems[0].sentence()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "cannot be read" in load_config(loop, {})[1][0].what


@pytest.mark.skipif(os.name != "posix", reason="modes are posix")
def test_headers_that_others_can_read_are_told_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[providers.mine]\nbase_url = "https://h"\nheaders = { Authorization = "x" }', "utf-8")
    file.chmod(0o644)
    assert load_config(file, {})[1][0].hint == f"Run: chmod 600 {file}"
    file.chmod(0o600)
    assert load_config(file, {})[1] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_break_it(tmp_path: Path, raw: bytes) -> None:
    config, problems = read(tmp_path, raw)
    assert isinstance(config, Config)
    assert all(each for each in problems)

"""Tests of the probes' data: complete, within the catalogue's ranges, and validated strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_tui.catalogue.load import load_catalogue
from chat_tui.catalogue.probes import FILE, MEMBERS, load_probes
from chat_tui.domain.limits import check_value
from chat_tui.domain.problems import ProblemError

CATALOGUE = load_catalogue()
RECIPES = load_probes().by_name


def test_every_parameter_that_can_be_set_has_a_recipe_and_the_other_way_round() -> None:
    assert set(RECIPES) == {spec.name for spec in CATALOGUE.parameters.values() if spec.settable}


@pytest.mark.parametrize("name", sorted(name for name, recipe in RECIPES.items() if recipe.ask))
def test_what_is_asked_is_a_legal_value_and_not_the_default(name: str) -> None:
    spec = CATALOGUE.parameters[name]
    for value in RECIPES[name].ask:
        assert not [finding for finding in check_value(spec, name, value) if finding.level == "error"]
    for other, value in RECIPES[name].along.items():
        assert not list(check_value(CATALOGUE.parameters[other], other, value))
    assert any(value != spec.default for value in RECIPES[name].ask)


def test_objects_asked_about_by_their_members_have_some() -> None:
    for name, recipe in RECIPES.items():
        if recipe.within == MEMBERS:
            assert any(other.startswith(f"{name}.") for other in RECIPES)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('judge = "seeded"', 'judge = "sorcery"'), "no judge sorcery"),
        (("ask = [7, 7, 8]", "ask = [7]"), "needs 3 values"),
        (('name = "seed"', 'name = "seed"\ncolour = 1'), "colour"),
        (('name = "seed"', 'name = "top_p"'), "occurs twice"),
        (('name = "seed"\nask = [7, 7, 8]', 'name = "seed"'), "needs ask"),
        (('against = "stream"', 'against = "tools"'), "must come before"),
        (('within = "tool_choice"', 'within = "nothing"'), "names nothing"),
        (("[opening]", "[opening"), "probes.toml"),
    ],
)
def test_broken_data_is_named(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    text = FILE.read_text("utf-8")
    assert change[0] in text
    file = tmp_path / "probes.toml"
    file.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(ProblemError, match=words):
        load_probes(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"probes\.toml"):
        load_probes(tmp_path / "probes.toml")

"""Load and validate the probe recipes, which define how each parameter is probed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from chat_tui.catalogue.broken import read_toml, refuse
from chat_tui.domain.probing.judges import JUDGES, VALUES_NEEDED
from chat_tui.domain.probing.recipes import Opening, Recipe, Recipes

FILE: Final = Path(__file__).with_name("probes.toml")
_WHAT: Final = "catalogue"
MEMBERS: Final = "members"
"""Value of ``within`` for an object that is probed by its members."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    opening: Opening
    probe: tuple[Recipe, ...]


@cache
def load_probes(file: Path = FILE) -> Recipes:
    """Load the probe recipes; cached.

    Raises:
        ProblemError: The data is invalid; names file and key.
    """
    try:
        table = msgspec.convert(read_toml(_WHAT, file, file.name), _Table)
    except ValueError as error:
        _broken(file.name, str(error))
    recipes: dict[str, Recipe] = {}
    for recipe in table.probe:
        if recipe.name in recipes:
            _broken(file.name, f"{recipe.name} occurs twice")
        _check(recipe, recipes, file)
        recipes[recipe.name] = recipe
    for recipe in table.probe:
        if recipe.within not in ("", MEMBERS) and recipe.within not in recipes:
            _broken(file.name, f"{recipe.name}: within names {recipe.within}, which does not exist")
    return Recipes(table.opening, recipes)


def _check(recipe: Recipe, before: dict[str, Recipe], file: Path) -> None:
    """Check what the schema cannot: that the judge exists, has enough values, and that dependencies come first."""
    where = f"{recipe.name}: "
    if recipe.judge not in JUDGES:
        _broken(file.name, f"{where}there is no judge {recipe.judge}")
    if recipe.ask and len(recipe.ask) != VALUES_NEEDED.get(recipe.judge, len(recipe.ask)):
        _broken(file.name, f"{where}the judge {recipe.judge} needs {VALUES_NEEDED[recipe.judge]} values")
    if recipe.against and recipe.against not in before:
        _broken(file.name, f"{where}{recipe.against} must come before it")
    if not (recipe.ask or recipe.skip or recipe.within):
        _broken(file.name, f"{where}needs ask, skip or within")


def _broken(where: str, fault: str) -> NoReturn:
    refuse(_WHAT, where, "", fault)

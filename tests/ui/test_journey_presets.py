"""Presets: saved from the settings, chosen from a list or by name, and reported if unusable."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from chat_tui.config.presets import PresetFolder
from chat_tui.engine.services import Services
from tests.support.fakes import services
from tests.support.journeys import Journey, journey, toasts

OWN = {"stream": True, "stream_options": {"include_usage": True}}


def keeping(folder: Path) -> Services:
    return replace(services(), presets=PresetFolder(folder))


def put(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


async def picked(app: Journey, *words: str) -> None:
    """Choose a line of the open list by typing."""
    await app.sees("type to filter")
    for word in words:
        await app.types(word)
    await app.pilot.press("enter")
    await app.until(lambda: app.app.screen is app.chat, "the conversation")


async def from_palette(app: Journey, words: str) -> None:
    await app.pilot.press("ctrl+p")
    await picked_in_palette(app, words)


async def picked_in_palette(app: Journey, words: str) -> None:
    await app.sees("type to filter")
    await app.types(words)
    await app.pilot.press("enter")


async def test_a_preset_is_saved_from_the_palette_and_used_from_the_list(tmp_path: Path) -> None:
    async with journey(keeping(tmp_path / "presets")) as app:
        await app.command("/set seed 7")
        await app.command("/set stop null")
        await app.command("/system Rhyme.")
        await from_palette(app, "save the current settings as a preset")
        await app.sees("Save as preset")
        await app.types("rain")
        await app.pilot.press("enter")
        await app.until(lambda: "rain.json" in toasts(app.app), "the note with the file")
        saved = app.bench.settings
        await app.command("/unset all")
        await app.command("/set seed 8")
        await app.command("/system Else.")
        await app.command("/model other")
        await from_palette(app, "use a preset")
        await app.sees("local ▸ small · different system prompt · seed 8→7")
        await picked(app, "rain")
        await app.until(lambda: app.bench.settings.parameters.get("seed") == 7, "the preset in force")
        assert app.bench.settings.parameters == {"seed": 7, "stop": None}
        assert (app.bench.settings.model, app.bench.settings.system) == (saved.model, "Rhyme.")
        await app.sees("Rhyme.")
        await app.sends("hi")
        await app.idle()
        assert app.bodies[-1]["seed"] == 7
        assert "stream" not in app.bodies[-1]


async def test_a_preset_by_name_keeps_what_chat_tui_sets_itself(tmp_path: Path) -> None:
    put(tmp_path, "dry.toml", 'notes = "for tests"\n[parameters]\ntemperature = 0\n')
    async with journey(keeping(tmp_path)) as app:
        await app.command("/set seed 7")
        await app.command("/preset dry")
        assert app.bench.settings.parameters == {"temperature": 0, **OWN}
        assert app.bench.settings.own
        assert app.chat.composer.text == ""
        await app.until(lambda: "temperature unset→0" in toasts(app.app), "what was changed")


async def test_a_taken_name_asks_before_it_is_replaced(tmp_path: Path) -> None:
    async with journey(keeping(tmp_path)) as app:
        await app.command("/preset save rain")
        await app.until((tmp_path / "rain.toml").exists, "the file")
        await app.command("/set seed 7")
        await app.command("/preset save rain")
        await app.sees("The preset rain already exists")
        await app.pilot.press("enter")
        await app.until(lambda: app.app.screen is app.chat, "the conversation")
        assert "seed" not in (tmp_path / "rain.toml").read_text()
        await app.command("/preset save rain")
        await picked(app, "replace")
        await app.until(lambda: "seed = 7" in (tmp_path / "rain.toml").read_text(), "the new text")


async def test_what_cannot_be_used_is_told_and_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "lost.toml", 'provider = "nobody"\n[parameters]\nseed = 1\n')
    put(tmp_path, "broken.toml", "model = \n")
    async with journey(keeping(tmp_path), size=(160, 40)) as app:
        before = app.bench.settings
        await app.command("/preset lost")
        await app.until(lambda: "'nobody', which is not configured" in toasts(app.app), "the provider's name")
        assert str(tmp_path / "lost.toml") in toasts(app.app)
        assert app.chat.composer.text == "/preset lost"
        await app.command("/preset broken")
        await app.until(lambda: "broken.toml, line 1, column 9, is not valid TOML" in toasts(app.app), "the place")
        await app.command("/preset snow")
        await app.until(lambda: "no preset 'snow'" in toasts(app.app), "the name")
        await app.command("/preset save ../x")
        await app.until(lambda: "try x" in toasts(app.app), "a better name")
        await app.command("/preset")
        await app.sees("lost")
        assert "is not valid TOML" in app.text
        await picked(app, "lost")
        assert app.bench.settings == before


async def test_an_unknown_parameter_is_warned_of_and_will_be_sent(tmp_path: Path) -> None:
    put(tmp_path, "odd.toml", "[parameters]\nwobble = 1\n")
    async with journey(keeping(tmp_path)) as app:
        await app.command("/preset odd")
        await app.until(lambda: "wobble is not in the catalogue" in toasts(app.app), "the warning")
        await app.sends("hi")
        await app.idle()
        assert app.bodies[-1]["wobble"] == 1


async def test_a_preset_is_read_from_a_path_too(tmp_path: Path) -> None:
    put(tmp_path, "shared.json", '{"model": "big", "parameters": {"stop": null}}')
    async with journey(keeping(tmp_path / "presets")) as app:
        await app.command(f"/preset {tmp_path / 'shared.json'}")
        assert app.bench.settings.model == "big"
        assert app.bench.settings.parameters == {"stop": None, **OWN}


async def test_without_presets_the_list_says_how_to_make_one(tmp_path: Path) -> None:
    async with journey(keeping(tmp_path / "none")) as app:
        await app.command("/preset")
        await app.sees("nothing to choose from")
        assert "/preset save NAME" in toasts(app.app)


async def test_names_are_completed(tmp_path: Path) -> None:
    put(tmp_path, "rain.toml", "")
    async with journey(keeping(tmp_path)) as app:
        await app.types("/preset r")
        await app.pilot.press("tab")
        await app.until(lambda: app.chat.composer.text == "/preset rain", "the completion")


async def test_the_parameters_save_and_use_presets_by_one_key(tmp_path: Path) -> None:
    async with journey(keeping(tmp_path)) as app:
        await app.command("/set seed 7")
        await app.pilot.press("f2", "s")
        await app.sees("Save as preset")
        await app.types("rain")
        await app.pilot.press("enter")
        await app.until((tmp_path / "rain.toml").exists, "the file")
        await app.pilot.press("escape")
        await app.command("/set seed 8")
        await app.pilot.press("f2", "p")
        await picked(app, "rain")
        await app.until(lambda: app.bench.settings.parameters.get("seed") == 7, "the preset in force")

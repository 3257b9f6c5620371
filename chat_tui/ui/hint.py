"""What an empty conversation shows: who answers, what to press, where it is kept."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from chat_tui.domain.literal import visible_line
from chat_tui.engine.workbench import Workbench


def hint(bench: Workbench, width: int) -> Content:
    """A few quiet lines, fewer where it is narrow."""
    settings = bench.settings
    who = (f"{visible_line(settings.model)}", "bold $accent") if settings.model else ("No model is chosen", "$warning")
    keys = [
        ("enter", "sends what you type below"),
        ("F2", "the panel: every parameter, the request, the reply, its events"),
        ("^o", "opens an earlier session"),
        ("^p", "everything by its name"),
        ("F1", "help"),
    ]
    if not settings.model:
        keys.insert(0, ("/model", "chooses one; tab completes"))
    lines = [
        Content.assemble(who, (f"  at {visible_line(settings.provider)}", "$foreground 60%")),
        Content(""),
        *(Content.assemble((key.ljust(7), "bold"), (words, "$foreground 70%")) for key, words in keys),
        Content(""),
        Content.styled(_kept(bench), "$foreground 50%"),
    ]
    return Content("\n").join(line.truncate(max(1, width), ellipsis=True) for line in lines)


def _kept(bench: Workbench) -> str:
    if bench.path is None:
        return "This session is not kept."
    path = visible_line(bench.path)
    home = str(Path.home())
    if path.startswith(home):
        path = f"~{path[len(home) :]}"
    return f"Kept from the first message on in {path}"

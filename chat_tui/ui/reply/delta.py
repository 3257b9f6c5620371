"""How the request of an exchange differs from that of another."""

from __future__ import annotations

from collections.abc import Iterator

from chat_tui.domain.change_lines import short
from chat_tui.domain.json_diff import diff, path_text
from chat_tui.engine.turns import Turn, asked_of
from chat_tui.ui.reply.rows import Row, section

_LONGEST = 60


def delta_rows(title: str, before: Turn | None, turn: Turn) -> list[Row]:
    """Build rows for the parameters (and provider, system prompt) that differ; none without another exchange."""
    if before is None:
        return []
    rows = [*_settings(before, turn), *_parameters(before, turn)]
    return section(title, rows or [Row("nothing", "same parameters", "faint")])


def _parameters(before: Turn, turn: Turn) -> Iterator[Row]:
    for change in diff(asked_of(before), asked_of(turn)):
        values = f"{short(change.before, _LONGEST)} → {short(change.after, _LONGEST)}"
        yield Row(path_text(change.path), values, "warn")


def _settings(before: Turn, turn: Turn) -> Iterator[Row]:
    old, new = before.settings, turn.settings
    if old is None or new is None:
        return
    if old.provider != new.provider:
        yield Row("at", f"{old.provider} → {new.provider}", "warn")
    if old.system != new.system:
        words = "added" if not old.system else "removed" if not new.system else "changed"
        yield Row("system prompt", words, "warn")

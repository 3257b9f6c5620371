"""The text at the bottom of the Parameters tab about the current row. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.ui.actions import hints
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.rows import BlankRow, HeadingRow, ParameterRow, Row

_CONTROL_KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "slider": (("←→", "step"), ("0-9", "type")),
    "number": (("←→", "step"), ("0-9", "type")),
    "switch": (("←→", "on/off"),),
    "select": (("←→", "choose"), ("⏎", "list")),
    "multiselect": (("⏎", "choose"),),
    "text": (("⏎", "type"),),
}
_EDITOR_KEYS = (("⏎", "edit"),)
_SHOWN = ("parameters.explain", "parameters.json", "parameters.filter")
_PRESETS = ("parameters.preset", "parameters.save")


def key_hints(
    row: Row | None, draft: LineDraft | None, *, filtering: bool, chosen: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the keys with their effect on this row, the most useful first.

    Args:
        row: The current row.
        draft: The line being typed.
        filtering: Whether that is the filter.
        chosen: The user's keys by action id.
    """
    if filtering:
        return ("⏎", "apply"), ("esc", "clear")
    if draft is not None:
        return ("⏎", "set"), ("esc", "cancel")
    if isinstance(row, HeadingRow):
        more = (("→", "more"),) if row.rest_count else ()
        return ("⏎", "fold" if row.open else "open"), *more, ("⇧←→", "all"), *hints(chosen, *_PRESETS)
    if not isinstance(row, ParameterRow):
        return hints(chosen, "parameters.filter")
    keys = _CONTROL_KEYS.get(row.spec.control, _EDITOR_KEYS)
    members = (("␣", "members"),) if row.members else ()
    unset = (("del", "unset"),) if row.is_set else ()
    return *keys, *members, *unset, *hints(chosen, *_SHOWN, *_PRESETS)


def remark(row: Row | None, draft: LineDraft | None) -> tuple[str, str]:
    """Return a sentence about the row and its ink: the error, else the change, else the help."""
    if draft is not None and draft.fault:
        return draft.fault, "error"
    if isinstance(row, HeadingRow):
        if not row.rest_count or (row.open and row.rest_open):
            return "", "quiet"
        return f"{row.rest_count} more not supported by this provider; → shows them.", "quiet"
    return ("", "quiet") if row is None or isinstance(row, BlankRow) else _about(row)


def _about(row: ParameterRow) -> tuple[str, str]:
    finding = row.finding
    if row.refused and (finding is None or finding.level != "error"):
        return row.because, "warn"
    if finding is not None and finding.level != "info":
        return finding.sentence(), "error" if finding.level == "error" else "warn"
    said = [
        f"Last sent: {row.was}." if row.changed else "",
        finding.sentence() if finding is not None else row.because,
        "" if finding is not None and finding.kind == "deprecated" else _status(row),
        row.spec.help,
    ]
    return " ".join(part for part in said if part), "quiet"


def _status(row: ParameterRow) -> str:
    if row.own and row.is_set:
        return "Set by chat-tui; delete removes it."
    if row.spec.status == "active":
        return ""
    instead = f"; use {', '.join(row.spec.successors)}" if row.spec.successors else ""
    return f"{row.spec.status.capitalize()}{instead}."

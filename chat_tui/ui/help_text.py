"""The lines of the help (keys, commands, one parameter), built from the tables of actions, commands and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat_tui.domain.catalogue import Catalogue, ParameterSpec, Provider
from chat_tui.domain.json_values import Unset, dump_json
from chat_tui.ui.action_table import ACTIONS, Scope
from chat_tui.ui.actions import key_words, keys_of
from chat_tui.ui.panel.lines_view import Line
from chat_tui.ui.slash import BY_NAME, COMMANDS

_SCOPES: tuple[tuple[Scope, str], ...] = (
    ("composer", "In the composer"),
    ("screen", "Everywhere"),
    ("message", "On a message (press up in an empty composer; up and down move)"),
    ("parameters", "In the Parameters tab"),
    ("request", "In the Request tab"),
    ("reply", "In the Reply tab"),
    ("events", "In the Events tab"),
    ("beside", "On messages side by side (press up in an empty composer)"),
    ("film", "In a film (0 to 9 jump to that tenth, home and end to its ends)"),
)
_COLUMN = 18
_WIDEST_COLUMN = 27
_NOTES = (
    "In the composer, up on the first line and down on the last line step through earlier prompts.",
    "Tab completes slash commands and their arguments. Start a message with // to send a literal slash.",
    "A large paste is shown as a short placeholder and sent in full.",
)
_PANEL = (
    ("left, right", "Change the value; with shift, by ten steps"),
    ("digits", "Type an exact value"),
    ("delete", "Unset: leave it out of the request"),
    ("enter", "Edit the value in place or in its editor"),
)
_FORM = (
    ("left, right", "Change a number, a switch, a choice or a kind"),
    ("enter", "Type a value, open a nested value or add an entry"),
    ("delete", "Unset the field"),
    ("ctrl+n, +", "Add an entry"),
    ("ctrl+o", "Add a member that the form does not list"),
    ("ctrl+d", "Remove the entry"),
    ("alt+up, alt+down", "Move the entry"),
    ("ctrl+r", "Rename a key"),
    ("ctrl+z", "Undo"),
    ("F6, ctrl+t", "Switch between form and JSON"),
    ("ctrl+f", "Find tokens, if the service has a tokenizer"),
    ("ctrl+s, esc", "Save, cancel"),
)


def general_help(chosen_keys: Mapping[str, str], *, first: Scope = "composer") -> list[Line]:
    """Build the help on keys and commands, with the keys of one scope first."""
    lines: list[Line] = []
    for scope, title in sorted(_SCOPES, key=lambda pair: pair[0] != first):
        scopes = (scope, "app") if scope == "screen" else (scope,)
        rows = [
            (key_words(keys_of(action.id, chosen_keys)), action.words)
            for action in ACTIONS
            if action.scope in scopes and keys_of(action.id, chosen_keys)
        ]
        lines += [*_table(title, [*(_PANEL if scope == "parameters" else ()), *rows]), Line.of()]
    lines += [*_table("In a parameter's form", _FORM), Line.of()]
    commands = [(f"/{command.name} {command.arguments}".rstrip(), command.words) for command in COMMANDS]
    lines += [*_table("Commands", commands), Line.of()]
    return [*lines, *(Line.prose((note, "quiet")) for note in _NOTES)]


def topic_help(name: str, catalogue: Catalogue, providers: Mapping[str, Provider]) -> list[Line] | None:
    """Build the help on one parameter or command; None when nothing has that name."""
    command = BY_NAME.get(name.removeprefix("/"))
    if name.startswith("/") and command is not None:
        return _table(f"/{command.name}", [(command.arguments or "(no argument)", command.words)])
    spec = catalogue.parameters.get(name)
    if spec is not None:
        return parameter_help(spec, catalogue, providers)
    return topic_help(f"/{name}", catalogue, providers) if command is not None else None


def parameter_help(spec: ParameterSpec, catalogue: Catalogue, providers: Mapping[str, Provider]) -> list[Line]:
    """List a parameter's type, range, default, the providers that know it, and the rules it takes part in."""
    knowing = [provider.id for provider in providers.values() if catalogue.supports(provider, spec)]
    rows = [
        ("type", ", ".join(spec.types)),
        ("range", _range(spec)),
        ("values", ", ".join(dump_json(value) for value in spec.enum) + (", …" if spec.enum_open else "")),
        ("default", _default(spec)),
        ("supported by", ", ".join(knowing)),
        ("status", spec.status if spec.status != "active" else ""),
        ("use instead", ", ".join(spec.successors)),
    ]
    lines = [Line.prose((spec.name, "heading"), ("   ", "text"), (spec.title, "value")), Line.of()]
    lines += [Line.prose((part, "text")) for part in spec.help.split("\n")]
    lines += [Line.of(), *_rows([(name, value) for name, value in rows if value])]
    remarks = [text for text in (*(rule.text for rule in spec.rules), spec.notes) if text]
    if remarks:
        lines += [Line.of(), *(Line.prose(("• ", "text"), (text, "text"), indent=2) for text in remarks)]
    return lines


def _range(spec: ParameterSpec) -> str:
    if spec.minimum is None and spec.maximum is None:
        return ""
    low = "…" if spec.minimum is None else f"{'above ' if spec.min_exclusive else ''}{spec.minimum:g}"
    return f"{low} to {'…' if spec.maximum is None else f'{spec.maximum:g}'}"


def _default(spec: ParameterSpec) -> str:
    if spec.default_text:
        return spec.default_text
    return "" if isinstance(spec.default, Unset) else dump_json(spec.default)


def _table(title: str, rows: Sequence[tuple[str, str]]) -> list[Line]:
    return [Line.of((title, "heading")), *_rows(rows)]


def _rows(rows: Sequence[tuple[str, str]]) -> list[Line]:
    """Lay out two columns; text that is too long wraps within the second."""
    widest = max([_COLUMN, *(len(left) for left, _ in rows if len(left) < _WIDEST_COLUMN)])
    return [
        Line.prose((f"  {left.ljust(widest)}  ", "value"), (right, "text"), indent=widest + 4) for left, right in rows
    ]

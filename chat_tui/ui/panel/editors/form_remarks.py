"""The remark and the keys shown below a form for the line under the cursor. Pure."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from chat_tui.domain.limits import choice_words, range_words
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_rows import FormLine

_BETWEEN: Final = " · "


def remark(form: FormEdit) -> tuple[str, bool]:
    """Return a sentence about the line, its error or its help, and whether it is an error."""
    line, draft = form.current, form.draft
    if draft is not None and draft.fault:
        return draft.fault, True
    if line is None:
        return "", False
    if draft is not None:
        asked = form.asked()
        if asked:
            return f"{asked[:1].upper()}{asked[1:]}:", False
        spec = line.items if line.kind == "add" and line.items is not None else line.spec
        return _how(spec.escapes, spec.control) or _about(line), False
    return (line.fault, True) if line.fault else (_about(line), False)


def _how(escapes: bool, control: str) -> str:
    if escapes:
        return "\\n is a newline, \\t a tab, \\\\ a backslash; text in double quotes is used literally."
    return "ctrl+j inserts a newline." if control in ("text", "textarea") else ""


def _about(line: FormLine) -> str:
    """Describe the field of a line."""
    spec = line.spec
    said = [spec.help]
    if line.kind == "add":
        said = [f"⏎ adds a new {line.label.removeprefix('+ ')}."]
    if line.kind == "kind":
        kinds = ", ".join(each.title or each.control for each in spec.variants)
        said = [spec.variants[line.variant].help if line.variant is not None else "", f"←→ changes the kind: {kinds}."]
    if line.kind == "value" and spec.control == "number":
        said.append(_sentence(range_words(spec.minimum, spec.maximum)))
    if line.kind == "value" and spec.control == "select" and spec.enum:
        said.append(_sentence(choice_words(spec.enum) + (", or any other text" if spec.enum_open else "")))
    if line.kind != "add" and not line.is_set and spec.required:
        said.append("Required.")
    return " ".join(part for part in said if part)


def _sentence(words: str) -> str:
    return f"It {words}." if words else ""


def key_line(form: FormEdit, *, json: bool, tokens: bool, conversion: str, strict: bool = False) -> str:
    """Format the keys that work here, the most useful first."""
    if json:
        return _joined(
            "^s save", "esc cancel", "F6 form", f"F7 {_lower(conversion)}" if conversion else "", "F8 strict" * strict
        )
    if form.draft is not None:
        return _joined("⏎ set", "esc cancel")
    line = form.current
    has_list = line is not None and line.container is not None
    entry = line is not None and line.entry is not None
    named = line is not None and line.own_name
    return _joined(
        "^s save",
        "esc cancel",
        "F6 JSON",
        f"F7 {_lower(conversion)}" if conversion else "",
        "F8 strict" * strict,
        "^f find tokens" if tokens else "",
        "^n add" if has_list else "^o add other" if form.spec.control == "record" else "",
        "^d remove" if entry else "del unset" if line is not None and line.is_set else "",
        "^r rename" if named else "alt+↑↓ move" if entry else "",
    )


def within(keys: str, width: int) -> str:
    """Cut a line of keys to ``width`` cells by dropping whole keys at its end."""
    while keys and cell_len(keys) > width:
        keys = keys.rpartition(_BETWEEN)[0]
    return keys


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _joined(*words: str) -> str:
    return _BETWEEN.join(word for word in words if word)

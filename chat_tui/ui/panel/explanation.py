"""Everything known about one parameter, as lines. Pure apart from ink names."""

from __future__ import annotations

from collections.abc import Iterator

from chat_tui.domain.catalogue import Rule
from chat_tui.domain.json_values import Unset, dump_json
from chat_tui.ui.panel.lines_view import Line
from chat_tui.ui.panel.rows import ParameterRow, Shown
from chat_tui.ui.panel.value_text import placeholder_text, value_text

_INDENT = 14
_INKS = {"error": "error", "warn": "warn", "info": "quiet"}


def explain(shown: Shown, row: ParameterRow) -> list[Line]:
    """List help, value, type, range, default, services, rules and notes, one line each, omitting what is empty."""
    spec = row.spec
    lines = [Line.prose((spec.help, "text")), Line.of()]
    findings = () if row.finding is None else (row.finding, *row.others)
    lines[:0] = [Line.prose((finding.sentence(), _INKS[finding.level])) for finding in findings]
    for label, text in _facts(shown, row):
        if text:
            lines.append(Line.prose((f"{label:<{_INDENT}}", "quiet"), (text, "text"), indent=_INDENT))
    if spec.notes:
        lines += [Line.of(), Line.prose((spec.notes, "text"))]
    return lines


def _facts(shown: Shown, row: ParameterRow) -> Iterator[tuple[str, str]]:
    spec = row.spec
    yield "now", "unset, not sent" if isinstance(row.value, Unset) else value_text(spec, row.value)
    yield "last sent", row.was
    yield "default", "" if placeholder_text(spec) == "unset" else placeholder_text(spec)
    yield "this model", _tokens(shown) if spec.group == "length" else ""
    yield "type", " or ".join(spec.types)
    yield "range", _range(row)
    yield "values", ", ".join(map(_word, spec.enum)) + (", or any other value" if spec.enum and spec.enum_open else "")
    yield "items", _between(spec.min_items, spec.max_items)
    yield "length", f"at most {spec.max_length} characters" if spec.max_length else ""
    yield "pattern", spec.pattern or spec.key_pattern
    yield "supported by", ", ".join(_services(shown, row)) or ("no known service" if spec.group else "")
    yield "here", row.because + (" It can still be sent." if row.refused else "")
    yield "probed", shown.knowledge.verdicts.get(spec.name, "")
    yield "status", "" if spec.status == "active" else spec.status
    yield "use instead", ", ".join(spec.successors)
    for rule in spec.rules:
        yield "rule", _rule(rule)


def _tokens(shown: Shown) -> str:
    """Return the model's token limits, as given in the service's model list."""
    card = shown.knowledge.card
    facts = (
        ((card.context_length, "tokens of context"), (card.max_output, "of output at most")) if card is not None else ()
    )
    return ", ".join(f"{number:,} {words}" for number, words in facts if number is not None)


def _range(row: ParameterRow) -> str:
    spec = row.spec
    values = _between(spec.value_min, spec.value_max)
    if values:
        return f"values {values}"
    above = spec.min_exclusive and spec.minimum is not None
    if above and spec.maximum is not None:
        return f"above {_word(spec.minimum)}, up to {_word(spec.maximum)}"
    return f"above {_word(spec.minimum)}" if above else _between(spec.minimum, spec.maximum)


def _between(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{_word(low)} to {_word(high)}"
    if low is not None:
        return f"at least {_word(low)}"
    return "" if high is None else f"at most {_word(high)}"


def _word(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    return dump_json(value) if isinstance(value, bool | int | float) or value is None else str(value)


def _services(shown: Shown, row: ParameterRow) -> Iterator[str]:
    return (
        provider.title
        for provider in shown.catalogue.providers.values()
        if row.spec.group and shown.catalogue.supports(provider, row.spec)
    )


def _rule(rule: Rule) -> str:
    return rule.text + ("" if rule.level == "error" else " (warning only)")

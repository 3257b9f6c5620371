"""Read YAML as aichat writes it, with PyYAML if installed: plain values only, no aliases, no dates."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from chat_tui.domain.json_values import Json
from chat_tui.domain.problems import Problem, ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = (
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]{0,300})", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"[-+]?(?:[0-9]{1,300}\.[0-9]{0,300}|\.[0-9]{1,300})(?:[eE][-+]?[0-9]{1,3})?",
        "-+.0123456789",
    ),
)
"""Resolvable types of unquoted scalars: the core schema of YAML 1.2."""


def read_yaml(text: str) -> Json:
    """Parse one YAML document.

    Raises:
        ProblemError: PyYAML is not installed, or the text is not YAML.
    """
    try:
        load, fault = _reader()
    except ImportError:
        raise ProblemError(
            Problem(
                kind="usage",
                what="Cannot read YAML",
                why="PyYAML is not installed",
                hint='Install it: pip install "chat-tui[yaml]".',
            )
        ) from None
    try:
        return _as_json(load(text))
    except fault as error:
        why = " ".join(str(error).split())
        raise ProblemError(Problem(kind="usage", what="The file is not YAML", why=why[:300])) from None
    except (RecursionError, ValueError):
        why = "it is nested too deeply, or contains an invalid value"
        raise ProblemError(Problem(kind="usage", what="The file is not YAML", why=why)) from None


@cache
def _reader() -> tuple[Callable[[str], Any], type[Exception]]:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class PlainLoader(base):  # type: ignore[misc]  # the base is chosen at run time
        """Loads no dates, no binary data and no "yes"; rejects aliases, which may expand without bound."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as in the base class

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not supported")
            return super().compose_node(parent, index)

    for tag, pattern, first in _PLAIN:
        starts = ["" if sign == "\0" else sign for sign in first]
        PlainLoader.add_implicit_resolver(tag, re.compile(f"(?:{pattern})$"), starts)
    return (lambda text: yaml.load(text, Loader=PlainLoader)), yaml.YAMLError  # noqa: S506 - derived from the safe loader


def _as_json(value: object) -> Json:
    if isinstance(value, dict):
        return {str(name): _as_json(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)

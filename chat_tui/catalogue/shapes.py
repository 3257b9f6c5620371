"""Define the keys of the catalogue's tables, and how each value is validated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias


class ShapeError(Exception):
    """A value has the wrong shape; the message says what it must be."""


Read: TypeAlias = Callable[[Any], Any]
"""Converts a TOML value to a field's value; raises ``ShapeError``."""
Shape: TypeAlias = Mapping[str, tuple[str, Read]]
"""TOML key to field name and reader."""


def text(value: Any) -> str:
    """Read a string."""
    if not isinstance(value, str):
        raise ShapeError("must be a string")
    return value


def flag(value: Any) -> bool:
    """Read a boolean."""
    if not isinstance(value, bool):
        raise ShapeError("must be true or false")
    return value


def number(value: Any) -> int | float:
    """Read a number other than a boolean."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ShapeError("must be a number")
    return value


def whole(value: Any) -> int:
    """Read an integer other than a boolean."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ShapeError("must be a whole number")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """Read a list of strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ShapeError("must be a list of strings")
    return tuple(value)


def scalar(value: Any) -> Any:
    """Read a value that JSON represents identically: no date, no table."""
    if not isinstance(value, (str, bool, int, float)):
        raise ShapeError("must be a string, number or boolean")
    return value


def scalars(value: Any) -> tuple[Any, ...]:
    """Read a list of scalars."""
    if not isinstance(value, list):
        raise ShapeError("must be a list")
    return tuple(scalar(item) for item in value)


def span(value: Any) -> tuple[int | float, int | float]:
    """Read ``[smallest, largest]``."""
    if not isinstance(value, list) or len(value) != 2:
        raise ShapeError("must be [smallest, largest]")
    low, high = number(value[0]), number(value[1])
    if low > high:
        raise ShapeError("must be [smallest, largest]")
    return low, high


def one_of(*words: str) -> Read:
    """Return a reader for one of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ShapeError(f"must be one of {', '.join(words)}")
        return str(value)

    return read


def each_of(*words: str) -> Read:
    """Return a reader for a list of these words."""

    def read(value: Any) -> tuple[str, ...]:
        found = texts(value)
        if not set(found) <= set(words):
            raise ShapeError(f"must be a list of {', '.join(words)}")
        return found

    return read


def table_of(read: Read) -> Read:
    """Return a reader for a table whose values all use the same reader."""

    def read_table(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ShapeError("must be a table")
        return {name: read(item) for name, item in value.items()}

    return read_table


def fields(**readers: Read) -> Shape:
    """Return a shape whose fields have the same names as the keys."""
    return {name: (name, read) for name, read in readers.items()}


_types = each_of("string", "number", "integer", "boolean", "array", "object", "null")

RULE: Final[Shape] = fields(
    kind=one_of("requires", "excludes", "note"),
    other=text,
    op=one_of("set", "unset", "eq", "ne", "contains", "nonempty", "lt", "le", "gt", "ge", "mentions", "has_part"),
    value=scalar,
    when=text,
    unset_ok=flag,
    level=one_of("error", "warn", "info"),
    text=text,
    remedy=text,
    family=text,
    providers=texts,
    except_providers=texts,
)

PARAMETER: Final[Shape] = {
    **fields(
        name=text,
        title=text,
        help=text,
        notes=text,
        group=text,
        control=one_of(
            "slider", "number", "select", "multiselect", "switch", "text", "textarea", "list", "map", "json",
            "messages", "model", "hidden",
        ),
        scope=text,
        also_scopes=texts,
        seeds=texts,
        status=one_of("active", "deprecated", "legacy"),
        successors=texts,
        types=_types,
        item_types=_types,
        value_types=_types,
        required=flag,
        default=scalar,
        default_text=text,
        min_exclusive=flag,
        ui_min=number,
        ui_max=number,
        step=number,
        min_items=whole,
        max_items=whole,
        max_length=whole,
        pattern=text,
        enum=scalars,
        enum_open=flag,
        enum_of=text,
        presets=texts,
        wraps=text,
        key_pattern=text,
        value_min=number,
        value_max=number,
        max_pairs=whole,
        max_key_length=whole,
        max_value_length=whole,
    ),
    "min": ("minimum", number),
    "max": ("maximum", number),
}  # fmt: skip

GROUP: Final[Shape] = fields(id=text, title=text, order=whole)

FAMILY: Final[Shape] = fields(
    id=text,
    title=text,
    match=texts,
    providers=texts,
    refuses=texts,
    unknown=texts,
    ignores=texts,
    fixed=table_of(scalar),
    enums=table_of(scalars),
    ranges=table_of(span),
    defaults=table_of(scalar),
    rename=table_of(text),
    system_role=text,
    confidence=one_of("documented", "measured", "recalled"),
    notes=text,
)

PROVIDER: Final[Shape] = fields(
    title=text,
    base_url=text,
    path=text,
    models_path=text,
    scopes=texts,
    aliases=texts,
    base_url_env=text,
    auth_header=text,
    auth_scheme=text,
    key_env=text,
    key_required=flag,
    headers=table_of(text),
    headers_env=table_of(text),
    request_id_header=text,
    unsupported=texts,
    unsupported_how=one_of("error", "ignored", "varies"),
    enum_overrides=table_of(scalars),
    ranges=table_of(span),
    no_max=texts,
    max_items=table_of(whole),
    free_keys=texts,
    also_types=table_of(_types),
    value_types=table_of(_types),
    defaults=table_of(scalar),
    stream_usage=flag,
    tokenizer=one_of("llamacpp", "vllm"),
    inputs=texts,
    takes_back=texts,
    takes_back_only_with_calls=flag,
    vendor_ids=flag,
    default_model=text,
    close_connection=flag,
    notes=text,
)

"""Labels of a session: tags, star, archived."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from chat_tui.domain.json_values import JsonObject

_BETWEEN_TAGS = re.compile(r"[\s,\x00-\x1f\x7f-\x9f]+")
_LONGEST_TAG = 64


class Labels(Struct, frozen=True):
    """The labels of a session."""

    tags: tuple[str, ...] = ()
    """In the order they were added, without ``#``; unique, ignoring case."""
    starred: bool = False
    archived: bool = False
    """Hidden from the session list unless requested."""

    def with_tags(self, added: Iterable[str], removed: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the tags after adding and removing some."""
        gone = {tag.casefold() for tag in tag_words(" ".join(removed))}
        kept = [tag for tag in self.tags if tag.casefold() not in gone]
        return tag_words(" ".join([*kept, *added]))


def tag_words(text: str) -> tuple[str, ...]:
    """Split a text into tags at whitespace or commas; a leading ``#`` and duplicates are dropped."""
    found: dict[str, str] = {}
    for word in _BETWEEN_TAGS.split(text):
        tag = word.lstrip("#")[:_LONGEST_TAG]
        if tag:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def relabelled(labels: Labels, record: JsonObject) -> Labels | None:
    """Apply a ``label`` record, whose members replace the previous values; None if a member is invalid."""
    tags, starred, archived = (record.get(name) for name in ("tags", "starred", "archived"))
    if tags is not None:
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            return None
        labels = replace(labels, tags=tag_words(" ".join(str(tag) for tag in tags)))
    for flag in (starred, archived):
        if flag is not None and not isinstance(flag, bool):
            return None
    return replace(
        labels,
        starred=labels.starred if starred is None else bool(starred),
        archived=labels.archived if archived is None else bool(archived),
    )

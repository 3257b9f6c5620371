"""Join text fragments, combining split surrogate pairs and replacing lone surrogates."""

from __future__ import annotations

import re

from chat_tui.domain.json_values import Json

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Pieces:
    """Fragments of one text. A surrogate pair split across two of them is joined before it is stored."""

    parts: list[str]
    """Non-empty fragments in order; the list only grows."""
    came: bool
    """Whether any string was received, even an empty one."""

    def __init__(self) -> None:
        self.parts = []
        self.came = False
        self._half = ""

    def add(self, fragment: str) -> bool:
        """Add a fragment; returns whether it was non-empty."""
        self.came = True
        if not fragment:
            return False
        if self._half or not fragment.isascii():
            self._add_mended(fragment)
        else:
            self.parts.append(fragment)
        return True

    def close(self) -> None:
        """Finish the text: a high surrogate still waiting for its pair becomes U+FFFD."""
        if self._half:
            self.parts.append("\ufffd")
            self._half = ""

    def text(self) -> str:
        """Return the fragments so far, joined."""
        return "".join(self.parts) + ("\ufffd" if self._half else "")

    def _add_mended(self, fragment: str) -> None:
        fragment = self._half + fragment
        self._half = fragment[-1] if "\ud800" <= fragment[-1] <= "\udbff" else ""
        whole = mended_text(fragment[:-1] if self._half else fragment)
        if whole:
            self.parts.append(whole)


def mended_text(text: str) -> str:
    """Return ``text`` with surrogate pairs combined and lone surrogates replaced with U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def mended(value: Json) -> Json:
    """Return ``value`` with all strings and member names repaired by ``mended_text``."""
    if isinstance(value, str):
        return mended_text(value)
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended_text(name): mended(item) for name, item in value.items()}
    return value


def may_hold_surrogates(data: str) -> bool:
    """Return whether JSON text may contain surrogates once parsed."""
    if "\\u" in data and _ESCAPED_SURROGATE.search(data) is not None:
        return True
    return not data.isascii() and mended_text(data) is not data

"""Matches requests to recorded responses, and finds the nearest one if none matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from chat_tui.domain.file_references import with_digests
from chat_tui.domain.json_diff import Change, diff
from chat_tui.domain.json_values import Json, JsonObject, dump_json, without_value
from chat_tui.mock.recordings import Recording

RULES: Final = """\
A request matches a recorded one if model, messages and every parameter are equal as JSON: the order of members does
not matter, 1 equals 1.0, and members that were not recorded must be absent. --ignore NAME leaves a member out of the
comparison on both sides (dotted names reach nested members; repeatable). With --ignore stream, a recorded stream also
answers a request without streaming, and vice versa. A request that was recorded several times gets the recorded answers
in order; after the last one, the first is used again."""
"""The matching rules as shown in the help."""
_WEIGHED: Final = 500
"""Number of recorded requests compared to find the nearest one."""


class Nearest(Struct, frozen=True):
    """No recorded request matches; describes the one that differs least."""

    recording: Recording | None
    """None if nothing is recorded."""
    changes: tuple[Change, ...] = ()
    """The differences from the recorded request to this one."""


class Book:
    """Recorded responses by request. A repeated request gets the next of its responses.

    Args:
        recordings: In the order they were recorded.
        ignore: Dotted names of members left out of the comparison.
    """

    def __init__(self, recordings: Sequence[Recording], ignore: Sequence[str] = ()) -> None:
        self.recordings = tuple(recordings)
        self._ignored = tuple(tuple(name.split(".")) for name in ignore)
        self._by_key: dict[str, list[Recording]] = {}
        self._asked: dict[str, int] = {}
        for recording in self.recordings:
            self._by_key.setdefault(self._key(recording.body), []).append(recording)

    def answer(self, body: JsonObject) -> Recording | Nearest:
        """Return the next recorded response to this request, or the nearest recording."""
        key = self._key(body)
        answers = self._by_key.get(key)
        if not answers:
            return self._nearest(body)
        asked = self._asked.get(key, 0)
        self._asked[key] = asked + 1
        return answers[asked % len(answers)]

    def _compared(self, body: JsonObject) -> JsonObject:
        kept = body
        for path in self._ignored:
            kept = without_value(kept, path)
        whole = _whole(with_digests(kept))
        return whole if isinstance(whole, dict) else {}

    def _key(self, body: JsonObject) -> str:
        return dump_json(_sorted(self._compared(body)))

    def _nearest(self, body: JsonObject) -> Nearest:
        asked = self._compared(body)
        best = Nearest(None)
        fewest: tuple[int, int] | None = None
        for recording in self.recordings[-_WEIGHED:]:
            changes = diff(self._compared(recording.body), asked)
            weight = (len(changes), sum(len(repr(change)) for change in changes))
            if fewest is None or weight < fewest:
                best, fewest = Nearest(recording, changes), weight
        return best


def _whole(value: Json) -> Json:
    """Convert whole floats to integers: ``1.0`` and ``1`` are the same number to a service."""
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value

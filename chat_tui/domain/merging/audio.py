"""Merge audio fragments."""

from __future__ import annotations

import base64
import binascii

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.merging.text import Pieces


class AudioState:
    """The accumulated ``audio`` of one choice (merge rule R21)."""

    id: str | None
    transcript: Pieces

    def __init__(self) -> None:
        self.id = None
        self.transcript = Pieces()
        self._data: list[bytes] = []
        self._others: JsonObject = {}

    def apply(self, fragment: JsonObject) -> bool:
        """Merge one fragment; returns whether it contained audio data or transcript."""
        carried = False
        for name, value in fragment.items():
            if name == "id":
                self.id = self.id or (value if isinstance(value, str) and value else None)
            elif name == "transcript":
                carried |= isinstance(value, str) and self.transcript.add(value)
            elif name == "data":
                carried |= self._add_data(value)
            elif value is not None:
                self._others[name] = value
        return carried

    @property
    def size(self) -> int:
        """Number of bytes of audio received."""
        return sum(map(len, self._data))

    def head(self, size: int) -> bytes:
        """Return the first bytes of audio, without joining the rest."""
        found = b""
        for piece in self._data:
            if len(found) >= size:
                break
            found += piece
        return found[:size]

    @property
    def expires_at(self) -> float | None:
        """When the service forgets the audio's id, in seconds since the epoch; None if it does not say."""
        moment = self._others.get("expires_at")
        return moment if isinstance(moment, int | float) and not isinstance(moment, bool) else None

    def sound(self) -> bytes:
        """Return the decoded audio received so far, in the requested format."""
        return b"".join(self._data)

    def as_json(self) -> JsonObject:
        """Return the received members, with ``data`` as one base64 string."""
        merged: JsonObject = {}
        if self.id is not None:
            merged["id"] = self.id
        if self._data:
            merged["data"] = base64.b64encode(b"".join(self._data)).decode("ascii")
        if self.transcript.came:
            merged["transcript"] = self.transcript.text()
        return {**merged, **self._others}

    def _add_data(self, value: Json) -> bool:
        """Decode one fragment, which is base64 by itself, maybe without padding; invalid base64 is dropped."""
        if not isinstance(value, str):
            return False
        try:
            sound = binascii.a2b_base64(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
        except ValueError:
            return False
        self._data.append(sound)
        return bool(sound)

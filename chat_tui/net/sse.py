"""Server-sent events decoder: bytes in, events and comments out, without I/O.

Follows the HTML Standard, section 9.2 (server-sent events), however the input is split. Beyond the standard are the
size limits, and the last event of a server that omits its blank line (``end``).
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from chat_tui.domain.merging.payload import is_done, is_json

MAX_EVENT_BYTES: Final = 8 * 1024 * 1024
"""Maximum size of the data of one event."""
MAX_COMMENT_BYTES: Final = 64 * 1024
"""Maximum size of one comment; longer ones are truncated."""
EXCERPT_BYTES: Final = 1024
"""How much of the data of an oversized event is kept."""

_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_PREFIX: Final = len(b"event: ")


class Dispatched(NamedTuple):
    """One decoded event."""

    data: str
    name: str = "message"
    """The ``event`` field; ``message`` if it is missing or empty."""
    id: str = ""
    """The last event id in effect."""
    retry: int | None = None
    """The reconnection time in effect, in milliseconds. Reported only."""
    oversized: bool = False
    """Whether the data exceeded the limit; ``data`` is then only its beginning."""
    unterminated: bool = False
    """Whether the input ended before the blank line that would have dispatched the event."""


class CommentLine(NamedTuple):
    """A line that starts with a colon; servers use them as keep-alives."""

    text: str


Item: TypeAlias = Dispatched | CommentLine


class SseDecoder:
    """Decodes one stream.

    Time is linear in the input however it is split; memory is bounded by one chunk and one event.

    Args:
        max_event_bytes: Maximum size of the data of one event. Larger data is truncated and flagged ``oversized``.
    """

    last_event_id: str
    """The id as of the last blank line."""
    retry: int | None
    """The last valid ``retry`` field, in milliseconds."""
    unterminated: bool
    """Whether ``end`` found an event with data but without its blank line."""

    def __init__(self, *, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.last_event_id = ""
        self.retry = None
        self.unterminated = False
        self._max = max_event_bytes
        self._start: bytes | None = b""  # possible start of a byte order mark; None once that is decided
        self._after_cr = False
        self._line = bytearray()  # the unfinished line, up to its size limit
        self._line_bytes = 0  # its full length
        self._data: bytes | bytearray | None = None
        self._oversized = False
        self._name = ""
        self._id = ""

    def feed(self, chunk: bytes) -> list[Item]:
        """Decode the next bytes; any number is allowed.

        Returns:
            The items completed by these bytes, in order.
        """
        if self._start is not None:
            chunk = self._without_mark(chunk)
        if not chunk:
            return []
        if self._after_cr or b"\r" in chunk:
            chunk = self._with_lf(chunk)
        lines = chunk.split(b"\n")
        rest = lines.pop()
        items: list[Item] = []
        if lines and self._line_bytes:
            self._hold(lines[0])
            self._take_held(items)
            del lines[0]
        for line in lines:
            if not line:
                self._dispatch(items)
            elif line.startswith(b"data: "):
                self._add_data(line[6:])
            else:
                self._take(line, len(line), items)
        if rest:
            self._hold(rest)
        return items

    def end(self) -> list[Item]:
        """Signal the end of the input; call once.

        The standard drops an event without a blank line after it. Some services omit that line, so an event whose data
        is ``[DONE]`` or complete JSON is returned and flagged; ``last_event_id`` and ``retry`` keep the values that the
        standard prescribes.
        """
        items: list[Item] = []
        retry = self.retry
        if self._line_bytes:
            self._take_held(items)
        if self._data is not None:
            self.unterminated = True
            event = self._event(self._data, unterminated=True)
            if is_done(event.data) or is_json(event.data):
                items.append(event)
        self.retry = retry
        self._reset()
        return items

    def _without_mark(self, chunk: bytes) -> bytes:
        """Return ``chunk`` without a byte order mark; nothing until it is known whether there is one."""
        start = (self._start or b"") + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._start = start
            return b""
        self._start = None
        return start.removeprefix(_BOM)

    def _with_lf(self, chunk: bytes) -> bytes:
        """Normalise line ends to LF; a CR at the end of a chunk counts at once, and an LF after it is skipped."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _hold(self, piece: bytes) -> None:
        """Append to the unfinished line; bytes beyond its limit are counted but not stored."""
        self._line_bytes += len(piece)
        comment = (self._line or piece).startswith(b":")
        room = (MAX_COMMENT_BYTES if comment else self._max + _LONGEST_PREFIX) - len(self._line)
        self._line += piece if len(piece) <= room else piece[: max(room, 0)]

    def _take_held(self, items: list[Item]) -> None:
        line, length = bytes(self._line), self._line_bytes
        self._line = bytearray()
        self._line_bytes = 0
        self._take(line, length, items)

    def _take(self, line: bytes, length: int, items: list[Item]) -> None:
        """Process one line, which was ``length`` bytes long before truncation."""
        if not line:
            self._dispatch(items)
            return
        if line.startswith(b":"):
            items.append(CommentLine(line[1:MAX_COMMENT_BYTES].removeprefix(b" ").decode("utf-8", "replace")))
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._add_data(value)
        elif length > self._max + _LONGEST_PREFIX:
            return
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif field == b"retry" and value.isdigit():
            self._set_retry(value)

    def _set_retry(self, digits: bytes) -> None:
        try:
            self.retry = int(digits)
        except ValueError:  # more digits than the interpreter converts
            return

    def _add_data(self, value: bytes) -> None:
        if self._oversized:
            return
        if self._data is None:
            self._data = value
        else:
            if isinstance(self._data, bytes):
                self._data = bytearray(self._data)
            self._data += b"\n"
            self._data += value
        if len(self._data) > self._max:
            self._oversized = True
            self._data = bytes(self._data[:EXCERPT_BYTES])

    def _dispatch(self, items: list[Item]) -> None:
        self.last_event_id = self._id
        if self._data is not None:
            items.append(self._event(self._data))
            self._reset()
        else:
            self._name = ""

    def _event(self, data: bytes | bytearray, *, unterminated: bool = False) -> Dispatched:
        return Dispatched(
            data.decode("utf-8", "replace"),
            self._name or "message",
            self._id,
            self.retry,
            self._oversized,
            unterminated,
        )

    def _reset(self) -> None:
        self._data = None
        self._oversized = False
        self._name = ""

"""The two lines below a film: the position among its turns, and the playback state."""

from __future__ import annotations

import math

from msgspec import Struct
from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from chat_tui.domain.literal import visible_line

_QUIET = "$foreground 70%"
_FAINT = "$foreground 35%"
_CELLS_A_MARK = 3
"""Minimum number of cells per turn for the turns to be marked."""
_LEAST_WORDS = 16
"""Minimum number of cells for a text; one that would be cut shorter is omitted with its separator."""


class ScrubberState(Struct, frozen=True, kw_only=True):
    """What the lines show."""

    time_s: float
    length_s: float
    starts_s: tuple[float, ...] = ()
    """When the turns begin."""
    turn: int = 0
    """Index of the current turn."""
    title: str = ""
    """First words of the turn."""
    state: str = "paused"
    """``playing``, ``paused`` or ``end``."""
    doing: str = ""
    """What happens at this moment."""
    speed: float = 1.0
    idle_s: float | None = None
    """Longest pause within a turn; None: as recorded."""


_SIGNS = {"playing": ("▶", "$success"), "paused": ("‖", "$warning"), "end": ("■", "$accent")}


class Scrubber(Widget):
    """Progress bar and figures; a click on the bar seeks to that time."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Scrubber { height: 2; background: $panel; color: $foreground; padding: 0 1; }
    """

    class Sought(Message):
        """A position of the bar was clicked."""

        def __init__(self, fraction: float) -> None:
            super().__init__()
            self.fraction = fraction
            """The fraction of the film's length, 0 to 1."""

    def __init__(self) -> None:
        super().__init__(id="scrubber")
        self._state = ScrubberState(time_s=0.0, length_s=0.0)
        self._lines: tuple[Content, Content] | None = None

    def show(self, state: ScrubberState) -> None:
        """Show another state; repaints only if the lines differ."""
        self._state = state
        width = self.content_size.width
        lines = scrubber_lines(state, width)
        if self._lines is None or any(not a.is_same(b) for a, b in zip(lines, self._lines, strict=True)):
            self._lines = lines
            self.refresh()

    def render(self) -> RenderResult:
        """Render the lines, fitted to the width."""
        return Content("\n").join(scrubber_lines(self._state, self.content_size.width))

    def on_click(self, event: events.Click) -> None:
        """Seek to the clicked position of the bar."""
        place = event.get_content_offset(self)
        if place is not None and place.y == 0:
            self.post_message(self.Sought(place.x / max(1, self.content_size.width - 1)))


def scrubber_lines(state: ScrubberState, width: int) -> tuple[Content, Content]:
    """Build the bar and the figures below it, each at most ``width`` cells wide."""
    return _bar(state, width), _figures(state, width)


def clock_words(time_s: float) -> str:
    """Format a time in a film: ``0:07.3``, ``12:05``, ``1:02:05``; tenths only below ten minutes."""
    tenths = int(time_s * 10 + 1e-6)
    minutes, rest = divmod(tenths, 600)
    if minutes < 10:
        return f"{minutes}:{rest // 10:02d}.{rest % 10}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest // 10:02d}" if hours else f"{minutes}:{rest // 10:02d}"


def speed_words(speed: float) -> str:
    """Format a speed: ``0.25×``, ``max``."""
    return "max" if speed == math.inf else f"{speed:g}×"


def _bar(state: ScrubberState, width: int) -> Content:
    here = _cell(state.time_s, state.length_s, width)
    few = len(state.starts_s) * _CELLS_A_MARK <= width
    marks = {_cell(start_s, state.length_s, width) for start_s in state.starts_s} if few else ()
    played = "".join("┿" if cell in marks else "━" for cell in range(here))
    coming = "".join("┼" if cell in marks else "─" for cell in range(here + 1, width))
    return Content.assemble((played, "$accent"), ("●", "bold $accent"), (coming, _FAINT)).truncate(max(0, width))


def _cell(time_s: float, length_s: float, width: int) -> int:
    share = time_s / length_s if length_s > 0 else 0.0
    return min(max(0, width - 1), max(0, round(share * (width - 1))))


def _figures(state: ScrubberState, width: int) -> Content:
    sign, ink = _SIGNS[state.state]
    times = f"{clock_words(state.time_s)} / {clock_words(state.length_s)}"
    turns = len(state.starts_s)
    pauses = "" if state.idle_s is None else f"pauses ≤ {state.idle_s:g} s"
    right = Content.styled(" · ".join(part for part in (pauses, speed_words(state.speed)) if part), "bold $accent")
    left = Content.assemble((f"{sign} {state.state:<7}  ", f"bold {ink}"), (times, "bold"))
    room = width - right.cell_length - 2
    for words, style in (
        (f"turn {min(state.turn + 1, turns)} of {turns}" if turns else "nothing recorded", ""),
        (visible_line(state.doing), "$accent"),
        (visible_line(state.title), _QUIET),
    ):
        longer = Content.assemble(left, ("  ·  ", _FAINT), (words, style)) if words else left
        if longer.cell_length > room and room - left.cell_length < _LEAST_WORDS:
            break
        left = longer.truncate(room, ellipsis=True)
    gap = width - left.cell_length - right.cell_length
    return Content.assemble(left, " " * max(0, gap), right).truncate(max(0, width), ellipsis=True)

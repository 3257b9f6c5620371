"""Plays a film: position, speed and current scene. Sends nothing and writes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chat_tui.domain.scene import Scene

if TYPE_CHECKING:
    from chat_tui.domain.film import Film, FilmTurn, Frame, Item
    from chat_tui.engine.ports import Clock

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, math.inf)
"""Film seconds per clock second; the last one plays without delays."""
_AT_ONCE: Final = 256
"""Frames per tick at the highest speed: few enough to watch and to interrupt."""
_JUST_BEGUN_S: Final = 1.0
"""Within this many seconds after a turn's start, jumping back leads to the previous turn."""


class Player:
    """The playback position in a film. Time advances only in ``tick``.

    Args:
        film: The film, positioned at its beginning.
        clock: Its monotonic time sets the pace.
        speed: One of ``SPEEDS``.
        watch: Called after each item that is played or stepped forward over.
    """

    def __init__(
        self, film: Film, clock: Clock, *, speed: float = 1.0, watch: Callable[[Item], None] | None = None
    ) -> None:
        self.film = film
        self.speed = speed
        self.playing = False
        self.time_s = 0.0
        """Position in seconds from the beginning of the film."""
        self.number = 0
        """Index of the current turn."""
        self.place = 0
        """Number of frames of this turn applied so far."""
        self.scene = Scene(film, 0)
        self.version = 0
        """Incremented whenever the scene was rebuilt instead of advanced."""
        self._clock = clock
        self._watch = watch
        self._from = (0.0, 0.0)

    @property
    def turn(self) -> FilmTurn | None:
        """The current turn; None in an empty film."""
        return self.film.turns[self.number] if self.film.turns else None

    @property
    def over(self) -> bool:
        """Whether every frame has been applied."""
        return self.number >= len(self.film.turns) - 1 and self.place == len(self._frames)

    def play(self) -> None:
        """Start or resume; from the beginning if the film is over."""
        if self.over:
            self.seek(0.0)
        self.playing = bool(self.film.turns)
        self._rebase()

    def pause(self) -> None:
        """Pause at the current position."""
        self.tick()
        self.playing = False

    def set_speed(self, speed: float) -> None:
        """Change the playback speed."""
        self.tick()
        self.speed = speed
        self._rebase()

    def turn_speed(self, step: int) -> None:
        """Change to the next higher or lower of ``SPEEDS``."""
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(math.atan(SPEEDS[place]) - math.atan(self.speed)))
        self.set_speed(SPEEDS[max(0, min(len(SPEEDS) - 1, nearest + step))])

    def tick(self) -> bool:
        """Apply the frames that are due; return whether there were any."""
        if not self.playing:
            return False
        if self.speed == math.inf:
            happened = self._advance(math.inf, at_most=_AT_ONCE)
        else:
            since_s, ticks = self._from
            self.time_s = since_s + (self._clock.ticks_s() - ticks) * self.speed
            happened = self._advance(self.time_s)
        if self.over:
            self.time_s = self.film.length_s
            self.playing = False
        return happened

    def due_s(self) -> float | None:
        """Return seconds until the next frame is due; None while paused."""
        if not self.playing:
            return None
        following = self._next()
        if self.speed == math.inf or following is None:
            return 0.0
        since_s, ticks = self._from
        return max(0.0, (following[0] - since_s) / self.speed - (self._clock.ticks_s() - ticks))

    def step(self, steps: int) -> None:
        """Pause and move by a number of frames; backwards if negative."""
        self.playing = False
        for _ in range(steps):
            following = self._next()
            if following is None:
                break
            self._happen_next()
            self.time_s = following[0]
        if steps < 0:
            self._back(-steps)
        self._rebase()

    def jump(self, turns: int) -> None:
        """Move by a number of turns to the start of one, without changing between playing and paused.

        Backwards leads to the start of the current turn first, unless that has only just begun.
        """
        number = self.number + turns
        here = self.turn
        if turns < 0 and here is not None and self.time_s - here.start_s > _JUST_BEGUN_S:
            number += 1
        if number >= len(self.film.turns):
            self.seek(self.film.length_s)
        else:
            self.seek(self.film.starts[max(0, number)] if self.film.starts else 0.0)

    def seek(self, time_s: float) -> None:
        """Move to a time in seconds, clamped to the film, without changing between playing and paused."""
        self.time_s = max(0.0, min(time_s, self.film.length_s))
        self._enter(self.film.turn_at(self.time_s))
        while (following := self._next()) is not None and following[0] <= self.time_s:
            self._happen_next(watched=False)
        self._rebase()

    def show(self, film: Film) -> None:
        """Replace the film by one of the same session with other pauses, keeping the current frame."""
        number, place = self.number, self.place
        self.film = film
        self._enter(number)
        self._repeat(place)
        self._rebase()

    @property
    def _frames(self) -> tuple[Frame, ...]:
        turn = self.turn
        return turn.frames if turn is not None else ()

    def _next(self) -> tuple[float, Frame] | None:
        """Return the next frame and its time in the film."""
        turns, number, place = self.film.turns, self.number, self.place
        while number < len(turns):
            if place < len(turns[number].frames):
                frame = turns[number].frames[place]
                return turns[number].start_s + frame.at_s, frame
            number, place = number + 1, 0
        return None

    def _advance(self, time_s: float, *, at_most: int | None = None) -> bool:
        happened = 0
        while happened != at_most and (following := self._next()) is not None and following[0] <= time_s:
            self._happen_next()
            if at_most is not None:
                self.time_s = following[0]
            happened += 1
        return happened > 0

    def _happen_next(self, *, watched: bool = True) -> None:
        if self.place == len(self._frames):
            self._enter(self.number + 1)
        item = self._frames[self.place].item
        self.scene.take(item)
        self.place += 1
        if watched and self._watch is not None:
            self._watch(item)

    def _back(self, steps: int) -> None:
        number, place = self.number, self.place - steps
        while place <= 0 and number > 0:
            number -= 1
            place += len(self.film.turns[number].frames)
        self._enter(number)
        self._repeat(max(0, place))

    def _repeat(self, place: int) -> None:
        """Apply this many frames from the start of the turn."""
        for _ in range(min(place, len(self._frames))):
            self._happen_next(watched=False)
        turn = self.turn
        start_s = turn.start_s if turn is not None else 0.0
        self.time_s = start_s + (self._frames[self.place - 1].at_s if self.place else 0.0)

    def _enter(self, number: int) -> None:
        self.number, self.place = number, 0
        self.scene = Scene(self.film, number)
        self.version += 1

    def _rebase(self) -> None:
        """Restart time measurement from the current position and clock."""
        self._from = (self.time_s, self._clock.ticks_s())

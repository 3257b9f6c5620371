"""Saves, opens and plays a message's sounds and images; only at a key press, never automatically."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chat_tui.domain.message_parts import parts_of
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.turns import asked_of, choice_of, turn_of
from chat_tui.ui.choices import Choice
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from textual.worker import Worker

    from chat_tui.domain.reply_media import Medium
    from chat_tui.ui.screens.chat import ChatScreen


class MediaActions:
    """Acts on the message under the cursor, else on the last message."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._playing: Worker[None] | None = None

    def save(self) -> None:
        """Ask for a name and write every sound and image of the message; then offer to open them."""
        media = self._media()
        if not media:
            self._screen.tell("This message has no sounds or images.", severity="warning")
            return
        told = ", ".join(medium.words() for medium in media[:3]) + (" …" if len(media) > 3 else "")
        count = f"{len(media)} files: " if len(media) > 1 else ""
        node = self._screen.messages.current()
        stem = f"reply-{node.id.partition('.')[0]}" if node is not None else "reply"

        def take(name: str | None) -> None:
            if name is not None and name.strip():
                start_worker(self._screen, partial(self._write, name.strip(), media), group="saving")

        self._screen.windows.ask(f"Save {count}{told}", stem, take)

    def play(self) -> None:
        """Play the sound of the message; while one plays, stop it."""
        if self._playing is not None and self._playing.is_running:
            self._playing.cancel()
            self._screen.tell("Stopped.")
            return
        sound = next((medium for medium in self._media() if medium.sound), None)
        if sound is None:
            self._screen.tell("This message has no sound.", severity="warning")
            return
        self._playing = start_worker(self._screen, partial(self._play, sound), group="playing")

    def _media(self) -> tuple[Medium, ...]:
        from chat_tui.domain.reply_media import media_of_parts, media_of_reply

        bench, node = self._screen.bench, self._screen.messages.current()
        if node is None:
            return ()
        turn, choice = turn_of(bench, node.id), choice_of(bench, node)
        if turn is not None and choice is not None:
            return media_of_reply(choice, asked_of(turn))
        return media_of_parts(parts_of(node.message))

    async def _write(self, stem: str, media: Sequence[Medium]) -> None:
        from chat_tui.engine.media_files import opener, save_media

        try:
            paths = await asyncio.to_thread(save_media, stem, media)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)
            return
        self._screen.tell(f"Saved to {', '.join(map(str, paths))}.")
        program = opener()
        if program:
            self._offer(program, [path for path, medium in zip(paths, media, strict=True) if medium.opened])

    def _offer(self, program: tuple[str, ...], paths: Sequence[Path]) -> None:
        """Offer to open the saved files; the choice names file and program, and nothing opens without it."""
        if not paths:
            return

        async def ways() -> Sequence[Choice]:
            return [
                Choice("", "Do not open them" if len(paths) > 1 else "Do not open it"),
                *(
                    Choice(str(place), f"Open {path}", f"with {Path(program[0]).name}")
                    for place, path in enumerate(paths)
                ),
            ]

        def chosen(place: str | None) -> None:
            if place:
                start_worker(self._screen, partial(self._open, program, paths[int(place)]), group="opening-file")

        self._screen.windows.pick("Saved", ways, chosen)

    async def _open(self, program: tuple[str, ...], path: Path) -> None:
        from chat_tui.engine.media_files import run_on_file

        try:
            await run_on_file(program, path)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)

    async def _play(self, sound: Medium) -> None:
        from chat_tui.engine.media_files import play, player_for

        player = player_for(sound.suffix)
        if player:
            self._screen.tell(f"Playing {sound.words()} with {Path(player[0]).name}. Press the same key to stop.")
        try:
            await play(sound)
        except ProblemError as error:
            self._screen.tell_problem(error.problem)

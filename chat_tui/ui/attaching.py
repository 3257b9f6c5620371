"""Attachments of the next message: by command, from a file list, from the clipboard, by pasting a path."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from chat_tui.domain.attachments import Attachment
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.choices import Choice
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

MOST: Final = 32
"""Maximum number of attachments per message."""
_COMMAND: Final = "/attach"


class Attaching:
    """Holds the attachments of the next message. A file is read once, in a thread, when it is attached."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._held: tuple[Attachment, ...] = ()
        self._elsewhere: dict[str, tuple[Attachment, ...]] = {}
        """Attachments of sessions that are not on the screen, by session path."""

    @property
    def held(self) -> tuple[Attachment, ...]:
        """The attachments, in order."""
        return self._held

    @property
    def parts(self) -> tuple[JsonObject, ...]:
        """The attachments in wire shape."""
        return tuple(each.part for each in self._held)

    def command(self, argument: str) -> bool:
        """Attach a file or URL; without one, open the file list.

        Returns:
            Whether the command is done. False for a file: the command stays in the composer until the file is attached.
        """
        if not argument:
            self.browse()
            return True
        from chat_tui.engine.attaching import attach, name_and_detail

        name, detail = name_and_detail(argument)
        keep = self._screen.services.options.attach

        def read() -> tuple[Attachment, ...]:
            found = attach(name, keep)
            return (found.with_detail(detail) if detail else found,)

        typed = self._screen.composer.whole_text
        start_worker(self._screen, partial(self._attach, read, typed), group="attaching")
        return False

    def offer(self, text: str) -> None:
        """If the pasted text consists only of paths of images, sounds or PDFs, attach these instead."""
        from chat_tui.engine.attaching import attach_pasted, pasted_names

        if pasted_names(text):
            typed, keep = self._screen.composer.text, self._screen.services.options.attach
            start_worker(
                self._screen, partial(self._take_paste, lambda: attach_pasted(text, keep), typed), group="attaching"
            )

    def browse(self, folder: str = "") -> None:
        """Choose a file from a list; choosing a folder lists that folder."""
        from chat_tui.engine.attaching import file_names

        async def load() -> Sequence[Choice]:
            names = await asyncio.to_thread(file_names, folder)
            above = [] if folder in ("/", "~/") else [f"{folder}../"]
            return [Choice(name, name.removeprefix(folder)) for name in [*above, *names]]

        def chosen(name: str | None) -> None:
            if name is None:
                self._screen.composer.focus()
            elif name.endswith("/"):
                self.browse(name)
            else:
                self._attach_chosen(name)

        title = f"Attach from {folder}" if folder else "Attach a file: choose one, or type a path or an image URL"
        self._screen.windows.pick(title, load, chosen, own_text=True)

    def clipboard(self) -> None:
        """Attach the image on the clipboard, if this machine can read it."""
        from chat_tui.engine.clipboard_image import clipboard_image

        def read() -> tuple[Attachment, ...]:
            return (clipboard_image(os.environ),)

        start_worker(self._screen, partial(self._attach, read, ""), group="attaching")

    def remove_last(self) -> None:
        """Remove the last attachment, on backspace at the start of the composer."""
        if self._held:
            self._show(self._held[:-1])

    def choose_removal(self) -> None:
        """Choose which attachment to remove."""
        if not self._held:
            self._screen.tell("Nothing is attached.")
            return

        async def load() -> Sequence[Choice]:
            return [Choice(str(place), each.words()) for place, each in enumerate(self._held)]

        def chosen(place: str | None) -> None:
            if place is not None:
                self._show(each for number, each in enumerate(self._held) if number != int(place))
            self._screen.composer.focus()

        self._screen.windows.pick("Remove an attachment", load, chosen)

    def take(self) -> tuple[Attachment, ...]:
        """Return the attachments for sending, and clear them."""
        taken = self._held
        self._show(())
        return taken

    def put_back(self, attached: Sequence[Attachment]) -> None:
        """Restore attachments that could not be sent."""
        self._show((*attached, *self._held))

    def change_session(self, before: str, now: str) -> None:
        """Store the attachments of the previous session, and show those of the current one."""
        self._elsewhere[before] = self._held
        self._show(self._elsewhere.pop(now, ()))

    def _attach_chosen(self, name: str) -> None:
        from chat_tui.engine.attaching import attach

        keep = self._screen.services.options.attach
        self._screen.composer.focus()
        start_worker(self._screen, partial(self._attach, lambda: (attach(name, keep),), ""), group="attaching")

    async def _attach(self, read: Callable[[], tuple[Attachment, ...]], typed: str) -> None:
        """Attach what ``read`` returns; ``typed`` is the command to be removed from the composer afterwards."""
        screen, bench = self._screen, self._screen.bench
        try:
            found = await asyncio.to_thread(read)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        if screen.bench is not bench:
            screen.tell("Not attached: another session was opened while the file was read.", severity="warning")
            return
        screen.drafting.carried_out(typed)
        self._add(found)

    async def _take_paste(self, read: Callable[[], tuple[Attachment, ...]], typed: str) -> None:
        """Attach pasted files, and remove the pasted text from the composer unless it has changed since."""
        bench = self._screen.bench
        found = await asyncio.to_thread(read)
        if found and self._screen.bench is bench and self._add(found) and self._screen.composer.text == typed:
            self._screen.composer.undo()

    def _add(self, found: Sequence[Attachment]) -> bool:
        from chat_tui.engine.attaching import modality_notes

        screen = self._screen
        if len(self._held) + len(found) > MOST:
            screen.tell(f"A message takes at most {MOST} attachments.", severity="warning")
            return False
        self._show((*self._held, *found))
        doubts = [note for each in found for note in each.notes]
        for note in doubts + modality_notes(screen.services, screen.bench.settings, found):
            screen.tell(note, severity="warning")
        return True

    def _show(self, attached: Iterable[Attachment]) -> None:
        self._held = tuple(attached)
        self._screen.attachments.show([each.words() for each in self._held])
        self._screen.drafting.edited()

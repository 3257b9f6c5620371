"""Attaching on the screen: by command, from a list of files, by a pasted path."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from chat_tui.domain.attachments import Attachment
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.choices import Choice

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

MOST: Final = 32
"""Attachments of one message."""
_COMMAND: Final = "/attach"


class Attaching:
    """Holds what goes out with the next message. A file is read once, when it is attached, off the screen's thread."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._held: tuple[Attachment, ...] = ()
        self._elsewhere: dict[str, tuple[Attachment, ...]] = {}
        """What waits in sessions that are not on the screen, by their path."""

    @property
    def held(self) -> tuple[Attachment, ...]:
        """What is attached, in order."""
        return self._held

    @property
    def parts(self) -> tuple[JsonObject, ...]:
        """The same in wire shape."""
        return tuple(each.part for each in self._held)

    def command(self, argument: str) -> bool:
        """Attach a file or an address; without one, choose a file. The command stays typed until that is done."""
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
        self._screen.run_worker(self._attach(read, typed), group="attaching", description="")
        return False

    def offer(self, text: str) -> None:
        """A text was pasted: where it is nothing but paths of images, sounds or PDFs, these are attached instead."""
        from chat_tui.engine.attaching import attach_pasted, pasted_names

        if pasted_names(text):
            typed, keep = self._screen.composer.text, self._screen.services.options.attach
            self._screen.run_worker(self._take_paste(lambda: attach_pasted(text, keep), typed), group="attaching")

    def browse(self, folder: str = "") -> None:
        """Choose a file from a list; a folder leads to its own list."""
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

        title = f"Attach from {folder}" if folder else "Attach a file, or type a path or an image's address"
        self._screen.windows.pick(title, load, chosen, own_text=True)

    def clipboard(self) -> None:
        """Attach the image that is on the clipboard, where this machine has a way to read it."""
        from chat_tui.engine.clipboard_image import clipboard_image

        def read() -> tuple[Attachment, ...]:
            return (clipboard_image(os.environ),)

        self._screen.run_worker(self._attach(read, ""), group="attaching", description="")

    def remove_last(self) -> None:
        """Backspace at the start of the composer."""
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
        """They are on their way: nothing is attached any more."""
        taken = self._held
        self._show(())
        return taken

    def put_back(self, attached: Sequence[Attachment]) -> None:
        """They did not get through."""
        self._show((*attached, *self._held))

    def change_session(self, before: str, now: str) -> None:
        """Another session is on the screen: what was attached in the one before waits there."""
        self._elsewhere[before] = self._held
        self._show(self._elsewhere.pop(now, ()))

    def _attach_chosen(self, name: str) -> None:
        from chat_tui.engine.attaching import attach

        keep = self._screen.services.options.attach
        self._screen.composer.focus()
        self._screen.run_worker(self._attach(lambda: (attach(name, keep),), ""), group="attaching", description="")

    async def _attach(self, read: Callable[[], tuple[Attachment, ...]], typed: str) -> None:
        """Attach what is read; ``typed`` is the command that asked for it, which has done its work then."""
        screen, bench = self._screen, self._screen.bench
        try:
            found = await asyncio.to_thread(read)
        except ProblemError as error:
            screen.tell_problem(error.problem)
            return
        if screen.bench is not bench:
            screen.tell("Not attached: another session was opened while the file was read.", severity="warning")
            return
        if typed and screen.composer.whole_text == typed:
            screen.composer.empty()
            screen.composer.remember(typed)
            screen.drafting.forget()
        self._add(found)

    async def _take_paste(self, read: Callable[[], tuple[Attachment, ...]], typed: str) -> None:
        """The pasted text goes from the composer, unless it was changed meanwhile."""
        bench = self._screen.bench
        found = await asyncio.to_thread(read)
        if found and self._screen.bench is bench and self._add(found) and self._screen.composer.text == typed:
            self._screen.composer.undo()

    def _add(self, found: Sequence[Attachment]) -> bool:
        from chat_tui.engine.attaching import modality_notes

        screen = self._screen
        if len(self._held) + len(found) > MOST:
            screen.tell(f"At most {MOST} attachments go with one message.", severity="warning")
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

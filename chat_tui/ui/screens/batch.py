"""Base of the windows that send many requests: what will be sent, then the progress; nothing is sent before enter."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, Protocol

from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.progress import progress_bar
from chat_tui.ui.screens.answering import Answer
from chat_tui.ui.screens.overlay import Overlay

BAR_CELLS: Final = 24


class Batch(Protocol):
    """Requests being sent."""

    @property
    def done(self) -> bool:
        """Whether all are over."""
        ...

    def stop(self) -> None:
        """Cancel those that are not over."""

    async def wait(self) -> object:
        """Wait until all are over."""


class BatchScreen(Overlay[Answer]):
    """Contains widgets with the ids ``asked``, ``state`` and ``keys``; closing it stops the batch."""

    DEFAULT_CSS = """
    BatchScreen #asked { height: auto; max-height: 4; margin-bottom: 1; }
    BatchScreen #state { height: auto; max-height: 3; margin-bottom: 1; }
    BatchScreen LinesView { height: 1fr; }
    BatchScreen #keys { height: 1; }
    """

    gone = False
    """Whether the window was closed: nothing can be shown any more."""

    @property
    @abstractmethod
    def sent(self) -> Batch | None:
        """The batch once it has been started."""

    @property
    def running(self) -> bool:
        """Whether requests are being sent."""
        return self.sent is not None and not self.sent.done

    async def on_unmount(self) -> None:
        """Stop the batch when the window closes."""
        self.gone = True
        if self.sent is not None:
            self.sent.stop()
            await self.sent.wait()

    def stopped(self) -> bool:
        """Stop a running batch; return whether one was running."""
        if self.sent is None or self.sent.done:
            return False
        self.sent.stop()
        return True

    def show_asked(self, words: str) -> None:
        """Show what will be sent."""
        self.query_one("#asked", Static).update(Content(visible_line(words)))

    def show_state(self, content: Content) -> None:
        """Show the state; without content its line is hidden."""
        state = self.query_one("#state", Static)
        state.update(content)
        state.display = bool(content)

    def show_problem(self, error: ProblemError) -> None:
        """Show why nothing was sent."""
        self.show_state(Content.styled(visible_line(error.problem.sentence()), "$error"))

    def show_progress(self, share: float, words: str) -> None:
        """Show a bar, filled to a share from 0 to 1, and words after it."""
        self.show_state(Content.assemble(progress_bar(share, BAR_CELLS), f"  {visible_line(words)}"))

    def show_keys(self, words: str) -> None:
        """Show the keys that work now."""
        self.query_one("#keys", Static).update(Content(words))

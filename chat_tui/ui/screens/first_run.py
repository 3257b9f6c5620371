"""The first screen if no model is available: download the embedded model, enter a provider, or quit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.literal import visible_line
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.literal import literal
from chat_tui.ui.panel.lines_view import Line
from chat_tui.ui.progress import progress_bar
from chat_tui.ui.screens.help import HelpScreen
from chat_tui.ui.screens.overlay import Overlay
from chat_tui.ui.screens.provider_form import ProviderForm
from chat_tui.ui.workers import start_worker

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

_BAR_CELLS = 30


def progress_line(words: str, share: float | None) -> Content:
    """Format a progress bar with percentage and description; without a share, only the description."""
    if share is None:
        return Content(visible_line(words))
    return Content.assemble(
        progress_bar(share, _BAR_CELLS),
        (f" {share * 100:3.0f} %  ", "bold"),
        (visible_line(words), "$foreground 70%"),
    )


class FirstRunScreen(Overlay[None]):
    """Offers three choices; escape closes it to look around."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "take('fetch')", show=False),
        Binding("2", "take('provider')", show=False),
        Binding("3", "take('quit')", show=False),
        Binding("escape", "leave", show=False),
    ]

    DEFAULT_CSS = """
    FirstRunScreen .window { padding: 1 2; }
    #first-run-why { color: $foreground 80%; margin: 1 0; }
    #first-run-said { margin-top: 1; height: auto; min-height: 1; }
    """

    def __init__(self, chat: ChatScreen) -> None:
        super().__init__()
        self._chat = chat
        self._status = chat.services.local.status()
        self._fetching = False

    def compose(self) -> ComposeResult:
        """Compose what is missing, the choices, and a line for their outcome."""
        can_fetch = self._status.runtime and not self._status.own_file
        with Vertical(classes="window"):
            yield Static(Content("No model is available yet"), classes="title")
            yield Static(literal(self._missing()), id="first-run-why")
            yield OptionList(
                Option(_way("1", "Download the model", "93 MB, once, hash-checked"), "fetch", not can_fetch),
                Option(_way("2", "Enter a provider", "URL, API key variable, model"), "provider"),
                Option(_way("3", "Quit", ""), "quit"),
                compact=True,
                markup=False,
                id="first-run-ways",
            )
            yield Static(Content(""), id="first-run-said")

    def on_mount(self) -> None:
        """Focus the list."""
        self.query_one(OptionList).focus()

    def action_take(self, way: str) -> None:
        """Carry out one of the choices."""
        if way == "quit":
            start_worker(self, partial(self.app.run_action, "app.quit"), group="quit")
        elif way == "provider":
            self.app.push_screen(ProviderForm(self._chat), self._entered)
        elif not self._fetching and not self.query_one(OptionList).get_option("fetch").disabled:
            self._fetching = True
            start_worker(self, self._fetch, group="fetch")

    def action_leave(self) -> None:
        """Close to look around without a model."""
        if not self._fetching:
            self.dismiss()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take(event.option_id or "")

    def _entered(self, lines: str | None) -> None:
        if lines is None:
            return
        self.dismiss()
        where = self._chat.services.options.config_file
        told = [
            Line.of(("This provider is available until you quit.", "value")),
            Line.of(),
            Line.of(("To make it permanent, add these lines to", "text")),
            Line.of((str(where) if where else "the configuration file", "accent")),
            Line.of(),
            *(Line.of((line, "text")) for line in lines.split("\n")),
        ]
        self._chat.app.push_screen(HelpScreen(told))

    async def _fetch(self) -> None:
        try:
            await self._chat.services.local.fetch(self._progress)
        except ProblemError as error:
            self._say(Content.styled(visible_line(error.problem.sentence()), "$error"))
            return
        finally:
            self._fetching = False
        self._chat.tell("The model is ready. Type a message.")
        self.dismiss()

    def _progress(self, words: str, share: float | None) -> None:
        self._say(progress_line(words, share))

    def _say(self, content: Content) -> None:
        if self.is_mounted:
            self.query_one("#first-run-said", Static).update(content)

    def _missing(self) -> str:
        if not self._status.runtime or self._status.own_file:
            return self._status.problem
        return (
            "With nothing configured, chat-tui talks to a small language model on this machine. "
            "Its model file has not been downloaded yet."
        )


def _way(key: str, title: str, detail: str) -> Content:
    return Content.assemble((f"{key}  ", "bold $accent"), (title.ljust(22), "bold"), (detail, "$foreground 60%"))

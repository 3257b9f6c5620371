"""The conversation's screen: it owns the workbench; everything on it is a view of that."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Static

from chat_tui.domain.literal import visible
from chat_tui.domain.problems import Problem
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.actions import Scope, bindings, footer
from chat_tui.ui.choosing import Choosing
from chat_tui.ui.commands import Commands
from chat_tui.ui.completing import Completion, candidates
from chat_tui.ui.drafting import Drafting
from chat_tui.ui.exchange_view import ExchangeView
from chat_tui.ui.live_figures import LiveFigures
from chat_tui.ui.message_actions import MessageActions
from chat_tui.ui.opening import Opening
from chat_tui.ui.operations import operations
from chat_tui.ui.panel.parameters import ParametersView
from chat_tui.ui.panel.side_panel import SidePanel
from chat_tui.ui.sending import Sending
from chat_tui.ui.slash import BY_NAME
from chat_tui.ui.transcript.widget import Transcript
from chat_tui.ui.views import Views
from chat_tui.ui.widgets.completion import CompletionList
from chat_tui.ui.widgets.composer import Composer
from chat_tui.ui.widgets.find_bar import FindBar
from chat_tui.ui.widgets.header import Header
from chat_tui.ui.widgets.hint import Hint
from chat_tui.ui.widgets.status_line import StatusLine
from chat_tui.ui.windows import Windows

if TYPE_CHECKING:
    from chat_tui.ui.app import ChatApp


_FOOTER: tuple[Scope, ...] = ("composer", "screen", "app")


class MessagePane(Vertical):
    """Around the transcript; has the keys that act on a message."""

    BINDINGS = bindings("message")


class ChatScreen(Screen[None], inherit_bindings=False):
    """Composes the widgets and the parts that serve them; each key and each message is one call to a part."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        *bindings("screen"),
    ]

    def __init__(self, services: Services, bench: Workbench) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (150, "-broad")]
        self.VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-tall")]
        self.services = services
        self.bench = bench
        self.header = Header()
        self.hint = Hint()
        self.transcript = Transcript(id="transcript")
        self.completion = CompletionList()
        self.composer = Composer(services.history.entries(), placeholder="Message, or / for commands", id="composer")
        self.panel = SidePanel(id="panel")
        self.status = StatusLine(footer(services.options.keys, *_FOOTER))
        self.sending = Sending(self)
        self.drafting = Drafting(self)
        self.figures = LiveFigures(self)
        self.choosing = Choosing(self)
        self.opening = Opening(self)
        self.messages = MessageActions(self)
        self.commands = Commands(self)
        self.windows = Windows(self)
        self.live = ExchangeView(self.transcript, services.clock.ticks_s, self.sending.ended)
        self.views = Views(self)
        self._completing = Completion(lambda text: candidates(text, self.commands.sources(), self.commands.values))
        self._operations = operations(self)

    @property
    def chat_app(self) -> ChatApp:
        """The app, by its own type."""
        return cast("ChatApp", self.app)

    def compose(self) -> ComposeResult:
        """Header, conversation beside the panel, status line."""
        yield self.header
        with Horizontal(id="body"):
            with Vertical(id="conversation"):
                with MessagePane(id="messages"):
                    yield self.hint
                    yield self.transcript
                yield self.completion
                with Horizontal(id="prompt"):
                    yield Static(Content("›"), id="prompt-mark")
                    yield self.composer
            yield self.panel
        yield self.status

    def on_mount(self) -> None:
        """Show the workbench; the cursor waits in the composer."""
        self.panel.display = self.services.options.panel and self.app.size.width >= 100
        self.composer.focus()
        self.views.everything()
        self.drafting.restore()

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the table, after the keys that were typed before it."""
        (self.focused or self).call_later(self._carry_out, action_id)

    async def _carry_out(self, action_id: str) -> None:
        outcome = self._operations[action_id]()
        if isawaitable(outcome):
            await outcome

    async def adopt(self, bench: Workbench) -> None:
        """Put another workbench on the screen; the one before is stopped and saved."""
        before, self.bench = self.bench, bench
        self.live.exchange = None
        self.views.everything()
        self.composer.focus()
        await before.close()

    def change(self, settings: SessionSettings) -> None:
        """Turn knobs."""
        self.bench.change(settings)
        self.views.settings()

    def stop_or_return(self) -> None:
        """Stop what runs, else go back to the composer."""
        if not self.sending.stop():
            if self.panel.display and self.has_class("-narrow"):
                self.panel.display = False
            self.composer.focus()

    def copy_or_stop(self) -> None:
        """Copy what is selected, else stop what runs, else say how to quit."""
        selected = self.get_selected_text()
        if selected:
            self.copy(selected)
        elif not self.sending.stop():
            self.tell("Nothing is selected. ctrl+q quits.")

    def copy(self, text: str) -> None:
        """Send text to the terminal's clipboard."""
        if text:
            self.app.copy_to_clipboard(text)
            self.tell(f"Copy sent to the terminal: {len(text):,} characters.")

    def tell(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """A note that goes away by itself."""
        seconds = 4.0 if severity == "information" else 10.0
        self.notify(visible(text), severity=severity, markup=False, timeout=seconds)

    def tell_problem(self, problem: Problem) -> None:
        """A problem, whole."""
        self.tell(problem.sentence(), severity="error")

    @on(ParametersView.Changed)
    def _parameters_changed(self, event: ParametersView.Changed) -> None:
        self.change(event.settings)

    @on(SidePanel.TabShown)
    def _tab_shown(self) -> None:
        self.views.request()

    @on(Composer.Edited)
    def _composer_edited(self) -> None:
        self._completing.edited(self.composer.text)
        self._show_completion()
        self.drafting.edited()

    @on(Composer.Leave)
    def _to_transcript(self) -> None:
        if self.transcript.display:
            self.transcript.focus()

    @on(Composer.CompletionAsked)
    def _complete(self, event: Composer.CompletionAsked) -> None:
        text = self._completing.turn(self.composer.text, -1 if event.backward else 1)
        if text is not None:
            self.composer.put(text)
            self._show_completion()

    @on(Transcript.CopyAsked)
    def _copy_asked(self, event: Transcript.CopyAsked) -> None:
        self.copy(event.text)

    @on(Transcript.Moved)
    def _message_moved(self, event: Transcript.Moved) -> None:
        self.messages.moved(event.key)

    @on(FindBar.Asked)
    def _find(self, event: FindBar.Asked) -> None:
        self.windows.found(event.needle)

    @on(FindBar.Closed)
    def _close_find(self) -> None:
        self.windows.close_find()

    def on_resize(self, event: events.Resize) -> None:
        """Below 100 columns the panel lies over the conversation: it does not open by itself."""
        if event.size.width < 100 and not self.panel.has_focus_within:
            self.panel.display = False
        elif event.size.width >= 100 and self.services.options.panel:
            self.panel.display = True
        self.views.conversation()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The bottom line shows the keys that work where the focus is."""
        scopes = ("message",) if event.widget is self.transcript else _FOOTER
        self.status.show_keys(footer(self.services.options.keys, *scopes))

    def _show_completion(self) -> None:
        words = [word.strip() for word in self._completing.words]
        slash = "/" if self._completing.commands else ""
        lines = [(f"{slash}{word}", self._explained(word)) for word in words]
        self.completion.show(lines, self._completing.index)

    def _explained(self, word: str) -> str:
        command = BY_NAME.get(word)
        if command is not None and " " not in self.composer.text.strip():
            return f"{command.arguments}  {command.words}".strip()
        spec = self.services.catalogue.parameters.get(word)
        return spec.title if spec is not None else ""

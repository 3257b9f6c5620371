"""The chat screen: it owns the workbench, and everything on it is a view of the workbench."""

from __future__ import annotations

from inspect import isawaitable
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.widgets import Static

from chat_tui.domain.problems import Problem
from chat_tui.domain.settings import SessionSettings
from chat_tui.engine.services import Services
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.actions import bindings, first_key, footer, scopes_of
from chat_tui.ui.notes import copy_text, note
from chat_tui.ui.operations import OPERATIONS
from chat_tui.ui.parts import ScreenParts
from chat_tui.ui.widgets.attachment_line import AttachmentLine
from chat_tui.ui.widgets.completion import CompletionList
from chat_tui.ui.widgets.composer import Composer
from chat_tui.ui.widgets.header import Header
from chat_tui.ui.widgets.hint import Hint
from chat_tui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from chat_tui.ui.app import ChatApp
    from chat_tui.ui.panel.parameters import ParametersView
    from chat_tui.ui.panel.request import RequestView
    from chat_tui.ui.transcript.widget import Transcript
    from chat_tui.ui.widgets.find_bar import FindBar

PANEL_BESIDE: Final = 100
"""Minimum width in columns at which the panel is placed beside the conversation instead of over it."""


class MessagePane(Vertical):
    """Container of the transcript; declares the keys that act on a message."""

    BINDINGS = bindings("message")


class ChatScreen(ScreenParts, inherit_bindings=False):
    """Composes the widgets and forwards each key and each widget message to a part."""

    AUTO_FOCUS = "#composer"
    DEFAULT_CSS = """
    ChatScreen { layout: vertical; layers: base over; background: $background; }
    #body { height: 1fr; }
    #conversation { width: 1fr; height: 1fr; }
    #messages { height: 1fr; padding: 1 0 0 1; }
    #prompt { height: auto; max-height: 10; margin: 0 1; padding: 0 1; border: round $primary 40%; }
    #prompt:focus-within { border: round $primary; }
    #prompt-mark { width: 2; color: $primary; text-style: bold; }
    ChatScreen.-flat #prompt { border: none; }
    ChatScreen.-flat #messages { padding: 0; }
    #panel { width: 46; height: 1fr; }
    ChatScreen.-broad #panel { width: 34%; max-width: 64; }
    ChatScreen.-narrow #panel {
        layer: over; dock: right; width: 100%; max-width: 50; min-width: 20; border-left: outer $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        *bindings("screen"),
    ]

    def __init__(self, services: Services, bench: Workbench) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (PANEL_BESIDE, "-wide"), (150, "-broad")]
        self.VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-tall")]
        self._beside = False
        self.services = services
        self.bench = bench
        self.header = Header()
        self.hint = Hint()
        self.pane = MessagePane(id="messages")
        self.completion = CompletionList()
        self.attachments = AttachmentLine()
        self.composer = Composer(services.history.entries, id="composer")
        self.panel_place = Vertical(id="panel")
        self.status = StatusLine(footer(services.options.keys, *scopes_of("composer")))

    @property
    def chat_app(self) -> ChatApp:
        """The app, with its concrete type."""
        return cast("ChatApp", self.app)

    def compose(self) -> ComposeResult:
        """Compose header, conversation, the container for the panel, and status line."""
        yield self.header
        with Horizontal(id="body"):
            with Vertical(id="conversation"):
                with self.pane:
                    yield self.hint
                yield self.completion
                yield self.attachments
                with Horizontal(id="prompt"):
                    yield Static(Content("›"), id="prompt-mark")
                    yield self.composer
            yield self.panel_place
        yield self.status

    def fit(self, size: Size) -> None:
        """Set the breakpoint classes for a size in advance, so that styles are computed only once."""
        for value, steps in ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)):
            self.add_class(*self._get_breakpoint_classes(value, steps or []), update=False)
        self._beside = size.width >= PANEL_BESIDE
        self.panel_place.display = self._beside and self.services.options.panel

    def on_mount(self) -> None:
        """Show the workbench; whatever an empty session does not need is mounted after the first paint."""
        self.views.first()
        self.call_after_refresh(self._complete)

    async def _complete(self) -> None:
        self.views.mount_transcript()
        self.views.everything()
        self.drafting.restore()
        if self.panel_place.display:
            await self.windows.mount_panel()

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the table, after the keys typed before it have been processed."""
        (self.focused or self).call_later(self._carry_out, action_id)

    async def _carry_out(self, action_id: str) -> None:
        path, *arguments = OPERATIONS[action_id]
        outcome = attrgetter(path)(self)(*arguments)
        if isawaitable(outcome):
            await outcome

    async def adopt(self, bench: Workbench) -> None:
        """Switch to another workbench; the previous one is stopped and saved."""
        self.drafting.keep()
        before, self.bench = self.bench, bench
        self.live.exchange = None
        self.views.everything()
        self.drafting.change_session()
        self.composer.focus()
        await before.close()

    def change(self, settings: SessionSettings) -> None:
        """Apply changed settings."""
        self.bench.change(settings)
        self.views.settings()

    def unset_all(self) -> None:
        """Unset every parameter."""
        self.change(self.bench.settings.unset_all())

    def stop_or_return(self) -> None:
        """Stop the running exchange or the listing of tools; if there is none, return to the composer."""
        if not self.sending.stop() and not self.tooling.stop():
            if self.panel_place.display and self.has_class("-narrow"):
                self.panel_place.display = False
            else:
                self.beside.leave()
            self.composer.focus()

    def copy_or_stop(self) -> None:
        """Copy the selection; without one, stop the running exchange, else say how to quit."""
        selected = self.get_selected_text()
        if selected:
            self.copy(selected)
        elif not self.sending.stop():
            self.tell(f"Nothing is selected. {first_key('quit', self.services.options.keys)} quits.")

    def copy(self, text: str) -> None:
        """Copy text to the terminal's clipboard."""
        copy_text(self, text)

    def tell(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """Show a notification that disappears by itself."""
        note(self, text, severity=severity)

    def tell_problem(self, problem: Problem) -> None:
        """Show a problem in full."""
        self.tell(problem.sentence(), severity="error")

    # The widgets' messages are handled by method name: importing their classes here would delay the first paint.

    def on_parameters_view_changed(self, event: ParametersView.Changed) -> None:
        """A parameter was changed."""
        self.change(event.settings)

    def on_parameters_view_swept(self, event: ParametersView.Swept) -> None:
        """Several values were typed into a parameter that takes one."""
        self.sweeping.of_axis(event.axis)

    def on_side_panel_tab_shown(self) -> None:
        """Another tab became visible."""
        self.panel_view.refresh()

    def on_request_view_pasted(self, event: RequestView.Pasted) -> None:
        """Text was pasted into the Request tab."""
        self.importing.take(event.text)

    def on_composer_pasted(self, event: Composer.Pasted) -> None:
        """Text was pasted into the composer."""
        self.importing.offer(event.text)
        self.attaching.offer(event.text)

    def on_composer_erased(self) -> None:
        """Backspace was pressed with nothing before the cursor."""
        self.attaching.remove_last()

    def on_composer_edited(self) -> None:
        """The composer's text changed."""
        if self.completion.display or self.composer.text.startswith("/"):
            self.completing.edited()
        self.drafting.edited()

    def on_composer_leave(self) -> None:
        """Up was pressed in an empty composer."""
        if self.beside.focus():
            return
        if self.bench.conversation.path():
            self.transcript.focus()

    def on_composer_turned(self, event: Composer.Turned) -> None:
        """Left or right was pressed in an empty composer."""
        self.beside.turn(event.step)

    def on_composer_completion_asked(self, event: Composer.CompletionAsked) -> None:
        """Tab was pressed in a slash command."""
        self.completing.turn(-1 if event.backward else 1)

    def on_transcript_copy_asked(self, event: Transcript.CopyAsked) -> None:
        """Text of the transcript is to be copied."""
        self.copy(event.text)

    def on_transcript_moved(self, event: Transcript.Moved) -> None:
        """The current message changed."""
        self.messages.moved(event.key)
        self.views.keys()

    def on_transcript_chosen(self) -> None:
        """Enter was pressed on a message."""
        if not self.calling.open_waiting():
            self.messages.continue_here()

    def on_find_bar_asked(self, event: FindBar.Asked) -> None:
        """The find bar asks to search."""
        self.windows.found(event.needle)

    def on_find_bar_closed(self) -> None:
        """The find bar was closed."""
        self.windows.close_find()

    def on_resize(self, event: events.Resize) -> None:
        """Show or hide the panel when the width crosses the limit: below 100 columns it does not open by itself."""
        beside = event.size.width >= PANEL_BESIDE
        if beside != self._beside:
            self._beside = beside
            shown = self.panel_place.has_focus_within or (beside and self.services.options.panel)
            self.panel_place.display = shown
            if shown:
                self.call_later(self.windows.mount_panel)

    def on_descendant_focus(self) -> None:
        """Show the keys of the focused widget in the bottom line."""
        self.views.keys()

"""The tool calls of a message, and how each is answered: typed, canned, run or refused; then all are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import Struct
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.attachments import size_words
from chat_tui.domain.counts import counted
from chat_tui.domain.json_layout import indented
from chat_tui.domain.literal import visible, visible_line
from chat_tui.domain.tools import ToolCall, ToolResult
from chat_tui.ui.screens.overlay import Overlay
from chat_tui.ui.transcript.rows import breaks

Way: TypeAlias = Literal["type", "ok", "empty", "error", "very long", "run", "stop", "refuse", "undo"]
Leaving: TypeAlias = Literal["send", "send freely"] | None
"""``send freely`` sends without the setting that forces another call."""
_LINE_CELLS: Final = 150
_LEAST_CALLS: Final = 4
_LEAST_ROWS: Final = 6
"""Rows that the arguments of a call have at least before the list of calls gets more than it needs."""
_LEAST_NAME: Final = 12
_FRAME: Final = 2 + 1 + 2 + 1
"""Rows of the border, the title and the margins."""
_WAYS: Final = (
    ("enter", "type a result", "1 2 3 4", "ok, empty, error, very long"),
    ("r", "review and run it", "n", "report as not run"),
    ("u", "undo the choice", "a", "next choice: all waiting"),
    ("s", "send the results", "esc", "back; keep the choices"),
)
_FIRST_CELLS: Final = 22


class Chosen(Struct, frozen=True):
    """The state of the answers, as drawn by the screen."""

    results: Mapping[str, ToolResult]
    """Results by call id."""
    running: frozenset[str] = frozenset()
    """Ids of calls whose command is running."""
    notes: Mapping[str, str] = {}
    """How each command ended, by call id."""
    forced: str = ""
    """Name of the setting that forces a call after every answer."""


class ToolCallsScreen(Overlay[Leaving]):
    """Returns how to send, or None to go back. The caller carries out and stores the choices.

    Args:
        calls: The calls of one message.
        chosen: Returns the current state of the answers.
        choose: Called with each choice and the calls it is for.
        at: The id of the call to start with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("1", "way('ok')", show=False),
        Binding("2", "way('empty')", show=False),
        Binding("3", "way('error')", show=False),
        Binding("4", "way('very long')", show=False),
        Binding("r", "way('run')", show=False),
        Binding("n", "way('refuse')", show=False),
        Binding("u", "way('undo')", show=False),
        Binding("a", "for_all", show=False),
        Binding("s", "send('send')", show=False),
        Binding("f", "send('send freely')", show=False),
    ]

    DEFAULT_CSS = """
    ToolCallsScreen .window { width: 90%; max-width: 100; padding: 0 2; }
    ToolCallsScreen OptionList { margin: 1 0; text-wrap: nowrap; text-overflow: ellipsis; }
    ToolCallsScreen #calls-detail { height: auto; margin-bottom: 1; }
    """

    def __init__(
        self,
        calls: Sequence[ToolCall],
        chosen: Callable[[], Chosen],
        choose: Callable[[Way, Sequence[ToolCall]], None],
        *,
        at: str = "",
    ) -> None:
        super().__init__()
        self._calls = tuple(calls)
        self._chosen = chosen
        self._choose = choose
        self._at = next((place for place, call in enumerate(self._calls) if call.id == at), 0)
        self._all = False

    def compose(self) -> ComposeResult:
        """Compose the title, the calls, the arguments of the call under the cursor, and the keys."""
        count = len(self._calls)
        with Vertical(classes="window"):
            yield Static(
                Content("The model called a tool" if count == 1 else f"The model made {count} tool calls"),
                classes="title",
            )
            yield OptionList(*self._options(), compact=True, markup=False, id="calls-list")
            yield Static(id="calls-detail", markup=False)
            yield Static(self._keys(), id="calls-keys", markup=False)

    def on_mount(self) -> None:
        """Highlight the requested call."""
        listing = self.query_one(OptionList)
        listing.highlighted = self._at
        listing.focus()

    def on_resize(self) -> None:
        """Fit the lines to the new width once it is known."""
        self.call_after_refresh(self.refresh_calls)

    def refresh_calls(self) -> None:
        """Redraw after the state of the answers or the size changed."""
        if not self.is_mounted:
            return
        listing = self.query_one(OptionList)
        for place, option in enumerate(self._options()):
            listing.replace_option_prompt_at_index(place, option.prompt)
        self.query_one("#calls-keys", Static).update(self._keys())
        self._tell()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the arguments of the highlighted call."""
        event.stop()
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """On enter, type the result."""
        event.stop()
        self.action_way("type")

    def action_way(self, way: Way) -> None:
        """Choose for the call under the cursor, or for all waiting calls."""
        known = self._chosen().results
        calls = [call for call in self._calls if call.pending and call.id not in known] if self._all else []
        self._all = False
        self._choose(way, calls or [self._calls[self.query_one(OptionList).highlighted or 0]])
        self.refresh_calls()

    def action_for_all(self) -> None:
        """Switch the next choice between all waiting calls and one call."""
        self._all = not self._all
        self.refresh_calls()

    def action_send(self, how: Leaving) -> None:
        """Send the answers if every call has one."""
        chosen = self._chosen()
        free = how == "send" or bool(chosen.forced)
        if free and chosen.results and not chosen.running and not self._waiting():
            self.dismiss(how)

    def action_leave(self) -> None:
        """Stop what is running, else close without sending."""
        if self._chosen().running:
            self._choose("stop", self._calls)
        else:
            self.dismiss(None)

    def _waiting(self) -> int:
        known = self._chosen().results
        return sum(call.pending and call.id not in known for call in self._calls)

    def _options(self) -> list[Option]:
        chosen = self._chosen()
        states = [self._state(call, chosen) for call in self._calls]
        room = max(_LEAST_NAME, self._width() - max(map(len, states)) - 2)
        heads = [
            Content.assemble(
                (visible_line(call.name or "(no name)"), "bold"), f" {_beginning(call.arguments, room)}"
            ).truncate(room, ellipsis=True)
            for call in self._calls
        ]
        column = max(head.cell_length for head in heads) + 2
        return [
            Option(Content.assemble(head, " " * (column - head.cell_length), (state, "$foreground 60%")))
            for head, state in zip(heads, states, strict=True)
        ]

    def _width(self) -> int:
        """Return how many cells a line of the list has; 0 before the first layout."""
        return self.query_one(OptionList).scrollable_content_region.width if self.is_mounted else 0

    def _state(self, call: ToolCall, chosen: Chosen) -> str:
        if call.id in chosen.running:
            return "running …"
        result = chosen.results.get(call.id)
        if result is not None:
            size = size_words(len(result.content.encode("utf-8", "replace")))
            return f"{'new result' if call.answer is not None else 'result'}: {result.origin}, {size}"
        if call.answer is not None:
            return "answered"
        return "waiting" if call.may_run else "waiting; cannot be run"

    def _tell(self) -> None:
        listing = self.query_one(OptionList)
        call = self._calls[listing.highlighted or 0]
        width = max(_LEAST_NAME, listing.size.width)
        told = self._remark(call)
        taken = len(_wrapped(told.plain, width)) if told else 0
        room = self.size.height * 9 // 10 - _FRAME - self._keys().plain.count("\n") - 1 - taken
        listing.styles.max_height = shown = max(_LEAST_CALLS, room - _LEAST_ROWS)
        rows = _argument_rows(call.arguments, width, max(2, room - min(shown, len(self._calls))))
        arguments = Content("\n".join(rows) or "no arguments")
        self.query_one("#calls-detail", Static).update(Content.assemble(arguments, "\n", told) if told else arguments)

    def _remark(self, call: ToolCall) -> Content:
        """Return what is wrong with the arguments and how the call's command ended."""
        lines = []
        fault = call.judged.fault
        if fault is not None:
            lines.append(Content.styled(visible(f"✗ {fault.sentence}"), "$error"))
        chosen = self._chosen()
        if call.id in chosen.results and chosen.results[call.id].origin in ("command", "mcp"):
            lines.append(Content.styled(visible_line(f"→ {chosen.notes.get(call.id, '')}"), "$foreground 70%"))
        return Content("\n").join(lines)

    def _keys(self) -> Content:
        lines = [
            Content.assemble(
                (f"{key:<7}", "$accent"),
                (f"{words:<{_FIRST_CELLS}}", "$foreground 70%"),
                (f"{other:<9}", "$accent"),
                (other_words, "$foreground 70%"),
            )
            for key, words, other, other_words in _WAYS
        ]
        waiting, chosen = self._waiting(), self._chosen()
        if chosen.running:
            lines.append(Content.styled("Running: esc stops it and every process it started.", "$warning"))
        elif self._all:
            lines.append(Content.styled("Choose now: it applies to all waiting calls.", "$warning"))
        elif waiting:
            told = "1 more call has a result" if waiting == 1 else f"{waiting} more calls have results"
            lines.append(Content.styled(f"The results can be sent once {told}.", "$foreground 50%"))
        elif chosen.forced:
            words = f"send, and unset {chosen.forced}, which forces the next call"
            lines.append(Content.assemble((f"{'f':<7}", "$accent"), (words, "$warning")))
        return Content("\n").join(lines)


def _beginning(arguments: str, room: int) -> str:
    """Return the start of the arguments on one line, longer than what ``room`` cells take."""
    return visible_line(" ".join(arguments[: 2 * room].split()))


def _argument_rows(arguments: str, width: int, most: int) -> list[str]:
    """Lay out arguments in at most ``most`` rows; the last one counts the lines that have no room."""
    lines = list(indented(arguments))
    rows: list[str] = []
    for place, (level, line) in enumerate(lines):
        pieces = _wrapped(f"{'  ' * level}{_cut(line)}", width)
        last = place == len(lines) - 1
        if len(rows) + len(pieces) > most - (not last):
            fitting = pieces[: most - len(rows) - 1]
            rest = len(lines) - place - (len(fitting) == len(pieces))
            return [*rows, *fitting, f"… {counted(rest, 'more line')}"]
        rows += pieces
    return rows


def _wrapped(text: str, width: int) -> list[str]:
    return [line[start:end] for line in text.split("\n") for start, end in breaks(line, width, width)]


def _cut(line: str) -> str:
    """Cut a line to leave room for others; the transcript shows it whole."""
    rest = len(line) - _LINE_CELLS
    return visible_line(line) if rest <= 0 else f"{visible_line(line[:_LINE_CELLS])} … {rest:,} more characters"

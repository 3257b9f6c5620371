"""The results of a rerun: turns on the left, old and new reply side by side, other differences below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.literal import visible_line
from chat_tui.domain.word_diff import marked
from chat_tui.engine.rerun_words import judged, summary
from chat_tui.ui.notes import copy_text, note
from chat_tui.ui.panel.lines_view import LinesView
from chat_tui.ui.rerun_lines import STATE_INKS, change_lines, side_lines
from chat_tui.ui.screens.overlay import Overlay

if TYPE_CHECKING:
    from chat_tui.engine.rerun import Rerun, TurnResult

_COLOURS = {"literal": "$success", "warn": "$warning", "error": "$error"}


class RerunResults(Overlay[str | None]):
    """Returns the id of the message to go to, the new reply of the chosen turn, or None to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", show=False, priority=True),
        Binding("y", "copy", "Copy the comparison", show=False, priority=True),
        Binding("pageup,shift+up", "scroll_sides(-1)", "Scroll both", show=False, priority=True),
        Binding("pagedown,shift+down", "scroll_sides(1)", "Scroll both", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    RerunResults .window { width: 100%; height: 100%; max-height: 100%; border: none; padding: 0 1; }
    #rerun-body { height: 1fr; margin-top: 1; }
    #rerun-turns {
        width: 34; height: 1fr; max-height: 100%; margin-right: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    #rerun-sides { height: 1fr; }
    #rerun-old-side, #rerun-new-side { width: 1fr; height: 1fr; }
    #rerun-right { width: 1fr; height: 1fr; }
    RerunResults .heading { color: $foreground 60%; height: 1; padding: 0 1; }
    #rerun-changes { height: 7; }
    RerunResults.-narrow #rerun-body { layout: vertical; }
    RerunResults.-narrow #rerun-turns { width: 100%; height: auto; max-height: 5; }
    RerunResults.-narrow #rerun-sides { layout: vertical; }
    RerunResults.-narrow #rerun-changes { height: 4; }
    """

    def __init__(self, rerun: Rerun) -> None:
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        super().__init__()
        self._rerun = rerun

    def compose(self) -> ComposeResult:
        """Compose the title, the turns, both sides, the differences and the keys."""
        with Vertical(classes="window"):
            words = summary(self._rerun.results, len(self._rerun.plan.turns))
            yield Static(Content(visible_line(f"Rerun: {words}")), classes="title")
            with Horizontal(id="rerun-body"):
                yield OptionList(
                    *(Option(_entry(result)) for result in self._rerun.results),
                    id="rerun-turns",
                    compact=True,
                    markup=False,
                )
                with Vertical(id="rerun-right"):
                    with Horizontal(id="rerun-sides"):
                        with Vertical(id="rerun-old-side"):
                            yield Static(Content("recorded"), classes="heading")
                            yield LinesView(id="rerun-old")
                        with Vertical(id="rerun-new-side"):
                            yield Static(Content("now"), classes="heading")
                            yield LinesView(id="rerun-new")
                    yield Static(Content("other changes"), classes="heading")
                    yield LinesView(id="rerun-changes")
            yield Static(
                Content("↑↓ turn · enter go to the new reply · pgup pgdn scroll · y copy · esc close"), classes="quiet"
            )

    def on_mount(self) -> None:
        """Highlight the first turn that differs, else the first."""
        results = self._rerun.results
        turns = self.query_one("#rerun-turns", OptionList)
        turns.highlighted = next((place for place, each in enumerate(results) if each.state != "same"), 0)
        turns.focus()

    def action_scroll_sides(self, pages: int) -> None:
        """Scroll both replies."""
        for name in ("#rerun-old", "#rerun-new"):
            view = self.query_one(name, LinesView)
            view.scroll_relative(y=pages * max(1, view.size.height - 1), animate=False)

    def action_copy(self) -> None:
        """Copy the turn's comparison to the terminal's clipboard: ``[-old-]{+new+}``."""
        place = self.query_one("#rerun-turns", OptionList).highlighted
        compared = self._rerun.results[place or 0].comparison
        if compared is not None:
            texts = [marked(choice.content) for choice in compared.choices]
            copy_text(self, "\n".join([*texts, *compared.changes()]))

    @on(OptionList.OptionHighlighted)
    def _show(self, event: OptionList.OptionHighlighted) -> None:
        result = self._rerun.results[event.option_index]
        for name, lines in (
            ("#rerun-old", side_lines(result, "old")),
            ("#rerun-new", side_lines(result, "new")),
            ("#rerun-changes", change_lines(result)),
        ):
            view = self.query_one(name, LinesView)
            view.set_lines(lines)
            view.scroll_home(animate=False, immediate=True)

    @on(OptionList.OptionSelected)
    def _go(self, event: OptionList.OptionSelected) -> None:
        node = self._rerun.results[event.option_index].node
        if node is None:
            note(self, "No reply arrived, so there is no message to go to.", severity="warning")
            return
        self.dismiss(node)


def _entry(result: TurnResult) -> Content:
    """Format a line of the list: number, result, prompt."""
    colour = _COLOURS[STATE_INKS[result.state]]
    return Content.assemble(
        (f"{result.turn.number:>3} ", "$foreground 60%"),
        (judged(result).word.ljust(8), colour),
        visible_line(result.turn.prompt),
    )

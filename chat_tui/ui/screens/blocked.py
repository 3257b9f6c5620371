"""Lists the findings that block a message, and the choices: send anyway, go there, unset and send, go back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chat_tui.domain.findings import Finding
from chat_tui.domain.literal import visible_line
from chat_tui.ui.screens.overlay import Overlay

_KEY_CELLS: Final = 7


class WayOn(Struct, frozen=True):
    """The user's decision."""

    way: Literal["anyway", "go", "unset"]
    finding: Finding
    """The finding under the cursor."""


class BlockedScreen(Overlay[WayOn | None]):
    """Lists the findings and returns the decision; None to go back. Nothing is sent before a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "take('anyway')", "Send anyway", show=False),
        Binding("e", "take('go')", "Go there", show=False),
        Binding("u", "unset", "Unset and send", show=False),
    ]

    DEFAULT_CSS = """
    BlockedScreen .window { padding: 1 2; }
    BlockedScreen OptionList { margin: 1 0; max-height: 14; }
    """

    def __init__(self, findings: Sequence[Finding], gone: Sequence[str]) -> None:
        """Create the screen.

        Args:
            findings: What blocks the message; at least one.
            gone: Names of the parameters that unsetting would remove; empty if there is nothing to unset.
        """
        super().__init__()
        self._findings = tuple(findings)
        self._gone = tuple(gone)

    def compose(self) -> ComposeResult:
        """Compose the title, the findings and the choices."""
        count = len(self._findings)
        words = "1 rule is broken" if count == 1 else f"{count} rules are broken"
        with Vertical(classes="window"):
            yield Static(Content(f"Not sent: {words}"), classes="title")
            found = (Option(_told(each)) for each in self._findings)
            yield OptionList(*found, compact=True, markup=False, id="blocked-findings")
            yield Static(self._ways(), id="blocked-ways")

    def on_mount(self) -> None:
        """Highlight the first finding."""
        listing = self.query_one(OptionList)
        listing.highlighted = 0
        listing.focus()

    def action_take(self, way: Literal["anyway", "go", "unset"]) -> None:
        """Close with a decision about the finding under the cursor."""
        self.dismiss(WayOn(way, self._findings[self.query_one(OptionList).highlighted or 0]))

    def action_unset(self) -> None:
        """Unset and send, if there is something to unset."""
        if self._gone:
            self.action_take("unset")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take("go")

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.query_one("#blocked-ways", Static).update(self._ways(event.option_index))

    def _ways(self, index: int = 0) -> Content:
        finding = self._findings[index]
        where = f"message {finding.message + 1}" if finding.message is not None else finding.name
        ways = [("a", "send anyway, this once"), ("enter", f"go to {where}")]
        if self._gone:
            ways.append(("u", f"unset {', '.join(self._gone)} and send"))
        ways.append(("esc", "back; the message is kept"))
        lines = [
            Content.assemble((f"{key:<{_KEY_CELLS}}", "$accent"), (visible_line(words), "$foreground 70%"))
            for key, words in ways
        ]
        return Content("\n").join(lines)


def _told(finding: Finding) -> Content:
    """Format a finding: name and value, then rule and remedy."""
    subject, ruling = visible_line(finding.subject()), visible_line(finding.ruling())
    return Content.assemble((subject, "bold"), "\n  ", (ruling, "$foreground 80%"))

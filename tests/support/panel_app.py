"""A small app around the Parameters tab that applies changes and shows them, as the real one does."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from chat_tui.catalogue.load import load_catalogue
from chat_tui.domain.catalogue import Catalogue
from chat_tui.domain.findings import Finding
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.parameters import ParametersView
from tests.support.waiting import wait_until


class PanelApp(App[None]):
    """Holds settings and counts changes."""

    def __init__(
        self,
        settings: SessionSettings,
        *,
        catalogue: Catalogue | None = None,
        sent: SessionSettings | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__()
        self.settings = settings
        self.knowledge = catalogue or load_catalogue()
        self.sent = sent
        self.findings = findings
        self.changes: list[SessionSettings] = []

    def compose(self) -> ComposeResult:
        yield ParametersView(id="panel")

    def on_mount(self) -> None:
        self.show()
        self.panel.focus()

    @property
    def panel(self) -> ParametersView:
        return self.screen_stack[0].query_one("#panel", ParametersView)

    def show(self) -> None:
        self.panel.show(
            catalogue=self.knowledge,
            provider=self.knowledge.providers[self.settings.provider],
            settings=self.settings,
            sent=self.sent,
            findings=self.findings,
        )

    def on_parameters_view_changed(self, event: ParametersView.Changed) -> None:
        self.settings = event.settings
        self.changes.append(event.settings)
        self.show()

    def lines(self) -> list[str]:
        """The text of the panel, line by line."""
        panel = self.panel
        return ["".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height)]

    def line_of(self, label: str) -> str:
        """The first line that begins with a label."""
        return next(line for line in self.lines() if line.strip().startswith(label))


async def press_on(pilot: Pilot[None], app: PanelApp, name: str, *keys: str) -> None:
    """Move the cursor to a parameter, press keys, and wait until they are handled."""
    assert app.panel.put_cursor_on(name), f"no row for {name}"
    for key in keys:
        await pilot.press(key)
    await wait_until(pilot, lambda: app.panel.message_queue_size == 0, what="the keys to be worked off")

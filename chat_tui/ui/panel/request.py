"""The Request tab: the body exactly as it will be sent."""

from __future__ import annotations

from chat_tui.domain.json_values import JsonObject, dump_json
from chat_tui.ui.panel.json_lines import json_lines
from chat_tui.ui.panel.lines_view import Line, LinesView


class RequestView(LinesView):
    """Endpoint and JSON body, live; ``y`` copies the JSON, marks for invisible characters left out."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._body: JsonObject = {}

    def show(self, body: JsonObject, endpoint_line: str) -> None:
        """Show a body and where it goes, such as ``POST https://…``."""
        self._body = body
        method, _, url = endpoint_line.partition(" ")
        self.set_lines([Line.of((method, "accent"), (f" {url}", "quiet"), indent=2), Line.of(), *json_lines(body)])

    def copied_text(self) -> str:
        """The body as JSON."""
        return dump_json(self._body, indent=2)

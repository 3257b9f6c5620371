"""A form to enter a provider for this run: URL, key variable, model. The configuration file is never written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chat_tui.domain.json_values import dump_json
from chat_tui.domain.problems import ProblemError
from chat_tui.ui.choosing import moved_to
from chat_tui.ui.literal import literal
from chat_tui.ui.screens.overlay import Overlay
from chat_tui.ui.widgets.line_input import LineInput

if TYPE_CHECKING:
    from chat_tui.ui.screens.chat import ChatScreen

NAME: Final = "mine"
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELDS: Final = (
    ("address", "Base URL", "https://api.example.com/v1"),
    ("variable", "Environment variable that holds the API key (its name, not the key)", "EXAMPLE_API_KEY, or empty"),
    ("model-id", "Model", "model id, as the service spells it"),
)


def config_lines(base_url: str, variable: str, model: str) -> str:
    """Return the configuration lines that would make this provider permanent."""
    lines = [f"provider = {dump_json(NAME)}", "", f"[providers.{NAME}]", f"base_url = {dump_json(base_url)}"]
    if variable:
        lines.append(f"api_key_env = {dump_json(variable)}")
    if model:
        lines.append(f"model = {dump_json(model)}")
    return "\n".join(lines)


class ProviderForm(Overlay[str | None]):
    """Returns the configuration lines for the provider, or None."""

    DEFAULT_CSS = """
    ProviderForm .window { padding: 1 2; }
    ProviderForm LineInput { margin-bottom: 1; }
    ProviderForm .title { margin-bottom: 1; }
    """

    def __init__(self, chat: ChatScreen) -> None:
        super().__init__()
        self._chat = chat

    def compose(self) -> ComposeResult:
        """Compose three inputs; enter moves to the next and finishes on the last."""
        with Vertical(classes="window"):
            yield Static(Content("Temporary provider for this run"), classes="title")
            for name, title, example in _FIELDS:
                yield Static(Content(title), classes="quiet")
                yield LineInput(placeholder=example, id=name)
            yield Static(Content("enter next field, then done · esc back"), id="form-said", classes="quiet")

    @on(LineInput.Submitted)
    def _next(self, event: LineInput.Submitted) -> None:
        event.stop()
        if event.input.id != _FIELDS[-1][0]:
            self.focus_next()
            return
        address, variable, model = (self.query_one(f"#{name}", LineInput).value.strip() for name, _, _ in _FIELDS)
        if variable and not _VARIABLE.fullmatch(variable):
            self._refuse("The second field must be a variable name, such as EXAMPLE_API_KEY, not the API key itself.")
            return
        try:
            self._use(address, variable, model)
        except ProblemError as error:
            self._refuse(error.problem.sentence())

    def _use(self, address: str, variable: str, model: str) -> None:
        endpoints = self._chat.services.endpoints
        provider = endpoints.add(NAME, base_url=address, key_env=variable, model=model)
        endpoints.endpoint(NAME)
        self._chat.change(moved_to(self._chat.bench.settings, provider, model))
        self._chat.views.conversation()
        self.dismiss(config_lines(address, variable, model))

    def _refuse(self, sentence: str) -> None:
        line = self.query_one("#form-said", Static)
        line.update(literal(sentence))
        line.add_class("refused")

"""The hint shown in an empty conversation: the model, the main keys, where the session is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from chat_tui.domain.literal import visible_line
from chat_tui.ui.actions import first_key

_WORDS: Final = {
    "send": "send the message you type below",
    "panel": "parameters, request, reply and events",
    "sessions": "open an earlier session",
    "palette": "search all actions by name",
    "help": "help",
}
"""Descriptions by action id."""

_LEAST_PATH: Final = 20
"""In fewer cells a path is cut."""


class HintState(Struct, frozen=True):
    """What the hint shows."""

    provider: str
    model: str
    path: str | None
    """Where the session will be saved; None: nowhere."""
    keys: Mapping[str, str] = {}
    """The user's own keys by action id."""


class Hint(Widget):
    """A few dimmed lines, fewer if there is little room."""

    DEFAULT_CSS = """
    Hint { height: 1fr; padding: 1 2; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="hint")
        self._state = HintState("", "", None)

    def show(self, state: HintState) -> None:
        """Show another state."""
        self._state = state
        self.refresh()

    def render(self) -> RenderResult:
        """Render the lines, fitted to the available space."""
        return hint(self._state, self.content_size.width, self.content_size.height)


def hint(state: HintState, width: int, height: int) -> Content:
    """Build the hint in ``width`` by ``height`` cells; lines that do not fit are dropped from the end."""
    if state.model:
        who = Content.assemble((visible_line(state.model), "bold $accent"), "  ", _quiet(f"at {state.provider}"))
        keys = _keys(state.keys)
    else:
        who = Content.assemble(("No model is chosen", "$warning"), "  ", _quiet(f"at {state.provider}"))
        keys = [("/model", "choose a model"), *_keys(state.keys)]
    lines = [
        who,
        Content(""),
        *(Content.assemble((f"{key:<8}", "bold"), (words, "$foreground 70%")) for key, words in keys),
        Content(""),
        *_saved(state.path, width),
    ]
    return Content("\n").join(line.truncate(max(1, width), ellipsis=True) for line in lines[: max(1, height)])


def _saved(path: str | None, width: int) -> list[Content]:
    """Say where the session will be saved; a path that is too long for the line has lines of its own."""
    if not path:
        return [_quiet("This session is not saved.")]
    line = _quiet(f"Saved from the first message on: {path}")
    if line.cell_length <= width or width < _LEAST_PATH:
        return [line]
    return [_quiet("Saved from the first message on:"), *_quiet(path).fold(width)]


def _keys(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(first_key(action_id, chosen, short=True), words) for action_id, words in _WORDS.items()]


def _quiet(text: str) -> Content:
    return Content.styled(visible_line(text), "$foreground 50%")

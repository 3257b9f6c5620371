"""The action table: complete, free of conflicts, and the source of bindings, footer and help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

import pytest
from textual.binding import BindingsMap
from textual.widget import Widget

from chat_tui.catalogue.load import load_catalogue
from chat_tui.ui.action_table import ACTIONS, Action
from chat_tui.ui.actions import bindings, footer, key_words, keys_of
from chat_tui.ui.help_text import general_help, topic_help
from chat_tui.ui.keymap import keymap
from chat_tui.ui.operations import OPERATIONS
from chat_tui.ui.panel.events.tab import EventsTab
from chat_tui.ui.panel.lines_view import Line
from chat_tui.ui.panel.parameters import ParametersView
from chat_tui.ui.panel.reply import ReplyView
from chat_tui.ui.panel.request import RequestView
from chat_tui.ui.screens.chat import ChatScreen
from chat_tui.ui.transcript.widget import Transcript
from chat_tui.ui.widgets.columns import Columns
from chat_tui.ui.widgets.find_bar import FindBar
from tests.support.fakes import services, workbench

DEAD_IN_SOME_TERMINALS = {"ctrl+h", "ctrl+i", "ctrl+m", "alt+enter"}


def keys(action: Action) -> list[str]:
    """The default keys of an action."""
    return action.keys.split(",")


def words(lines: Sequence[Line]) -> str:
    """Lines as one text."""
    return "\n".join(line.text for line in lines)


def test_ids_are_unique_and_keys_do_not_clash_within_a_scope() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    for scope in ("composer", "screen", "message", "parameters", "request", "reply", "events", "film", "beside", "app"):
        bound = [key for action in ACTIONS if action.scope == scope for key in keys(action) if key]
        assert max(Counter(bound).values()) == 1


def test_no_key_is_one_that_terminals_send_as_another() -> None:
    assert not DEAD_IN_SOME_TERMINALS & {key for action in ACTIONS for key in keys(action)}


@pytest.mark.parametrize("view", [ParametersView, RequestView, ReplyView, EventsTab, Transcript, Columns, FindBar])
def test_no_key_that_comes_first_takes_one_away_from_a_view_of_the_screen(view: type[Widget]) -> None:
    first = {key for action in ACTIONS if action.priority and action.scope in ("screen", "app") for key in keys(action)}
    own = {key for made in BindingsMap(view.BINDINGS).key_to_bindings.values() for key in [made[0].key]}
    assert own
    assert not first & own


def test_every_action_has_an_operation_and_the_other_way_round() -> None:
    given = services()
    screen = ChatScreen(given, workbench(given))
    assert {*OPERATIONS} == {action.id for action in ACTIONS if not action.method}
    assert all(callable(attrgetter(operation[0])(screen)) for operation in OPERATIONS.values())


def test_every_action_is_bound_once() -> None:
    scopes = ("composer", "screen", "message", "parameters", "request", "reply", "events", "film", "beside", "app")
    bound = [binding.id for scope in scopes for binding in bindings(scope) if not isinstance(binding, tuple)]  # type: ignore[arg-type]
    assert sorted(bound, key=str) == sorted(action.id for action in ACTIONS)


def test_a_key_that_was_taken_is_shown_nowhere() -> None:
    chosen, _ = keymap({"again": "f7"})
    assert keys_of("parameters.convert", chosen) == ""
    assert "f7" not in words(general_help({**chosen, "again": "f8"})).lower()


def test_keys_in_words() -> None:
    assert key_words("ctrl+j,shift+enter") == "ctrl+j, shift+enter"
    assert key_words("escape", short=True) == "esc"
    assert key_words("ctrl+n", short=True) == "^n"
    assert key_words("f2", short=True) == "F2"
    assert key_words("", short=True) == ""
    assert key_words("question_mark") == "?"
    assert key_words("ctrl+at,space,delete") == "ctrl+@, space, delete"


def test_the_footer_shows_the_users_keys() -> None:
    assert ("^n", "new") in footer({}, "screen")
    assert ("F7", "new") in footer({"new": "f7"}, "screen")


def test_the_help_names_every_key_and_command_and_each_parameter_has_help() -> None:
    text = words(general_help({"again": "f7"}))
    for action in ACTIONS:
        if action.keys and action.id != "again":
            assert key_words(action.keys) in text
    assert "F7" in text
    catalogue = load_catalogue()
    for name, spec in catalogue.parameters.items():
        found = topic_help(name, catalogue, catalogue.providers)
        assert found is not None
        assert spec.help.split("\n")[0][:20] in words(found)
    assert topic_help("/set", catalogue, catalogue.providers) is not None
    assert topic_help("set", catalogue, catalogue.providers) is not None
    assert topic_help("no such thing", catalogue, catalogue.providers) is None

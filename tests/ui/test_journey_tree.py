"""End-to-end tests of undo and redo, continuing from any message, and the tree of branches."""

from __future__ import annotations

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.events import Failed
from chat_tui.domain.problems import Problem
from chat_tui.ui.screens.tree import TreeScreen
from chat_tui.ui.widgets.branch_list import BranchList, Columns, shortened
from tests.support.engine_doubles import answered
from tests.support.fakes import services, workbench
from tests.support.journeys import Journey, journey, toasts


def said(trip: Journey) -> list[object]:
    """What the path says."""
    return [node.message.get("content") for node in trip.bench.conversation.path()]


async def talks(trip: Journey, *prompts: str) -> None:
    """Send one prompt after the other."""
    for prompt in prompts:
        await trip.sends(prompt)
        await trip.idle()


async def test_a_drop_is_undone_by_key_and_done_again() -> None:
    async with journey(services(answered("one"), answered("two"))) as trip:
        await talks(trip, "a", "b")
        await trip.pilot.press("up", "up", "d")
        await trip.until(lambda: said(trip) == ["a", "one"], "the drop")
        assert "2 messages removed" in toasts(trip.app)
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: said(trip) == ["a", "one", "b", "two"], "undo from the transcript")
        await trip.pilot.press("ctrl+y")
        await trip.until(lambda: said(trip) == ["a", "one"], "redo")
        await trip.pilot.press("escape", "ctrl+z")
        await trip.until(lambda: said(trip) == ["a", "one", "b", "two"], "undo from the empty composer")
        await trip.sees("two")
        assert "2 messages restored" in toasts(trip.app)


async def test_text_in_the_composer_is_undone_first() -> None:
    async with journey(services(answered("one"))) as trip:
        await talks(trip, "a")
        await trip.types("words")
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: trip.chat.composer.text == "", "the words taken back")
        assert said(trip) == ["a", "one"]
        await trip.pilot.press("ctrl+y")
        await trip.until(lambda: trip.chat.composer.text == "words", "the words again")
        await trip.pilot.press("ctrl+z", "ctrl+z")
        await trip.until(lambda: said(trip) == [], "the turn taken back")
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: "nothing to undo" in toasts(trip.app), "a note")


async def test_an_earlier_prompt_in_the_composer_does_not_keep_the_key_for_undo() -> None:
    async with journey(services(answered("one"))) as trip:
        await talks(trip, "a")
        await trip.pilot.press("ctrl+up")
        await trip.until(lambda: trip.chat.composer.text == "a", "the earlier prompt")
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: said(trip) == [], "the turn taken back")
        assert trip.chat.composer.text == "a"
        await trip.pilot.press("ctrl+y")
        await trip.until(lambda: said(trip) == ["a", "one"], "the turn again")


async def test_an_edited_prompt_is_one_act() -> None:
    async with journey(services(answered("one"), answered("two"))) as trip:
        await talks(trip, "a")
        await trip.pilot.press("up", "up", "e")
        await trip.until(lambda: trip.chat.composer.text == "a", "the prompt")
        await trip.sends("b")
        await trip.idle()
        assert said(trip) == ["ab", "two"]
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: said(trip) == ["a", "one"], "the first prompt and its reply")


async def test_the_conversation_goes_on_from_any_message() -> None:
    async with journey(services(answered("one"), answered("two"), answered("three"))) as trip:
        await talks(trip, "a", "b")
        await trip.pilot.press("up", "up", "up", "enter")
        await trip.until(lambda: said(trip) == ["a", "one"], "the path up to there")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer")
        await talks(trip, "c")
        assert said(trip) == ["a", "one", "c", "three"]
        await trip.sees("‹ 2/2 ›")
        await trip.pilot.press("up", "c")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer")
        assert said(trip) == ["a", "one", "c", "three"]


async def test_one_message_is_left_out() -> None:
    async with journey(services(answered("one"), answered("two"))) as trip:
        await talks(trip, "a", "b")
        await trip.pilot.press("up", "up", "up", "D")
        await trip.until(lambda: said(trip) == ["a", "b", "two"], "the path without the reply")
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: said(trip) == ["a", "one", "b", "two"], "it is back")


async def test_the_tree_shows_a_line_a_branch_and_jumps() -> None:
    cut = Failed(0.5, Problem(kind="network", what="The line was cut"))
    given = services(answered("first reply"), answered("second reply"), [*answered("third", finish=None), cut])
    async with journey(given) as trip:
        await talks(trip, "question")
        await trip.command("/set temperature 0.3")
        await trip.pilot.press("ctrl+r")
        await trip.idle()
        await trip.pilot.press("ctrl+r")
        await trip.idle()
        await trip.pilot.press("ctrl+t")
        await trip.sees("Branches")
        await trip.sees("├─ ‹ second reply")
        await trip.sees("● └─ ‹ third")
        assert "temperature" in trip.text
        assert "cut off" in trip.text
        await trip.pilot.press("up", "enter")
        await trip.until(lambda: said(trip) == ["question", "second reply"], "the second branch")
        await trip.command("/tree")
        await trip.sees("Branches")
        await trip.types("question")
        await trip.sees("1 of 3")
        await trip.pilot.press("enter")
        await trip.until(lambda: said(trip) == ["question", "first reply"], "the first branch")
        await trip.pilot.press("ctrl+t")
        await trip.types("no such words")
        await trip.sees("no match")
        await trip.pilot.press("enter", "escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the conversation")
        await trip.pilot.press("ctrl+z", "ctrl+z")
        await trip.until(lambda: said(trip) == ["question", "third"], "both jumps undone")


async def test_without_messages_there_is_no_tree() -> None:
    async with journey(services()) as trip:
        await trip.pilot.press("ctrl+t")
        await trip.until(lambda: "no branches yet" in toasts(trip.app), "a note")
        assert trip.app.screen is trip.chat


async def test_a_large_tree_of_hostile_words_is_drawn_at_any_size() -> None:
    texts = ["\x1b[31mred", "[bold]markup[/]", "wide 漢字", "", "two\nlines\x00"]
    nodes = [Node("0", None, {"role": "user", "content": "root"})]
    for number in range(1, 3000):
        parent = str(number - 1 if number % 2 else max(0, number - 2))
        nodes.append(Node(str(number), parent, {"role": "assistant", "content": texts[number % 5]}))
    given = services()
    bench = workbench(given)
    bench.conversation = Conversation.of(nodes, "2999")
    for size in ((120, 40), (80, 24), (44, 12)):
        async with journey(given, bench=bench, size=size) as trip:
            await trip.pilot.press("ctrl+t")
            await trip.until(lambda trip=trip: isinstance(trip.app.screen, TreeScreen), "the tree")  # type: ignore[misc]
            await trip.pilot.press("ctrl+home", "pagedown", "ctrl+end", "up", "pageup")
            await trip.types("markup")
            await trip.sees("of 1,500")
            assert "\x1b" not in trip.text
            assert len(trip.app.screen.query_one(BranchList).places) > 100
            await trip.pilot.press("escape")


def test_columns_never_overlap() -> None:
    for width in range(20, 200):
        columns = Columns.within(width)
        order = [columns.model, columns.turned, columns.outcome, columns.count, columns.time, columns.width]
        assert order == sorted(order)


def test_the_lines_of_a_deep_tree_are_cut_where_they_are_farthest() -> None:
    assert shortened("├─ ", 10) == "├─ "
    assert shortened("│  │  │  └─ ", 7) == "…│  └─ "


async def test_a_read_only_session_is_not_undone() -> None:
    given = services(answered("one"))
    async with journey(given) as trip:
        await talks(trip, "a")
        trip.bench.read_only = True
        await trip.pilot.press("ctrl+z")
        await trip.until(lambda: toasts(trip.app) != "", "a note")
        assert said(trip) == ["a", "one"]


async def test_the_excerpt_takes_the_room_there_is_after_a_resize() -> None:
    async with journey(services(answered(f"{'long ' * 12}end")), size=(60, 24)) as trip:
        await talks(trip, "one")
        await trip.pilot.press("ctrl+t")
        await trip.sees("long long l")
        assert "end" not in trip.text
        await trip.pilot.resize_terminal(140, 30)
        await trip.until(lambda: "long end" in trip.text, "the whole line")


async def test_a_small_screen_tells_branches_apart_by_their_parameters() -> None:
    async with journey(services(answered("one"), answered("one"), answered("one")), size=(80, 24)) as trip:
        await talks(trip, "a")
        for temperature in ("0.1", "0.2"):
            await trip.command(f"/set temperature={temperature}")
            await trip.pilot.press("ctrl+r")
            await trip.idle()
        await trip.pilot.press("ctrl+t")
        await trip.sees("Branches")
        lines = [line for line in trip.text.splitlines() if "‹ one" in line]
        for change in ("temperature unset→0.1", "temperature unset→0.2"):
            assert any(change in line for line in lines), trip.text

"""Tool calls by keys: shown as they arrive, answered in every way, run only when approved; failures on a branch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace
from textual import events

from chat_tui.domain.events import Closed, Received, Responded, Step, StreamEvent
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.tool_definitions import Approval, ToolDefinition, ToolOutcome, tools_of
from chat_tui.domain.tool_files import definitions_in
from chat_tui.engine.services import Services
from chat_tui.ui.screens.tool_approval import ApprovalLines, ToolApproval
from chat_tui.ui.screens.tool_calls import ToolCallsScreen
from tests.support.engine_doubles import answered, event
from tests.support.fakes import Gate, services
from tests.support.journeys import Journey, journey, toasts

ESC = "\x1b]0;x\x07"
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Runner:
    """Notes what is run."""

    def __init__(self, outcome: ToolOutcome | None = None) -> None:
        self.ran: list[Approval] = []
        self._outcome = outcome or ToolOutcome(ended="exit", exit_code=0, stdout="sunny", seconds=0.1)

    async def run(self, approval: Approval) -> ToolOutcome:
        self.ran.append(approval)
        return self._outcome


class Hanging(Runner):
    """A command that runs until it is stopped."""

    stopped = False

    async def run(self, approval: Approval) -> ToolOutcome:
        self.ran.append(approval)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        raise AssertionError


class Serving(Runner):
    """An MCP server with three tools, one of which no request can hold."""

    asked: tuple[str, ...] = ()

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        self.asked = tuple(argv)
        names: list[Json] = ["now", "bad.name\x1b[2J", "later"]
        return [{"tool": {"type": "function", "function": {"name": name}}, "mcp": [*argv]} for name in names]


class Silent(Runner):
    """An MCP server that never lists its tools."""

    started = ended = False

    async def served_by(self, argv: Sequence[str]) -> list[Json]:
        self.started = True
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
        return []


class Library:
    """One tool, and another in a file."""

    def definitions(self) -> Sequence[ToolDefinition]:
        return (ToolDefinition(tool=WEATHER, command=("weather", "--now"), source="weather.json"),)

    def problems(self) -> Sequence[Problem]:
        return ()

    def read(self, file: str) -> Sequence[ToolDefinition]:
        try:
            return definitions_in(Path(file).read_text(), file)
        except ValueError as error:
            raise ProblemError(Problem(kind="usage", what=f"{file} cannot be used", why=str(error))) from None


def call(arguments: str = '{"city":"Paris"}', *, index: int = 0, name: str = "get_weather") -> JsonObject:
    return {"index": index, "id": f"c{index}", "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: JsonObject, finish: str = "tool_calls", gate: Gate | None = None) -> list[Step | Gate]:
    """A reply that makes these calls; it waits at the gate before its end."""
    steps: list[Step | Gate] = [Responded(200, {}, 0.1, plain=False)]
    steps += [Received((event(0.2 + number / 10, {"tool_calls": [each]}),)) for number, each in enumerate(calls)]
    steps += [gate] if gate is not None else []
    return [*steps, Received((event(0.9, {}, finish), StreamEvent(0.9, "[DONE]"))), Closed(1.0)]


def made(*scripts: Sequence[Step | Gate], runner: Runner | None = None) -> Services:
    return replace(services(*scripts), tools=Library(), tool_runner=runner or Runner())


async def asked(trip: Journey) -> None:
    """Declare the tool, ask, and open the calls of the reply."""
    trip.bench.change(trip.bench.settings.set(("tools",), [WEATHER]))
    await trip.sends("Weather?")
    await trip.idle()
    await trip.pilot.press("up", "enter")
    await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")


async def sent(trip: Journey, count: int = 2) -> list[Json]:
    """Press s, and the messages of the request that follows."""
    await trip.pilot.press("s")
    await trip.until(lambda: len(trip.bodies) == count, "the next request")
    await trip.idle()
    messages = trip.bodies[-1]["messages"]
    assert isinstance(messages, list)
    return messages


def results(messages: list[Json]) -> list[Json]:
    """The ids and contents of the answers of tools."""
    return [
        [each["tool_call_id"], each["content"]]
        for each in messages
        if isinstance(each, dict) and each["role"] == "tool"
    ]


async def test_a_call_is_seen_indented_as_it_comes_and_waits_then() -> None:
    gate = Gate()
    async with journey(made(calling(call('{"city":"Pa'), gate=gate))) as trip:
        await trip.sends("Weather?")
        await trip.sees('"city": "Pa')
        gate.open()
        await trip.idle()
        await trip.sees("get_weather  waiting for a result")


async def test_the_empty_composer_says_that_a_call_waits_and_enter_answers_it() -> None:
    async with journey(made(calling(call()), answered("It is sunny."))) as trip:
        await trip.sees("Message, or / for commands")
        await trip.sends("Weather?")
        await trip.idle()
        await trip.sees("The model called a tool: enter answers; nothing runs by itself")
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")
        await trip.pilot.press("1")
        assert results(await sent(trip)) == [["c0", '{"ok":true}']]
        await trip.sees("Message, or / for commands")


async def test_the_empty_composer_names_the_users_own_key_for_answering() -> None:
    own = replace(services(calling(call()), keys={"send": "f9"}), tools=Library(), tool_runner=Runner())
    async with journey(own) as trip:
        await trip.types("Weather?")
        await trip.pilot.press("f9")
        await trip.sees("The model called a tool: F9 answers; nothing runs by itself")
        await trip.pilot.press("f9")
        await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")


async def test_enter_in_the_empty_composer_does_nothing_while_no_call_waits() -> None:
    async with journey(made(answered("Hello."))) as trip:
        await trip.sends("Hi")
        await trip.idle()
        await trip.pilot.press("enter")
        await trip.idle()
        assert not isinstance(trip.app.screen, ToolCallsScreen)
        assert len(trip.bodies) == 1


async def test_a_typed_result_goes_out_and_the_model_goes_on() -> None:
    async with journey(made(calling(call()), answered("It is sunny."))) as trip:
        await asked(trip)
        await trip.pilot.press("enter")
        await trip.sees("Result of get_weather")
        await trip.types("sunny")
        await trip.pilot.press("ctrl+s")
        await trip.sees("result: typed, 5 bytes")
        assert len(trip.bodies) == 1, "nothing is sent before s"
        assert results(await sent(trip)) == [["c0", "sunny"]]
        await trip.sees("It is sunny.")
        await trip.sees("answers get_weather · 5 bytes")
        await trip.sees("get_weather  answered")


async def test_parallel_calls_are_answered_in_any_order_and_go_out_in_theirs() -> None:
    async with journey(made(calling(call(), call('{"city":"Oslo"}', index=1)))) as trip:
        await asked(trip)
        await trip.sees("The model made 2 tool calls")
        await trip.pilot.press("down", "1", "s")
        assert len(trip.bodies) == 1, "one call still waits"
        await trip.sees("once 1 more call has a result")
        await trip.pilot.press("up", "3")
        assert results(await sent(trip)) == [["c0", '{"error":"The tool failed."}'], ["c1", '{"ok":true}']]


async def test_one_choice_can_be_for_all_that_wait_and_be_taken_back() -> None:
    async with journey(made(calling(call(), call('{"city":"Oslo"}', index=1)))) as trip:
        await asked(trip)
        await trip.pilot.press("a", "2", "u")
        await trip.sees("once 1 more call has a result")
        await trip.pilot.press("n")
        told = results(await sent(trip))
        assert told == [["c0", '{"error":"The user did not allow this call."}'], ["c1", ""]]


async def test_what_was_chosen_is_there_again_after_leaving() -> None:
    async with journey(made(calling(call()))) as trip:
        await asked(trip)
        await trip.pilot.press("1", "escape")
        await trip.until(lambda: trip.app.screen is trip.chat, "the transcript")
        assert len(trip.bodies) == 1
        await trip.pilot.press("x")
        await trip.sees("result: canned")


async def test_a_command_runs_only_when_y_answers_what_is_shown() -> None:
    runner = Runner()
    async with journey(made(calling(call(f'{{"city":"Pa{chr(0x202E)}ris"}}')), runner=runner)) as trip:
        await asked(trip)
        for no in ("n", "escape", "enter"):
            await trip.pilot.press("r")
            await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
            await trip.sees('"--now"')
            assert chr(0x202E) not in trip.text
            await trip.pilot.press(no)
            await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")
        assert runner.ran == []
        await trip.pilot.press("r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.pilot.press("y")
        await trip.sees("result: command, 5 bytes")
        assert [(each.argv, each.stdin) for each in runner.ran] == [
            (("weather", "--now"), f'{{"city":"Pa{chr(0x202E)}ris"}}')
        ]
        assert results(await sent(trip)) == [["c0", "sunny"]]


async def test_every_character_of_a_huge_call_can_be_reached_in_the_question() -> None:
    arguments = json.dumps({"city": "A" + " " * 900 + "B" + "x" * 200_000 + "\u202e\u200bEND"}, ensure_ascii=False)
    async with journey(made(calling(call(arguments))), size=(80, 24)) as trip:
        await asked(trip)
        await trip.sees("more characters")
        await trip.pilot.press("r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.sees("rows in all")
        await trip.sees("A  always")
        view = trip.app.screen.query_one(ApprovalLines)
        seen = ""
        for row in range(view.virtual_size.height):
            view.scroll_to(y=row, animate=False, immediate=True)
            seen += view.render_line(row - view.scroll_offset.y).text[1 : 1 + view.width - 2]
        assert "A" + " " * 900 + "B" + "x" * 200_000 in seen
        await trip.pilot.press("end")
        await trip.sees("⟨U+202E⟩⟨U+200B⟩END")


async def test_a_key_typed_before_the_question_was_shown_does_not_agree() -> None:
    runner = Runner()
    async with journey(made(calling(call()), runner=runner)) as trip:
        await asked(trip)
        queued = [events.Key(each, each) for each in "yA"]
        await trip.pilot.press("r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.sees("A  always")
        for key in queued:
            trip.app.screen.post_message(key)
        await trip.pilot.pause()
        assert isinstance(trip.app.screen, ToolApproval)
        assert runner.ran == []


async def test_always_is_for_this_session_and_asked_for_by_its_own_key() -> None:
    runner = Runner()
    async with journey(made(calling(call()), calling(call('{"city":"Oslo"}')), runner=runner)) as trip:
        await asked(trip)
        await trip.pilot.press("r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.pilot.press("A")
        await trip.sees("result: command")
        await sent(trip)
        await trip.pilot.press("end", "x", "r")
        await trip.until(lambda: len(runner.ran) == 2, "the second run, unasked")
        assert runner.ran[1].stdin == '{"city":"Oslo"}'


async def test_arguments_that_do_not_fit_are_told_and_never_run() -> None:
    runner = Runner()
    async with journey(made(calling(call('{"city":7}')), runner=runner)) as trip:
        await asked(trip)
        await trip.sees("waiting; cannot be run")
        await trip.pilot.press("r")
        await trip.until(lambda: "do not match" in toasts(trip.app), "why not")
        assert runner.ran == []
        await trip.pilot.press("n")
        (told,) = results(await sent(trip))
        assert "city: must be a string" in str(told)


async def test_a_command_that_fails_is_told_to_the_model_as_an_error() -> None:
    runner = Runner(ToolOutcome(ended="timeout", seconds=60.0))
    async with journey(made(calling(call()), runner=runner)) as trip:
        await asked(trip)
        await trip.pilot.press("r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.pilot.press("y")
        await trip.sees("took longer than 60 s")
        (told,) = results(await sent(trip))
        assert "took longer" in str(told)


async def test_what_if_it_had_failed_is_one_key_and_a_branch() -> None:
    async with journey(made(calling(call()), answered("Sunny."), answered("Sorry."))) as trip:
        await asked(trip)
        await trip.pilot.press("1")
        await sent(trip)
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the transcript")
        await trip.pilot.press("home", "down", "X")
        await trip.until(lambda: len(trip.bodies) == 3, "the other request")
        await trip.idle()
        await trip.sees("Sorry.")
        conversation = trip.bench.conversation
        answers = [node for node in conversation.nodes.values() if node.message["role"] == "tool"]
        assert [node.message["content"] for node in answers] == ['{"ok":true}', '{"error":"The tool failed."}']
        assert len({node.parent for node in answers}) == 1
        await trip.sees("‹ 2/2 ›")


async def test_hostile_names_and_arguments_are_shown_literally() -> None:
    async with journey(made(calling(call(f'[b]{ESC}[/b] {{"', name=f"[red]x{ESC}")))) as trip:
        await asked(trip)
        await trip.sees("[red]x")
        assert "\x1b" not in trip.text
        await trip.pilot.press("enter")
        await trip.sees("Result of [red]x")
        await trip.pilot.press("escape", "escape")
        assert "\x1b" not in trip.text


async def test_a_long_result_is_folded_with_its_size() -> None:
    async with journey(made(calling(call()))) as trip:
        await asked(trip)
        await trip.pilot.press("4")
        await sent(trip)
        await trip.sees("▸ line 1 of a very long")
        await trip.sees("answers get_weather · 1")


async def test_tools_are_turned_on_and_off_from_a_list_and_added_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "more.json"
    file.write_text('{"name": "add", "parameters": {"type": "object"}}')
    async with journey(made()) as trip:
        await trip.command("/tool")
        await trip.sees("○ get_weather")
        await trip.pilot.press("enter")
        await trip.sees("● get_weather")
        assert trip.bench.body()["tools"] == [WEATHER]
        await trip.pilot.press("space")
        await trip.sees("○ get_weather")
        assert "tools" not in trip.bench.body()
        await trip.pilot.press("escape")
        wrong = tmp_path / "wrong.json"
        wrong.write_text("[1]")
        await trip.command(f"/tool {wrong}")
        await trip.until(lambda: "wrong.json" in toasts(trip.app), "the problem")
        assert trip.chat.composer.text == f"/tool {wrong}"
        await trip.command(f"/tool {file}")
        await trip.until(lambda: "tools" in trip.bench.body(), "the tool of the file")
        await trip.until(lambda: not trip.chat.composer.text, "the command gone")
        await trip.pilot.press("f8")
        await trip.sees("● add")
        await trip.pilot.press("escape")
        before = trip.bench
        await trip.command("/new")
        await trip.until(lambda: trip.bench is not before, "another session")
        assert trip.chat.calling.runs.definition("add") is not None


async def test_a_file_of_many_tools_is_announced_in_a_few_words(tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    file.write_text(
        json.dumps([{"name": f"tool_{number}", "parameters": {"type": "object"}} for number in range(1000)])
    )
    async with journey(made()) as trip:
        await trip.command(f"/tool {file}")
        await trip.until(lambda: "tool_7 and 992 more." in toasts(trip.app), "the announcement")
        assert "tool_8" not in toasts(trip.app)
        assert len(tools_of(trip.bench.settings)) == 1000


async def test_the_tokens_to_send_include_those_of_the_tools(tmp_path: Path) -> None:
    file = tmp_path / "long.json"
    file.write_text(json.dumps({"name": "long", "description": "word " * 800, "parameters": {"type": "object"}}))
    async with journey(made()) as trip:
        await trip.command(f"/tool {file}")
        await trip.until(lambda: "≈ 1024 tok" in trip.chat.status.figures, "the tokens of the tool")
        await trip.command("/unset tools")
        await trip.until(lambda: "≈" not in trip.chat.status.figures, "no tokens")


async def test_escape_ends_a_command_that_hangs_and_the_model_can_be_told() -> None:
    runner = Hanging()
    async with journey(made(calling(call(), call('{"city":"Oslo"}', index=1)), runner=runner)) as trip:
        await asked(trip)
        await trip.pilot.press("a", "r")
        await trip.until(lambda: isinstance(trip.app.screen, ToolApproval), "the question")
        await trip.pilot.press("y")
        await trip.sees("Running: esc stops it")
        await trip.pilot.press("escape")
        await trip.until(lambda: runner.stopped, "the end of the command")
        await trip.sees("The user stopped it")
        assert isinstance(trip.app.screen, ToolCallsScreen)
        assert len(runner.ran) == 1
        await trip.pilot.press("down", "n")
        first, _ = results(await sent(trip))
        assert "The user stopped it" in str(first)


async def test_after_many_rounds_a_key_lets_the_model_go_on_and_another_leaves_it_there() -> None:
    async with journey(made(*[calling(call()) for _ in range(13)])) as trip:
        await asked(trip)
        for count in range(2, 12):
            await trip.pilot.press("1")
            await sent(trip, count)
            await trip.pilot.press("x")
            await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")
        await trip.pilot.press("1", "s")
        await trip.sees("It has called tools in 11 replies in a row")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.app.screen is trip.chat, "the chat")
        assert len(trip.bodies) == 11
        assert trip.bench.conversation.path()[-1].message["role"] == "tool"
        await trip.pilot.press("ctrl+r")
        await trip.until(lambda: len(trip.bodies) == 12, "the reply that was asked for")
        await trip.idle()
        await trip.pilot.press("x")
        await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")
        await trip.pilot.press("1", "s")
        await trip.sees("ctrl+r continues later")
        await trip.pilot.press("g")
        await trip.until(lambda: len(trip.bodies) == 13, "the next request")
        await trip.idle()


async def test_what_forces_another_call_can_be_left_out_with_the_answers() -> None:
    async with journey(made(calling(call()), answered("Sunny."))) as trip:
        trip.bench.change(trip.bench.settings.set(("tool_choice",), "required"))
        await asked(trip)
        assert "forces the next call" not in trip.text
        await trip.pilot.press("1")
        await trip.sees("which forces the next call")
        await trip.pilot.press("f")
        await trip.until(lambda: len(trip.bodies) == 2, "the next request")
        await trip.idle()
        assert "tool_choice" in trip.bodies[0]
        assert "tool_choice" not in trip.bodies[1]


async def test_an_mcp_server_lists_its_tools_and_each_is_turned_on_alone() -> None:
    runner = Serving()
    async with journey(made(calling(call("{}", name="later")), runner=runner)) as trip:
        await trip.command("/tool")
        await trip.sees("m tools of an MCP server")
        await trip.pilot.press("m")
        await trip.sees("Command of an MCP server")
        await trip.types("serve 'a b' $HOME")
        await trip.pilot.press("enter")
        await trip.sees("○ later")
        assert runner.asked == ("serve", "a b", "$HOME")
        assert "bad.name" in toasts(trip.app)
        assert "\x1b" not in trip.text
        await trip.pilot.press("down", "space")
        await trip.sees("● later")
        await trip.pilot.press("escape")
        await trip.sends("When?")
        await trip.idle()
        assert [tool["function"]["name"] for tool in cast("Any", trip.bodies[0]["tools"])] == ["later"]
        await trip.pilot.press("enter")
        await trip.until(lambda: isinstance(trip.app.screen, ToolCallsScreen), "the calls")
        await trip.pilot.press("r")
        await trip.sees("Call this MCP server's tool?")
        await trip.sees('"a b"')
        await trip.pilot.press("y")
        await trip.until(lambda: len(runner.ran) == 1, "the call")
        assert (runner.ran[0].via, runner.ran[0].argv) == ("mcp", ("serve", "a b", "$HOME"))


async def test_all_tools_are_turned_on_and_off_by_one_key() -> None:
    async with journey(made(runner=Serving())) as trip:
        await trip.command("/tool mcp serve")
        await trip.sees("○ now")
        await trip.pilot.press("a")
        await trip.sees("● get_weather")
        assert len(cast("Any", trip.bench.body()["tools"])) == 3
        await trip.pilot.press("a")
        await trip.sees("○ get_weather")
        assert "tools" not in trip.bench.body()


async def test_escape_ends_a_server_that_never_lists_its_tools() -> None:
    runner = Silent()
    async with journey(made(answered("Hi"), runner=runner)) as trip:
        await trip.command("/tool mcp serve")
        await trip.until(lambda: runner.started, "the server")
        await trip.pilot.press("escape")
        await trip.until(lambda: runner.ended and "Stopped the MCP server" in toasts(trip.app), "its end")
        await trip.pilot.press("escape")
        await trip.sends("Hello")
        await trip.idle()
        assert trip.chat.composer.has_focus


async def test_a_line_that_is_no_command_of_a_server_is_told() -> None:
    async with journey(made(runner=Serving())) as trip:
        await trip.command("/tool mcp serve 'open")
        await trip.until(lambda: "Not a valid MCP server command" in toasts(trip.app), "the note")


async def test_a_message_without_calls_says_so_and_enter_goes_on_from_it() -> None:
    async with journey(made(answered("Hi"))) as trip:
        await trip.sends("Hello")
        await trip.idle()
        await trip.pilot.press("up", "x")
        await trip.until(lambda: "has no tool calls" in toasts(trip.app), "the note")
        await trip.pilot.press("enter")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer")

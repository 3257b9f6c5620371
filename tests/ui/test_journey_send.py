"""End-to-end tests of typing, sending, stopping, and requesting again."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from chat_tui.domain.calls import Endpoint, Limits
from chat_tui.domain.events import Attempted, Failed, Received, Responded, Step
from chat_tui.domain.problems import Problem, ProblemError
from tests.support.engine_doubles import OneEndpoint, answered, event
from tests.support.fakes import Gate, MemoryDraft, MemoryHistory, services, workbench
from tests.support.journeys import journey, toasts

UNREACHABLE = Problem(kind="connect", what="Cannot reach 127.0.0.1:9", why="connection refused", hint="Is it running?")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 45)])
async def test_typing_and_enter_stream_a_reply(size: tuple[int, int]) -> None:
    gate = Gate()
    steps = [*answered("Hello ", "wor", finish=None), gate, *answered("ld.")[1:]]
    async with journey(services(steps), size=size) as trip:
        await trip.sends("say hi")
        await trip.sees("Hello wor")
        assert trip.chat.composer.text == ""
        gate.open()
        await trip.sees("Hello world.")
        await trip.idle()
        await trip.sees("● saved")
        assert "say hi" in trip.text


async def test_what_is_typed_while_a_reply_streams_stays() -> None:
    gate = Gate()
    async with journey(services([*answered("one", finish=None), gate, *answered(" two")[1:]])) as trip:
        await trip.sends("go")
        await trip.sees("one")
        await trip.types("next")
        gate.open()
        await trip.sees("one two")
        assert trip.chat.composer.text == "next"


async def test_keys_typed_faster_than_they_are_handled_keep_their_order() -> None:
    async with journey(services()) as trip:
        for key in ("a", "b", "enter", "c"):
            trip.app.simulate_key(key)
        await trip.idle()
        await trip.until(lambda: trip.chat.composer.text == "c", "the last key")
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": "ab"}]


async def test_escape_keeps_the_partial_reply_and_marks_it() -> None:
    async with journey(services([*answered("partial words", finish=None), Gate()])) as trip:
        await trip.sends("go")
        await trip.sees("partial words")
        await trip.pilot.press("escape")
        await trip.idle()
        await trip.sees("stopped")
        assert "partial words" in trip.text


async def test_ctrl_c_without_a_selection_stops_and_when_idle_says_how_to_quit() -> None:
    async with journey(services([*answered("x", finish=None), Gate()])) as trip:
        await trip.sends("go")
        await trip.sees("first")
        await trip.pilot.press("ctrl+c")
        await trip.idle()
        await trip.pilot.press("ctrl+c")
        await trip.until(lambda: "ctrl+q quits" in toasts(trip.app), "the hint")
        assert trip.app.is_running


async def test_a_second_message_carries_the_first_exchange() -> None:
    async with journey(services(answered("one"), answered("two"))) as trip:
        await trip.sends("a")
        await trip.idle()
        await trip.sends("b")
        await trip.idle()
        messages = trip.bodies[1]["messages"]
        assert isinstance(messages, list)
        assert [message["content"] for message in messages if isinstance(message, dict)] == ["a", "one", "b"]


async def test_again_makes_a_branch_and_left_goes_back_to_the_first() -> None:
    async with journey(services(answered("first answer"), answered("second answer"))) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.pilot.press("ctrl+r")
        await trip.sees("second answer")
        await trip.idle()
        await trip.sees("‹ 2/2 ›")
        assert "first answer" not in trip.text
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
        await trip.pilot.press("left")
        await trip.sees("first answer")


async def test_editing_a_message_makes_a_branch_beside_it() -> None:
    async with journey(services(answered("one"), answered("two"))) as trip:
        await trip.sends("first words")
        await trip.idle()
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.transcript.has_focus, "the focus in the transcript")
        await trip.pilot.press("home", "e")
        await trip.until(lambda: trip.chat.composer.text == "first words", "the text in the composer")
        await trip.sends("!")
        await trip.idle()
        assert trip.bodies[1]["messages"] == [{"role": "user", "content": "first words!"}]
        await trip.sees("‹ 2/2 ›")


async def test_a_blocked_value_keeps_the_text_and_sends_nothing() -> None:
    given = services()
    name, spec = next(
        (name, spec)
        for name, spec in given.catalogue.parameters.items()
        if spec.maximum is not None and spec.scope == "core" and not spec.nested and "number" in spec.types
    )
    bench = workbench(given, provider="openai", model="m")
    assert spec.maximum is not None
    bench.change(bench.settings.set((name,), spec.maximum + 1))
    async with journey(given, bench=bench) as trip:
        await trip.sends("hello")
        await trip.sees(f"{name} = ")
        await trip.pilot.press("escape")
        await trip.until(lambda: trip.chat.composer.has_focus, "the composer")
        assert trip.chat.composer.text == "hello"
        assert not trip.bodies


async def test_a_missing_key_keeps_the_text() -> None:
    refusal = ProblemError(Problem(kind="key", what="There is no key", hint="Set EXAMPLE_API_KEY."))
    async with journey(services(refusal=refusal)) as trip:
        await trip.sends("hello")
        await trip.until(lambda: "EXAMPLE_API_KEY" in toasts(trip.app), "the refusal")
        assert trip.chat.composer.text == "hello"


async def test_an_unreachable_host_is_told_and_the_text_comes_back() -> None:
    async with journey(services([Failed(0.1, UNREACHABLE)])) as trip:
        await trip.sends("hello")
        await trip.sees("Cannot reach 127.0.0.1:9")
        await trip.idle()
        assert trip.chat.composer.text == "hello"
        await trip.pilot.press("enter")
        await trip.sees("ok")
        assert trip.bodies[1]["messages"] == [{"role": "user", "content": "hello"}]


async def test_a_prompt_that_came_back_leaves_the_composer_when_it_is_sent_again_by_key() -> None:
    async with journey(services([Failed(0.1, UNREACHABLE)], [Failed(0.1, UNREACHABLE)], answered("Hi"))) as trip:
        await trip.sends("hello")
        await trip.until(lambda: trip.chat.composer.text == "hello", "the prompt")
        await trip.pilot.press("ctrl+r")
        await trip.until(lambda: len(trip.bodies) == 2 and trip.chat.composer.text == "hello", "the prompt once more")
        await trip.idle()
        await trip.pilot.press("ctrl+r")
        await trip.sees("Hi")
        await trip.idle()
        assert trip.chat.composer.text == ""


async def test_a_prompt_that_came_back_and_was_changed_stays_when_the_old_one_is_sent_again() -> None:
    async with journey(services([Failed(0.1, UNREACHABLE)], answered("Hi"))) as trip:
        await trip.sends("hello")
        await trip.until(lambda: trip.chat.composer.text == "hello", "the prompt")
        await trip.types(" there")
        await trip.pilot.press("ctrl+r")
        await trip.sees("Hi")
        await trip.idle()
        assert trip.chat.composer.text == "hello there"


async def test_an_unreachable_host_does_not_overwrite_what_was_typed_since() -> None:
    gate = Gate()
    async with journey(services([gate, Failed(0.1, UNREACHABLE)])) as trip:
        await trip.sends("hello")
        await trip.types("other")
        gate.open()
        await trip.sees("Cannot reach")
        await trip.idle()
        assert trip.chat.composer.text == "other"


async def test_a_retry_shows_its_countdown_and_escape_cancels_it() -> None:
    steps: list[Step | Gate] = [Attempted(1, Problem(kind="http", what="The service is busy (503)"), 7.5), Gate()]
    async with journey(services(steps)) as trip:
        await trip.sends("hello")
        await trip.sees(f"attempt 2 of {Limits().retries + 1} in 7.5 s")
        await trip.pilot.press("escape")
        await trip.idle()
        await trip.sees("≈")


async def test_a_cut_stream_keeps_what_came() -> None:
    cut = Problem(kind="stream", what="The connection broke")
    steps: list[Step] = [
        Responded(200, {}, 0.1, plain=False),
        Received((event(0.2, {"content": "half a "}),)),
        Failed(0.3, cut),
    ]
    async with journey(services(steps)) as trip:
        await trip.sends("go")
        await trip.idle()
        await trip.sees("half a")
        await trip.sees("cut off")
        assert trip.chat.composer.text == ""


async def test_blank_text_is_not_sent() -> None:
    async with journey(services()) as trip:
        await trip.sends("   ")
        assert not trip.bodies


async def test_ctrl_j_starts_a_line_and_the_composer_grows_to_eight() -> None:
    async with journey(services()) as trip:
        for number in range(10):
            await trip.types(str(number))
            await trip.pilot.press("ctrl+j")
        assert trip.chat.composer.text == "".join(f"{number}\n" for number in range(10))
        await trip.until(lambda: trip.chat.composer.size.height == 8, "eight lines")
        assert not trip.bodies


async def test_up_and_down_walk_through_earlier_prompts() -> None:
    async with journey(services(history=["one", "two"])) as trip:
        await trip.types("now")
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.composer.text == "two", "the last prompt")
        await trip.pilot.press("up")
        await trip.until(lambda: trip.chat.composer.text == "one", "the one before")
        await trip.pilot.press("down", "down")
        await trip.until(lambda: trip.chat.composer.text == "now", "what was typed")


async def test_a_sent_prompt_is_remembered_and_the_draft_forgotten() -> None:
    given = services()
    async with journey(given) as trip:
        await trip.types("abc")
        await trip.until(lambda: isinstance(given.draft, MemoryDraft) and given.draft.text == "abc", "the kept draft")
        await trip.pilot.press("enter")
        await trip.idle()
        assert isinstance(given.draft, MemoryDraft)
        assert given.draft.text == ""
        assert isinstance(given.history, MemoryHistory)
        assert given.history.texts == ["abc"]


async def test_the_draft_of_the_last_run_comes_back() -> None:
    async with journey(services(draft="half a thought")) as trip:
        await trip.sees("half a thought")


class SlowKey(OneEndpoint):
    """A provider whose key comes from a command that is slow, once it is asked."""

    def __init__(self, refusal: ProblemError | None = None) -> None:
        super().__init__(refusal)
        self.printed = threading.Event()
        self.asked: list[str] = []

    def at_once(self, provider: str) -> bool:
        return self.printed.is_set() and self._refusal is None

    def endpoint(self, provider: str) -> Endpoint:
        if threading.current_thread() is not threading.main_thread():
            self.asked.append(provider)
            assert self.printed.wait(30)
        return super().endpoint(provider)


async def test_a_key_that_takes_time_holds_up_nothing_but_the_message() -> None:
    slow = SlowKey()
    async with journey(replace(services(answered("Hello.")), endpoints=slow)) as trip:
        await trip.sends("hi")
        await trip.until(lambda: "Getting the API key" in toasts(trip.app), "the note")
        await trip.pilot.press("enter")
        await trip.types(" there")
        assert trip.bodies == []
        slow.printed.set()
        await trip.sees("Hello.")
        assert trip.bodies[0]["messages"] == [{"role": "user", "content": "hi there"}]
        assert len(slow.asked) == 1


async def test_a_key_that_cannot_be_had_is_told_and_the_message_stays() -> None:
    slow = SlowKey(ProblemError(Problem(kind="key", what="No key from api_key_cmd of mine", hint="Try it.")))
    slow.printed.set()
    async with journey(replace(services(), endpoints=slow)) as trip:
        await trip.sends("hi")
        await trip.until(lambda: "No key from api_key_cmd" in toasts(trip.app), "the problem")
        assert trip.chat.composer.text == "hi"
        assert trip.bodies == []

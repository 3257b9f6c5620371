"""The transcript in an app: following, moving, growing, resizing, searching."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat_tui.ui.transcript import Entry, Transcript
from chat_tui.ui.transcript.entries import Card
from tests.support.waiting import wait_until
from tests.ui.transcript.transcript_app import TranscriptApp, conversation


async def test_a_conversation_is_shown_from_its_end() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)):
        app.transcript.show(conversation(30))
        assert app.transcript.following
        assert app.screen_text[-5:-1] == ["▌  text 29", "▌", "▌  • item", "▌  • item"]


async def test_a_message_has_head_footer_and_mark() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 12)):
        entry = Entry(
            "a", "assistant", "gpt", "Hi.", aside="‹ 2/3 ›", footer="63 tok/s", mark="cut off", calls=("f(1)",)
        )
        app.transcript.show([entry])
        assert app.screen_text[:6] == ["▌  gpt  ‹ 2/3 ›", "▌  Hi.", "▌   f(1)", "▌", "▌  63 tok/s · cut off", ""]


async def test_the_line_below_a_reply_goes_on_where_it_does_not_fit() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(40, 12)):
        problem = "failed: The service ended the stream: the model is loading, try again in 20 s."
        entry = Entry(
            "a",
            "assistant",
            "gpt",
            "Hi.",
            checked="✗ $.lines[1]: is a number, not a text",
            footer="63 tok/s",
            mark=problem,
        )
        app.transcript.show([entry])
        assert app.screen_text[:8] == [
            "▌  gpt",
            "▌  Hi.",
            "▌",
            "▌  ✗ $.lines[1]: is a number, not a",
            "▌  text",
            "▌  63 tok/s · failed: The service",
            "▌  ended the stream: the model is",
            "▌  loading, try again in 20 s.",
        ]


async def test_the_head_of_a_result_names_tool_and_size_however_long_the_name() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(40, 12)):
        name = "search_everything_in_the_world"
        entry = Entry("a", "tool", "tool", "one\ntwo", aside=f"answers {name} · 126.9 KB", folded=True)
        app.transcript.show([entry])
        assert app.screen_text[:3] == ["▌  tool  answers", f"▌  {name} ·", "▌  126.9 KB  ▸ one … 1 more line"]


async def test_a_card_shows_the_state_beside_a_long_name_on_one_ground() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(40, 12)):
        call = "search_everything_in_the_whole_world {}"
        cards = (Card("waiting for a result", fits=False), Card("answered"))
        app.transcript.show([Entry("a", "assistant", "gpt", calls=(call, call), cards=cards)])
        assert app.screen_text[1] == "▌   search_ever…  waiting for a result"
        assert app.screen_text[3] == "▌   search_everything_in_th…  answered"
        strips = app.transcript.render_lines(app.transcript.size.region)
        for row in (1, 3):
            card = strips[row].crop(3, 39)
            assert len({segment.style.bgcolor for segment in card if segment.style is not None}) == 1


async def test_streamed_text_appears_and_is_followed() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.transcript.show([*conversation(9), Entry("live", "assistant", "gpt")])
        for number in range(40):
            app.transcript.grow("live", f"line {number}\n\n")
        await wait_until(pilot, lambda: "▌  line 39" in app.screen_text, what="the last line")
        assert app.transcript.following


async def test_growth_never_moves_a_view_that_does_not_follow() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.transcript.show([*conversation(9), Entry("live", "assistant", "gpt", "start")])
        app.transcript.action_page(-1)
        assert not app.transcript.following
        before = app.screen_text
        app.transcript.grow("live", "much\n\nmore\n\n" * 30)
        height = app.transcript.virtual_size.height
        await wait_until(pilot, lambda: app.transcript.virtual_size.height > height, what="the growth")
        assert app.screen_text == before


@pytest.mark.parametrize("key", ["pagedown", "j", "end"])
async def test_scrolling_over_rows_seen_before_repaints_the_whole_view(key: str) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)) as pilot:
        transcript = app.transcript
        transcript.show([Entry("long", "user", "you", "\n".join(f"line {number}" for number in range(40)))])
        transcript.focus()
        await pilot.press("home", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "end", "home")
        await wait_until(pilot, lambda: transcript.scroll_y == 0, what="the top")
        asked = app.repaints()
        await pilot.press(key)
        assert transcript.scroll_y > 0
        assert any(not regions or regions[0].contains_region(transcript.size.region) for regions in asked)


async def test_end_follows_again_and_so_does_reaching_the_bottom() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)) as pilot:
        transcript = app.transcript
        transcript.show(conversation(9))
        transcript.focus()
        await pilot.press("pageup", "end")
        assert transcript.following
        await pilot.press("k", "k")
        assert not transcript.following
        await pilot.press("j", "j")
        assert transcript.following
        changes = [message.following for message in app.heard if isinstance(message, Transcript.FollowChanged)]
        assert changes[-4:] == [False, True, False, True]


async def test_the_wheel_releases_and_engages_following() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.transcript.show(conversation(9))
        await pilot.pause()
        await pilot._post_mouse_events([_wheel_up()], app.transcript)
        await wait_until(pilot, lambda: not app.transcript.following, what="the release")


def _wheel_up() -> type:
    from textual.events import MouseScrollUp

    return MouseScrollUp


async def test_up_and_down_move_between_messages_and_past_the_last_the_key_is_free() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        transcript = app.transcript
        transcript.show(conversation(30))
        transcript.focus()
        await wait_until(pilot, lambda: transcript.cursor == "m29", what="a current message")
        await pilot.press("up", "up")
        assert transcript.cursor == "m27"
        await pilot.press("home")
        assert transcript.cursor == "m0"
        assert transcript.scroll_y == 0
        await pilot.press("down")
        assert transcript.cursor == "m1"
        assert [message.key for message in app.heard if isinstance(message, Transcript.Moved)][-2:] == ["m0", "m1"]
        await pilot.press("end", "down")
        assert transcript.cursor == "m29"


async def test_the_current_message_is_highlighted_only_with_the_focus() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show(conversation(2))
        app.transcript.focus()
        await wait_until(pilot, lambda: any(line.startswith("█") for line in app.screen_text), what="the highlight")
        app.screen.set_focus(None)
        await wait_until(pilot, lambda: not any(line.startswith("█") for line in app.screen_text), what="no highlight")


async def test_moving_up_through_unseen_messages_keeps_what_was_in_view() -> None:
    app = TranscriptApp()
    tall = [Entry(f"m{n}", "user", "you", "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * (n % 9)) for n in range(60)]
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show(tall)
        await pilot.pause()
        for _ in range(100):
            before = app.screen_text
            app.transcript.action_line(-1)
            assert app.screen_text[1:] == before[:-1]


async def test_resizing_keeps_the_top_line() -> None:
    app = TranscriptApp()
    words = " ".join(f"word{number}" for number in range(3000))
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([*conversation(9), Entry("long", "assistant", "gpt", words), *conversation(0)])
        app.transcript.jump(app.transcript.scroll_y - 200)
        first = app.screen_text[0].split()[1]
        for width in (100, 33, 60):
            await pilot.resize_terminal(width, 20)
            await wait_until(pilot, lambda: app.transcript.size.width == width, what="the new size")  # noqa: B023
            await pilot.pause()
            numbers = [int(word.removeprefix("word")) for word in app.screen_text[0].split()[1:]]
            assert numbers[0] <= int(first.removeprefix("word")) <= numbers[-1]
            first = app.screen_text[0].split()[1]
        assert max(len(line) for line in app.screen_text) <= 60


async def test_five_thousand_messages_are_not_laid_out_until_seen() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 40)) as pilot:
        app.transcript.show(conversation(5000))
        await pilot.pause()
        views = app.transcript.store.views
        assert sum(view.exact for view in views) < 20
        app.transcript.action_home()
        assert app.screen_text[:2] == ["▌  user", "▌  text 0"]
        assert sum(view.exact for view in views) < 40


async def test_the_final_entry_replaces_the_streamed_one() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([])
        app.transcript.append(Entry("live", "assistant", "gpt"))
        app.transcript.grow("live", "see [docs][1]\n\n[1]: https://e.org")
        await wait_until(pilot, lambda: "▌  see [docs][1]" in app.screen_text, what="the text")
        done = Entry("live", "assistant", "gpt", "see [docs][1]\n\n[1]: https://e.org", footer="done")
        app.transcript.update_entry(done)
        assert app.screen_text[1] == "▌  see docs (https://e.org)"
        assert "▌  done" in app.screen_text


async def test_an_update_with_the_same_text_keeps_its_rows() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("live", "assistant", "gpt")])
        app.transcript.grow("live", "one\n\ntwo\n\nthree\n")
        await wait_until(pilot, lambda: "▌  three" in app.screen_text, what="the text")
        view = app.transcript.store.views[0]
        before = list(view.rows())[1]
        app.transcript.update_entry(replace(view.entry, footer="done"))
        assert list(view.rows())[1] is before
        assert "▌  done" in app.screen_text


async def test_two_messages_cannot_have_one_key() -> None:
    app = TranscriptApp()
    async with app.run_test():
        app.transcript.show(conversation(2))
        with pytest.raises(ValueError, match="m1"):
            app.transcript.append(Entry("m1", "user", "you"))


async def test_markdown_and_literal_text_are_exchanged() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("a", "assistant", "gpt", "# **x**")])
        app.transcript.focus()
        await pilot.press("m")
        assert app.screen_text[1] == "█  # **x**"
        await pilot.press("m")
        assert app.screen_text[1] == "█  x"


async def test_folding_goes_from_the_reasoning_to_the_whole_message() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("a", "assistant", "gpt", "answer\nmore", reasoning="deep thought")])
        app.transcript.focus()
        await pilot.pause()
        shown = [line for line in app.screen_text if line]
        assert shown == ["█  gpt", "█  ▾ reasoning", "█  deep thought", "█", "█  answer", "█  more"]
        await pilot.press("space")
        assert app.screen_text[1:4] == ["█  ▸ reasoning · 2 words", "█", "█  answer"]
        await pilot.press("space")
        assert [line for line in app.screen_text if line] == ["█  gpt  ▸ answer … 1 more line"]
        await pilot.press("space")
        assert [line for line in app.screen_text if line] == shown


async def test_find_goes_from_match_to_match_and_around() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)):
        entries = conversation(40)
        entries[3] = Entry("m3", "user", "you", "a Needle and\nanother **needle**")
        app.transcript.show(entries)
        assert not app.transcript.find("nowhere")
        assert app.transcript.find("needle")
        assert app.transcript.cursor == "m3"
        assert app.transcript.found == ("m3", ((1, 2, 8),))
        assert app.transcript.find("NEEDLE")
        assert app.transcript.found == ("m3", ((2, 8, 14),))
        assert app.transcript.find("needle")
        assert app.transcript.found == ("m3", ((1, 2, 8),))
        assert app.transcript.find("needle", backwards=True)
        assert app.transcript.found == ("m3", ((2, 8, 14),))
        assert any("another needle" in line for line in app.screen_text)


async def test_copy_asks_the_app_with_the_exact_text() -> None:
    app = TranscriptApp()
    text = "  # raw \x1b[31m\ttext\u202e\n"
    async with app.run_test() as pilot:
        app.transcript.show([Entry("a", "assistant", "gpt", text)])
        app.transcript.focus()
        await pilot.press("y", "enter")
        asked = [message.text for message in app.heard if isinstance(message, Transcript.CopyAsked)]
        assert asked == [text]
        assert [message.key for message in app.heard if isinstance(message, Transcript.Chosen)] == ["a"]


async def test_another_theme_paints_anew_without_parsing() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("a", "user", "you", "**x**")])
        view = app.transcript.store.views[0]
        rows = list(view.rows())
        before = app.transcript.render_lines(app.transcript.size.region)[1]
        app.theme = "textual-light"
        await wait_until(
            pilot, lambda: app.transcript.render_lines(app.transcript.size.region)[1] != before, what="new colours"
        )
        assert all(old is new for old, new in zip(rows, view.rows(), strict=True))


async def test_growing_does_not_lay_out_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("live", "assistant", "gpt")])
        await pilot.pause()
        layouts: list[int] = []
        reflow = app.screen._compositor.reflow

        def counted(*arguments: object) -> object:
            layouts.append(1)
            return reflow(*arguments)  # type: ignore[arg-type]  # passed through

        monkeypatch.setattr(app.screen._compositor, "reflow", counted)
        for number in range(5):
            app.transcript.grow("live", f"line {number}\n\n" * 20)
            await wait_until(pilot, lambda: f"▌  line {number}" in app.screen_text, what="the line")  # noqa: B023
        assert not layouts


async def test_nothing_runs_when_nothing_grows() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("live", "assistant", "gpt")])
        app.transcript.grow("live", "text")
        await wait_until(pilot, lambda: "▌  text" in app.screen_text, what="the text")
        assert app.transcript._timer is None


async def test_showing_again_keeps_place_and_rows_where_the_messages_stay() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 10)):
        transcript = app.transcript
        transcript.show([*conversation(20), Entry("live:1:0", "assistant", "gpt", "the answer")])
        row = list(transcript.store.views[20].rows())[1]
        transcript.show([*conversation(20), Entry("m20", "assistant", "gpt", "the answer", footer="done")])
        assert transcript.following
        assert list(transcript.store.views[20].rows())[1] is row
        transcript.action_page(-1)
        before = app.screen_text
        transcript.show([*conversation(20), Entry("m20", "assistant", "gpt", "the answer", footer="done"), *extra(3)])
        assert app.screen_text == before
        assert not transcript.following
        transcript.show(extra(30))
        assert transcript.following


def extra(count: int) -> list[Entry]:
    return [Entry(f"x{number}", "user", "you", f"extra {number}") for number in range(count)]


async def test_a_flood_is_caught_up_with() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.show([Entry("live", "assistant", "gpt")])
        for number in range(20_000):
            app.transcript.grow("live", f"- item {number}\n")
        app.transcript.grow("live", "\nthe end")
        await wait_until(pilot, lambda: "▌  the end" in app.screen_text, what="the end", timeout_s=60)
        assert app.transcript.following

"""Playing a film: pace, steps, and the final state."""

from __future__ import annotations

import json
import math
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_tui.domain.film import Film, Item, film_of
from chat_tui.domain.played import PlayedExchange
from chat_tui.domain.reply import Reply
from chat_tui.domain.session import RecordedExchange, Session
from chat_tui.domain.session_fold import fold_session
from chat_tui.engine.player import SPEEDS, Player
from tests.support.films import HandClock, sessions
from tests.support.recording import Turn, record
from tests.support.server import CUT, Answer, chunk, events, plain, sse
from tests.support.session_files import turn

FIXTURES = Path(__file__).parents[1] / "fixtures"
STREAMS = sorted((FIXTURES / "streams").glob("*.sse")) + sorted((FIXTURES / "recordings").glob("*.sse"))


def told(reply: Reply) -> str:
    """Everything a closed reply says, byte by byte."""
    merged = json.dumps(reply.completion())
    return f"{merged} {reply.outcome} {json.dumps(reply.error)} {reply.warnings} {reply.events} {reply.bad_events}"


def of_two_turns(**options: float) -> tuple[Film, HandClock, Player]:
    film = film_of(fold_session([*turn(1), *turn(2, "x1.0")]), **options)
    clock = HandClock()
    return film, clock, Player(film, clock)


def played_to_its_end(
    session: Session, speed: float, ticks_s: float = 0.7
) -> tuple[Player, dict[str, RecordedExchange]]:
    """A player at the end, and each exchange as it stood when its turn was over."""
    clock = HandClock()
    closed: dict[str, RecordedExchange] = {}

    def watch(_: Item) -> None:
        closed.update({name: each for name, each in player.scene.exchanges.items() if isinstance(each, PlayedExchange)})

    player = Player(film_of(session), clock, speed=speed, watch=watch)
    player.play()
    while not player.over:
        player.tick()
        clock.ticks += max(ticks_s, player.due_s() or 0.0)
    return player, closed


def check_the_end(session: Session, player: Player, closed: dict[str, RecordedExchange]) -> None:
    assert [*closed] == [*session.exchanges] == [*player.scene.exchanges]
    for name, recorded in session.exchanges.items():
        assert closed[name].reply is not recorded.reply
        assert told(closed[name].reply) == told(recorded.reply)
        assert (closed[name].status, closed[name].cut) == (recorded.status, recorded.cut)
    assert player.scene.conversation.head == session.conversation.head
    assert dict(player.scene.conversation.nodes) == dict(session.conversation.nodes)


@given(session=sessions(), speed=st.sampled_from(SPEEDS))
def test_the_film_ends_with_the_recorded_merge_of_every_reply_and_the_recorded_tree(
    session: Session, speed: float
) -> None:
    player, closed = played_to_its_end(session, speed)
    check_the_end(session, player, closed)


async def test_so_does_every_recorded_stream_and_no_socket_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [
        Turn(path.stem, Answer(200, {"content-type": "text/event-stream"}, [path.read_bytes()])) for path in STREAMS
    ]
    document = json.loads((FIXTURES / "recordings/21-nonstream-n3-logprobs.json").read_text())
    turns.append(Turn("plain", plain(document), {"stream": False}))
    turns.append(Turn("busy", plain({"error": {"message": "slow down"}}, 429)))
    turns.append(Turn("cut", events(*sse(chunk("Half a"), chunk(" reply"), done=False), CUT)))
    session = await record(tmp_path, *turns)
    monkeypatch.setattr(socket, "socket", _forbidden)
    for speed in (1.0, math.inf):
        player, closed = played_to_its_end(session, speed)
        check_the_end(session, player, closed)


def _forbidden(*_: object, **__: object) -> None:
    raise AssertionError("a socket was made")


@given(session=sessions(), moves=st.lists(st.tuples(st.sampled_from("srtjpf"), st.floats(-3, 40)), max_size=12))
def test_however_one_got_there_the_same_place_shows_the_same(session: Session, moves: list[tuple[str, float]]) -> None:
    clock = HandClock()
    player = Player(film_of(session), clock)
    for move, amount in moves:
        if move == "s":
            player.step(int(amount))
        elif move == "r":
            player.step(-int(amount))
        elif move == "t":
            player.seek(amount)
        elif move == "j":
            player.jump(int(amount) % 3 - 1)
        elif move == "p":
            player.play()
            clock.ticks += abs(amount)
            player.tick()
        else:
            player.show(film_of(session, idle_s=abs(amount)))
        fresh = Player(player.film, clock)
        while (fresh.number, fresh.place) != (player.number, player.place):
            fresh.step(1)
        assert shown(fresh) == shown(player)
        assert 0 <= player.time_s <= player.film.length_s


def shown(player: Player) -> object:
    scene = player.scene
    record = scene.record
    reply = record.reply if record is not None else None
    return (
        [node.id for node in scene.conversation.path()],
        [*scene.conversation.nodes],
        [*scene.exchanges],
        (told(reply), reply.outcome) if reply is not None else None,
        record is not None and (record.status, [*record.events], [*record.comments], len(record.attempts)),
        scene.playing is not None,
        scene.waiting,
    )


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0, 2.0, 16.0])
def test_everything_happens_at_its_recorded_time(speed: float) -> None:
    film, clock, _ = of_two_turns(gap_s=1.0)
    happened: list[float] = []
    player = Player(film, clock, speed=speed, watch=lambda _: happened.append((clock.ticks - begun) * speed))
    begun = clock.ticks
    player.play()
    while (due_s := player.due_s()) is not None and not player.over:
        clock.ticks += due_s
        player.tick()
        if player.due_s() == due_s:
            clock.ticks += 1e-9
    expected = [each.start_s + frame.at_s for each in film.turns for frame in each.frames]
    assert happened == pytest.approx(expected, abs=1e-6)


def test_pausing_stops_the_time_and_changing_the_speed_keeps_the_place() -> None:
    _, clock, player = of_two_turns()
    player.play()
    clock.ticks += 0.3
    player.pause()
    clock.ticks += 100
    assert not player.tick()
    assert player.time_s == pytest.approx(0.3)
    player.play()
    player.set_speed(4.0)
    clock.ticks += 0.05
    player.tick()
    assert player.time_s == pytest.approx(0.5)
    assert player.scene.playing is not None


def test_the_speeds_end_at_both_ends() -> None:
    _, _, player = of_two_turns()
    seen = []
    for _ in range(12):
        player.turn_speed(1)
        seen.append(player.speed)
    for _ in range(12):
        player.turn_speed(-1)
    assert seen[:5] == [2, 4, 8, 16, math.inf]
    assert seen[-1] == math.inf
    assert player.speed == 0.25


def test_a_step_is_one_thing_forward_or_back_and_stands_still() -> None:
    _, _, player = of_two_turns()
    player.play()
    player.step(4)
    assert (player.playing, player.place, player.time_s) == (False, 4, 0.5)
    player.step(-1)
    assert (player.place, player.time_s) == (3, 0.25)
    player.step(100)
    assert player.over
    player.step(-7)
    assert (player.number, player.place, player.over) == (0, 7, False)
    player.step(-100)
    assert (player.number, player.place, player.time_s) == (0, 0, 0)


def test_jumping_goes_to_the_starts_of_turns() -> None:
    film, clock, player = of_two_turns()
    player.jump(1)
    assert player.time_s == film.turns[1].start_s
    assert player.place == 2
    player.jump(-1)
    assert player.number == 0
    player.jump(1)
    player.play()
    clock.ticks += 0.3
    player.jump(1)
    assert player.over
    assert player.time_s == film.length_s
    player.jump(-1)
    assert player.number == 0


def test_back_goes_to_the_start_of_a_turn_that_has_played_for_a_while() -> None:
    long = [*turn(1), *turn(2, "x1.0")]
    long[-3]["events"] = [[1.5, "[DONE]"]]
    film = film_of(fold_session(long))
    player = Player(film, HandClock())
    player.seek(film.turns[1].start_s + 1.25)
    player.jump(-1)
    assert (player.number, player.time_s) == (1, film.turns[1].start_s)
    player.jump(-1)
    assert (player.number, player.time_s) == (0, 0)


def test_play_at_the_end_begins_anew() -> None:
    film, clock, player = of_two_turns()
    player.seek(film.length_s)
    assert player.over
    player.play()
    assert (player.number, player.playing, player.time_s) == (0, True, 0)
    clock.ticks += film.length_s + 1
    player.tick()
    assert (player.over, player.playing, player.time_s) == (True, False, film.length_s)


def test_a_reply_is_open_while_it_comes() -> None:
    _, _, player = of_two_turns()
    player.step(4)
    playing = player.scene.playing
    assert playing is not None
    assert (playing.reply.outcome, playing.reply.choices[0].text(), len(playing.events)) == ("running", "answer 1", 1)
    assert [node.id for node in player.scene.conversation.path()] == ["u1"]
    player.step(3)
    assert player.scene.playing is None
    assert [node.id for node in player.scene.conversation.path()] == ["u1", "x1.0"]


def test_an_empty_film_stays_where_it_is() -> None:
    player = Player(film_of(fold_session([])), HandClock())
    player.play()
    player.step(1)
    player.step(-1)
    player.jump(1)
    player.jump(-1)
    player.seek(5)
    assert (player.over, player.playing, player.tick(), player.due_s()) == (True, False, False, None)

"""Random sessions for films, and a clock advanced by the test."""

from __future__ import annotations

from hypothesis import strategies as st

from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from tests.support.session_files import answer, chunk, request, user


class HandClock:
    """A clock that only the test advances."""

    def __init__(self) -> None:
        self.ticks = 50.0

    def now_s(self) -> float:
        return 1_000_000.0

    def ticks_s(self) -> float:
        return self.ticks


_TEXTS = st.sampled_from(["a", "rain ", "\x1b[2J", "é", "🙂", "\ud83d", "**b**\n", "\u202e", "x" * 300])
_DATA = st.one_of(
    st.builds(chunk, _TEXTS, finish=st.sampled_from([None, None, "stop"]), index=st.integers(0, 2)),
    st.sampled_from(["[DONE]", "{", "[]", "", '{"error":{"message":"no"}}', '{"usage":{"prompt_tokens":1}}']),
)
_TIMES = st.sampled_from([0.0, 0.1, 0.2, 0.2, 1.5, 0.05, 30.0, -1.0])


@st.composite
def exchange_records(draw: st.DrawFn, name: str, head: str, t: int) -> list[JsonObject]:
    """Generate the records of one exchange as in a file, complete or cut off anywhere."""
    batches = draw(st.lists(st.lists(st.tuples(_TIMES, _DATA), max_size=4), max_size=5))
    now = 0.2
    records: list[JsonObject] = [{**request(name, head), "t": t}]
    for number in range(draw(st.sampled_from([0, 0, 0, 2]))):
        problem: JsonObject = {"message": "busy \x1b[2J"}
        records.append(
            {
                "type": "attempt",
                "t": t + number * 900,
                "exchange": name,
                "number": number + 1,
                "problem": problem,
                "wait_s": 0.5,
            }
        )
    if draw(st.integers(0, 9)):
        records.append({"type": "response", "exchange": name, "status": 200, "headers": {"x": "y"}, "at_s": 0.1})
    for place, batch in enumerate(batches):
        timed: list[Json] = []
        for pause, data in batch:
            now += pause
            timed.append([now, data])
        comments: list[Json] = [[now, ": still here"]] if draw(st.booleans()) else []
        records.append({"type": "events", "t": t + place, "exchange": name, "events": timed, "comments": comments})
    if draw(st.integers(0, 4)):
        outcome = draw(st.sampled_from(["complete", "stopped", "truncated", "error"]))
        timing: JsonObject = {"total_s": now + 0.25} if draw(st.booleans()) else {}
        end: JsonObject = {"type": "end", "t": t + round(now * 1000), "exchange": name, "outcome": outcome}
        records.append({**end, "timing": timing, "warnings": []})
    return records


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """Generate sessions with branches, retries, failures, cut streams and records out of order."""
    records: list[JsonObject] = []
    nodes: list[str] = []
    for number in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([None, *nodes]))
        asked = f"u{number}"
        again = parent is not None and parent.startswith("u") and draw(st.booleans())
        if again and parent is not None:
            asked = parent
        else:
            records.append(user(asked, f"question {number}", parent))
            nodes.append(asked)
        if not draw(st.integers(0, 5)):
            continue
        name = f"x{number}"
        own = draw(exchange_records(name, asked, 1_000_000 + number * 20_000))
        records += own
        if own[-1]["type"] == "end":
            for choice in range(draw(st.integers(0, 2))):
                records.append(answer(name, asked, f"answer {number}", choice))
                nodes.append(f"{name}.{choice}")
    if draw(st.booleans()) and nodes:
        records.append({"type": "head", "message": draw(st.sampled_from(nodes))})
    if not draw(st.integers(0, 3)):
        records = draw(st.permutations(records))
    return fold_session(records)

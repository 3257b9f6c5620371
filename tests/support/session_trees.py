"""Builds sessions with branches for format tests: records, folded like a file's."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.json_values import Json, JsonObject
from chat_tui.domain.session import Session
from chat_tui.domain.session_fold import fold_session
from chat_tui.domain.settings import SessionSettings

BEGUN_MS = 1_790_000_000_000

HOSTILE = (
    "```\nunclosed fence",
    "~~~~\n````\n`",
    "</script><script>alert(1)</script>",
    "</details></div></article><img src=x onerror=alert(1)>",
    "<!-- comment",
    "<![CDATA[",
    "# heading\n\n## user\n\nnot the user",
    "[a]: http://evil.example 'x'\n\n[a]",
    "---\ntitle: x\n---",
    ": - {a: b} # 'y' \"z\" !!python/object:os.system",
    "NUL \x00 esc \x1b[31m bell \x07 c1 \x9b31m",
    "lone \ud800 and \udfff",
    "bidi \u202e tag \U000e0041 bom \ufeff nel \x85 ls \u2028",
    "noncharacters \ufffe \uffff \U0001fffe",
    "END_OF_BODY\n' \" $HOME `id` \\ %s {0}",
    "\r\n crlf \r cr \t tab \x0c ff",
    "  leading\n\n\n    code?\n trailing  \n",
    "> quote\n1. a\n   - b\n     ```\n     c",
    "a" * 3000,
    "",
    " ",
    "\n",
    "data: [DONE]\n\nevent: x",
    "‹›🙂👨‍👩‍👧é",
)

texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=80))
"""Any text, lone surrogates included."""


def chunk(text: str | None = None, *, index: int = 0, finish: str | None = None) -> str:
    """The data of a streamed event."""
    delta: JsonObject = {} if text is None else {"content": text}
    body: JsonObject = {
        "id": "c",
        "model": "served",
        "choices": [{"index": index, "delta": delta, "finish_reason": finish}],
    }
    return json.dumps(body)


class Teller:
    """Builds the records of a session turn by turn."""

    def __init__(self, *, system: str | None = None, title: str = "") -> None:
        self.records: list[JsonObject] = [
            {
                "type": "session",
                "t": BEGUN_MS,
                "version": 1,
                "id": "s",
                "created": "2026-09-21T14:13:20Z",
                "app": "test",
            }
        ]
        if title:
            self.records.append({"type": "title", "title": title})
        self.system = system
        self._settings: JsonObject = {}
        self._number = 0
        self._ms = BEGUN_MS

    def asks(self, text: str, parent: str | None = None, **message: Json) -> str:
        """Add a user message and return its id."""
        name = f"u{self._next()}"
        self._add(
            {"type": "message", "id": name, "parent": parent, "message": {"role": "user", "content": text, **message}}
        )
        return name

    def says(self, message: JsonObject, parent: str | None = None) -> str:
        """Add a hand-written message and return its id."""
        name = f"h{self._next()}"
        self._add({"type": "message", "id": name, "parent": parent, "message": message})
        return name

    def answers(
        self,
        head: str,
        *replies: str,
        model: str = "m-1",
        history: Sequence[Json] = (),
        outcome: str = "complete",
        **set_: Json,
    ) -> list[str]:
        """Add the replies (choices) of one request and return their ids."""
        exchange = f"x{self._next()}"
        settings: JsonObject = {
            "type": "settings",
            "provider": "custom",
            "model": model,
            "parameters": {"stream": True, **set_},
        }
        if self.system is not None:
            settings["system"] = self.system
        if settings != self._settings:
            self._settings = settings
            self._add(settings)
        opening: list[Json] = [{"role": "system", "content": self.system}] if self.system else []
        body: JsonObject = {"model": model, "messages": [*opening, *history], "stream": True, **set_}
        self._add(
            {
                "type": "request",
                "exchange": exchange,
                "head": head,
                "provider": "custom",
                "method": "POST",
                "url": "http://127.0.0.1:9/v1/chat/completions",
                "headers": {"Authorization": "***"},
                "body": body,
            }
        )
        headers: JsonObject = {"content-type": "text/event-stream"}
        self._add({"type": "response", "exchange": exchange, "status": 200, "headers": headers, "at_s": 0.25})
        data = [chunk(reply, index=index) for index, reply in enumerate(replies)]
        data += [chunk(index=index, finish="stop") for index in range(len(replies))]
        if outcome == "complete":
            data.append("[DONE]")
        events: list[Json] = [[0.5 + place / 100, each] for place, each in enumerate(data)]
        self._add({"type": "events", "exchange": exchange, "events": events})
        names = []
        for index, reply in enumerate(replies):
            names.append(f"{exchange}.{index}")
            record: JsonObject = {
                "type": "message",
                "id": names[-1],
                "parent": head,
                "exchange": exchange,
                "choice": index,
            }
            self._add(record | {"message": {"role": "assistant", "content": reply}})
        timing: JsonObject = {"first_byte_s": 0.25, "total_s": 1.0}
        self._add({"type": "end", "exchange": exchange, "outcome": outcome, "timing": timing, "warnings": []})
        return names

    def selects(self, message: str | None) -> None:
        """Select another branch."""
        self._add({"type": "head", "message": message})

    def session(self) -> Session:
        """The records so far."""
        return fold_session(self.records)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _add(self, record: JsonObject) -> None:
        self._ms += 1500
        self.records.append({**record, "t": self._ms})


def forty_turns() -> Session:
    """Fold the records of ``forty_turns_told``."""
    return forty_turns_told().session()


def forty_turns_told() -> Teller:
    """Forty turns with edits, further replies, three choices at once, several models; an inner branch is selected."""
    told = Teller(system="Be brief.", title="Forty turns")
    parent: str | None = None
    ends: list[str] = []
    for turn in range(40):
        asked = told.asks(f"question {turn}", parent)
        replies = told.answers(
            asked, *(f"answer {turn}.{n}" for n in range(3 if turn % 7 == 3 else 1)), model=f"m-{turn % 3}"
        )
        if turn % 5 == 2:
            replies += told.answers(asked, f"another answer {turn}", model="m-again")
        if turn % 8 == 6:
            edited = told.asks(f"question {turn}, edited", parent)
            replies = told.answers(edited, f"answer to the edited {turn}")
        parent = replies[len(replies) // 2]
        ends.append(parent)
    told.selects(ends[25])
    return told


def handwritten(texts_of: Sequence[str], parents: Sequence[int], title: str, system: str | None) -> Session:
    """Generate a tree of hand-written messages: each below an earlier one, or a root."""
    nodes: list[Node] = []
    for place, (text, above) in enumerate(zip(texts_of, parents, strict=True)):
        parent = nodes[above % place].id if place and above >= 0 else None
        role = "user" if parent is None or nodes[above % place].message["role"] != "user" else "assistant"
        nodes.append(Node(f"n{place}", parent, {"role": role, "content": text}))
    return Session(
        id="s",
        title=title,
        settings=SessionSettings(provider="custom", model="m-1", parameters={"seed": 1}, system=system),
        conversation=Conversation.of(nodes, nodes[-1].id if nodes else None),
        exchanges={},
    )


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """Sessions of hostile texts."""
    said = draw(st.lists(texts, min_size=1, max_size=6))
    parents = draw(st.lists(st.integers(-1, 20), min_size=len(said), max_size=len(said)))
    return handwritten(said, parents, draw(texts), draw(st.one_of(st.none(), texts)))

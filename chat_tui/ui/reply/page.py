"""All facts about one exchange, updated incrementally while it streams."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from chat_tui.domain.costs import Cost
from chat_tui.domain.gaps import Gaps
from chat_tui.domain.json_values import Json
from chat_tui.domain.session import RecordedExchange
from chat_tui.engine.format_checking import format_of
from chat_tui.engine.pricing import cost_of_turn
from chat_tui.engine.turns import Turn, asked_of, try_before, turn_before
from chat_tui.engine.workbench import Workbench
from chat_tui.ui.format_lines import format_rows
from chat_tui.ui.reply.choices import Lengths, choice_rows
from chat_tui.ui.reply.delta import delta_rows
from chat_tui.ui.reply.headers import header_rows
from chat_tui.ui.reply.outcome import identity_rows, outcome_rows
from chat_tui.ui.reply.rows import Row, nested, object_of, section, words_of
from chat_tui.ui.reply.usage import cost_rows, time_rows, usage_rows

_ECHO_EVENTS = 64
"""Number of events searched for the echo of a service's own request, which comes before the first text."""


class ReplyPage:
    """The page of one exchange. Constant parts are computed once; counters continue from the last update."""

    def __init__(self, bench: Workbench, turn: Turn) -> None:
        self.turn = turn
        self._bench = bench
        self._gaps = Gaps()
        self._lengths = Lengths()
        self._headers: tuple[Mapping[str, str], bool, list[Row]] | None = None
        self._upstream: tuple[bool, list[Row]] = (False, [])

    def rows(self, *, choice: int | None = None, all_headers: bool = False) -> list[Row]:
        """Build the rows for the current state.

        Args:
            choice: The index of the choice whose message is inspected.
            all_headers: Include headers that seldom matter.
        """
        turn, reply = self.turn, self.turn.reply
        events = turn.events
        self._gaps.take(events[place].at_s for place in range(self._gaps.count, len(events)))
        extra = (row for name, value in reply.extra.items() for row in nested(words_of(name), value))
        return [
            *outcome_rows(turn),
            Row(),
            *(row for row in identity_rows(turn, self._asked.get("model")) if row.value),
            *self._deltas,
            *choice_rows(reply.choices, self._lengths, choice),
            *format_rows(format_of(turn), [each.index for each in reply.choices]),
            *usage_rows(self.usage),
            *cost_rows(self.cost),
            *time_rows(self._timing, self._gaps),
            *self._upstream_rows(),
            *self._header_rows(unfolded=all_headers),
            *section("Other members", extra),
        ]

    @property
    def usage(self) -> Mapping[str, Json]:
        """The usage reported by the service so far."""
        recorded = self.turn.end if isinstance(self.turn, RecordedExchange) else None
        return self.turn.reply.usage or object_of(object_of(recorded).get("usage"))

    @property
    def cost(self) -> Cost | None:
        """The cost, if it is known or can be computed."""
        answered = self.turn.reply.member("model")
        answered = answered if isinstance(answered, str) else ""
        return cost_of_turn(self._bench, self.turn, self.usage, answered=answered)

    @property
    def _timing(self) -> Mapping[str, Json]:
        if isinstance(self.turn, RecordedExchange):
            return object_of(object_of(self.turn.end).get("timing"))
        return self.turn.timing()

    @cached_property
    def _asked(self) -> Mapping[str, Json]:
        return asked_of(self.turn)

    @cached_property
    def _deltas(self) -> list[Row]:
        before, sibling = turn_before(self._bench, self.turn), try_before(self._bench, self.turn)
        rows = delta_rows("Changed since the previous turn", before, self.turn)
        return rows + delta_rows("Changed since the previous attempt", sibling, self.turn)

    @cached_property
    def _request_id_header(self) -> str:
        settings = self.turn.settings
        provider = self._bench.services.providers.get(settings.provider) if settings is not None else None
        return provider.request_id_header if provider is not None else ""

    def _header_rows(self, *, unfolded: bool) -> list[Row]:
        kept = self._headers
        if kept is None or kept[0] is not self.turn.headers or kept[1] != unfolded:
            rows = header_rows(self.turn.headers, self._request_id_header, unfolded=unfolded)
            self._headers = kept = (self.turn.headers, unfolded, rows)
        return kept[2]

    def _upstream_rows(self) -> list[Row]:
        """Build the rows on the upstream request; recomputed until enough events have arrived."""
        settled, rows = self._upstream
        if not settled:
            from chat_tui.ui.upstream_lines import upstream_lines

            found = upstream_lines(self.turn)
            rows = [Row(label, value, "warn" if value else "text") for label, value in found]
            self._upstream = (len(self.turn.events) > _ECHO_EVENTS, rows)
        return rows

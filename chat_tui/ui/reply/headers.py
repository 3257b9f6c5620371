"""The headers of an answer as rows: ids and limits always, the others when they are unfolded."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.answer_headers import sorted_headers
from chat_tui.ui.reply.rows import Row, section


def header_rows(headers: Mapping[str, str], request_id_header: str, *, unfolded: bool) -> list[Row]:
    """Rate limits, then ids and what is notable, then all the others or how many they are."""
    found = sorted_headers(headers, request_id_header)
    limits = [Row(limit.of or "all", limit.words() or "-") for limit in found.limits]
    rows = [Row(name, value) for name, value in (*found.ids, *found.notable)]
    if found.others and unfolded:
        rows += [Row(name, value or '""', "quiet") for name, value in found.others]
    elif found.others:
        rows.append(Row("▸ others", f"{len(found.others)} folded", "faint"))
    return [*section("Rate limits", limits), *section("Headers", rows)]

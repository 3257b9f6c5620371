"""The response headers as rows: ids and limits always, others when unfolded."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.answer_headers import sorted_headers
from chat_tui.ui.reply.rows import Row, section


def header_rows(headers: Mapping[str, str], request_id_header: str, *, unfolded: bool) -> list[Row]:
    """Build rows for rate limits, ids and notable headers, then the other headers or their number."""
    found = sorted_headers(headers, request_id_header)
    limits = [Row(limit.of or "all", limit.words() or "-") for limit in found.limits]
    rows = [Row(name, value) for name, value in (*found.ids, *found.notable)]
    if found.others and unfolded:
        rows += [Row(name, value or '""', "quiet") for name, value in found.others]
    elif found.others:
        rows.append(Row("▸ other headers", f"{len(found.others)} folded", "faint"))
    return [*section("Rate limits", limits), *section("Headers", rows)]

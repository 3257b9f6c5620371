"""Findings about messages written by hand, for the line below each message. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from chat_tui.domain.message_parts import is_plain_prompt
from chat_tui.domain.problems import ProblemError
from chat_tui.engine.workbench import Workbench


def message_marks(bench: Workbench) -> Mapping[str, str]:
    """Map each hand-written message on the path to its gravest finding; replies and plain prompts are not checked."""
    path = bench.conversation.path()
    written = [node.id for node in path if node.exchange is None and not is_plain_prompt(node.message)]
    if not written:
        return {}
    try:
        findings = bench.findings()
    except ProblemError:
        return {}
    opening = 1 if bench.settings.system else 0
    marks: dict[str, str] = {}
    for level in ("error", "warn"):
        for finding in findings:
            place = finding.message
            if finding.level == level and place is not None and opening <= place < opening + len(path):
                member = finding.subject().partition("].")[2] or finding.subject()
                marks.setdefault(path[place - opening].id, f"{member}: {finding.ruling()}")
    return {key: words for key, words in marks.items() if key in written}

"""Prints a stored session as text or JSON."""

from __future__ import annotations

from chat_tui.cli import diagnostics, output, start
from chat_tui.domain.formats.told import told
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.literal import visible_line
from chat_tui.domain.message_parts import part_lines
from chat_tui.engine.services import Services


def show(services: Services, path: str, *, as_json: bool) -> int:
    """Print the messages on a session's selected path; unreadable parts are reported on stderr."""
    session = services.store.load(path)
    for notice in session.notices:
        diagnostics.note(notice)
    cut = {each.id for each in session.exchanges.values() if each.end is None}
    nodes = session.conversation.path()
    if as_json:
        messages: list[JsonObject] = [
            {**node.message, "cut": True} if node.exchange in cut else node.message for node in nodes
        ]
        members: JsonObject = {"id": session.id, "title": session.title, "path": path, "messages": list(messages)}
        if session.labels.tags:
            members["tags"] = [*session.labels.tags]
        output.json_line(members, indent=2)
        return diagnostics.OK
    tags = "".join(f" #{tag}" for tag in session.labels.tags)
    output.line(f"# {visible_line(session.title or session.id)}{tags}")
    if session.settings is not None:
        output.line(
            f"{session.settings.provider} {session.settings.model} {start.compact(session.settings.parameters, 200)}"
        )
        if session.settings.system:
            output.line(f"\n[system]\n{session.settings.system}")
    for node in nodes:
        mark = " (cut off)" if node.exchange in cut else ""
        matter = told(session, node)
        output.line(f"\n[{node.message.get('role')}]{mark}")
        if matter.reasoning:
            output.line(f"[reasoning]\n{matter.reasoning}\n[answer]")
        output.line(matter.text)
        sounds = [f"audio ({matter.spoken.words()})"] if matter.spoken is not None else []
        for line in (*sounds, *part_lines({"content": [*matter.parts]})):
            output.line(f"[{line}]")
        for line in matter.sources:
            output.line(line)
    return diagnostics.OK

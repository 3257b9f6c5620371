"""Export the selected branch as a JSON array of messages, system prompt first."""

from __future__ import annotations

from chat_tui.domain.formats.facts import others_note, system_messages
from chat_tui.domain.formats.json_text import json_text
from chat_tui.domain.formats.table import Material, Written
from chat_tui.domain.formats.tree import tree_of


def write(material: Material) -> Written:
    """Write messages in wire format, exactly as a request that continues from here would contain them."""
    tree = tree_of(material.session.conversation)
    path = tree.path()
    messages = [*system_messages(material.session), *(node.message for node in path)]
    return Written(json_text([*messages], indent=2) + "\n", others_note(path, tree))

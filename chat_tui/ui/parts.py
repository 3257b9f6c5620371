"""The parts of the chat screen that act on the workbench, each imported and created on first use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chat_tui.ui.view_parts import ViewParts

if TYPE_CHECKING:
    from chat_tui.ui.attaching import Attaching
    from chat_tui.ui.blocking import Blocking
    from chat_tui.ui.calling import Calling
    from chat_tui.ui.choosing import Choosing
    from chat_tui.ui.commands import Commands
    from chat_tui.ui.drafting import Drafting
    from chat_tui.ui.event_saving import EventSaving
    from chat_tui.ui.exporting import Exporting
    from chat_tui.ui.importing import Importing
    from chat_tui.ui.keys import Keys
    from chat_tui.ui.linking import Linking
    from chat_tui.ui.looking import Looking
    from chat_tui.ui.media_actions import MediaActions
    from chat_tui.ui.message_actions import MessageActions
    from chat_tui.ui.message_editing import MessageEditing
    from chat_tui.ui.model_refreshing import ModelRefreshing
    from chat_tui.ui.opening import Opening
    from chat_tui.ui.presetting import Presetting
    from chat_tui.ui.probing import Probing
    from chat_tui.ui.replaying import Replaying
    from chat_tui.ui.rerunning import Rerunning
    from chat_tui.ui.sending import Sending
    from chat_tui.ui.sweeping import Sweeping
    from chat_tui.ui.tooling import Tooling
    from chat_tui.ui.undoing import Undoing


class ScreenParts(ViewParts, inherit_bindings=False):
    """The parts that carry out commands and keys; the parts that display state are in ``ViewParts``."""

    @cached_property
    def drafting(self) -> Drafting:
        """Saves, restores and reacts to the composer's text with a delay."""
        from chat_tui.ui.drafting import Drafting

        return Drafting(self._chat)

    @cached_property
    def sending(self) -> Sending:
        """Sends messages and stops replies."""
        from chat_tui.ui.sending import Sending

        return Sending(self._chat)

    @cached_property
    def keys(self) -> Keys:
        """Waits for keys that take time to be found."""
        from chat_tui.ui.keys import Keys

        return Keys(self._chat)

    @cached_property
    def attaching(self) -> Attaching:
        """Holds the attachments of the next message."""
        from chat_tui.ui.attaching import Attaching

        return Attaching(self._chat)

    @cached_property
    def blocking(self) -> Blocking:
        """Asks what to do with a message that validation blocks."""
        from chat_tui.ui.blocking import Blocking

        return Blocking(self._chat)

    @cached_property
    def commands(self) -> Commands:
        """Carries out slash commands."""
        from chat_tui.ui.commands import Commands

        return Commands(self._chat)

    @cached_property
    def choosing(self) -> Choosing:
        """Chooses model, provider and theme."""
        from chat_tui.ui.choosing import Choosing

        return Choosing(self._chat)

    @cached_property
    def model_refreshing(self) -> ModelRefreshing:
        """Fetches model lists."""
        from chat_tui.ui.model_refreshing import ModelRefreshing

        return ModelRefreshing(self._chat)

    @cached_property
    def presetting(self) -> Presetting:
        """Uses and saves presets."""
        from chat_tui.ui.presetting import Presetting

        return Presetting(self._chat)

    @cached_property
    def opening(self) -> Opening:
        """Creates, opens and names sessions."""
        from chat_tui.ui.opening import Opening

        return Opening(self._chat)

    @cached_property
    def messages(self) -> MessageActions:
        """Acts on one message."""
        from chat_tui.ui.message_actions import MessageActions

        return MessageActions(self._chat)

    @cached_property
    def linking(self) -> Linking:
        """Lists and opens links."""
        from chat_tui.ui.linking import Linking

        return Linking(self._chat)

    @cached_property
    def calling(self) -> Calling:
        """Answers tool calls."""
        from chat_tui.ui.calling import Calling

        return Calling(self._chat)

    @cached_property
    def tooling(self) -> Tooling:
        """Turns tools on and off."""
        from chat_tui.ui.tooling import Tooling

        return Tooling(self._chat)

    @cached_property
    def media(self) -> MediaActions:
        """Saves and plays media."""
        from chat_tui.ui.media_actions import MediaActions

        return MediaActions(self._chat)

    @cached_property
    def looking(self) -> Looking:
        """Shows images at full size."""
        from chat_tui.ui.looking import Looking

        return Looking(self._chat)

    @cached_property
    def message_editing(self) -> MessageEditing:
        """Edits messages by hand and adds new ones."""
        from chat_tui.ui.message_editing import MessageEditing

        return MessageEditing(self._chat)

    @cached_property
    def undoing(self) -> Undoing:
        """Undoes and redoes changes to the conversation."""
        from chat_tui.ui.undoing import Undoing

        return Undoing(self._chat)

    @cached_property
    def event_saving(self) -> EventSaving:
        """Writes events to a file."""
        from chat_tui.ui.event_saving import EventSaving

        return EventSaving(self._chat)

    @cached_property
    def importing(self) -> Importing:
        """Creates a session from an imported request."""
        from chat_tui.ui.importing import Importing

        return Importing(self._chat)

    @cached_property
    def exporting(self) -> Exporting:
        """Exports the session to another format."""
        from chat_tui.ui.exporting import Exporting

        return Exporting(self._chat)

    @cached_property
    def probing(self) -> Probing:
        """Opens the probe screen."""
        from chat_tui.ui.probing import Probing

        return Probing(self._chat)

    @cached_property
    def replaying(self) -> Replaying:
        """Plays the session as a film."""
        from chat_tui.ui.replaying import Replaying

        return Replaying(self._chat)

    @cached_property
    def rerunning(self) -> Rerunning:
        """Sends the session's turns again and compares the replies."""
        from chat_tui.ui.rerunning import Rerunning

        return Rerunning(self._chat)

    @cached_property
    def sweeping(self) -> Sweeping:
        """Sends a prompt with every combination of a grid of values."""
        from chat_tui.ui.sweeping import Sweeping

        return Sweeping(self._chat)

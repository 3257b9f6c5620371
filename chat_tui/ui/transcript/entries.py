"""The entries of the transcript: one value per message."""

from __future__ import annotations

from msgspec import Struct

from chat_tui.domain.pictures import ImageSource


class Card(Struct, frozen=True):
    """State and findings of a tool call, shown with its name and arguments.

    Attributes:
        state: ``waits for an answer``, ``answered``; empty while it is still streaming.
        fits: Whether nothing needs to be done about it; if false, the state is shown as a warning.
        findings: What is wrong with it, one line each.
    """

    state: str = ""
    fits: bool = True
    findings: tuple[str, ...] = ()


class Entry(Struct, frozen=True):
    """One message as shown; all of its text is untrusted and made literal when rendered.

    Attributes:
        key: Identifies the message: the id of its node, used for a reply while it streams too. Unique in a transcript.
        role: ``system``, ``developer``, ``user``, ``assistant``, ``tool``, ``problem`` or ``notice``; sets the colour.
        speaker: The displayed name: ``you``, a model's id, ``system``.
        text: The message's exact text.
        reasoning: Thinking text, shown dimmed above the text; it can be folded.
        calls: Tool calls, one line each.
        aside: Text next to the speaker: ``‹ 2/3 ›``, ``choice 2``, ``calls a tool``.
        footer: A dimmed line below: times, speed, tokens, finish reason.
        mark: A warning shown with the footer: ``cut off``, ``stopped``, ``length``.
        checked: A line above the footer: whether the text is the JSON that was asked for.
        fits: Whether it is; if false, that line is shown as a warning.
        markdown: Render the text as Markdown; else literally.
        media: Sounds and images, one line each.
        pictures: The images described by the lines of ``calls`` and then ``media``; None for a line without one.
        cards: One per tool call, for the first of ``calls``; the other lines are of another kind.
        thought: Tokens and time of a finished reply's reasoning, next to its heading; the reasoning starts folded then.
        folded: Whether only the head is shown at first.
    """

    key: str
    role: str
    speaker: str
    text: str = ""
    reasoning: str = ""
    calls: tuple[str, ...] = ()
    aside: str = ""
    footer: str = ""
    mark: str = ""
    checked: str = ""
    fits: bool = True
    markdown: bool = True
    media: tuple[str, ...] = ()
    pictures: tuple[ImageSource | None, ...] = ()
    cards: tuple[Card, ...] = ()
    folded: bool = False
    thought: str = ""

    @property
    def images(self) -> tuple[tuple[str, ImageSource], ...]:
        """The line and the image of each line that describes one."""
        lines = zip((*self.calls, *self.media), self.pictures, strict=False)
        return tuple((line, image) for line, image in lines if image is not None)

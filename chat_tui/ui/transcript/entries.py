"""What the transcript shows: one value for each message."""

from __future__ import annotations

from msgspec import Struct

from chat_tui.domain.pictures import ImageSource


class Card(Struct, frozen=True):
    """What is said of a tool call beside its name and arguments.

    Attributes:
        state: ``waits for an answer``, ``answered``; empty while it is still coming.
        fits: Nothing is to be done about it; the state is a warning otherwise.
        findings: What is wrong with it, a line each.
    """

    state: str = ""
    fits: bool = True
    findings: tuple[str, ...] = ()


class Entry(Struct, frozen=True):
    """One message as it is to be shown; every text in it may come from anywhere and is made literal when shown.

    Attributes:
        key: Names the message: the id of its node, which a reply has while it streams already. Unique in a transcript.
        role: ``system``, ``developer``, ``user``, ``assistant``, ``tool``, ``problem`` or ``notice``; gives the colour.
        speaker: The shown name: ``you``, a model's id, ``system``.
        text: The message's text, exact.
        reasoning: Thinking text, shown dim above the text; folds.
        calls: Tool calls, one line each.
        aside: Beside the speaker: ``‹ 2/3 ›``, ``choice 2``, ``calls a tool``.
        footer: A quiet line below: times, speed, tokens, finish reason.
        mark: A warning shown with the footer: ``cut off``, ``stopped``, ``length``.
        checked: A quiet line above the footer: whether the text is the JSON that was asked for.
        fits: It is; the line is a warning otherwise.
        markdown: Render the text as Markdown; else exactly as it is.
        media: Sounds and images, one line each.
        pictures: The images that the lines of ``calls`` and then of ``media`` tell of; None for a line of none.
        cards: Of the first ``calls``: these are calls of tools, the others lines of another kind.
        thought: Beside the heading of the reasoning of a finished reply: tokens and time; it is folded then at first.
        folded: Only its head is shown at first.
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
        """The line and the image of each line that tells of one."""
        lines = zip((*self.calls, *self.media), self.pictures, strict=False)
        return tuple((line, image) for line, image in lines if image is not None)

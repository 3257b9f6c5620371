"""One message on the screen: head, reasoning, text, calls and footer as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from chat_tui.domain.counts import counted
from chat_tui.domain.pictures import ImageSource
from chat_tui.ui.transcript.calls import call_rows
from chat_tui.ui.transcript.document import Document
from chat_tui.ui.transcript.entries import Card, Entry
from chat_tui.ui.transcript.flows import code_line, text_line
from chat_tui.ui.transcript.inline import references
from chat_tui.ui.transcript.layout import estimated
from chat_tui.ui.transcript.rendering import Options
from chat_tui.ui.transcript.rows import Row, clipped, wrapped
from chat_tui.ui.transcript.spans import MUTED, TEXT, Look, Span, spans_of
from chat_tui.ui.transcript.thumbnails import Thumbnails

ROLES = ("system", "developer", "user", "assistant", "tool", "problem", "notice")
QUIET = ("system", "developer", "notice")
SHOWN, THOUGHT_FOLDED, FOLDED = range(3)
_NEVER = float("inf")


class MessageView:
    """The rows of one entry, built on first use.

    Args:
        entry: The entry to show.
        wrap_code: Wrap long code lines.
        thumbnails: Pictures of its images; None: they are shown as lines only.

    Attributes:
        entry: The current entry, including streamed text.
        live: Whether more text may arrive.
        exact: Whether every row is laid out.
        fold: How much is folded.
        regions: First row and end of ``text``, ``reasoning``, ``call 0``, ``call 1``, … in the last layout.
    """

    def __init__(self, entry: Entry, *, wrap_code: bool = True, thumbnails: Thumbnails | None = None) -> None:
        self._base = entry
        self._thumbnails = thumbnails
        self._grown_text: list[str] = []
        self._grown_reasoning: list[str] = []
        self._wrap_code = wrap_code
        self._markdown = entry.markdown
        self._text: Document | None = None
        self._thought: Document | None = None
        self._sections: list[Sequence[Row]] = []
        self._width = -1
        self._stale = True
        self._coming: Callable[[], tuple[str, ...]] | None = None
        self.live = False
        self.fold = FOLDED if entry.folded else THOUGHT_FOLDED if entry.thought and entry.text else SHOWN
        self.regions: dict[str, tuple[int, int]] = {}

    @property
    def entry(self) -> Entry:
        """The entry, including streamed text."""
        if self._grown_text or self._grown_reasoning:
            text = self._base.text + "".join(self._grown_text)
            reasoning = self._base.reasoning + "".join(self._grown_reasoning)
            self._base = replace(self._base, text=text, reasoning=reasoning)
            self._grown_text, self._grown_reasoning = [], []
        return self._base

    @property
    def key(self) -> str:
        """The entry's key."""
        return self._base.key

    @property
    def role(self) -> str:
        """The entry's role; ``notice`` for one without a colour."""
        return self._base.role if self._base.role in ROLES else "notice"

    @property
    def laid(self) -> int:
        """Number of rows laid out so far."""
        return sum(map(len, self._sections))

    @property
    def exact(self) -> bool:
        """Whether all rows are laid out and up to date."""
        return not self._stale

    def estimate(self, width: int) -> int:
        """Estimate how many rows the message takes."""
        entry = self.entry
        if self.fold == FOLDED:
            return 2
        thought = estimated(entry.reasoning, width) + 2 if entry.reasoning else 0
        foot = estimated(entry.checked, width) + estimated(f"{entry.footer}{entry.mark}", width)
        foot += bool(foot)
        lines = len(entry.calls) + 3 * len(entry.cards) + len(entry.media)
        if entry.pictures and self._thumbnails is not None:
            lines += self._thumbnails.estimate(len(entry.images))
        return 2 + thought + estimated(entry.text, width) + lines + foot

    def row(self, index: int) -> Row | None:
        """Return a row of the last layout; None if there is none (yet)."""
        for section in self._sections:
            if index < len(section):
                return section[index]
            index -= len(section)
        return None

    def rows(self) -> Iterator[Row]:
        """Return all rows of the last layout."""
        for section in self._sections:
            yield from section

    def grow(self, text: str, reasoning: str, calls: Callable[[], tuple[str, ...]] | None = None) -> None:
        """Append text, to be rendered later. ``calls`` returns the current tool calls and is called at layout."""
        if not self.live:
            self.live = True
            self._text = self._thought = None
        if text:
            self._grown_text.append(text)
            if self._text is not None:
                self._text.grow(text)
        if reasoning:
            self._grown_reasoning.append(reasoning)
            if self._thought is not None:
                self._thought.grow(reasoning)
        self._coming = calls or self._coming
        self._stale = True

    def update(self, entry: Entry) -> None:
        """Replace the entry with a complete one. Its text is rendered again only if the result would differ."""
        before = self.entry
        if entry == before and not self.live:
            return
        self._stale = True
        was_live, self.live = self.live, False
        self._coming = None
        if entry.markdown != before.markdown:
            self._markdown = entry.markdown
            self._text = None
        if entry.text != before.text or (was_live and self._markdown and references(entry.text)):
            self._text = None
        if entry.reasoning != before.reasoning:
            self._thought = None
        if entry.thought and entry.text and not before.thought and self.fold == SHOWN:
            self.fold = THOUGHT_FOLDED
        for document in (self._text, self._thought):
            if document is not None and was_live:
                document.complete()
        self._base = entry

    def source_of(self, region: str) -> str:
        """Return the exact text of one of ``regions``."""
        if region.startswith("call "):
            return self.entry.calls[int(region[5:])]
        return self.entry.reasoning if region == "reasoning" else self.entry.text

    def shows(self, entry: Entry) -> bool:
        """Return whether ``entry`` has the same role and text."""
        mine = self.entry
        return (mine.role, mine.text, mine.reasoning) == (entry.role, entry.text, entry.reasoning)

    def toggle_markdown(self) -> None:
        """Switch between Markdown and literal text."""
        self._markdown = not self._markdown
        self._text, self._stale = None, True

    def toggle_fold(self) -> None:
        """Fold the reasoning, then everything but the head, then unfold all."""
        last = SHOWN if self.entry.reasoning else THOUGHT_FOLDED
        self.fold = SHOWN if self.fold == FOLDED else max(self.fold, last) + 1
        self._stale = True

    def redraw(self, image: ImageSource) -> bool:
        """Mark the message for layout if it contains the image whose picture changed; return whether it does."""
        mine = image in self._base.pictures
        self._stale = self._stale or mine
        return mine

    def forget(self) -> None:
        """Drop the rendered rows to save memory."""
        self._text = self._thought = None
        self._sections, self._stale = [], True

    def lay_out(self, width: int, deadline: float = _NEVER) -> bool:
        """Update the rows; see ``Document.lay_out``."""
        if not self._stale and width == self._width:
            return True
        self._width = width
        self.regions = {}
        if self._coming is not None:
            calls = self._coming()
            self._base = replace(self.entry, calls=calls, cards=tuple(Card() for _ in calls))
        entry = self.entry
        head = self._head(entry, width)
        if self.fold == FOLDED:
            self._sections, self._stale = [head, [Row()]], False
            return True
        sections: list[Sequence[Row]] = [head]
        done = self._lay_thought(entry, width, deadline, sections)
        if self._text is None:
            known = references(entry.text) if self._markdown and not self.live else {}
            options = Options(self._wrap_code, known, MUTED if self.role in QUIET else TEXT)
            self._text = Document(entry.text, options, markdown=self._markdown, live=self.live)
        done = self._text.lay_out(width, deadline) and done
        self._put("text", self._text.row_lists, sections)
        for number, call in enumerate(entry.calls):
            card = entry.cards[number] if number < len(entry.cards) else None
            self._put(f"call {number}", [call_rows(call, card, width)], sections)
            sections += self._picture(number, width)
        for number, line in enumerate(entry.media, len(entry.calls)):
            sections.append(code_line(tuple(spans_of(line, Look("code"))), wrap=True).rows(width))
            sections += self._picture(number, width)
        sections.append(self._foot(entry, width, empty=sum(map(len, sections)) == len(head)))
        sections.append([Row()])
        self._sections, self._stale = sections, not done
        return done

    def _head(self, entry: Entry, width: int) -> list[Row]:
        spans = spans_of(entry.speaker, Look(f"speaker-{self.role}", bold=True))
        if entry.aside:
            spans += [Span("  ", TEXT), *spans_of(entry.aside, MUTED)]
        rows = wrapped(spans, width)
        if self.fold == FOLDED:
            first = entry.text.strip()[:400].partition("\n")[0]
            hidden = entry.text.count("\n")
            more = f" … {counted(hidden, 'more line')}" if hidden else ""
            folded = [Span("  ▸ ", MUTED, ""), *spans_of(first + more, MUTED)]
            return [*rows[:-1], *clipped((*rows[-1].spans, *folded), width)]
        return rows

    def _lay_thought(self, entry: Entry, width: int, deadline: float, sections: list[Sequence[Row]]) -> bool:
        if not entry.reasoning:
            return True
        folded = self.fold == THOUGHT_FOLDED
        words = entry.thought or (f"{len(entry.reasoning.split())} words" if folded else "")
        told = f"{'▸' if folded else '▾'} reasoning{' · ' if words else ''}{words}"
        sections.append(text_line(told, MUTED).rows(width))
        done = True
        if not folded:
            if self._thought is None:
                look = Look("reasoning", italic=True)
                options = Options(self._wrap_code, None, look)
                self._thought = Document(entry.reasoning, options, markdown=False, live=self.live)
            done = self._thought.lay_out(width, deadline)
            self._put("reasoning", self._thought.row_lists, sections)
        if entry.text:
            sections.append([Row()])
        return done

    def _put(self, region: str, rows: Sequence[Sequence[Row]], sections: list[Sequence[Row]]) -> None:
        """Append the rows of a region."""
        first = sum(map(len, sections))
        sections += rows
        self.regions[region] = (first, first + sum(map(len, rows)))

    def _picture(self, number: int, width: int) -> list[Sequence[Row]]:
        """Return the picture below a line, if any."""
        pictures = self._base.pictures
        image = pictures[number] if number < len(pictures) else None
        return [self._thumbnails.rows(image, width)] if image is not None and self._thumbnails is not None else []

    def _foot(self, entry: Entry, width: int, *, empty: bool) -> list[Row]:
        checked = spans_of(entry.checked, MUTED if entry.fits else Look("warning"))
        rows = wrapped(checked, width) if checked else []
        spans = spans_of(entry.footer, MUTED)
        if entry.mark:
            spans += [Span(" · ", MUTED)] if spans else []
            spans += spans_of(entry.mark, Look("warning"))
        rows += wrapped(spans, width) if spans else []
        return rows if empty or not rows else [Row(), *rows]

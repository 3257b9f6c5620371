"""Shows the JSON of a reply: its validation errors, and the value as a foldable tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from msgspec import Struct
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from chat_tui.domain.format_check import FormatError
from chat_tui.domain.json_spans import path_words, span_of
from chat_tui.domain.json_values import dump_json
from chat_tui.domain.literal import visible_line
from chat_tui.ui.format_lines import error_words
from chat_tui.ui.notes import copy_text, note
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.cursor_list import CursorList
from chat_tui.ui.panel.editors.dialog import Dialog, line
from chat_tui.ui.value_tree import TreeRow, ValueTree

_DEEPEST: Final = 16
"""Maximum number of indented levels."""
_MARK: Final = 2_000
"""Maximum number of characters of a value that are marked in the transcript."""


class Stretch(Struct, frozen=True):
    """The range of characters in the reply's text to go to."""

    start: int
    end: int


class ValueList(CursorList):
    """The errors, one per row, followed by the rows of the tree."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold", show=False),
        Binding("space", "turn", "Fold or unfold", show=False),
        Binding("n", "fault(1)", "Next error", show=False),
        Binding("N", "fault(-1)", "Previous error", show=False),
        Binding("plus,asterisk", "unfold_all", "Unfold all in it", show=False),
        Binding("minus", "fold_all", "Fold all", show=False),
        Binding("y", "copy", "Copy the value", show=False),
        Binding("p", "copy_path", "Copy the path", show=False),
    ]

    class Moved(Message):
        """The cursor or its row changed."""

    def __init__(self, errors: Sequence[FormatError], tree: ValueTree | None) -> None:
        super().__init__()
        self.errors = errors
        self.shown = tree

    @property
    def error(self) -> FormatError | None:
        """The error under the cursor."""
        return self.errors[self.cursor] if self.cursor < len(self.errors) else None

    @property
    def row(self) -> TreeRow | None:
        """The row of the tree under the cursor."""
        return self.shown.rows[self._at] if self.shown is not None and self.error is None else None

    @property
    def path(self) -> str:
        """The path of the row under the cursor within the value."""
        if self.error is not None:
            return self.error.path
        return path_words(self.row.place) if self.row is not None else ""

    @property
    def _at(self) -> int:
        return self.cursor - self._before

    @property
    def _before(self) -> int:
        """Number of rows above the tree."""
        return len(self.errors)

    @property
    def row_count(self) -> int:
        """The number of errors plus the rows of the tree as it is folded."""
        return self._before + (len(self.shown.rows) if self.shown is not None else 0)

    def action_turn(self) -> None:
        """Fold or unfold the row."""
        if self.shown is not None and self.row is not None:
            self.shown.toggle(self._at)
            self._fit_opened()

    def action_unfold(self) -> None:
        """Unfold the row; if it is unfolded, move to its first child."""
        if self.shown is None or self.row is None:
            return
        if self.shown.unfold(self._at):
            self._fit_opened()
        elif self.row.unfolded:
            self.action_move(1)

    def action_fold(self) -> None:
        """Fold the row; if it is not unfolded, move to its parent."""
        if self.shown is not None and self.row is not None:
            index = self.shown.fold(self._at)
            self.fit()
            self.go_to(self._before + index)

    def action_unfold_all(self) -> None:
        """Unfold the row's value and everything in it, up to the maximum number of rows."""
        if self.shown is None or self.row is None:
            return
        if not self.shown.unfold_all(self._at):
            note(self, "Not everything was unfolded: too many rows.", severity="warning")
        self._fit_opened()

    def action_fold_all(self) -> None:
        """Fold everything, and move to the top-level ancestor of the row."""
        if self.shown is None or self.row is None:
            return
        place = self.row.place[:1]
        self.shown.fold_all()
        self.fit()
        self.go_to(self._before + next(at for at, row in enumerate(self.shown.rows) if row.place == place))

    def action_fault(self, step: int) -> None:
        """Move to the next or previous value with an error."""
        if self.shown is not None:
            found = self.shown.next_fault(max(self._at, -1), step)
            if found is not None:
                self.go_to(self._before + found)

    def action_copy(self) -> None:
        """Copy the row's value, or the error, to the terminal's clipboard."""
        if self.error is not None:
            copy_text(self, error_words(self.error))
        elif self.shown is not None and self.row is not None:
            copy_text(self, dump_json(self.shown.value(self._at), indent=2))

    def action_copy_path(self) -> None:
        """Copy the path of the row to the terminal's clipboard."""
        copy_text(self, self.path)

    def go_to(self, row: int) -> None:
        """Move the cursor to a row and post ``Moved``."""
        super().go_to(row)
        self.post_message(self.Moved())

    def fit(self) -> None:
        """Adapt to a changed number of rows and post ``Moved``."""
        super().fit()
        self.post_message(self.Moved())

    def _fit_opened(self) -> None:
        """Adapt to the rows, and scroll so that the first of the unfolded rows are visible."""
        self.fit()
        if self.row is not None and self.row.unfolded:
            window = max(1, self.size.height)
            last = min(self.row_count - 1, self.cursor + window // 2)
            if last >= self.scroll_offset.y + window:
                self.scroll_to(y=last - window + 1, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row; on the current row, fold or unfold."""
        row = self.row_at(event)
        if row is None:
            return
        if row == self.cursor:
            self.action_turn()
        else:
            self.go_to(row)

    def render_line(self, y: int) -> Strip:
        """Render one error, or one row of the tree."""
        index = y + self.scroll_offset.y
        built = LineBuilder(self.ink, self.width, "current" if index == self.cursor and index < self.row_count else "")
        if index < self._before:
            error = self.errors[index]
            built.put("✗ ", "error").put(error.path, "value").put(f"  {error.message}", "error")
            built.put(f"  line {error.line}, column {error.column}", "faint")
        elif index < self.row_count and self.shown is not None:
            _put_row(built, self.shown.rows[index - self._before])
        return built.strip()


class ReplyValueScreen(Dialog[Stretch | None]):
    """Returns the range of the text to go to, or None."""

    DEFAULT_CSS = """
    ReplyValueScreen {
        & > .dialog--box { height: 90%; max-width: 110; }
        & ValueList { height: 1fr; margin: 1 0; }
        & #value-path { text-wrap: nowrap; text-overflow: ellipsis; }
        & .dialog--keys { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Fold, or to the text", show=False, priority=True),
        Binding("g", "text", "To the text", show=False),
        Binding("q,f", "close", "Close", show=False),
    ]

    def __init__(self, title: str, content: str, errors: Sequence[FormatError], tree: ValueTree | None) -> None:
        """Create the screen.

        Args:
            title: The result of the format check.
            content: The reply's text, to find positions in.
            errors: The errors of this choice.
            tree: The value; None if the text is not JSON.
        """
        super().__init__()
        self._title = title
        self._content = content
        self._list = ValueList(errors, tree)
        self._path = line("", "state", id="value-path")

    def compose(self) -> ComposeResult:
        """Compose the title, the rows, the path and the keys."""
        tree, errors = self._list.shown is not None, bool(self._list.errors)
        keys = ["⏎ go" if errors else "⏎ fold", "+ - all", "g go to text"] if tree else ["⏎ go to its text"]
        keys += ["n next error"] if errors and tree else []
        with Vertical(classes="dialog--box"):
            yield line(self._title, "title")
            yield self._list
            yield self._path
            yield line(" · ".join([*keys, "y copy", "p path", "esc"]), "keys")

    def on_mount(self) -> None:
        """Focus the list."""
        self._list.focus()

    @on(ValueList.Moved)
    def _tell_path(self) -> None:
        self._path.update(Content(visible_line(self._list.path)))

    def action_choose(self) -> None:
        """Go to an error's position in the text; fold or unfold a value."""
        if self._list.error is not None:
            self.action_text()
        else:
            self._list.action_turn()

    def action_text(self) -> None:
        """Go to the position of the row in the text."""
        error, row = self._list.error, self._list.row
        if error is not None:
            self.dismiss(Stretch(error.offset, max(error.end, error.offset + 1)))
        elif row is not None:
            span = span_of(self._content, row.place)
            if span is not None:
                self.dismiss(Stretch(span[0], min(span[1], span[0] + _MARK)))


def _put_row(built: LineBuilder, row: TreeRow) -> None:
    fold = ("▾ " if row.unfolded else "▸ ") if row.kind == "container" else "  "
    built.put(" " * (2 * min(len(row.place), _DEEPEST)), "text").put(fold, "faint")
    numbered = bool(row.place) and isinstance(row.place[-1], int)
    built.put(row.label, "faint" if numbered or not row.place else "name").put("  ", "faint")
    ink = "error" if row.fault and row.kind != "container" else _INKS[row.kind]
    room = built.room - min(len(row.fault) + 2, built.room // 2) if row.fault else built.room
    built.put(row.text, ink, limit=room)
    if row.fault:
        built.put(f"  {row.fault}", "error")


_INKS: Final = {"container": "faint", "empty": "faint", "string": "text", "scalar": "literal"}

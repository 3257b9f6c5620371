"""The parameter list as a view: rows, cursor, folding, filter. Subclasses add editing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.geometry import Size
from textual.strip import Strip

from chat_tui.domain.catalogue import Catalogue, Provider
from chat_tui.domain.findings import Finding
from chat_tui.domain.knowledge import NOTHING, Knowledge
from chat_tui.domain.settings import SessionSettings
from chat_tui.ui.panel.cells import LineBuilder
from chat_tui.ui.panel.frame import HEADER_LINES, footer_lines, paint_footer, paint_header
from chat_tui.ui.panel.inked_view import InkedView
from chat_tui.ui.panel.line_draft import LineDraft
from chat_tui.ui.panel.row_building import build_rows
from chat_tui.ui.panel.row_painter import Canvas, paint_row
from chat_tui.ui.panel.rows import BlankRow, Folding, HeadingRow, ParameterRow, Row, Rows, Shown


class RowList(InkedView):
    """Renders header, rows and footer in one Line API widget; only visible rows are rendered."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.shown: Shown | None = None
        """The data the rows are built from; None before the first ``show``."""
        self.rows = Rows()
        """The current rows."""
        self.chosen_keys: Mapping[str, str] = {}
        """The user's keys by action id, for the footer."""
        self.draft: LineDraft | None = None
        """The text being typed into the current row, or into the filter line while ``filtering``."""
        self.filtering = False
        self._filter = ""
        self._folding = Folding()
        self._cursor = 0

    def show(
        self,
        *,
        catalogue: Catalogue,
        provider: Provider,
        settings: SessionSettings,
        sent: SessionSettings | None,
        findings: Sequence[Finding],
        knowledge: Knowledge = NOTHING,
        now_ms: int = 0,
    ) -> None:
        """Show one state of the settings. Posts no message.

        Args:
            catalogue: All parameters.
            provider: The provider whose parameters apply.
            settings: The current settings.
            sent: The settings last sent, to mark changes; None before the first request.
            findings: The findings about ``settings``.
            knowledge: What is known about the model.
            now_ms: Milliseconds since the epoch.
        """
        self.shown = Shown(
            catalogue=catalogue,
            provider=provider,
            settings=settings,
            sent=sent,
            findings=tuple(findings),
            knowledge=knowledge,
            now_ms=now_ms,
        )
        self.rebuild()

    def _get_filter(self) -> str:
        return self._filter

    def _set_filter(self, text: str) -> None:
        if text != self._filter:
            self._filter = text
            self.rebuild()
            self.move_to(self._first_match() if text.split() else self._cursor)

    filter = property(_get_filter, _set_filter)
    """Words that a parameter's name, title or help must contain to be shown; empty shows all."""

    @property
    def current(self) -> Row | None:
        """The row under the cursor; never a blank one."""
        return self.rows.rows[self._cursor] if self._cursor < len(self.rows.rows) else None

    def rebuild(self) -> None:
        """Rebuild the rows; the cursor stays on its row, or at its position if that is gone."""
        if self.shown is None:
            return
        here = self.current
        self.rows = build_rows(self.shown, self._folding, self._filter)
        keys = {row.key: index for index, row in enumerate(self.rows.rows)}
        if here is not None and here.key in keys:
            self._cursor = keys[here.key]
        elif self.draft is not None and not self.filtering:
            self.draft = None
        self._cursor = self._nearest(self._cursor)
        self._fit()
        self.refresh()

    def move_to(self, index: int) -> None:
        """Move the cursor to the row at ``index``, or the nearest that is not blank, and scroll it into view."""
        before = self._cursor
        self._cursor = self._nearest(index, forward=index >= before)
        top, window = self.scroll_offset.y, self._window()
        if self._cursor <= 1:
            target = 0
        elif self._cursor < top:
            target = self._cursor
        elif self._cursor >= top + window:
            target = self._cursor - window + 1
        else:
            target = top
        if target != top:
            self.scroll_to(y=target, animate=False, force=True)
        self.refresh()

    def fold(self, keys: Sequence[str], *, opened: bool) -> None:
        """Unfold or fold rows by their keys."""
        self._folding = self._folding.with_state(keys, opened=opened)
        self.rebuild()

    def put_cursor_on(self, name: str) -> bool:
        """Move the cursor to a parameter by its wire name, unfolding its group; return whether it has a row."""
        spec = None if self.shown is None else self.shown.catalogue.parameters.get(name)
        if spec is not None:
            above = [f"parameter:{'.'.join(spec.path[:length])}" for length in range(1, len(spec.path))]
            self.fold([f"group:{spec.group}", *above], opened=True)
        for index, row in enumerate(self.rows.rows):
            if row.key == f"parameter:{name}":
                self.move_to(index)
                return True
        return False

    def row_at(self, y: int) -> int | None:
        """Return the index of the row at line ``y`` of the view; None in header and footer and below the last row."""
        index = y - HEADER_LINES + self.scroll_offset.y
        inside = HEADER_LINES <= y < self.size.height - footer_lines(self.size.height)
        return index if inside and 0 <= index < len(self.rows.rows) else None

    @property
    def canvas(self) -> Canvas:
        """The drawing area at the current width."""
        return Canvas(self.ink, self.width)

    def render_line(self, y: int) -> Strip:
        """Render one line: header, row or footer."""
        width, height = self.width, self.size.height
        below = y >= height - footer_lines(height)
        if self.shown is None or (below and not self.has_focus):
            return LineBuilder(self.ink, width).strip()
        typing = self.draft if self.has_focus else None
        if below:
            row, chosen = self.current, self.chosen_keys
            return paint_footer(self.ink, width, height - 1 - y, row, typing, filtering=self.filtering, chosen=chosen)
        if y < HEADER_LINES:
            draft = typing if self.filtering else None
            return paint_header(self.ink, width, y, self.rows, filter_text=self._filter, draft=draft)
        index = self.row_at(y)
        if index is None:
            return LineBuilder(self.ink, width).strip()
        current = index == self._cursor and self.has_focus and not self.filtering
        return paint_row(
            self.rows.rows[index],
            self.canvas,
            current=current,
            draft=typing if current else None,
        )

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._fit()
        self.move_to(self._cursor)

    def _fit(self) -> None:
        extra = HEADER_LINES + footer_lines(self.size.height)
        self.virtual_size = Size(self.width, len(self.rows.rows) + extra)

    def _window(self) -> int:
        return max(1, self.size.height - HEADER_LINES - footer_lines(self.size.height))

    def _nearest(self, index: int, *, forward: bool = True) -> int:
        """Return the index of the nearest selectable row; headings are skipped while a filter is set."""
        rows = self.rows.rows
        if not rows:
            return 0
        index = max(0, min(len(rows) - 1, index))
        after, before = range(index, len(rows)), range(index, -1, -1)
        skipped: tuple[type[Row], ...] = (BlankRow, HeadingRow) if self._filter.split() else (BlankRow,)
        order = (*after, *before) if forward else (*before, *after)
        return next((place for place in order if not isinstance(rows[place], skipped)), index)

    def _first_match(self) -> int:
        return next((i for i, row in enumerate(self.rows.rows) if isinstance(row, ParameterRow)), 0)

    def heading_keys(self) -> list[str]:
        """Return the keys of all group headings."""
        return [row.key for row in self.rows.rows if isinstance(row, HeadingRow)]

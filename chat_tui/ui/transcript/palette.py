"""The transcript's colours: resolves every look of the theme to a Rich style."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.style import Style
from textual.widget import Widget

from chat_tui.ui.transcript.message import ROLES
from chat_tui.ui.transcript.spans import Look

PREFIX = "transcript--"
LOOKS = (
    "text",
    "muted",
    "mark",
    "warning",
    "link",
    "inline",
    "heading1",
    "heading2",
    "heading3",
    "marker",
    "quote",
    "quote-bar",
    "reasoning",
    "call",
    "call-waiting",
    "table-head",
    "code",
    "code-label",
    "code-keyword",
    "code-name",
    "code-builtin",
    "code-string",
    "code-number",
    "code-comment",
    "code-deleted",
    "current",
    "match",
    *(f"speaker-{role}" for role in ROLES),
)
COMPONENTS = {PREFIX + name for name in LOOKS}

CSS = """
Transcript {
    height: 1fr;
    background: $background;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    scrollbar-background: $background;
    scrollbar-background-hover: $background;
    scrollbar-background-active: $background;
    scrollbar-color: $panel;
    scrollbar-color-hover: $secondary;
    scrollbar-color-active: $primary;
}
Transcript > .transcript--text { color: $foreground; }
Transcript > .transcript--muted { color: $text-muted; }
Transcript > .transcript--mark { color: $text-warning; text-style: bold; }
Transcript > .transcript--warning { color: $text-warning; }
Transcript > .transcript--link { color: $text-secondary; }
Transcript > .transcript--inline { color: $text-accent; }
Transcript > .transcript--heading1 { color: $primary; text-style: bold; }
Transcript > .transcript--heading2 { color: $text-secondary; text-style: bold; }
Transcript > .transcript--heading3 { color: $foreground; text-style: bold; }
Transcript > .transcript--marker { color: $text-accent; }
Transcript > .transcript--quote { color: $text-muted; }
Transcript > .transcript--quote-bar { color: $text-secondary 60%; }
Transcript > .transcript--reasoning { color: $text-muted; }
Transcript > .transcript--call { color: $text-secondary; background: $surface; text-style: bold; }
Transcript > .transcript--call-waiting { color: $text-warning; background: $surface; }
Transcript > .transcript--table-head { color: $text-secondary; text-style: bold; }
Transcript > .transcript--code { color: $foreground; background: $surface; }
Transcript > .transcript--code-label { color: $text-muted; background: $surface; }
Transcript > .transcript--code-keyword { color: $primary; background: $surface; }
Transcript > .transcript--code-name { color: $text-secondary; background: $surface; }
Transcript > .transcript--code-builtin { color: $text-accent; background: $surface; }
Transcript > .transcript--code-string { color: $text-success; background: $surface; }
Transcript > .transcript--code-number { color: $text-warning; background: $surface; }
Transcript > .transcript--code-comment { color: $text-muted; background: $surface; }
Transcript > .transcript--code-deleted { color: $text-error; background: $surface; }
Transcript > .transcript--current { background: $panel 35%; }
Transcript > .transcript--match { color: $background; background: $warning; }
Transcript > .transcript--speaker-system { color: $text-muted; }
Transcript > .transcript--speaker-developer { color: $text-muted; }
Transcript > .transcript--speaker-user { color: $primary; }
Transcript > .transcript--speaker-assistant { color: $accent; }
Transcript > .transcript--speaker-tool { color: $text-success; }
Transcript > .transcript--speaker-problem { color: $text-error; }
Transcript > .transcript--speaker-notice { color: $text-muted; }
"""


@dataclass(eq=False)
class Palette:
    """The resolved styles of one theme.

    Attributes:
        styles: A style for each name in ``LOOKS``; without a background where it is the transcript's own.
        base: The transcript's own background and foreground.
        selection: The style of selected text.
    """

    styles: dict[str, Style]
    base: Style
    selection: Style
    _looks: dict[Look, Style] = field(default_factory=dict)

    @classmethod
    def of(cls, widget: Widget) -> Palette:
        """Create the palette from the current styles of ``widget``."""
        base = widget.visual_style.rich_style
        styles = {}
        for name in LOOKS:
            style = widget.get_visual_style(PREFIX + name).rich_style
            if style.bgcolor == base.bgcolor:
                style = Style(color=style.color, bold=style.bold, italic=style.italic, dim=style.dim)
            styles[name] = style
        return cls(styles, base, widget.screen.get_visual_style("screen--selection").rich_style)

    def same_as(self, other: Palette) -> bool:
        """Return whether both have the same styles."""
        return (self.styles, self.base, self.selection) == (other.styles, other.base, other.selection)

    def style(self, look: Look) -> Style:
        """Return the style of a look; an unknown role is treated as plain text."""
        style = self._looks.get(look)
        if style is None:
            style = self.styles.get(look.role, self.styles["text"])
            emphasis = Style(bold=look.bold or None, italic=look.italic or None, strike=look.strike or None)
            style = self._looks[look] = style + emphasis
        return style

"""The table of actions (id, keys, description) from which bindings, footer, help and palette are built."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Scope: TypeAlias = Literal["composer", "screen", "message", "request", "reply", "events", "film", "beside", "app"]


class Action(Struct, frozen=True, kw_only=True):
    """Something a user can do from the keyboard or the palette."""

    id: str
    """Stable identifier: the user's key map refers to it."""
    keys: str
    """Default keys by Textual name, comma-separated; the first one is displayed. Empty: palette only."""
    words: str
    """Description in the palette and the help."""
    short: str = ""
    """One word for the footer; empty: not in the footer."""
    scope: Scope = "screen"
    """Where the keys work: in the composer, on the chat screen, on a message of the transcript, in the Request, Reply
    or Events tab, in a film, in the side-by-side view, or anywhere."""
    method: str = ""
    """The Textual action to bind, where it is not the screen's ``do``."""
    priority: bool = False
    """Whether the keys take precedence over those of the focused widget."""
    menu: bool = True
    """Whether the palette offers it."""


ACTIONS: Final[tuple[Action, ...]] = (
    Action(id="send", keys="enter", words="Send the message", short="send", scope="composer", priority=True),
    Action(
        id="newline",
        keys="ctrl+j,shift+enter",
        words="Start a new line in the message",
        scope="composer",
        priority=True,
        menu=False,
    ),
    Action(id="stop", keys="escape", words="Stop the reply, else back to the composer", short="stop"),
    Action(id="help", keys="f1", words="Help: keys, commands, parameters", short="help", priority=True),
    Action(id="panel", keys="f2", words="Go to the side panel; from within, hide it", short="panel", priority=True),
    Action(id="new", keys="ctrl+n", words="Start a new session", short="new", priority=True),
    Action(id="sessions", keys="ctrl+o", words="Sessions: search, open, name, tag, trash", short="open", priority=True),
    Action(id="again", keys="ctrl+r", words="Ask for another reply to the last message", short="again", priority=True),
    Action(id="palette", keys="ctrl+p", words="All commands by name", short="commands", priority=True, menu=False),
    Action(id="tree", keys="ctrl+t", words="The branches of this session, to jump in", short="tree", priority=True),
    Action(id="undo", keys="ctrl+z", words="Undo an edit, a drop, a turn; text in the composer first"),
    Action(id="redo", keys="ctrl+y", words="Do again what was undone"),
    Action(id="name", keys="ctrl+s", words="Name the session", priority=True),
    Action(id="editor", keys="ctrl+g", words="Edit the message in $EDITOR", priority=True),
    Action(id="find", keys="ctrl+f", words="Find text in the transcript", priority=True),
    Action(id="panel.previous", keys="f3", words="Previous tab of the side panel", priority=True),
    Action(id="panel.next", keys="f4", words="Next tab of the side panel", priority=True),
    Action(id="copy", keys="ctrl+c", words="Copy the selection; without one, stop the reply"),
    Action(id="quit", keys="ctrl+q", words="Quit; the session is saved", scope="app", method="app.quit", priority=True),
    Action(id="model", keys="", words="Choose a model"),
    Action(id="provider", keys="", words="Choose a provider"),
    Action(id="theme", keys="", words="Choose a theme"),
    Action(id="attach", keys="f5", words="Attach a file: image, sound, PDF, text"),
    Action(id="attach.clipboard", keys="", words="Attach the image on the clipboard"),
    Action(id="attach.remove", keys="", words="Remove an attachment"),
    Action(id="attach.look", keys="", words="Look at the attached images"),
    Action(id="tools", keys="f8", words="Tools of this session, on and off", priority=True),
    Action(id="probe", keys="", words="Probe: ask the service which parameters it takes, honours or refuses"),
    Action(id="export", keys="", words="Export the session: Markdown, HTML, curl, HAR, other programs"),
    Action(id="rerun", keys="", words="Rerun: send each turn again and compare the replies"),
    Action(id="rerun.results", keys="", words="Results of the last rerun"),
    Action(id="sweep", keys="", words="Sweep: ask a prompt over a grid of values"),
    Action(id="repeat", keys="", words="Repeat: ask a prompt several times and see what differs"),
    Action(id="sweep.results", keys="", words="Table of the last sweep"),
    Action(id="preset", keys="", words="Use a preset"),
    Action(id="preset.save", keys="", words="Save what is set as a preset"),
    Action(id="unset_all", keys="", words="Unset every parameter"),
    Action(id="replay", keys="", words="Replay the session as a film"),
    Action(id="history.previous", keys="ctrl+up", words="Earlier prompt", scope="composer", priority=True, menu=False),
    Action(id="history.next", keys="ctrl+down", words="Later prompt", scope="composer", priority=True, menu=False),
    Action(
        id="transcript.edit", keys="e", words="Edit this message's text, as a branch", short="edit", scope="message"
    ),
    Action(
        id="transcript.edit_whole",
        keys="E",
        words="Edit the whole message: role, name, parts, calls; as a branch",
        scope="message",
    ),
    Action(
        id="transcript.add",
        keys="a,insert",
        words="Add a message after this one, of any role",
        short="add",
        scope="message",
    ),
    Action(id="transcript.again", keys="r", words="Another reply here, as a branch", short="again", scope="message"),
    Action(id="transcript.left", keys="left", words="The branch to the left", short="branches", scope="message"),
    Action(id="transcript.right", keys="right", words="The branch to the right", scope="message"),
    Action(id="transcript.copy", keys="y", words="Copy the message or the selection", short="copy", scope="message"),
    Action(id="transcript.markdown", keys="m", words="Markdown or the literal text", scope="message"),
    Action(id="transcript.fold", keys="space", words="Fold or unfold the message", short="fold", scope="message"),
    Action(
        id="transcript.inspect",
        keys="i",
        words="Show its exchange in the panel",
        short="inspect",
        scope="message",
    ),
    Action(id="transcript.tokens", keys="t", words="Tokens and their probabilities", scope="message"),
    Action(
        id="transcript.format", keys="f", words="The reply's JSON as a tree, and what does not fit", scope="message"
    ),
    Action(id="transcript.links", keys="o", words="Links in this message: show, copy, open", scope="message"),
    Action(id="transcript.event", keys="v", words="Show the event that brought this place", scope="message"),
    Action(id="transcript.calls", keys="x", words="Answer the message's tool calls", short="calls", scope="message"),
    Action(
        id="transcript.fail",
        keys="X",
        words="What if the tool had failed: another answer, as a branch",
        scope="message",
    ),
    Action(id="transcript.save", keys="w", words="Save the message's sounds and images to files", scope="message"),
    Action(id="transcript.look", keys="l", words="Look at the message's images", scope="message"),
    Action(id="transcript.play", keys="p", words="Play the message's sound; again: stop", scope="message"),
    Action(
        id="transcript.drop",
        keys="d",
        words="Drop this message and what follows",
        scope="message",
    ),
    Action(id="transcript.leave_out", keys="D", words="Leave only this message out, as a branch", scope="message"),
    Action(id="transcript.continue", keys="c,enter", words="Continue from here", short="continue", scope="message"),
    Action(id="transcript.beside", keys="s", words="Side by side with its siblings", short="beside", scope="message"),
    Action(id="beside.left", keys="left", words="Choose the left one", short="choose", scope="beside", menu=False),
    Action(id="beside.right", keys="right", words="Choose the right one", scope="beside", menu=False),
    Action(id="beside.take", keys="enter,c", words="Continue with it", short="continue", scope="beside", menu=False),
    Action(id="beside.words", keys="w", words="Mark what differs from it", short="words", scope="beside", menu=False),
    Action(id="beside.copy", keys="y", words="Copy the chosen one", short="copy", scope="beside", menu=False),
    Action(id="beside.leave", keys="s", words="Back to the transcript", short="transcript", scope="beside", menu=False),
    Action(
        id="transcript.leave",
        keys="down",
        words="Back to the composer",
        scope="message",
        menu=False,
    ),
    Action(id="request.diff", keys="d", words="What changed since the last turn", short="diff", scope="request"),
    Action(id="request.copy_json", keys="y", words="Copy the request as JSON", short="JSON", scope="request"),
    Action(id="request.copy_curl", keys="c", words="Copy the request as curl", short="curl", scope="request"),
    Action(
        id="request.copy_python",
        keys="p",
        words="Copy the request as Python (openai package)",
        short="Python",
        scope="request",
    ),
    Action(
        id="request.copy_httpx", keys="h", words="Copy the request as Python (httpx)", short="httpx", scope="request"
    ),
    Action(
        id="request.import",
        keys="v",
        words="Import a request: a curl command or a JSON body, as a new session",
        short="paste in",
        scope="request",
    ),
    Action(id="request.save", keys="w", words="Save the request to a file", short="save", scope="request"),
    Action(id="request.headers", keys="H,space", words="The request's headers", short="headers", scope="request"),
    Action(
        id="reply.use", keys="u", words="Use the settings of this reply again", short="use these again", scope="reply"
    ),
    Action(id="reply.copy", keys="y", words="Copy what is known of the reply", short="copy", scope="reply"),
    Action(id="reply.headers", keys="H,space", words="All headers of the reply", short="headers", scope="reply"),
    Action(
        id="events.text",
        keys="enter,g",
        words="Show an event's text in the transcript",
        short="text",
        scope="events",
    ),
    Action(
        id="events.raw",
        keys="r",
        words="Raw data, or what it brings",
        short="raw",
        scope="events",
        method="toggle_raw",
        menu=False,
    ),
    Action(
        id="events.filter",
        keys="slash",
        words="Filter: words, kind:content, bad, comment, gap>0.5, size>1000, - leaves out",
        short="filter",
        scope="events",
        method="find",
        menu=False,
    ),
    Action(id="events.save", keys="s", words="Save the events to a file", short="save", scope="events"),
    Action(
        id="events.longest",
        keys="x",
        words="Go to the longest gap",
        short="max",
        scope="events",
        method="longest",
        menu=False,
    ),
    Action(id="events.copy", keys="y", words="Copy the event's data", scope="events", method="copy", menu=False),
    Action(
        id="film.play",
        keys="space",
        words="Play or pause",
        short="play",
        scope="film",
        method="play",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.back", keys="left", words="One event back", scope="film", method="step(-1)", priority=True, menu=False
    ),
    Action(
        id="film.forward",
        keys="right",
        words="One event further",
        short="step",
        scope="film",
        method="step(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.previous",
        keys="p",
        words="To the turn's start, then the turn before (also up)",
        scope="film",
        method="jump(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.next",
        keys="n",
        words="To the next turn (also down)",
        short="turn",
        scope="film",
        method="jump(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.slower",
        keys="left_square_bracket,minus",
        words="Slower, down to a quarter",
        scope="film",
        method="speed(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.faster",
        keys="right_square_bracket,plus",
        words="Faster, up to 16 times, then without waiting",
        short="faster",
        scope="film",
        method="speed(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.cap",
        keys="c",
        words="Cut long pauses: to 2 s, to half a second, not at all",
        short="cut pauses",
        scope="film",
        method="cap",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.leave",
        keys="escape",
        words="Leave the film",
        short="leave",
        scope="film",
        method="leave",
        menu=False,
    ),
)

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
    Action(id="stop", keys="escape", words="Stop the reply; otherwise return to the composer", short="stop"),
    Action(id="help", keys="f1", words="Help: keys, commands, parameters", short="help", priority=True),
    Action(
        id="panel", keys="f2", words="Focus the side panel; hide it if it has the focus", short="panel", priority=True
    ),
    Action(id="new", keys="ctrl+n", words="Start a new session", short="new", priority=True),
    Action(id="sessions", keys="ctrl+o", words="Sessions: search, open, name, tag, trash", short="open", priority=True),
    Action(id="again", keys="ctrl+r", words="Ask for another reply to the last message", short="again", priority=True),
    Action(
        id="palette", keys="ctrl+p", words="Search all commands by name", short="commands", priority=True, menu=False
    ),
    Action(
        id="tree",
        keys="ctrl+t",
        words="List the branches of this session and switch to one",
        short="tree",
        priority=True,
    ),
    Action(id="undo", keys="ctrl+z", words="Undo typing in the composer, then an edit, a drop or a turn"),
    Action(id="redo", keys="ctrl+y", words="Redo what was undone"),
    Action(id="name", keys="ctrl+s", words="Name the session", priority=True),
    Action(id="editor", keys="ctrl+g", words="Edit the message in $EDITOR", priority=True),
    Action(id="find", keys="ctrl+f", words="Find text in the transcript", priority=True),
    Action(id="panel.previous", keys="f3", words="Previous tab of the side panel", priority=True),
    Action(id="panel.next", keys="f4", words="Next tab of the side panel", priority=True),
    Action(id="copy", keys="ctrl+c", words="Copy the selection; with no selection, stop the reply"),
    Action(id="quit", keys="ctrl+q", words="Quit; the session is saved", scope="app", method="app.quit", priority=True),
    Action(id="model", keys="", words="Choose a model"),
    Action(id="provider", keys="", words="Choose a provider"),
    Action(id="theme", keys="", words="Choose a theme"),
    Action(id="attach", keys="f5", words="Attach a file: image, sound, PDF, text"),
    Action(id="attach.clipboard", keys="", words="Attach the image from the clipboard"),
    Action(id="attach.remove", keys="", words="Remove an attachment"),
    Action(id="attach.look", keys="", words="View the attached images"),
    Action(id="tools", keys="f8", words="Turn the tools of this session on or off", priority=True),
    Action(id="probe", keys="", words="Probe: test which parameters the service accepts, honors or refuses"),
    Action(id="export", keys="", words="Export the session: Markdown, HTML, curl, HAR, other programs"),
    Action(id="rerun", keys="", words="Rerun: send each turn again and compare the replies"),
    Action(id="rerun.results", keys="", words="Show the results of the last rerun"),
    Action(id="sweep", keys="", words="Sweep: send a prompt over a grid of parameter values"),
    Action(id="repeat", keys="", words="Repeat: send a prompt several times and compare the replies"),
    Action(id="sweep.results", keys="", words="Show the table of the last sweep"),
    Action(id="preset", keys="", words="Use a preset"),
    Action(id="preset.save", keys="", words="Save the current settings as a preset"),
    Action(id="unset_all", keys="", words="Unset every parameter"),
    Action(id="replay", keys="", words="Replay the session as a film"),
    Action(id="history.previous", keys="ctrl+up", words="Previous prompt", scope="composer", priority=True, menu=False),
    Action(id="history.next", keys="ctrl+down", words="Next prompt", scope="composer", priority=True, menu=False),
    Action(
        id="transcript.edit", keys="e", words="Edit this message's text on a new branch", short="edit", scope="message"
    ),
    Action(
        id="transcript.edit_whole",
        keys="E",
        words="Edit the whole message (role, name, parts, calls) on a new branch",
        scope="message",
    ),
    Action(
        id="transcript.add",
        keys="a,insert",
        words="Add a message of any role after this one",
        short="add",
        scope="message",
    ),
    Action(
        id="transcript.again",
        keys="r",
        words="Request another reply here, as a new branch",
        short="again",
        scope="message",
    ),
    Action(
        id="transcript.left", keys="left", words="Switch to the branch to the left", short="branches", scope="message"
    ),
    Action(id="transcript.right", keys="right", words="Switch to the branch to the right", scope="message"),
    Action(id="transcript.copy", keys="y", words="Copy the message or the selection", short="copy", scope="message"),
    Action(id="transcript.markdown", keys="m", words="Switch between Markdown and literal text", scope="message"),
    Action(id="transcript.fold", keys="space", words="Fold or unfold the message", short="fold", scope="message"),
    Action(
        id="transcript.inspect",
        keys="i",
        words="Show the message's exchange in the panel",
        short="inspect",
        scope="message",
    ),
    Action(id="transcript.tokens", keys="t", words="Show the tokens and their probabilities", scope="message"),
    Action(
        id="transcript.format",
        keys="f",
        words="Show the reply's JSON as a tree, with its format errors",
        scope="message",
    ),
    Action(id="transcript.links", keys="o", words="Links in this message: show, copy, open", scope="message"),
    Action(id="transcript.event", keys="v", words="Show the event that delivered this text", scope="message"),
    Action(id="transcript.calls", keys="x", words="Answer the message's tool calls", short="calls", scope="message"),
    Action(
        id="transcript.fail",
        keys="X",
        words="Answer the call with an error instead, on a new branch",
        scope="message",
    ),
    Action(id="transcript.save", keys="w", words="Save the message's sounds and images to files", scope="message"),
    Action(id="transcript.look", keys="l", words="View the message's images", scope="message"),
    Action(id="transcript.play", keys="p", words="Play the message's sound; press again to stop", scope="message"),
    Action(
        id="transcript.drop",
        keys="d",
        words="Drop this message and those after it",
        scope="message",
    ),
    Action(id="transcript.leave_out", keys="D", words="Leave out only this message, on a new branch", scope="message"),
    Action(id="transcript.continue", keys="c,enter", words="Continue from here", short="continue", scope="message"),
    Action(
        id="transcript.beside",
        keys="s",
        words="Show the message side by side with its siblings",
        short="beside",
        scope="message",
    ),
    Action(
        id="beside.left",
        keys="left",
        words="Select the message to the left",
        short="choose",
        scope="beside",
        menu=False,
    ),
    Action(id="beside.right", keys="right", words="Select the message to the right", scope="beside", menu=False),
    Action(
        id="beside.take",
        keys="enter,c",
        words="Continue from the selected message",
        short="continue",
        scope="beside",
        menu=False,
    ),
    Action(
        id="beside.words",
        keys="w",
        words="Mark differences from the selected message",
        short="words",
        scope="beside",
        menu=False,
    ),
    Action(id="beside.copy", keys="y", words="Copy the selected message", short="copy", scope="beside", menu=False),
    Action(id="beside.leave", keys="s", words="Back to the transcript", short="transcript", scope="beside", menu=False),
    Action(
        id="transcript.leave",
        keys="down",
        words="Back to the composer",
        scope="message",
        menu=False,
    ),
    Action(id="request.diff", keys="d", words="Show what changed since the last turn", short="diff", scope="request"),
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
        words="Import a request (curl command or JSON body) as a new session",
        short="paste in",
        scope="request",
    ),
    Action(id="request.save", keys="w", words="Save the request to a file", short="save", scope="request"),
    Action(
        id="request.headers",
        keys="H,space",
        words="Show or hide the request's headers",
        short="headers",
        scope="request",
    ),
    Action(
        id="reply.use", keys="u", words="Use the settings of this reply again", short="reuse settings", scope="reply"
    ),
    Action(id="reply.copy", keys="y", words="Copy the details of the reply", short="copy", scope="reply"),
    Action(
        id="reply.headers",
        keys="H,space",
        words="Show or hide all headers of the reply",
        short="headers",
        scope="reply",
    ),
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
        words="Switch between parsed and raw data",
        short="raw",
        scope="events",
        method="toggle_raw",
        menu=False,
    ),
    Action(
        id="events.filter",
        keys="slash",
        words="Filter: words, kind:content, bad, comment, gap>0.5, size>1000; - excludes",
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
        words="One event forward",
        short="step",
        scope="film",
        method="step(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.previous",
        keys="p",
        words="Go to the start of the turn, then to the previous turn (also up)",
        scope="film",
        method="jump(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.next",
        keys="n",
        words="Go to the next turn (also down)",
        short="turn",
        scope="film",
        method="jump(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.slower",
        keys="left_square_bracket,minus",
        words="Slower, down to quarter speed",
        scope="film",
        method="speed(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.faster",
        keys="right_square_bracket,plus",
        words="Faster, up to 16×, then without pauses",
        short="faster",
        scope="film",
        method="speed(1)",
        priority=True,
        menu=False,
    ),
    Action(
        id="film.cap",
        keys="c",
        words="Shorten long pauses: to 2 s, to 0.5 s, or not at all",
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

"""The table of actions (id, keys, description) from which bindings, footer, help and palette are built."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

Scope: TypeAlias = Literal[
    "composer", "screen", "message", "parameters", "request", "reply", "events", "film", "beside", "app"
]


class Action(Struct, frozen=True):
    """Something a user can do from the keyboard or the palette."""

    id: str
    """Stable identifier: the user's key map refers to it."""
    keys: str
    """Default keys by Textual name, comma-separated; the first one is displayed. Empty: none by default."""
    words: str
    """Description in the palette and the help."""
    short: str = ""
    """One word for the footer; empty: not in the footer."""
    scope: Scope = "screen"
    """Where the keys work: in the composer, on the chat screen, on a message of the transcript, in a tab of the panel,
    in a film, in the side-by-side view, or anywhere."""
    method: str = ""
    """The Textual action to bind, where it is not the screen's ``do``."""
    priority: bool = False
    """Whether the keys take precedence over those of the focused widget."""
    menu: bool = True
    """Whether the palette offers it: it does not open over a film, and names nothing twice."""


IN_FILMS: Final = ("panel", "panel.previous", "panel.next", "help", "copy")
"""Actions of the chat screen that have the same keys in a film."""

ACTIONS: Final[tuple[Action, ...]] = (
    Action("send", "enter", "Send the message", short="send", scope="composer", priority=True),
    Action("newline", "ctrl+j,shift+enter", "Start a new line in the message", scope="composer", priority=True),
    Action("stop", "escape", "Stop the reply; otherwise return to the composer", short="stop"),
    Action("help", "f1", "Help: keys, commands, parameters", short="help", priority=True),
    Action("panel", "f2", "Focus the side panel; hide it if it has the focus", short="panel", priority=True),
    Action("new", "ctrl+n", "Start a new session", short="new", priority=True),
    Action("sessions", "ctrl+o", "Sessions: search, open, name, tag, trash", short="open", priority=True),
    Action("again", "ctrl+r", "Ask for another reply to the last message", short="again", priority=True),
    Action("palette", "ctrl+p", "Search all commands by name", short="commands", priority=True, menu=False),
    Action("tree", "ctrl+t", "List the branches of this session and switch to one", short="tree", priority=True),
    Action("undo", "ctrl+z", "Undo typing in the composer, then an edit, a drop or a turn"),
    Action("redo", "ctrl+y", "Redo what was undone"),
    Action("name", "ctrl+s", "Name the session", priority=True),
    Action("editor", "ctrl+g", "Edit the message in $EDITOR", priority=True),
    Action("find", "ctrl+f", "Find text in the transcript", priority=True),
    Action("panel.previous", "f3", "Previous tab of the side panel", priority=True),
    Action("panel.next", "f4", "Next tab of the side panel", priority=True),
    Action("copy", "ctrl+c", "Copy the selection; with no selection, stop the reply"),
    Action("quit", "ctrl+q", "Quit; the session is saved", scope="app", method="app.quit", priority=True),
    Action("model", "", "Choose a model", priority=True),
    Action("provider", "", "Choose a provider", priority=True),
    Action("theme", "", "Choose a theme", priority=True),
    Action("attach", "f5", "Attach a file: image, sound, PDF, text", priority=True),
    Action("attach.clipboard", "", "Attach the image from the clipboard", priority=True),
    Action("attach.remove", "", "Remove an attachment", priority=True),
    Action("attach.look", "", "View the attached images", priority=True),
    Action("tools", "f8", "Turn the tools of this session on or off", priority=True),
    Action("probe", "", "Probe: test which parameters the service accepts, honors or refuses", priority=True),
    Action("export", "", "Export the session: Markdown, HTML, curl, HAR, other programs", priority=True),
    Action("rerun", "", "Rerun: send each turn again and compare the replies", priority=True),
    Action("rerun.results", "", "Show the results of the last rerun", priority=True),
    Action("sweep", "", "Sweep: send a prompt over a grid of parameter values", priority=True),
    Action("repeat", "", "Repeat: send a prompt several times and compare the replies", priority=True),
    Action("sweep.results", "", "Show the table of the last sweep", priority=True),
    Action("preset", "", "Use a preset", priority=True),
    Action("preset.save", "", "Save the current settings as a preset", priority=True),
    Action("unset_all", "", "Unset every parameter", priority=True),
    Action("replay", "", "Replay the session as a film", priority=True),
    Action("history.previous", "ctrl+up", "Previous prompt", scope="composer", priority=True),
    Action("history.next", "ctrl+down", "Next prompt", scope="composer", priority=True),
    Action("transcript.edit", "e", "Edit this message's text on a new branch", short="edit", scope="message"),
    Action(
        "transcript.edit_whole",
        "E",
        "Edit the whole message (role, name, parts, calls) on a new branch",
        scope="message",
    ),
    Action("transcript.add", "a,insert", "Add a message of any role after this one", short="add", scope="message"),
    Action("transcript.again", "r", "Request another reply here, as a new branch", short="again", scope="message"),
    Action("transcript.left", "left", "Switch to the branch to the left", short="branches", scope="message"),
    Action("transcript.right", "right", "Switch to the branch to the right", scope="message"),
    Action("transcript.copy", "y", "Copy the message or the selection", short="copy", scope="message"),
    Action("transcript.markdown", "m", "Switch between Markdown and literal text", scope="message"),
    Action("transcript.fold", "space", "Fold or unfold the message", short="fold", scope="message"),
    Action("transcript.inspect", "i", "Show the message's exchange in the panel", short="inspect", scope="message"),
    Action("transcript.tokens", "t", "Show the tokens and their probabilities", scope="message"),
    Action("transcript.format", "f", "Show the reply's JSON as a tree, with its format errors", scope="message"),
    Action("transcript.links", "o", "Links in this message: show, copy, open", scope="message"),
    Action("transcript.event", "v", "Show the event that delivered this text", scope="message"),
    Action("transcript.calls", "x", "Answer the message's tool calls", short="calls", scope="message"),
    Action("transcript.fail", "X", "Answer the call with an error instead, on a new branch", scope="message"),
    Action("transcript.save", "w", "Save the message's sounds and images to files", scope="message"),
    Action("transcript.look", "l", "View the message's images", scope="message"),
    Action("transcript.play", "p", "Play the message's sound; press again to stop", scope="message"),
    Action("transcript.drop", "d", "Drop this message and those after it", scope="message"),
    Action("transcript.leave_out", "D", "Leave out only this message, on a new branch", scope="message"),
    Action("transcript.continue", "c,enter", "Continue from here", short="continue", scope="message"),
    Action(
        "transcript.beside", "s", "Show the message side by side with its siblings", short="beside", scope="message"
    ),
    Action("beside.left", "left", "Select the message to the left", short="choose", scope="beside"),
    Action("beside.right", "right", "Select the message to the right", scope="beside"),
    Action("beside.take", "enter,c", "Continue from the selected message", short="continue", scope="beside"),
    Action("beside.words", "w", "Mark differences from the selected message", short="words", scope="beside"),
    Action("beside.copy", "y", "Copy the selected message", short="copy", scope="beside"),
    Action("beside.leave", "s", "Back to the transcript", short="transcript", scope="beside"),
    Action("transcript.leave", "down", "Back to the composer", scope="message"),
    Action("parameters.filter", "slash", "Filter the parameters", short="filter", scope="parameters", method="find"),
    Action(
        "parameters.explain",
        "question_mark",
        "Explain the parameter: type, range, default, services, rules",
        short="help",
        scope="parameters",
        method="explain",
    ),
    Action("parameters.json", "e", "Edit the value as JSON", short="JSON", scope="parameters", method="edit_json"),
    Action("parameters.null", "N", "Send null for the parameter", scope="parameters", method="null"),
    Action(
        "parameters.convert",
        "f7",
        "Convert a deprecated parameter to its successor",
        scope="parameters",
        method="convert",
    ),
    Action(
        "parameters.preset",
        "p",
        "Use a preset",
        short="preset",
        scope="parameters",
        method="screen.do('preset')",
        menu=False,
    ),
    Action(
        "parameters.save",
        "s",
        "Save the current settings as a preset",
        short="save",
        scope="parameters",
        method="screen.do('preset.save')",
        menu=False,
    ),
    Action("request.diff", "d", "Show what changed since the last turn", short="diff", scope="request"),
    Action("request.copy_json", "y", "Copy the request as JSON", short="JSON", scope="request"),
    Action("request.copy_curl", "c", "Copy the request as curl", short="curl", scope="request"),
    Action("request.copy_python", "p", "Copy the request as Python (openai package)", short="Python", scope="request"),
    Action("request.copy_httpx", "h", "Copy the request as Python (httpx)", short="httpx", scope="request"),
    Action(
        "request.import",
        "v",
        "Import a request (curl command or JSON body) as a new session",
        short="paste in",
        scope="request",
    ),
    Action("request.save", "w", "Save the request to a file", short="save", scope="request"),
    Action("request.headers", "H,space", "Show or hide the request's headers", short="headers", scope="request"),
    Action("reply.use", "u", "Use the settings of this reply again", short="reuse settings", scope="reply"),
    Action("reply.copy", "y", "Copy the details of the reply", short="copy", scope="reply"),
    Action("reply.headers", "H,space", "Show or hide all headers of the reply", short="headers", scope="reply"),
    Action("events.text", "enter,g", "Show an event's text in the transcript", short="text", scope="events"),
    Action("events.raw", "r", "Switch between parsed and raw data", short="raw", scope="events", method="toggle_raw"),
    Action(
        "events.filter",
        "slash",
        "Filter: words, kind:content, bad, comment, gap>0.5, size>1000; - excludes",
        short="filter",
        scope="events",
        method="find",
    ),
    Action("events.save", "s", "Save the events to a file", short="save", scope="events"),
    Action("events.longest", "x", "Go to the longest gap", short="max", scope="events", method="longest"),
    Action("events.copy", "y", "Copy the event's data", scope="events", method="copy"),
    Action("film.play", "space", "Play or pause", short="play", scope="film", method="play", priority=True, menu=False),
    Action("film.back", "left", "One event back", scope="film", method="step(-1)", priority=True, menu=False),
    Action(
        "film.forward",
        "right",
        "One event forward",
        short="step",
        scope="film",
        method="step(1)",
        priority=True,
        menu=False,
    ),
    Action(
        "film.previous",
        "p",
        "Go to the start of the turn, then to the previous turn (also up)",
        scope="film",
        method="jump(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        "film.next",
        "n",
        "Go to the next turn (also down)",
        short="turn",
        scope="film",
        method="jump(1)",
        priority=True,
        menu=False,
    ),
    Action(
        "film.slower",
        "left_square_bracket,minus",
        "Slower, down to quarter speed",
        scope="film",
        method="speed(-1)",
        priority=True,
        menu=False,
    ),
    Action(
        "film.faster",
        "right_square_bracket,plus",
        "Faster, up to 16×, then without pauses",
        short="faster",
        scope="film",
        method="speed(1)",
        priority=True,
        menu=False,
    ),
    Action(
        "film.cap",
        "c",
        "Shorten long pauses: to 2 s, to 0.5 s, or not at all",
        short="cut pauses",
        scope="film",
        method="cap",
        priority=True,
        menu=False,
    ),
    Action("film.leave", "escape", "Leave the film", short="leave", scope="film", method="leave", menu=False),
)

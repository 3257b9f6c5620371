"""Tab completion for the composer: pure functions over the names known at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from chat_tui.ui.slash import BY_NAME, COMMANDS, Completes

Source = Callable[[], Iterable[str]]


class Candidates(Struct, frozen=True):
    """Matching words, and the text before them that stays."""

    kept: str
    words: tuple[str, ...]

    def text(self, index: int) -> str:
        """Return the composer's text completed with one of the words."""
        return self.kept + self.words[index]


def candidates(
    text: str,
    sources: Mapping[Completes, Source],
    values: Callable[[str], Iterable[str]],
    *,
    files: Callable[[str], Iterable[str]] = lambda _: (),
    most: int = 200,
) -> Candidates:
    """Return the completions for the end of ``text``; none unless it is a slash command on one line.

    Args:
        text: The composer's text up to the cursor.
        sources: Functions returning the names of each kind.
        values: Returns the known values of a parameter, as text.
        files: Returns the paths that complete a typed path; they may contain spaces.
        most: Maximum number of words returned.
    """
    if not text.startswith("/") or text.startswith("//") or "\n" in text:
        return Candidates(text, ())
    name, space, argument = text[1:].partition(" ")
    if not space:
        return Candidates("/", _fitting([_opened(command.name) for command in COMMANDS], name, most))
    command = BY_NAME.get(name)
    if command is None or not command.completes:
        return Candidates(text, ())
    if command.completes == "file":
        return Candidates(f"/{name} ", tuple(files(argument))[:most])
    first, space, second = argument.partition(" ")
    if space:
        return Candidates(f"/{name} {first} ", _fitting(values(first), second, most) if command.needs > 1 else ())
    more = " " if command.needs > 1 else ""
    return Candidates(f"/{name} ", _fitting([f"{word}{more}" for word in sources[command.completes]()], first, most))


def _opened(name: str) -> str:
    return f"{name} " if BY_NAME[name].arguments else name


def _fitting(words: Iterable[str], prefix: str, most: int) -> tuple[str, ...]:
    """Return the words that begin with the prefix, then those that contain it, ignoring case."""
    low = prefix.lower()
    listed = list(words)
    begin = [word for word in listed if word.lower().startswith(low)]
    contain = [word for word in listed if low in word.lower() and not word.lower().startswith(low)]
    return tuple([*begin, *contain][:most])


class Completion:
    """Cycles through candidates with tab."""

    def __init__(self, find: Callable[[str], Candidates]) -> None:
        self._find = find
        self._found = Candidates("", ())
        self._index: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The candidates to show."""
        return self._found.words

    @property
    def commands(self) -> bool:
        """Whether the candidates are commands rather than their arguments."""
        return self._found.kept == "/"

    @property
    def index(self) -> int | None:
        """Index of the candidate in the composer now; None before the first tab."""
        return self._index

    def edited(self, text: str) -> None:
        """Recompute the candidates after the text changed, unless ``turn`` put that text there."""
        if self._index is not None and text == self._found.text(self._index):
            return
        self._found, self._index = self._find(text), None

    def turn(self, text: str, step: int) -> str | None:
        """Return the text completed with the next candidate; None when there is none."""
        self.edited(text)
        if not self._found.words:
            return None
        if self._index is None:
            self._index = 0 if step > 0 else len(self._found.words) - 1
        else:
            self._index = (self._index + step) % len(self._found.words)
        chosen = self._found.text(self._index)
        if len(self._found.words) == 1:
            self._found, self._index = self._find(chosen), None
        return chosen

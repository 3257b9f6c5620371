"""Token ids as keys of a map: shows their text next to the keys, and adds tokens found in a text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from chat_tui.domain.form_values import begun
from chat_tui.ui.panel.editors.form_edit import FormEdit
from chat_tui.ui.panel.editors.form_painter import note_of
from chat_tui.ui.panel.editors.tokens import TokenSource
from chat_tui.ui.workers import start_worker


class FormTokens:
    """Queries the model's tokenizer for one form; the form stays usable meanwhile."""

    def __init__(self, form: FormEdit, source: TokenSource) -> None:
        self._form = form
        self._source = source

    def look_up(self) -> None:
        """Fetch the missing texts of the token ids in the map."""
        value = self._form.value
        keys = value if isinstance(value, dict) else ()
        ids = [int(key) for key in keys if key.isascii() and key.isdigit()]
        missing = [each for each in ids if str(each) not in self._form.notes]
        if missing:
            start_worker(self._form, partial(self._bring, missing), group="tokens")

    def find(self) -> None:
        """Look up the tokens of a text, to add them."""
        from chat_tui.ui.panel.editors.token_screen import TokenScreen

        self._form.app.push_screen(TokenScreen(self._source), self._add)

    async def _bring(self, ids: list[int]) -> None:
        texts = await self._source.texts(ids)
        if texts and self._form.is_mounted:
            self._note(texts)
            self._form.refresh()

    def _add(self, chosen: list[tuple[int, str]] | None) -> None:
        if not chosen:
            return
        value, item = self._form.value, self._form.spec.item
        held = dict(value) if isinstance(value, dict) else {}
        for number, _ in chosen:
            held.setdefault(str(number), 0 if item is None else begun(item))
        self._note(dict(chosen))
        self._form.apply(held)
        self._form.put_cursor_on((str(chosen[0][0]),))

    def _note(self, texts: Mapping[int, str]) -> None:
        """Show token texts next to their keys."""
        self._form.notes = {**self._form.notes, **{str(number): note_of(text) for number, text in texts.items()}}

"""Judges: derive a verdict from the replies to a case that the service accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from chat_tui.domain.json_values import Json, dump_json, parse_json
from chat_tui.domain.probing.answer import Answer
from chat_tui.domain.probing.cases import Context, ProbeCase, drawn_word, reference
from chat_tui.domain.probing.verdicts import Outcome, Verdict

_LONGEST_QUOTE: Final = 24
_LOOKED_AT: Final = 400
"""Maximum number of characters of a reply to read, in case the service ignores the token limit."""


class Asked(Struct, frozen=True):
    """A case with its complete replies, one per request."""

    case: ProbeCase
    context: Context
    answers: Sequence[Answer]

    @property
    def last(self) -> Answer:
        """The last reply."""
        return self.answers[-1]

    @property
    def reference(self) -> Answer:
        """The reply to compare with."""
        return reference(self.case, self.context)

    @property
    def texts(self) -> list[str]:
        """Texts of the replies."""
        return [answer.text for answer in self.answers]


Judge: TypeAlias = Callable[[Asked], Verdict]


def _said(outcome: Outcome, evidence: str = "") -> Verdict:
    return Verdict(outcome=outcome, evidence=evidence)


def quoted(text: str) -> str:
    """Return the beginning of a text in quotation marks."""
    return f"“{text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + '…'}”"


def _accepted(_: Asked) -> Verdict:
    return _said("accepted")


def _choices(asked: Asked) -> Verdict:
    """Honoured if the number of choices is the requested one."""
    wanted, came = asked.case.values[-1], len(asked.last.choices)
    return _said("honoured" if came == wanted else "ignored", f"{wanted} choices requested, {came} returned")


def _ceiling(asked: Asked) -> Verdict:
    """Honoured if the token limit is respected; conclusive only if the plain reply is longer."""
    limit, used = asked.case.values[-1], asked.last.counted("completion_tokens")
    plain = asked.reference.counted("completion_tokens")
    if not isinstance(limit, int):
        return _said("accepted")
    if used is None:
        cut = asked.last.finish == "length" and len(asked.last.text) < len(asked.reference.text)
        return _said("honoured", "the reply was cut off, finish_reason length") if cut else _said("accepted")
    if used > limit:
        return _said("ignored", f"{used} tokens returned, limit {limit}")
    if plain is not None and plain <= limit:
        return _said("accepted", "the reply is just as short without it")
    return _said("honoured", f"{used} tokens returned, limit {limit}")


def _stops(asked: Asked) -> Verdict:
    """Honoured if the reply ends before a word that the plain reply contains."""
    plain, text = asked.reference.text, asked.last.text
    word = drawn_word(plain)
    if not word:
        return _said("accepted", "the plain reply has no word to stop at")
    before = plain[: plain.index(word)].rstrip()
    if text.rstrip() == before:
        return _said("honoured", f"the reply ends before {quoted(word)}")
    if word in text:
        return _said("ignored", f"the reply continues after {quoted(word)}")
    shorter = (asked.last.counted("completion_tokens") or 0) < (asked.reference.counted("completion_tokens") or 0)
    if shorter and asked.last.finish == "stop" != asked.reference.finish:
        return _said("honoured", f"the reply ends without {quoted(word)}")
    return _said("accepted", "the reply is a different one")


def _steadiness(asked: Asked) -> Verdict:
    """Honoured if two replies at the lowest value are equal and one at the highest value differs."""
    first, again, lively = asked.texts
    if first != again:
        return _said("accepted", f"two replies at {_value(asked, 0)} differ")
    if lively == first:
        return _said("accepted", f"the replies at {_value(asked, 0)} and {_value(asked, 2)} are the same")
    return _said("honoured", f"the same reply twice at {_value(asked, 0)}, a different one at {_value(asked, 2)}")


def _greedy(asked: Asked) -> Verdict:
    """Honoured if replies with the lively settings equal the steady reply all the same."""
    steady = asked.context.steady
    if steady is None or not steady.text or not asked.context.varies:
        return _said("accepted")
    steady_words = asked.context.mood_words("steady")
    same = [text == steady.text for text in asked.texts]
    if all(same):
        return _said("honoured", f"the same reply at {asked.context.mood_words('lively')} as at {steady_words}")
    if any(same) or len(set(asked.texts)) < len(asked.texts):
        return _said("accepted", "the replies are inconclusive")
    return _said("ignored", f"replies at {asked.context.mood_words('lively')} differ, as without it")


def _changes(asked: Asked) -> Verdict:
    """Honoured if steady replies are equal to each other but differ from the one without the parameter."""
    steady = asked.context.steady
    if steady is None or len(set(asked.texts)) > 1:
        return _said("accepted")
    if asked.texts[0] == steady.text:
        return _said("accepted", f"the same reply at {asked.context.mood_words('steady')} as without it")
    return _said("honoured", f"a different reply at {asked.context.mood_words('steady')} than without it")


def _seeded(asked: Asked) -> Verdict:
    """Honoured if equal seeds give equal replies and another seed a different one."""
    first, again, other = asked.texts
    seed = _value(asked, 0)
    prints = {dump_json(answer.fingerprint) for answer in asked.answers[:2]}
    if first != again and len(prints) > 1:
        return _said("accepted", "the system_fingerprint changed between two replies")
    if first != again:
        return _said("ignored", f"two replies with {seed} differ")
    if first == other:
        return _said("accepted", f"the replies with {seed} and {_value(asked, 2)} are the same")
    return _said("honoured", f"the same reply twice with {seed}, a different one with {_value(asked, 2)}")


def _repeats(asked: Asked) -> Verdict:
    """Honoured if the reply repeats the favored token, whichever token that is."""
    text, plain = asked.last.text, asked.reference.text
    if not text.strip():
        return _said("accepted", "the reply is empty")
    if _is_repetition(plain):
        return _said("accepted", "the plain reply repeats itself too")
    if _is_repetition(text):
        return _said("honoured", f"the favored token fills the reply: {quoted(text)}")
    return _said("ignored", f"the favored token does not fill the reply: {quoted(text)}")


def _token_list(asked: Asked) -> Verdict:
    """Honoured if log probabilities were returned."""
    entries = asked.last.token_entries
    return (
        _said("honoured", f"log probabilities for {len(entries)} tokens")
        if entries
        else _said("ignored", "none returned")
    )


def _alternatives(asked: Asked) -> Verdict:
    """Honoured if each position has the requested number of alternatives."""
    lists = [entry.get("top_logprobs") for entry in asked.last.token_entries]
    counts = [len(each) for each in lists if isinstance(each, list)]
    if not counts:
        return _said("ignored", "none returned")
    wanted = asked.case.values[-1]
    odd = next((count for count in counts if count != wanted), None)
    if odd is None:
        return _said("honoured", f"{wanted} alternatives per token")
    return _said("ignored", f"{wanted} alternatives requested, {odd} returned")


def _streamed(asked: Asked) -> Verdict:
    if asked.reference.streamed:
        return _said("accepted", "replies are also streamed without it")
    return (
        _said("honoured", "the reply was streamed")
        if asked.last.streamed
        else _said("ignored", "the reply was not streamed")
    )


def _counts(asked: Asked) -> Verdict:
    """Honoured if the stream contains token counts only with the parameter."""
    if asked.last.counted("completion_tokens") is None:
        return _said("ignored", "the stream contains no usage")
    if asked.reference.counted("completion_tokens") is not None:
        return _said("accepted", "the stream also contains usage without it")
    return _said("honoured", "the stream contains usage")


def _prompt_grows(asked: Asked) -> Verdict:
    """Honoured if the prompt grew by the service's own count, or a tool was called."""
    if asked.last.called:
        return _said("honoured", f"{asked.last.called[0]} was called")
    now, plain = asked.last.counted("prompt_tokens"), asked.reference.counted("prompt_tokens")
    if now is None or plain is None:
        return _said("accepted")
    if now > plain:
        return _said("honoured", f"the prompt grew by {now - plain} tokens")
    return _said("ignored", "the prompt is no longer than without it")


def _calls(asked: Asked) -> Verdict:
    """Honoured if the named function is called."""
    called = asked.last.called
    if asked.case.expect in called:
        return _said("honoured", f"{asked.case.expect} was called")
    return _said("ignored", f"{quoted(called[0])} was called" if called else "no tool was called")


def _object(asked: Asked) -> Verdict:
    """Honoured if the reply is a JSON object, although the prompt does not ask for one."""
    text = asked.last.text.strip()
    if isinstance(_parsed(text), dict) or (text.startswith("{") and asked.last.finish == "length"):
        return _said("honoured", f"the reply is a JSON object: {quoted(text)}")
    if not text:
        return _said("accepted", "the reply is empty")
    return _said("ignored", f"the reply is not a JSON object: {quoted(text)}")


def _equals(asked: Asked) -> Verdict:
    """Honoured if the reply is the only value that was allowed."""
    text, wanted = asked.last.text.strip(), asked.case.expect
    if (text if isinstance(wanted, str) else _parsed(text)) == wanted:
        return _said("honoured", f"the reply matches: {quoted(text)}")
    if not text:
        return _said("accepted", "the reply is empty")
    if asked.last.finish == "length" and _begins(wanted, text):
        return _said("accepted", f"the reply was cut off while it still matched: {quoted(text)}")
    return _said("ignored", f"the reply does not match: {quoted(text)}")


def _member(asked: Asked) -> Verdict:
    """Honoured if the response has a member that is absent without the parameter."""
    name = str(asked.case.expect)
    if asked.last.has_member(name) and not asked.reference.has_member(name):
        return _said("honoured", f"the response has {name}")
    return _said("accepted")


def _value(asked: Asked, place: int) -> str:
    return dump_json(asked.case.values[place])


def _parsed(text: str) -> Json:
    try:
        return parse_json(text)
    except ValueError:
        return None


def _begins(wanted: Json, text: str) -> bool:
    """Return whether a text is the beginning of a value, however it is spaced: grammars allow white space for ever."""
    whole = wanted if isinstance(wanted, str) else dump_json(wanted)
    return "".join(whole.split()).startswith("".join(text.split()))


def _is_repetition(text: str) -> bool:
    """Return whether a text repeats one piece at least four times; the last one may be truncated."""
    text = text.strip()[:_LOOKED_AT]
    return any(
        text == (text[:length] * (len(text) // length + 1))[: len(text)] for length in range(1, len(text) // 4 + 1)
    )


JUDGES: Final[Mapping[str, Judge]] = {
    "accepted": _accepted,
    "alternatives": _alternatives,
    "calls": _calls,
    "ceiling": _ceiling,
    "changes": _changes,
    "choices": _choices,
    "counts": _counts,
    "equals": _equals,
    "greedy": _greedy,
    "member": _member,
    "object": _object,
    "prompt_grows": _prompt_grows,
    "repeats": _repeats,
    "seeded": _seeded,
    "steadiness": _steadiness,
    "stops": _stops,
    "streamed": _streamed,
    "token_list": _token_list,
}
"""Judges by the names used in the probe data."""
VALUES_NEEDED: Final[Mapping[str, int]] = {"steadiness": 3, "seeded": 3}
"""Number of values that a judge requires, if it is fixed."""

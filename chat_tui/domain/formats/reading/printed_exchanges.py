"""Import the output of ``chat-tui send --json``: exchanges with their merged replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat_tui.domain.catalogue import Provider
from chat_tui.domain.events import StreamEvent
from chat_tui.domain.formats.reading.conversation import Account, ImportedConversation, list_at, object_at, text_at
from chat_tui.domain.formats.reading.exchange_log import Logged, records_of, shown_headers
from chat_tui.domain.json_values import Json, JsonObject, dump_json
from chat_tui.domain.request_place import place_of

_OF_THE_END = ("outcome", "error", "warnings", "timing")


def recognises(values: Sequence[Json]) -> bool:
    """Return whether the first object has a request, an outcome and a completion."""
    first = next((value for value in values if isinstance(value, dict)), {})
    return isinstance(first.get("request"), dict) and "outcome" in first and "completion" in first


def read(
    values: Sequence[Json], account: Account, *, providers: Mapping[str, Provider], prefer: str
) -> tuple[ImportedConversation, ...]:
    """Import all exchanges as one conversation."""
    found = [value for value in values if isinstance(value, dict) and recognises([value])]
    account.lose("values that are no exchange", len(values) - len(found))
    logged = [_logged(value, account, providers, prefer) for value in found]
    return (ImportedConversation(records=tuple(records_of(logged))),) if logged else ()


def _logged(value: JsonObject, account: Account, providers: Mapping[str, Provider], prefer: str) -> Logged:
    place = place_of(text_at(value, "url"), providers, prefer)
    timing, completion, status = object_at(value, "timing"), object_at(value, "completion"), value.get("status")
    first_s, total_s = (_seconds(timing.get(name)) for name in ("first_byte_s", "total_s"))
    if completion.get("choices"):
        account.lose("events of streams, of which the whole reply is kept")
    account.lose("comments in streams", len(list_at(value, "comments")))
    headers = object_at(value, "headers")
    return Logged(
        body=object_at(value, "request"),
        url=place.url,
        provider=place.provider or prefer,
        status=status if isinstance(status, int) else None,
        answer_headers=shown_headers({name: text for name, text in headers.items() if isinstance(text, str)}),
        first_byte_s=first_s,
        total_s=total_s,
        plain=True,
        events=[StreamEvent(total_s, dump_json(completion))] if completion.get("choices") else [],
        end={name: value[name] for name in _OF_THE_END if value.get(name) is not None},
    )


def _seconds(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9 else 0.0

"""Records sessions with the program itself, from a scripted service over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.session import Session
from chat_tui.engine.opening import first_settings, new_workbench
from chat_tui.wiring import Launch, build
from tests.support.server import Answer, ScriptedServer


class Turn(Struct):
    """One request of a recording, in an empty conversation, and its response."""

    prompt: str
    answer: Answer
    parameters: JsonObject = field(default_factory=dict)


async def record(folder: Path, *turns: Turn) -> Session:
    """Record a session of these exchanges in a data folder, with the model ``m-1`` and without retries."""
    config = _config(folder)
    async with ScriptedServer(*(turn.answer for turn in turns)) as server:
        launch = Launch(environment={}, config_file=str(config), data_dir=str(folder), base_url=server.base_url)
        services = build(launch).services
        bench = new_workbench(services, first_settings(services, "custom", "m-1"))
        for turn in turns:
            settings = first_settings(services, "custom", "m-1")
            for name, value in turn.parameters.items():
                settings = settings.set((name,), value)
            bench.change(settings)
            bench.select(None)
            await bench.send(turn.prompt, lambda _exchange, _step: None).wait()
        await bench.close()
        await services.backend.aclose()
        assert bench.path is not None
        return services.store.load(bench.path)


def _config(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    config.write_text('validation = "off"\n[network]\nretries = 0\n')
    return config


def bodies(session: Session) -> Sequence[JsonObject]:
    """The bodies of a session's requests, in order."""
    found = [exchange.request["body"] for exchange in session.exchanges.values()]
    return [body for body in found if isinstance(body, dict)]

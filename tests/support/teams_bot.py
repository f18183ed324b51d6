"""The channel alone, behind the real web application on a real socket, with a handler of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.observability import Metrics, bound
from adapters.teams import TeamsAdapter, TeamsConfig, Wording
from adapters.web.health import add_metrics_route
from adapters.web.messages import add_messages_route
from adapters.web.server import WebConfig, new_application
from bot.conversation import Event, MessageReceived, Replies, Text

Handler = Callable[[Event], Awaitable[Replies]]

LOOPBACK = TeamsConfig(check_tokens=False, loopback_services=True)
WORDING = Wording(
    apology=lambda locale, reference: f"{'Désolé' if locale.startswith('fr') else 'Sorry'} ({reference})",
    refusal=lambda locale: "not for you",
    still_working=lambda locale: "still working",
)


async def echo(event: Event) -> Replies:
    return (Text(f"echo: {event.text}"),) if isinstance(event, MessageReceived) else ()


@dataclass
class RunningBot:
    url: str
    adapter: TeamsAdapter
    metrics: Metrics
    app: web.Application


@asynccontextmanager
async def running_bot(
    handler: Handler = echo, config: TeamsConfig = LOOPBACK, **options: Any
) -> AsyncIterator[RunningBot]:
    """Serve the channel on a free port; ``options`` go to TeamsAdapter."""
    metrics = Metrics()
    adapter = TeamsAdapter(config, handler, options.pop("wording", WORDING), metrics=metrics, bind=bound, **options)
    app = new_application(WebConfig(loopback_only=not config.check_tokens))
    add_messages_route(app, adapter.process)
    add_metrics_route(app, metrics.render)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        port = runner.addresses[0][1]
        yield RunningBot(f"http://127.0.0.1:{port}", adapter, metrics, app)
    finally:
        await runner.cleanup()
        await adapter.close(timeout=2)

"""The whole bot for a browser: on a free port under ``localhost``, with its jobs, against the demo's sandbox data."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from adapters.config.settings import load_settings
from adapters.jobs.worker import running_worker
from app import create
from tests.support.creneau import QUICK_JOBS
from tests.support.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox


@dataclass(frozen=True, slots=True)
class Served:
    """A bot that answers at ``url``."""

    url: str
    sandbox: Sandbox

    @property
    def endpoint(self) -> str:
        """Where the channel posts activities."""
        return f"{self.url}/api/messages"


@pytest.fixture
async def served(
    database_url: str, token_keys: tuple[str, ...], sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The bot on a database of the test's own, with the sandbox as ``make demo`` fills it."""
    sandbox.reset("demo")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings = load_settings(
            _env_file=None,
            port=port,
            database_url=database_url,
            data_dir=tmp_path_factory.mktemp("data"),
            graph_url=sandbox.url,
            login_url=sandbox.url,
            graph_client_id=CLIENT_ID,
            graph_client_secret=CLIENT_SECRET,
            token_keys=",".join(token_keys),
            **QUICK_JOBS,
        )
        async with create(settings) as creneau:
            runner = web.AppRunner(creneau.web, access_log=None, shutdown_timeout=2)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            try:
                async with running_worker(creneau.queue, creneau.work):
                    yield Served(f"http://127.0.0.1:{port}", sandbox)
            finally:
                await runner.cleanup()

"""What an operator sees: one clear line instead of a stack, and a bot that stays polite without its database."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import psycopg

from tests.support.creneau import RunningCreneau, words_of

ROOT = Path(__file__).parents[3]
NOWHERE = "postgresql+psycopg://nobody:nothing@127.0.0.1:1/none"


async def run(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "app.py"),
        *arguments,
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_help_lists_every_setting(tmp_path: Path) -> None:
    status, out, _ = await run("--help", cwd=tmp_path)
    assert status == 0
    for name in ("DATABASE_URL", "BOT_APP_ID", "TOKEN_KEYS", "ALLOWED_TENANTS", "SANDBOX", "PUBLIC_URL"):
        assert name in out


async def test_a_missing_setting_is_one_line(tmp_path: Path) -> None:
    status, _, err = await run(cwd=tmp_path)
    assert status == 2
    assert err.strip().count("\n") == 0
    assert "BOT_APP_ID" in err


async def test_a_database_that_is_down_is_one_line(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9"
    status, _, err = await run(
        cwd=tmp_path, GRAPH_URL=url, LOGIN_URL=url, DATABASE_URL=NOWHERE, GRAPH_CLIENT_ID="x", GRAPH_CLIENT_SECRET="y"
    )
    assert status == 2
    last = err.strip().splitlines()[-1]
    assert last.startswith("creneau cannot start:")
    assert "Traceback" not in err
    assert "nothing" not in last, "the password is not shown"


async def test_a_database_that_goes_away_is_said_and_its_return_noticed(
    creneau: RunningCreneau, database_url: str
) -> None:
    await creneau.client.say("hi")
    address = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    name = address.rsplit("/", 1)[1].split("?")[0]
    admin = address.replace(f"/{name}", "/postgres", 1)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'alter database "{name}" with allow_connections false')
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        (sorry,) = await creneau.client.say("when am I free tomorrow", timeout=20)
        assert sorry.card
        shown = words_of(sorry.card)
        assert "Traceback" not in shown
        assert "psycopg" not in shown
        async with creneau.web.get(f"{creneau.url}/health/ready") as ready:
            assert ready.status == 503
        async with creneau.web.get(f"{creneau.url}/health/live") as live:
            assert live.status == 200
        connection.execute(f'alter database "{name}" with allow_connections true')
    (back,) = await creneau.client.say("hi", timeout=20)
    assert words_of(back.card) != shown
    async with creneau.web.get(f"{creneau.url}/health/ready") as ready:
        assert ready.status == 200

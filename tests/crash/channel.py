"""Teams' connector, living through every death: each post that it accepted, when, from whom, and which fact it told."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.crash.bots import Bot
from tests.support.creneau import words_of
from tests.support.teams import CARD_TYPE

Json = dict[str, Any]
SUBJECT = re.compile(r"Meeting \d+")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A post that arrived at ``received_at`` and was taken over at ``at``, both of the machine's monotonic clock.

    ``bot`` is who posted it, empty where that is not known. ``subject`` names the meeting within its conversation;
    empty where the message is about none.
    """

    received_at: float
    at: float
    message_id: str
    conversation: str
    subject: str
    bot: str
    text: str


Hook = Callable[[str, bool], Awaitable[bool]]


@dataclass
class Channel:
    """``hook`` hears of each post twice, with the bot's name: before it is accepted (it says whether it is) and after.

    The second call comes before the bot is answered.
    """

    bots: Sequence[Bot] = ()
    accepted: list[Accepted] = field(default_factory=list)
    hook: Hook | None = None
    url: str = ""
    unknown: list[str] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/teams/v3/conversations/{conversation:[^/]+}/activities", self._post)
        app.router.add_route("*", "/{rest:.*}", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/teams/"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        body, received_at = await request.json(), time.monotonic()
        bot = self._poster(request)
        if body.get("type") == "typing":
            return web.json_response({}, status=202)
        if self.hook and not await self.hook(bot, False):
            return web.json_response({"error": {"code": "ServiceUnavailable"}}, status=503)
        cards = [one["content"] for one in body.get("attachments") or () if one["contentType"] == CARD_TYPE]
        text = "\n".join([str(body.get("text") or ""), *map(words_of, cards)])
        found = SUBJECT.search(text)
        message_id = str(1763800001000 + len(self.accepted))
        self.accepted.append(
            Accepted(
                received_at,
                time.monotonic(),
                message_id,
                request.match_info["conversation"],
                found[0] if found else "",
                bot,
                text,
            )
        )
        if self.hook:
            await self.hook(bot, True)
        return web.json_response({"id": message_id}, status=201)

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.unknown.append(f"{request.method} {request.path}")
        return web.json_response({"error": {"code": "BadArgument", "message": "no such operation"}}, status=404)

    def _poster(self, request: web.Request) -> str:
        """The bot at the other end of the connection, by the system's own tables."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        inode = _inode(peer[1]) if peer else ""
        return next((bot.name for bot in self.bots if inode and _holds(bot.pid, inode)), "")


def _inode(port: int) -> str:
    """The inode of the local TCP socket of this port; empty where the system does not tell."""
    try:
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    except OSError:
        return ""
    rows = (line.split() for line in lines)
    return next((row[9] for row in rows if int(row[1].rpartition(":")[2], 16) == port and row[3] == "01"), "")


def _holds(pid: int, inode: str) -> bool:
    try:
        with os.scandir(f"/proc/{pid}/fd") as entries:
            return any(os.readlink(entry.path) == f"socket:[{inode}]" for entry in entries)
    except OSError:
        return False


async def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether ``condition`` held within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # several places change what is looked at
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    return True

"""Telling open pages that something changed, by server-sent events."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.world import World

LOOK_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0


@dataclass
class Live:
    """One stream a page. The world tells nobody of its changes, so each stream looks at its counters."""

    world: World
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def state(self) -> str:
        """A text that differs once anything that the page shows has changed."""
        world = self.world
        users = ",".join(
            f"{user.zone}{user.day_start}{user.day_end}{user.has_mailbox}{user.save_declined}"
            for user in world.users.values()
        )
        clock = f"{world.clock.offset.total_seconds():.0f}/{world.clock.frozen}"
        return f"{world.instance}/{world.seq}/{len(world.calendars)}/{clock}/{hash(tuple(users))}"

    async def stop(self, _: web.Application) -> None:
        """End every stream, so that the process need not wait for its pages."""
        self.stopping.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """``change`` events with an opaque state, the first at once."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        shown, silence = "", 0.0
        try:
            while not self.stopping.is_set():
                state = self.state()
                if state != shown:
                    await response.write(f"event: change\ndata: {state}\n\n".encode())
                    shown, silence = state, 0.0
                elif silence >= HEARTBEAT_SECONDS:
                    await response.write(b": still here\n\n")
                    silence = 0.0
                silence += LOOK_SECONDS
                await self._pause()
        except ConnectionError:
            pass  # the page was closed
        return response

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), LOOK_SECONDS)

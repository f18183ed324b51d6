"""Orders by the thousand, for tests of load."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import datetime, timedelta

from sandbox import actions, calendars
from sandbox.control import orders
from sandbox.control.errors import BadOrder
from sandbox.identity.signing import KeyRing
from sandbox.ids import calendar_id
from sandbox.model import Json, User
from sandbox.world import World

_CHUNK = 50
_MOST = 10_000


async def people(world: World, keys: KeyRing, body: Json) -> list[Json]:
    """``count`` new people of ``tenant``, a mailbox each, with ``events`` half-hour events each from ``start`` on.

    With ``scopes`` each also consents and gets an access token. Each row of the answer has ``id``, ``address``,
    ``calendar`` (its id), ``events`` (immutable ids) and, if asked for, ``access_token``.
    """
    known = {"count", "tenant", "prefix", "zone", "language", "events", "start", "scopes"}
    if unknown := body.keys() - known:
        raise BadOrder(f"unknown fields: {', '.join(sorted(unknown))}")
    count = int(body.get("count", 0))
    tenant = world.tenants.get(body.get("tenant", "")) or next(iter(world.tenants.values()))
    if not 1 <= count <= _MOST:
        raise BadOrder(f"count is 1 to {_MOST}")
    start = orders.moment(body["start"]) if "start" in body else _tomorrow(world)
    rows = []
    for number in range(count):
        address = f"{body.get('prefix', 'person')}{number:05}@{tenant.domain}"
        user = User(str(uuid.uuid4()), tenant.id, address, f"Person {number:05}", zone=body.get("zone", "UTC"))
        user.language = body.get("language", user.language)
        if world.user_by(address):
            raise BadOrder(f"{address} is known already")
        rows.append(_person(world, user, start, int(body.get("events", 1))))
        if "scopes" in body:
            rows[-1] |= orders.issue_token(world, keys, {"user": user.id, "scopes": body["scopes"]})
        if number % _CHUNK == _CHUNK - 1:
            world.flush()
            await asyncio.sleep(0)
    return rows


def _tomorrow(world: World) -> datetime:
    return world.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _person(world: World, user: User, start: datetime, events: int) -> Json:
    world.put(user)
    calendar = calendars.create(world, user, "Calendar", is_default=True, removable=False)
    ids = []
    for number in range(events):
        begins = start + timedelta(hours=number)
        made = actions.create_event(
            world, user.id, start=begins, end=begins + timedelta(minutes=30), subject=f"Meeting {number}"
        )
        ids.append(actions.id_of(made))
    return {"id": user.id, "address": user.address, "calendar": calendar_id(calendar), "events": ids}


async def acts(world: World, body: Json) -> Json:
    """Many acts (see ``/act``) in order, spread evenly over ``seconds``; an act that fails is told by its place.

    Returns how long it took and the refusals.
    """
    acts, seconds = body.get("acts"), float(body.get("seconds", 0))
    if not isinstance(acts, list) or body.keys() - {"acts", "seconds"}:
        raise BadOrder("acts is a list of orders, seconds a number")
    started, refused = time.monotonic(), []
    for place, act in enumerate(acts):
        try:
            orders.act(world, act)
        except Exception as error:  # told to whoever ordered it
            refused.append({"place": place, "error": f"{type(error).__name__}: {error}"})
        if place % _CHUNK == _CHUNK - 1 or seconds:
            world.flush()
            await asyncio.sleep(max(0.0, started + seconds * (place + 1) / len(acts) - time.monotonic()))
    return {"done": len(acts) - len(refused), "seconds": time.monotonic() - started, "refused": refused}

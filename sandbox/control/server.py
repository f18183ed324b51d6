"""The control API over HTTP; sandbox/README.md lists it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.control import bulk, notifications, orders
from sandbox.control.errors import BadOrder
from sandbox.faults import Faults
from sandbox.identity.signing import KeyRing
from sandbox.model import Json
from sandbox.notifying.announcing import Announcer
from sandbox.notifying.delivery import Delivery
from sandbox.recorder import Recorder
from sandbox.refusals import Refusal
from sandbox.seed import seed
from sandbox.world import World

Work = Callable[[Json], Any | Awaitable[Any]]


@dataclass
class ControlServer:
    """What tests order, and what they may look at."""

    world: World
    keys: KeyRing
    faults: Faults
    recorder: Recorder
    announcer: Announcer
    delivery: Delivery

    def add_routes(self, app: web.Application) -> None:
        """Add the control API's routes."""
        routes: list[tuple[str, str, Work]] = [
            ("GET", "/health", lambda _: {"seed": self.world.seed_name}),
            ("POST", "/reset", self._reset),
            ("GET", "/clock", lambda _: self._clock()),
            ("POST", "/clock", self._set_clock),
            ("GET", "/state/users", lambda _: [asdict(user) for user in self.world.users.values()]),
            ("GET", "/state/calendars", lambda q: orders.calendars_of(self.world, q)),
            ("GET", "/state/events", lambda q: orders.events_of(self.world, q)),
            ("GET", "/state/occurrences", lambda q: orders.occurrences_of(self.world, q)),
            ("GET", "/state/grants", lambda _: [asdict(grant) for grant in self.world.grants.values()]),
            ("GET", "/state/subscriptions", lambda _: [asdict(one) for one in self.world.subscriptions.values()]),
            ("POST", "/calendars", lambda body: orders.calendar(self.world, body)),
            ("POST", "/users", lambda body: orders.user(self.world, body)),
            ("POST", "/events", lambda body: orders.event(self.world, body)),
            ("POST", "/act", lambda body: orders.act(self.world, body)),
            ("POST", "/acts", lambda body: bulk.acts(self.world, body)),
            ("POST", "/people", lambda body: bulk.people(self.world, self.keys, body)),
            ("POST", "/delta", lambda body: notifications.delta(self.world, body)),
            ("GET", "/faults", lambda _: [asdict(fault) for fault in self.faults.list()]),
            ("POST", "/faults", self._fault),
            ("DELETE", "/faults", self._clear_faults),
            ("POST", "/tokens/revoke", lambda body: orders.revoke(self.world, body)),
            ("POST", "/tokens/issue", lambda body: orders.issue_token(self.world, self.keys, body)),
            ("POST", "/policy", lambda body: orders.policy(self.world, body)),
            ("GET", "/requests", lambda q: self.recorder.list(int(q.get("since", 0)))),
            ("GET", "/requests/summary", lambda _: self.recorder.summary()),
            ("GET", "/notifications", lambda q: notifications.look(self.delivery, q)),
            ("GET", "/notifications/summary", lambda _: notifications.summary(self.delivery)),
            ("POST", "/notifications", lambda body: notifications.change(self.delivery, body)),
            ("POST", "/notifications/send", lambda body: notifications.send(self.announcer, body)),
            ("DELETE", "/notifications", lambda _: self.delivery.reset()),
            ("DELETE", "/requests", lambda _: self.recorder.clear()),
        ]
        for method, path, work in routes:
            app.router.add_route(method, path, _handler(self.world, work))

    def _reset(self, body: Json) -> Json:
        """Start anew: state, clock, faults and recorded requests."""
        name = str(body.get("seed", "demo"))
        self.world.clock.reset()
        if "now" in body:
            self.world.clock.set(orders.moment(body["now"]))
        try:
            seed(self.world, name)
        except ValueError as error:
            raise BadOrder(str(error)) from None
        self.faults.clear()
        self.recorder.clear()
        self.delivery.reset()
        return {"seed": name, "now": self.world.clock.now().isoformat()}

    def _clock(self) -> Json:
        return {"now": self.world.clock.now().isoformat(), "frozen": self.world.clock.frozen is not None}

    def _set_clock(self, body: Json) -> Json:
        clock = self.world.clock
        if unknown := body.keys() - {"set", "advance", "freeze", "reset"}:
            raise BadOrder(f"unknown fields: {', '.join(sorted(unknown))}")
        if body.get("reset"):
            clock.reset()
        if "freeze" in body:
            clock.freeze(bool(body["freeze"]))
        if "set" in body:
            clock.set(orders.moment(body["set"]))
        if "advance" in body:
            clock.advance(timedelta(seconds=float(body["advance"])))
        self.world.note_meta()
        return self._clock()

    def _fault(self, body: Json) -> Json:
        try:
            return asdict(self.faults.add(body))
        except (ValueError, TypeError) as error:
            raise BadOrder(str(error)) from None

    def _clear_faults(self, query: Json) -> None:
        self.faults.clear(int(query["id"]) if "id" in query else None)


def _handler(world: World, work: Work) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        status, answer = 200, None
        try:
            answer = work(await _arguments(request))
            if isinstance(answer, Awaitable):
                answer = await answer
        except BadOrder as error:
            status, answer = 400, {"error": str(error)}
        except LookupError as error:
            status, answer = 404, {"error": str(error.args[0] if error.args else error)}
        except Refusal as refusal:
            status, answer = 409, {"error": refusal.message, "code": refusal.code, "status": refusal.status}
        except (ValueError, TypeError) as error:
            status, answer = 400, {"error": f"{type(error).__name__}: {error}"}
        finally:
            world.flush()
        text = json.dumps(answer, default=_plain, ensure_ascii=False)
        return web.Response(status=status, text=text, content_type="application/json")

    return handle


async def _arguments(request: web.Request) -> Json:
    if request.method in {"GET", "DELETE"}:
        return dict(request.query)
    raw = await request.read()
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise BadOrder("the body must be a JSON object")
    return body


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    return str(value)

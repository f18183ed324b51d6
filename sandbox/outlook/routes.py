"""Where the Outlook page joins the sandbox's application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.model import Json
from sandbox.outlook import answers, assets, edits, views
from sandbox.outlook.fields import BadField
from sandbox.outlook.live import Live
from sandbox.refusals import Refusal
from sandbox.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Work = Callable[[World, Json], Any]


def add_routes(app: web.Application, world: World) -> None:
    """Add the page's routes under ``/outlook/``; it acts through :mod:`sandbox.actions` on ``world``."""
    assets.add_routes(app)
    live = Live(world)
    app.router.add_get("/outlook/api/live", live.handle)
    app.on_shutdown.append(live.stop)
    routes: list[tuple[str, str, Work]] = [
        ("GET", "people", views.people),
        ("GET", "mailbox", views.mailbox),
        ("GET", "events", views.events),
        ("POST", "events", edits.create),
        ("PATCH", "events", edits.change),
        ("DELETE", "events", edits.delete),
        ("POST", "answers", answers.answer),
        ("POST", "cancellations", answers.cancel),
        ("PATCH", "settings", answers.change_settings),
    ]
    for method, name, work in routes:
        app.router.add_route(method, f"/outlook/api/{name}", _handler(world, work))


def _handler(world: World, work: Work) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            answer = work(world, await _arguments(request))
        except BadField as error:
            return _refused(400, "BadField", str(error))
        except LookupError as error:
            return _refused(404, "ErrorItemNotFound", str(error.args[0] if error.args else error))
        except Refusal as refusal:
            return _refused(refusal.status, refusal.code, refusal.message)
        finally:
            world.flush()
        return _json(200, answer)

    return handle


async def _arguments(request: web.Request) -> Json:
    """The query, or the JSON body of a writing request that this very page sent.

    Raises:
        BadField: the body is no JSON object.
        Refusal: another site's page sent it (a foreign form can post neither JSON nor with our Origin).
    """
    if request.method == "GET":
        return dict(request.query)
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise Refusal(403, "ForeignOrigin", "Only the Outlook page itself may write.")
    if request.content_type != "application/json":
        raise Refusal(415, "UnsupportedMediaType", "The body must be application/json.")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise BadField("The body is no JSON.") from None
    if not isinstance(body, dict):
        raise BadField("The body must be a JSON object.")
    return body


def _json(status: int, answer: Any) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)


def _refused(status: int, code: str, message: str) -> web.Response:
    return _json(status, {"error": {"code": code, "message": message}})

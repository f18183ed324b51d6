"""The sandbox's process: two listening ports, one state, a quiet end."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.control.server import ControlServer
from sandbox.faults import Faults
from sandbox.graph.router import graph_router
from sandbox.graph.server import GraphServer
from sandbox.graph.subscriptions import Subscriptions
from sandbox.identity.server import IdentityServer
from sandbox.identity.signing import KeyRing
from sandbox.notifying.announcing import Announcer
from sandbox.notifying.delivery import Delivery
from sandbox.notifying.policy import Policy
from sandbox.recorder import Recorder
from sandbox.seed import SEEDS, seed
from sandbox.store import Store
from sandbox.world import World

HOST = "127.0.0.1"
_NAMES = {"127.0.0.1", "localhost", "[::1]"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Options:
    port: int
    control_port: int
    data: Path | None
    exit_with_stdin: bool
    seed: str
    notify_retry: float = 1.0


def read_options(arguments: list[str]) -> Options:
    """The command line as options; it ends the process with a usage line where it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="An emulated Microsoft 365 on loopback.")
    parser.add_argument(
        "--port", type=int, default=3979, help="identity, Graph and the Outlook page; 0 picks a free one"
    )
    parser.add_argument("--control-port", type=int, help="the control API (default: the next port; free with --port 0)")
    parser.add_argument("--data", type=Path, help="folder of the store; without it nothing is kept")
    parser.add_argument("--seed", choices=SEEDS, default="demo", help="what an empty store starts with")
    parser.add_argument("--notify-retry", type=float, default=1.0, help="seconds before a notification's first retry")
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when standard input is closed")
    found = parser.parse_args(arguments)
    control = found.control_port if found.control_port is not None else (found.port + 1 if found.port else 0)
    return Options(found.port, control, found.data, found.exit_with_stdin, found.seed, found.notify_retry)


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests that name another host: a page elsewhere could rebind its name to this machine."""
    name = (request.headers.get("Host") or "").rsplit(":", 1)[0] if ":" in (request.headers.get("Host") or "") else ""
    if (name or request.headers.get("Host", "")) not in _NAMES:
        return web.json_response({"error": "unknown host"}, status=421)
    return await handler(request)


@dataclass(frozen=True)
class Applications:
    public: web.Application
    control: web.Application
    world: World


def create_applications(options: Options) -> Applications:
    """Both web applications over one state, seeded where the store is empty."""
    world = World(Store(options.data / "sandbox.db" if options.data else None))
    if not world.tenants:
        seed(world, options.seed)
    keys = KeyRing(options.data / "signing-key.json" if options.data else None)
    faults, recorder = Faults(), Recorder()
    public = web.Application(middlewares=[loopback_only], client_max_size=4 * 1024 * 1024)
    delivery = Delivery(world, Policy(retry=max(options.notify_retry, 0.001)))
    announcer = Announcer(world, delivery)
    graph = GraphServer(world, faults, recorder, graph_router(Subscriptions(announcer, delivery).routes()))
    public.on_startup.append(_starting(delivery))
    public.on_cleanup.append(_stopping(delivery))
    public.router.add_route("*", "/v1.0/{tail:.*}", graph.handle)
    _add_outlook(public, world)
    IdentityServer(world, keys, faults, recorder).add_routes(public)
    control = web.Application(middlewares=[loopback_only], client_max_size=4 * 1024 * 1024)
    ControlServer(world, keys, faults, recorder, announcer, delivery).add_routes(control)
    return Applications(public, control, world)


def _starting(delivery: Delivery) -> Callable[[web.Application], Awaitable[None]]:
    async def start(_: web.Application) -> None:
        await delivery.start()

    return start


def _stopping(delivery: Delivery) -> Callable[[web.Application], Awaitable[None]]:
    async def stop(_: web.Application) -> None:
        await delivery.stop()

    return stop


def _add_outlook(app: web.Application, world: World) -> None:
    from sandbox.outlook.routes import add_routes

    add_routes(app, world)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    return listening


async def _serve(options: Options) -> None:
    applications = create_applications(options)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    runners, addresses = [], []
    for app, port in ((applications.public, options.port), (applications.control, options.control_port)):
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        listening = _listen(port)
        await web.SockSite(runner, listening).start()
        runners.append(runner)
        addresses.append(f"http://{HOST}:{listening.getsockname()[1]}")
    if options.exit_with_stdin:
        await _watch_stdin(stop)
    print(json.dumps({"url": addresses[0], "control_url": addresses[1]}), flush=True)
    await stop.wait()
    for runner in runners:
        await runner.cleanup()
    applications.world.flush()
    applications.world.store.close()


async def _watch_stdin(stop: asyncio.Event) -> None:
    """Set ``stop`` when standard input ends; whoever holds its other end keeps the sandbox alive."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), read)


def main(arguments: list[str] | None = None) -> int:
    """Run until a signal; returns the exit status."""
    options = read_options(sys.argv[1:] if arguments is None else arguments)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        print(f"sandbox: cannot listen: {error}", file=sys.stderr)
        return 1
    return 0

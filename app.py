"""Créneau's composition root and command line: settings -> adapters -> bot -> web application.

``python app.py`` runs the bot with its jobs, ``python app.py worker`` jobs alone. Nothing here decides anything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web

from adapters.config.settings import Settings, SettingsError, load_settings
from adapters.graph.calendars import GraphCalendars
from adapters.graph.mailbox import GraphConnection
from adapters.identity.registration import Registration
from adapters.identity.signing_in import EntraIdentity
from adapters.identity.tokens import AccountTokens
from adapters.jobs.queue import JobQueue
from adapters.jobs.worker import Work, run_worker, running_worker
from adapters.observability import Metrics, bound, configure_logging
from adapters.processes.child import Child
from adapters.storage import Storage, load_or_create_keys, parse_keys
from adapters.storage.embedded import EmbeddedPostgres
from adapters.teams import TeamsAdapter, TeamsConfig, Wording
from adapters.web.health import MetricsAccess, add_health_routes, add_metrics_route
from adapters.web.messages import add_messages_route
from adapters.web.server import WebConfig, new_application
from adapters.web.signin import SignInPages
from bot.accounts.connecting import Connecting
from bot.answers.agenda import Agendas
from bot.answers.free_time import FreeTime
from bot.answers.what_if import WhatIfDesk
from bot.bookings.booking import BookingDesk
from bot.bookings.changing import ChangeDesk
from bot.bookings.rechecking import Recheck
from bot.bookings.settling import Settler
from bot.conversation import Event, Replies
from bot.errors import StoreError
from bot.mailboxes.ignoring import Ignoring
from bot.mailboxes.live import LiveCalendars
from bot.mailboxes.news import News
from bot.ports import Clock
from bot.profile import Profiles
from bot.settings.preferences import PreferencesDesk
from bot.settings.setting_desk import LastChanges, SettingDesk
from dialogs.agenda import AgendaDialog
from dialogs.book import BookDialog
from dialogs.cancel import CancelDialog
from dialogs.change import ChangeDialog
from dialogs.connect import ChatAnnouncer, ConnectDialog, ConnectedCards
from dialogs.free_time import FreeTimeDialog
from dialogs.help import HelpDialog
from dialogs.meetings import Meetings
from dialogs.move import MoveDialog
from dialogs.news import NewsDialog
from dialogs.notices import BookingNotices
from dialogs.router import Dialogs, Router
from dialogs.setting_words import SettingWordsDialog
from dialogs.settings import SettingsDialog
from dialogs.texts import Texts

log = logging.getLogger("creneau")

SANDBOX_SECONDS = 20
CANNOT_START = 2


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Creneau:
    """The whole bot, wired: its web application and what its jobs do."""

    web: web.Application
    queue: JobQueue
    work: Work


def _nobody_waits() -> None:
    """For whoever has no other part to stop when the embedded database ends."""


@asynccontextmanager
async def create(
    settings: Settings, *, clock: Clock | None = None, on_database_end: Callable[[], None] = _nobody_waits
) -> AsyncIterator[Creneau]:
    """Everything wired and open, for as long as the block lasts; ``on_database_end`` is for the embedded one's death.

    Raises:
        StoreError: the database does not answer, or is of a newer version.
        ChildProcessError, TimeoutError: the sandbox did not start.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        url = await _database(settings, stack, on_database_end)
        storage = await stack.enter_async_context(await Storage.open(url, _keys(settings)))
        queue = await stack.enter_async_context(JobQueue(url))
        metrics = Metrics()
        registration = _registration(settings)
        stack.callback(registration.http.close)
        calendars = GraphCalendars(
            GraphConnection(settings.graph_url, AccountTokens(registration, storage.accounts, clock))
        )
        stack.push_async_callback(calendars.close)

        # The channel hands events to the router, and the dialogs speak through the channel: one of them comes first.
        async def handle(event: Event) -> Replies:
            return await conversations.router(event)

        teams = TeamsAdapter(_teams_config(settings), handle, _wording(), metrics=metrics, bind=bound)
        stack.push_async_callback(teams.close)
        outside = Outside(storage, queue, calendars, EntraIdentity(registration, clock), teams, clock)
        conversations = _conversations(outside, settings.public_url)
        await teams.warm()
        await calendars.warm()
        yield Creneau(
            web=_web(settings, teams, conversations.connecting, storage, metrics),
            queue=queue,
            work=_work(conversations.settler, outside),
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """The adapters that the rules and dialogs reach the world through."""

    storage: Storage
    queue: JobQueue
    calendars: GraphCalendars
    identity: EntraIdentity
    teams: TeamsAdapter
    clock: Clock


@dataclass(frozen=True, slots=True)
class Conversations:
    """The bot without its edges: what answers events, what finishes sign-ins, what settles bookings."""

    router: Router
    connecting: Connecting
    settler: Settler


def _conversations(outside: Outside, public_url: str) -> Conversations:
    storage, calendars, clock = outside.storage, outside.calendars, outside.clock
    profiles = Profiles(storage.accounts, storage.preferences, calendars, clock)
    live = LiveCalendars(calendars, storage.accounts, storage.bookings, storage.mailboxes, clock)
    settler = Settler(calendars, storage.accounts, storage.bookings, clock, Recheck(storage.people, profiles, live))
    preferences = PreferencesDesk(live, profiles, storage.accounts, storage.preferences, clock)
    changes = LastChanges(clock)
    settings = SettingsDialog(preferences, clock, changes)
    setting_desk = SettingDesk(live, profiles, storage.accounts, storage.preferences, changes)
    connected = ConnectedCards(settings, clock)
    connecting = Connecting(
        identity=outside.identity,
        sign_ins=storage.sign_ins,
        accounts=storage.accounts,
        people=storage.people,
        preferences=storage.preferences,
        calendars=calendars,
        announcer=ChatAnnouncer(storage.people, outside.teams, connected),
        clock=clock,
        public_url=public_url,
    )
    free_time = FreeTime(live, clock)
    desk = BookingDesk(live, calendars, storage.bookings, outside.queue, clock, settler)
    book = BookDialog(profiles, free_time, desk, settings)
    change_desk = ChangeDesk(live, calendars, storage.bookings, outside.queue, clock, settler)
    meetings = Meetings(profiles, storage.bookings, live, settings)
    dialogs = Dialogs(
        help=HelpDialog(storage.accounts),
        connect=ConnectDialog(connecting, storage.accounts, connected),
        settings=settings,
        setting_words=SettingWordsDialog(setting_desk, preferences, profiles, WhatIfDesk(live, clock), settings),
        free_time=FreeTimeDialog(profiles, free_time, book, settings),
        book=book,
        change=ChangeDialog(
            meetings,
            Agendas(live, clock),
            MoveDialog(meetings, free_time, change_desk),
            CancelDialog(meetings, change_desk),
        ),
        agenda=AgendaDialog(profiles, Agendas(live, clock), settings),
        ignoring=Ignoring(storage.preferences),
        news=NewsDialog(News(storage.mailboxes, storage.accounts, storage.preferences, clock)),
    )
    router = Router(storage.people, storage.preferences, profiles, dialogs, clock)
    return Conversations(router, connecting, settler)


async def _database(settings: Settings, stack: AsyncExitStack, on_end: Callable[[], None]) -> str:
    if url := settings.database_url.get_secret_value():
        return url
    loop = asyncio.get_running_loop()
    embedded = EmbeddedPostgres(settings.data_dir, on_end=lambda: loop.call_soon_threadsafe(on_end))
    return (await stack.enter_async_context(embedded)).url


def _registration(settings: Settings) -> Registration:
    return Registration.at(
        client_id=settings.graph_client_id,
        client_secret=settings.graph_client_secret.get_secret_value(),
        login_url=settings.login_url,
        graph_url=settings.graph_url,
        public_url=settings.public_url,
    )


def _keys(settings: Settings) -> tuple[str, ...]:
    given = settings.token_keys.get_secret_value()
    return parse_keys(given) if given else load_or_create_keys(settings.data_dir)


def _teams_config(settings: Settings) -> TeamsConfig:
    return TeamsConfig(
        app_id=settings.bot_app_id,
        app_password=settings.bot_app_password.get_secret_value(),
        tenant_id=settings.bot_tenant_id,
        allowed_tenants=settings.allowed_tenants,
        check_tokens=not settings.on_loopback,
        loopback_services=settings.on_loopback,
    )


def _wording() -> Wording:
    def words(locale: str) -> Texts:
        return Texts(locale or "en", locale=locale)

    return Wording(
        apology=lambda locale, reference: words(locale)("apology.text", reference=reference),
        refusal=lambda locale: words(locale)("refusal.text"),
        still_working=lambda locale: words(locale)("still_working.text"),
    )


def _web(
    settings: Settings, teams: TeamsAdapter, connecting: Connecting, storage: Storage, metrics: Metrics
) -> web.Application:
    config = WebConfig(
        loopback_only=settings.on_loopback,
        public_url=settings.public_url,
        sorry=lambda language, reference: Texts(language)("apology.text", reference=reference),
    )
    app = new_application(config)
    add_messages_route(app, teams.process)
    add_health_routes(app, storage.health)
    add_metrics_route(app, metrics.render, access=MetricsAccess.LOOPBACK)
    SignInPages(connecting, public_url=settings.public_url).add_routes(app)
    return app


def _work(settler: Settler, outside: Outside) -> Work:
    storage, clock = outside.storage, outside.clock
    notices = BookingNotices(storage.people, storage.accounts, outside.teams)

    async def settle_due() -> None:
        await settler.settle_due(notices.settled)

    async def settle_booking(booking_id: UUID) -> None:
        booking = await storage.bookings.find(booking_id)
        if booking is not None:
            await notices.settled(await settler.settle(booking))

    async def clean_up() -> None:
        await storage.maintenance.purge(clock.now())
        await storage.maintenance.rotate()

    return Work(settle_booking=settle_booking, settle_due=settle_due, clean_up=clean_up)


# Running it


async def serve(settings: Settings, *, exit_with_stdin: bool = False) -> None:
    """Run the bot until it is told to stop, or a part that it cannot work without ends."""
    stop = _stop_on_signals()
    async with AsyncExitStack() as stack:
        if exit_with_stdin:
            stack.callback(asyncio.create_task(_until_stdin_closes(stop)).cancel)
        if settings.sandbox:
            child = await _sandbox(settings)
            stack.push_async_callback(child.stop)
            stack.callback(asyncio.create_task(child.watch(stop.set)).cancel)
        creneau = await stack.enter_async_context(create(settings, on_database_end=stop.set))
        runner = web.AppRunner(creneau.web, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, settings.host, settings.port).start()
        await stack.enter_async_context(running_worker(creneau.queue, creneau.work))
        log.info("ready", extra={"host": settings.host, "port": settings.port, "sandbox": settings.sandbox})
        await stop.wait()
        log.info("stopping")


async def work_alone(settings: Settings) -> None:
    """Run jobs only: ``python app.py worker``, beside bots that share ``DATABASE_URL``."""
    stop = _stop_on_signals()
    async with create(settings) as creneau:
        await run_worker(creneau.queue, creneau.work, stop)


async def _sandbox(settings: Settings) -> Child:
    command = [sys.executable, "-m", "sandbox", "--exit-with-stdin", "--port", str(settings.sandbox_port)]
    child = await Child.start("sandbox", [*command, "--data", str(settings.data_dir / "sandbox")])
    try:
        listening = json.loads(await child.first_line(SANDBOX_SECONDS))
    except BaseException:
        await child.stop()
        raise
    log.info("sandbox ready", extra={"url": listening["url"], "control_url": listening["control_url"]})
    return child


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


async def _until_stdin_closes(stop: asyncio.Event) -> None:
    """Whoever started us holds the other end: its death, however sudden, is our end too."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    stop.set()


def _parser() -> argparse.ArgumentParser:
    lines = []
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "" if default in (None, "", ()) or "SecretStr" in str(field.annotation) else f" (default: {default})"
        lines.append(f"  {name.upper():<20} {field.description}{shown}")
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Créneau, a scheduling bot for Microsoft Teams.",
        epilog="settings, from the environment or .env:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", choices=("run", "worker"), default="run", help="run: the bot (default)")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    return parser


def main() -> int:
    """Parse, run, and turn what prevents a start into one line."""
    arguments = _parser().parse_args()
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        if arguments.command == "worker":
            asyncio.run(work_alone(settings))
        else:
            asyncio.run(serve(settings, exit_with_stdin=arguments.exit_with_stdin))
    except (SettingsError, StoreError, ChildProcessError, TimeoutError, ValueError) as error:
        print(f"creneau cannot start: {error}", file=sys.stderr)
        return CANNOT_START
    except OSError as error:
        print(f"creneau cannot start: {os.strerror(error.errno or 0)}: {error}", file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

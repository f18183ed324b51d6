"""Créneau's composition root and command line: settings -> adapters -> bot -> web application.

``python app.py`` runs the bot with its jobs, ``python app.py worker`` jobs alone, ``python app.py status`` tells how
they do. Nothing here decides anything.
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
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aiohttp import web

from adapters.config.settings import Settings, SettingsError, load_settings
from adapters.graph.calendars import GraphCalendars
from adapters.graph.feed import GraphFeed
from adapters.graph.mailbox import GraphConnection
from adapters.graph.subscribing import Receivers
from adapters.identity.registration import Registration
from adapters.identity.signing_in import EntraIdentity
from adapters.identity.tokens import AccountTokens
from adapters.jobs.queue import JobQueue, JobTimes
from adapters.jobs.worker import Work, run_worker, running_worker
from adapters.observability import Metrics, as_json, as_table, bound, configure_logging, overdue
from adapters.processes.child import Child
from adapters.storage import Storage, load_or_create_keys, parse_keys
from adapters.storage.embedded import EmbeddedPostgres, running_url
from adapters.teams import TeamsAdapter, TeamsConfig, Wording
from adapters.web.health import MetricsAccess, add_health_routes, add_metrics_route
from adapters.web.messages import add_messages_route
from adapters.web.notifications import add_notification_routes
from adapters.web.server import WebConfig, new_application
from adapters.web.signin import SignInPages
from bot.accounts.connecting import Connecting
from bot.accounts.followers import Followers
from bot.answers.agenda import Agendas
from bot.answers.free_time import FreeTime
from bot.answers.what_if import WhatIfDesk
from bot.bookings.booking import BookingDesk
from bot.bookings.changing import ChangeDesk
from bot.bookings.putting_back import PuttingBack
from bot.bookings.rechecking import Recheck
from bot.bookings.settling import Settler
from bot.bookings.telling import Telling
from bot.calendar_sync.account_sync import AccountSync
from bot.calendar_sync.applying import Applying
from bot.calendar_sync.checking import Checking
from bot.calendar_sync.decisions import Decisions
from bot.calendar_sync.gathering import Gathering
from bot.calendar_sync.inbox import Inbox, Received
from bot.calendar_sync.looking import Looking
from bot.calendar_sync.names import CalendarNames
from bot.calendar_sync.reconciling import Reconciling
from bot.calendar_sync.times import SyncTimes
from bot.calendar_sync.waking import Waking
from bot.calendar_sync.watching import Watching
from bot.conversation import Event, Replies
from bot.errors import StoreError
from bot.mailboxes.ignoring import Ignoring
from bot.mailboxes.live import LiveCalendars
from bot.mailboxes.news import News
from bot.notices.addresses import AddressProof
from bot.notices.contact import Contact
from bot.notices.delivery import Deliverer, DeliveryTimes
from bot.notices.recipients import Guests
from bot.ports import Clock
from bot.profile import Profiles
from bot.settings.notice_desk import NoticeDesk
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
from dialogs.notices.answers import NoticeDialog
from dialogs.notices.renderer import NoticeRenderer
from dialogs.notices.switches import NoticeSwitchesDialog
from dialogs.router import Dialogs, Router
from dialogs.setting_words import SettingWordsDialog
from dialogs.settings import SettingsDialog
from dialogs.texts import Texts

log = logging.getLogger("creneau")

SANDBOX_SECONDS = 20
CANNOT_START = 2
OVERDUE = 1


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
        queue = await stack.enter_async_context(JobQueue(url, _job_times(settings)))
        metrics = Metrics()
        registration = _registration(settings)
        stack.callback(registration.http.close)
        graph = GraphConnection(settings.graph_url, AccountTokens(registration, storage.accounts, clock))
        calendars = GraphCalendars(graph)
        stack.push_async_callback(calendars.close)

        # The channel hands events to the router, and the dialogs speak through the channel: one of them comes first.
        async def handle(event: Event) -> Replies:
            return await conversations.router(event)

        async def afterwards(event: Event) -> None:
            await contact.after(event)

        teams = TeamsAdapter(_teams_config(settings), handle, _wording(), metrics=metrics, bind=bound, after=afterwards)
        stack.push_async_callback(teams.close)
        feed = GraphFeed(graph, Receivers.at(settings.public_url))
        outside = Outside(storage, queue, calendars, feed, EntraIdentity(registration, clock), teams, clock, metrics)
        conversations = _conversations(outside, settings.public_url, _sync_times(settings))
        contact = Contact(storage.people, storage.notices, queue, conversations.proof, clock)
        stack.push_async_callback(conversations.proof.close)
        await teams.warm()
        await calendars.warm()
        deliverer = Deliverer(
            storage.notices,
            storage.people,
            storage.preferences,
            teams,
            NoticeRenderer(storage.people, storage.bookings, storage.accounts, storage.preferences, storage.mailboxes),
            clock,
            times=_delivery_times(settings),
            counts=metrics,
        )
        gathering = Gathering(Inbox(storage.watches, storage.bookings, queue, clock), _counted_by(metrics))
        stack.push_async_callback(gathering.close)
        yield Creneau(
            web=_web(settings, teams, conversations.connecting, storage, metrics, gathering, clock),
            queue=queue,
            work=_work(conversations, outside, deliverer),
        )


@dataclass(frozen=True, slots=True)
class Outside:
    """The adapters that the rules and dialogs reach the world through."""

    storage: Storage
    queue: JobQueue
    calendars: GraphCalendars
    feed: GraphFeed
    identity: EntraIdentity
    teams: TeamsAdapter
    clock: Clock
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Conversations:
    """The bot without its edges: what answers events, what finishes sign-ins, what settles bookings, what follows
    calendars."""

    router: Router
    connecting: Connecting
    settler: Settler
    sync: Sync
    proof: AddressProof


@dataclass(frozen=True, slots=True)
class Sync:
    """Calendar sync: one account's pass, and who is woken for it."""

    accounts: AccountSync
    waking: Waking
    looking: Looking
    names: CalendarNames
    telling: Telling


def _sync(outside: Outside, times: SyncTimes) -> Sync:
    storage, calendars, feed, queue, clock = (
        outside.storage,
        outside.calendars,
        outside.feed,
        outside.queue,
        outside.clock,
    )
    telling = Telling(Guests(storage.people, storage.addresses), queue)
    names = CalendarNames(storage.mailboxes, calendars)
    looking = Looking(calendars, storage.accounts, clock, outside.metrics)
    applying = Applying(storage.bookings, storage.notices, telling, names, clock)
    watching = Watching(feed, storage.watches, storage.bookings, clock, times)
    accounts = AccountSync(
        storage.accounts,
        storage.bookings,
        storage.watches,
        storage.preferences,
        Checking(looking, applying, storage.bookings, storage.preferences, queue, clock, times),
        watching,
        Reconciling(feed, watching, applying, storage.bookings, clock, times),
        clock,
        times,
    )
    waking = Waking(storage.watches, storage.bookings, storage.notices, watching, queue, clock)
    return Sync(accounts, waking, looking, names, telling)


def _conversations(outside: Outside, public_url: str, times: SyncTimes) -> Conversations:
    storage, calendars, clock = outside.storage, outside.calendars, outside.clock
    sync = _sync(outside, times)
    profiles = Profiles(storage.accounts, storage.preferences, calendars, clock)
    live = LiveCalendars(calendars, storage.accounts, storage.bookings, storage.mailboxes, clock)
    recheck = Recheck(storage.people, profiles, live)
    settler = Settler(calendars, storage.accounts, storage.bookings, clock, recheck, telling=sync.telling)
    preferences = PreferencesDesk(live, profiles, storage.accounts, storage.preferences, clock)
    changes = LastChanges(clock)
    settings = SettingsDialog(preferences, clock, changes)
    setting_desk = SettingDesk(live, profiles, storage.accounts, storage.preferences, changes)
    connected = ConnectedCards(settings, clock)
    proof = AddressProof(storage.people, storage.accounts, storage.addresses, calendars, outside.teams, clock)
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
        follower=Followers(sync.waking, proof),
    )
    free_time = FreeTime(live, clock)
    desk = BookingDesk(live, calendars, storage.bookings, outside.queue, clock, settler)
    book = BookDialog(profiles, free_time, desk, settings)
    change_desk = ChangeDesk(live, calendars, storage.bookings, outside.queue, clock, settler, telling=sync.telling)
    meetings = Meetings(profiles, storage.bookings, live, settings)
    decisions = Decisions(
        storage.notices,
        storage.bookings,
        sync.looking,
        PuttingBack(desk, calendars),
        change_desk,
        sync.telling,
        sync.names,
        clock,
    )
    move = MoveDialog(meetings, free_time, change_desk)
    free_dialog = FreeTimeDialog(profiles, free_time, book, settings)
    notices = NoticeDialog(
        storage.notices, storage.bookings, storage.people, decisions, meetings, book, move, free_dialog
    )
    dialogs = Dialogs(
        help=HelpDialog(storage.accounts),
        connect=ConnectDialog(connecting, storage.accounts, connected),
        settings=settings,
        setting_words=SettingWordsDialog(setting_desk, preferences, profiles, WhatIfDesk(live, clock), settings),
        free_time=free_dialog,
        book=book,
        change=ChangeDialog(
            meetings,
            Agendas(live, clock),
            move,
            CancelDialog(meetings, change_desk),
        ),
        agenda=AgendaDialog(profiles, Agendas(live, clock), settings),
        ignoring=Ignoring(storage.preferences),
        news=NewsDialog(News(storage.mailboxes, storage.accounts, storage.preferences, clock)),
        notices=notices,
        notice_switches=NoticeSwitchesDialog(NoticeDesk(storage.preferences, changes), storage.notices, outside.queue),
    )
    router = Router(storage.people, storage.preferences, profiles, dialogs, clock)
    return Conversations(router, connecting, settler, sync, proof)


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
    settings: Settings,
    teams: TeamsAdapter,
    connecting: Connecting,
    storage: Storage,
    metrics: Metrics,
    gathering: Gathering,
    clock: Clock,
) -> web.Application:
    config = WebConfig(
        loopback_only=settings.on_loopback,
        public_url=settings.public_url,
        sorry=lambda language, reference: Texts(language)("apology.text", reference=reference),
    )
    app = new_application(config)
    add_messages_route(app, teams.process)

    async def refresh() -> None:
        await metrics.refresh(lambda: storage.figures.read(clock.now()))

    add_notification_routes(app, gathering.receive)
    add_health_routes(app, storage.health)
    add_metrics_route(app, metrics.render, access=MetricsAccess.LOOPBACK, refresh=refresh)
    SignInPages(connecting, public_url=settings.public_url).add_routes(app)
    return app


def _counted_by(metrics: Metrics) -> Callable[[Received], None]:
    def counted(received: Received) -> None:
        metrics.notification("known", received.known)
        metrics.notification("dropped", received.hints - received.known)

    return counted


def _work(conversations: Conversations, outside: Outside, deliverer: Deliverer) -> Work:
    storage, clock, settler, sync = outside.storage, outside.clock, conversations.settler, conversations.sync

    async def settle_due() -> None:
        await settler.settle_due()

    async def settle_booking(booking_id: UUID) -> None:
        booking = await storage.bookings.find(booking_id)
        if booking is not None:
            await settler.settle(booking)

    async def clean_up() -> None:
        await storage.maintenance.purge(clock.now())
        await storage.maintenance.rotate()
        await conversations.proof.refresh_stale()

    return Work(
        settle_booking=settle_booking,
        settle_due=settle_due,
        clean_up=clean_up,
        sync_account=sync.accounts.sync,
        deliver=deliverer.deliver,
        wake_due=sync.waking.wake_due,
    )


def _sync_times(settings: Settings) -> SyncTimes:
    return SyncTimes(
        check=timedelta(seconds=settings.sync_check),
        poll=timedelta(seconds=settings.sync_poll),
        delta=timedelta(seconds=settings.sync_delta),
        survey=timedelta(seconds=settings.sync_survey),
        life=timedelta(seconds=settings.sync_life),
        first_wait=timedelta(seconds=settings.sync_retry),
    )


def _job_times(settings: Settings) -> JobTimes:
    return JobTimes.of(
        heartbeat=settings.job_heartbeat,
        stall=settings.job_stall,
        poll=settings.job_poll,
        sweep=settings.job_sweep,
    )


def _delivery_times(settings: Settings) -> DeliveryTimes:
    lease = timedelta(seconds=settings.notice_lease)
    return DeliveryTimes(lease=lease, post=min(DeliveryTimes().post, lease * 0.4))


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


async def tell_status(settings: Settings, *, as_machine: bool = False) -> int:
    """Print what stands in the database, ``python app.py status``; 1 where something is overdue.

    It only looks: nothing is started, and no schema is changed. Raises StoreError.
    """
    url = settings.database_url.get_secret_value() or running_url(settings.data_dir)
    async with await Storage.open(url, _keys(settings), migrated=True) as storage:
        figures = await storage.figures.read(SystemClock().now())
    print(json.dumps(as_json(figures), indent=2, sort_keys=True) if as_machine else as_table(figures))
    return OVERDUE if overdue(figures) else 0


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
    parser.add_argument(
        "command",
        nargs="?",
        choices=("run", "worker", "status"),
        default="run",
        help="run: the bot (default); worker: jobs alone; status: how subscriptions, notices and jobs stand, with exit"
        " status 1 where something is overdue",
    )
    parser.add_argument("--json", action="store_true", help="status: the figures for machines")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    return parser


def main() -> int:
    """Parse, run, and turn what prevents a start into one line."""
    arguments = _parser().parse_args()
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        if arguments.command == "status":
            return asyncio.run(tell_status(settings, as_machine=arguments.json))
        if arguments.command == "worker":
            asyncio.run(work_alone(settings))
        else:
            asyncio.run(serve(settings, exit_with_stdin=arguments.exit_with_stdin))
    except (SettingsError, StoreError, ChildProcessError, TimeoutError, ValueError) as error:
        print(f"{_failing(arguments.command)}: {error}", file=sys.stderr)
        return CANNOT_START
    except OSError as error:
        print(f"{_failing(arguments.command)}: {os.strerror(error.errno or 0)}: {error}", file=sys.stderr)
        return CANNOT_START
    except KeyboardInterrupt:
        pass
    return 0


def _failing(command: str) -> str:
    return "creneau cannot tell its status" if command == "status" else "creneau cannot start"


if __name__ == "__main__":
    sys.exit(main())

"""Every card in every state, with realistic and nasty data: the registry of goldens, rules and previews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.accounts.connection import CodeRefused, Connected, NotConnected, NotConnectedReason
from bot.answers.agenda import MOST_ENTRIES, Agenda, AgendaDay, Entry, NextMeeting
from bot.answers.free_time import Outdated
from bot.answers.meeting_filter import About
from bot.answers.meetings import Certainty, Meeting
from bot.answers.outline import DayOutline
from bot.answers.why import Cause, WhyDay
from bot.availability import Reason, ReasonKind, Segment, State, Verdict
from bot.bookings.booking_outcome import FailureKind, TargetProblem
from bot.conversation import CardJson
from bot.language.request import Intent, Question, QuestionKind, Topic, Window
from bot.mailboxes.live import AccountCalendars, Checked
from bot.model import (
    Account,
    AccountHealth,
    AccountId,
    AccountKind,
    Booking,
    BookingDraft,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    EventDetails,
    Interval,
    Invitee,
    Person,
    PersonId,
    Preferences,
    ReadFailure,
    ShowAs,
    TeamsUser,
    WorkingHours,
    WrittenEvent,
)
from bot.profile import Profile, Source
from dialogs.ask import Ask, Seen, Slot
from dialogs.cards import agenda, booking, connect, differences, free, next_meeting, settings, welcome, why, zones
from dialogs.cards.fields import Field, FieldProblem, Problem
from dialogs.cards.views import (
    Assumption,
    CheckView,
    EmptyDay,
    FreeDay,
    FreeView,
    NotYet,
    SettingsView,
    Since,
    TargetView,
    WhyView,
)
from dialogs.texts import Texts
from tests.support.account_samples import ACCOUNT_SAMPLES, LEFT_OUT, SOME_UNREAD
from tests.support.change_samples import CHANGE_SAMPLES
from tests.support.notice_samples import NOTICE_SAMPLES
from tests.support.setting_samples import SETTING_SAMPLES

Builder = Callable[[Texts], CardJson]

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
"""A Monday, 14:02 in Paris."""

MARKUP = "**bold** _it_ [click](https://evil.example) `code` <b>b</b> {{DATE(2026-01-01T00:00:00Z)}}"
"""Words that must never act as what they look like."""
LONG = "Réunion de préparation du comité de pilotage transverse – suivi budgétaire et décisions à prendre 🗓️📌"
UNBROKEN = "Quarterly_Budget_Review_" * 10
NASTY_NAMES = (MARKUP, LONG, UNBROKEN, "- item", "1. first", "# title", "> quote", "👩🏽‍💻 Équipe 🇫🇷", "a\u202egnp.exe")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by the clocks of Paris."""
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def between(day: int, start: float, end: float) -> Interval:
    hours = [(int(one), round(one % 1 * 60)) for one in (start, end)]
    return Interval(at(day, *hours[0]), at(day, *hours[1]))


# Accounts and calendars


def account(number: int, username: str, kind: AccountKind = AccountKind.WORK) -> Account:
    return Account(AccountId(number), PersonId(1), f"home-{number}", kind, f"tenant-{number}", username)


WORK = account(1, "camille@contoso.example")
PERSONAL = account(2, "camille.moreau@outlook.example", AccountKind.PERSONAL)


def calendar(number: int, name: str, owner: Account = WORK, **more: object) -> Calendar:
    base = Calendar(CalendarRef(owner.id, f"AAMkAGI2TGuLAAA{number:03d}="), name, owner_address=owner.username)
    return replace(base, **more)  # type: ignore[arg-type]  # the fields of a calendar, by name


MAIN = calendar(1, "Calendar", is_default=True, offers_teams_link=True)
TEAM = calendar(2, "Project Atlas", offers_teams_link=True)
HOLIDAYS = calendar(3, "Public holidays", can_edit=False)
BEN = calendar(
    4, "Ben Okafor", can_edit=False, is_shared=True, owner_name="Ben Okafor", owner_address="ben@contoso.example"
)
CLOSED = calendar(5, "Board", is_shared=True, owner_name="Anna Keller", needs_permission=True)
PRIVATE = calendar(6, "Private", PERSONAL, is_default=True)
FAMILY = calendar(7, "Family", PERSONAL)

ACCOUNTS = (
    AccountCalendars(WORK, (MAIN, TEAM, HOLIDAYS, BEN, CLOSED)),
    AccountCalendars(PERSONAL, (PRIVATE, FAMILY)),
)
HOURS = WorkingHours(frozenset({1, 2, 3, 4, 5}), time(9), time(17, 30))
PREFERENCES = Preferences(
    version=3,
    conflict_calendars=frozenset({MAIN.ref, TEAM.ref, PRIVATE.ref, BEN.ref}),
    target=TEAM.ref,
    block_out_of_office=True,
    zone="Europe/Paris",
    hours=HOURS,
)
TARGET = TargetView("Project Atlas", WORK.username, offers_teams_link=True)


def settings_view(**more: object) -> SettingsView:
    view = SettingsView(PREFERENCES, ACCOUNTS, "Europe/Paris", HOURS, NOW)
    return replace(view, **more)  # type: ignore[arg-type]  # the fields of a view, by name


def _nasty_settings() -> SettingsView:
    """Three accounts, forty calendars each, names of a hundred characters."""
    accounts = []
    for number in (1, 2, 3):
        owner = account(number, f"{'very.long.name.of.a.person' * 2}{number}@subsidiary.contoso.example")
        names = [NASTY_NAMES[one % len(NASTY_NAMES)][:100] for one in range(40)]
        accounts.append(
            AccountCalendars(
                owner,
                tuple(
                    calendar(
                        one,
                        name,
                        owner,
                        can_edit=one % 3 != 0,
                        is_shared=one % 4 == 0,
                        owner_name=NASTY_NAMES[(one + 1) % len(NASTY_NAMES)],
                        needs_permission=one % 10 == 9,
                    )
                    for one, name in enumerate(names)
                ),
            )
        )
    ticked = frozenset(one.ref for listed in accounts for one in listed.calendars if one.can_be_read)
    preferences = replace(PREFERENCES, conflict_calendars=ticked, target=CalendarRef(AccountId(9), "gone"))
    return settings_view(preferences=preferences, accounts=tuple(accounts))


def _differences(t: Texts, name: str = "Calendar") -> CardJson:
    yours = replace(
        PREFERENCES, block_tentative=True, default_duration=timedelta(minutes=45), target=MAIN.ref, version=4
    )
    theirs = replace(PREFERENCES, version=4)
    names = {MAIN.ref: name, TEAM.ref: "Project Atlas", PRIVATE.ref: "Private", BEN.ref: "Ben Okafor"}
    view = settings_view(preferences=yours)
    return settings.settings(t, view, differences=differences.differences(t, theirs, yours, names))


# What was checked


CHECKED = Checked(NOW, (MAIN, TEAM, PRIVATE, BEN))
HALF_CHECKED = Checked(
    NOW,
    (MAIN, TEAM),
    (
        CalendarReading(PRIVATE, failure=ReadFailure.RECONNECT),
        CalendarReading(BEN, failure=ReadFailure.TIMED_OUT),
    ),
    (PERSONAL,),
)
NASTY_CHECKED = Checked(
    NOW,
    (),
    tuple(
        CalendarReading(calendar(number, name), failure=failure)
        for number, (name, failure) in enumerate(zip(NASTY_NAMES, [*ReadFailure, *ReadFailure], strict=False))
    ),
    (WORK, PERSONAL),
)
ASK = Ask(Intent.FREE)
AGENDA_ASK = Ask(Intent.AGENDA)
NEXT_ASK = Ask(Intent.NEXT)
NASTY_ASK = Ask(Intent.BOOK, (), timedelta(minutes=30), (MARKUP, "anna@contoso.example"), MARKUP, LONG)


def _starts(*ranges: Interval, step: int = 30) -> tuple[datetime, ...]:
    found = []
    for one in ranges:
        start = one.start
        while start + timedelta(minutes=30) <= one.end:
            found.append(start)
            start += timedelta(minutes=step)
    return tuple(found)


def _day(day: int, *ranges: Interval, step: int = 30) -> FreeDay:
    return FreeDay(date(2026, 11, day), ranges, _starts(*ranges, step=step))


AFTERNOON = (_day(24, between(24, 13.5, 14.5), between(24, 16, 17.5)),)
WEEK = (
    FreeDay(date(2026, 11, 23), empty=EmptyDay.FULL),
    _day(24, between(24, 9, 10), between(24, 13.5, 14.5), between(24, 16, 17.5)),
    _day(25, between(25, 11, 12.5)),
    _day(26, between(26, 9, 17.5)),
    _day(27, between(27, 14, 15)),
    FreeDay(date(2026, 11, 28), empty=EmptyDay.NOT_A_WORKING_DAY),
)
UNSURE = (
    FreeDay(date(2026, 11, 24), unknown=(between(24, 9, 10), between(24, 13.5, 17.5))),
    FreeDay(date(2026, 11, 25), empty=EmptyDay.FULL),
)
EMPTY = tuple(FreeDay(date(2026, 11, 23 + number), empty=one) for number, one in enumerate(EmptyDay))
LOTS = tuple(_day(day, between(day, 8, 20), step=15) for day in range(23, 30))


SEEN = Seen(NOW, 3)


def _outline(day: int, free: Iterable[Interval] = (), unknown: Iterable[Interval] = ()) -> DayOutline:
    """A working day of November that is busy wherever it is neither free nor unknown."""
    taken = (Reason(ReasonKind.STATUS),)
    segments: list[Segment] = []
    reached = between(day, 9, 10).start
    for one, state in sorted([*((one, State.FREE) for one in free), *((one, State.UNKNOWN) for one in unknown)]):
        if reached < one.start:
            segments.append(Segment(Interval(reached, one.start), State.BUSY, taken))
        segments.append(Segment(one, state))
        reached = one.end
    if reached < (end := between(day, 9, 17.5).end):
        segments.append(Segment(Interval(reached, end), State.BUSY, taken))
    return DayOutline(date(2026, 11, day), time(0), tuple(segments))


def _outlines(days: Iterable[FreeDay]) -> tuple[DayOutline, ...]:
    shown = [day for day in days if day.free or day.unknown or day.empty is EmptyDay.FULL]
    return tuple(_outline(day.day.day, day.free, day.unknown) for day in shown)[:7]


CROWDED = tuple(_day(day, *(between(day, hour, hour + 0.5) for hour in range(9, 17))) for day in range(1, 31))
"""Thirty days of eight stretches each."""


def _free(days: tuple[FreeDay, ...], checked: Checked = CHECKED, **more: object) -> FreeView:
    view = FreeView(days, timedelta(minutes=30), checked, ASK, outlines=_outlines(days), seen=SEEN)
    return replace(view, **more)  # type: ignore[arg-type]  # the fields of a view, by name


SLOT = between(26, 15, 15.5)
NEXT = (between(26, 16, 16.5), between(26, 17, 17.5), between(27, 9, 9.5))


def _reason(kind: ReasonKind, subject: str = "Budget review", calendar: Calendar = TEAM, **more: object) -> Reason:
    block = BusyBlock(calendar.ref, between(26, 14.5, 15.5), ShowAs.BUSY, subject=subject)
    block = replace(block, **more)  # type: ignore[arg-type]  # the fields of a block, by name
    when = block.when if isinstance(block.when, Interval) else block.when.in_zone(PARIS)
    return Reason(kind, when, calendar, block)


RULES = (Reason(ReasonKind.WORKING_HOURS), Reason(ReasonKind.NOTICE))


def _check(*reasons: Reason, checked: Checked = CHECKED, **more: object) -> CheckView:
    open_time = (between(26, 9, 10.25), between(26, 13, 14), between(26, 16, 17.5))
    around = (_outline(26, unknown=open_time) if checked.unreadable else _outline(26, open_time),)
    view = CheckView(Verdict(SLOT, reasons, checked.unreadable), checked, ASK, NEXT, outlines=around, seen=SEEN)
    return replace(view, **more)  # type: ignore[arg-type]  # the fields of a view, by name


def _why(*days: WhyDay, checked: Checked = CHECKED, **more: object) -> WhyView:
    outlines = tuple(_outline(day.day.day, (*day.free, *day.short), day.unknown) for day in days)
    view = WhyView(days, timedelta(minutes=30), checked, Ask(Intent.WHY), outlines=outlines, seen=SEEN)
    return replace(view, **more)  # type: ignore[arg-type]  # the fields of a view, by name


def _cause(reason: Reason, *topics: Topic, spans: tuple[Interval, ...] = ()) -> Cause:
    return Cause(reason, spans or ((reason.when,) if reason.when else ()), topics)


AWAY = _reason(ReasonKind.STATUS, "Off site", MAIN, when=between(26, 10, 13), status=ShowAs.OUT_OF_OFFICE)
WHY_DAY = WhyDay(
    date(2026, 11, 26),
    between(26, 9, 17.5),
    free=(between(26, 9, 10), between(26, 15.75, 17)),
    short=(between(26, 13, 13.25),),
    causes=(
        _cause(AWAY, Topic.OUT_OF_OFFICE),
        _cause(_reason(ReasonKind.STATUS, "Dentist", PRIVATE, when=between(26, 13.5, 14.5), is_private=True)),
        _cause(_reason(ReasonKind.STATUS, when=between(26, 14, 15.5))),
        _cause(Reason(ReasonKind.BUFFER), Topic.BUFFER_BEFORE, spans=(between(26, 15.5, 15.75),)),
        _cause(Reason(ReasonKind.WORKING_HOURS), Topic.HOURS, spans=(between(26, 17, 17.5),)),
    ),
)
WHY_EMPTY_DAY = WhyDay(
    date(2026, 11, 27),
    between(27, 9, 17.5),
    causes=(_cause(Reason(ReasonKind.NOTICE), Topic.NOTICE, spans=(between(27, 9, 17.5),)),),
)
WHY_FREE_DAY = WhyDay(date(2026, 11, 26), between(26, 9, 17.5), free=(between(26, 9, 17.5),))


# Bookings


def form_of(t: Texts, **more: object) -> booking.BookingForm:
    form = booking.new_form(
        t, "key-0123456789", Slot(SLOT.start, SLOT.duration), ask=Ask(Intent.BOOK, subject="Budget"), teams_link=True
    )
    return replace(form, **more)  # type: ignore[arg-type]  # the fields of a form, by name


def _problems(t: Texts, detail: str) -> booking.BookingForm:
    return form_of(
        t,
        subject="",
        invitees_text=detail,
        note="Agenda to follow",
        problems={
            Field.SUBJECT: FieldProblem(Problem.MISSING),
            Field.INVITEES: FieldProblem(Problem.BAD_ADDRESS, detail),
            Field.CLOCK: FieldProblem(Problem.PAST),
            Field.DURATION: FieldProblem(Problem.BAD_DURATION),
        },
    )


def _booked(**more: object) -> Booking:
    draft = BookingDraft(
        key="key-0123456789",
        interval=SLOT,
        target=TEAM.ref,
        zone="Europe/Paris",
        subject="Budget",
        invitees=(Invitee("anna@contoso.example"), Invitee("ben@contoso.example")),
        location="Room 4",
        note="Please bring the figures.",
        teams_link=True,
    )
    event = WrittenEvent(
        "immutable-1",
        SLOT,
        "Budget",
        join_url="https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc",
        web_link="https://outlook.office365.com/owa/?itemid=immutable-1",
    )
    made = Booking(
        UUID("7e3f0c1a-1111-4222-8333-944455556666"),
        PersonId(1),
        replace(draft, **more),  # type: ignore[arg-type]  # the fields of a draft, by name
        BookingState.CONFIRMED,
        event=event,
    )
    return made


def _nasty_booked() -> Booking:
    made = _booked(
        subject=MARKUP,
        location=UNBROKEN[:255],
        note=MARKUP * 40,
        invitees=tuple(Invitee(f"{'long_' * 8}{number}@subsidiary.contoso.example") for number in range(40)),
    )
    assert made.event is not None
    return replace(made, event=replace(made.event, subject=MARKUP, join_url=""))


# What somebody has on


WHO = Profile(
    Person(PersonId(1), TeamsUser("tenant-1", "user-1"), "Camille"),
    (WORK, PERSONAL),
    PREFERENCES,
    PARIS,
    Source.PREFERENCE,
    HOURS,
    Source.PREFERENCE,
)
JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0"
IN_OUTLOOK = "https://outlook.office365.com/owa/?itemid=AAMkAGI2TGuLAAA%3D&exvsurl=1&path=/calendar/item"


def _meeting(title: str, when: Interval | DaySpan, *calendars: Calendar, **more: object) -> Meeting:
    details = EventDetails(web_link=IN_OUTLOOK)
    meeting = Meeting(when, title, ShowAs.BUSY, calendars or (MAIN,), details)
    return replace(meeting, **more)  # type: ignore[arg-type]  # the fields of a meeting, by name


def _on(day: int, *entries: Entry) -> AgendaDay:
    return AgendaDay(date(2026, 11, day), entries)


def _timed(title: str, day: int, start: float, end: float, *calendars: Calendar, **more: object) -> Entry:
    when = between(day, start, end)
    return Entry(_meeting(title, when, *calendars, **more), when)


def _details(**more: object) -> EventDetails:
    return replace(EventDetails(web_link=IN_OUTLOOK), **more)  # type: ignore[arg-type]


def _whole_days(title: str, first: int, end: int, *calendars: Calendar, **more: object) -> Meeting:
    return _meeting(title, DaySpan(date(2026, 11, first), date(2026, 11, end)), *calendars, **more)


def _agenda(*days: AgendaDay, checked: Checked = CHECKED, **more: object) -> Agenda:
    first, last = days[0].day, days[-1].day
    window = DaySpan(first, last + timedelta(days=1)).in_zone(PARIS)
    return replace(Agenda(WHO, (window,), days, checked), **more)  # type: ignore[arg-type]


def _next(*meetings: Meeting, current: tuple[Meeting, ...] = (), checked: Checked = CHECKED) -> NextMeeting:
    return NextMeeting(WHO, current, meetings, checked, NOW + timedelta(days=30))


OFF_SITE = _whole_days("Off site in Lyon", 24, 26, status=ShowAs.OUT_OF_OFFICE)
NIGHT = _meeting("Release night", Interval(at(24, 22), at(25, 6)), TEAM)
TUESDAY = (
    Entry(OFF_SITE, goes_on=True),
    _timed("Stand-up", 24, 9, 9.25, details=_details(join_url=JOIN, attendees=8)),
    _timed(
        "Budget",
        24,
        10,
        10.5,
        TEAM,
        details=_details(join_url=JOIN, location="Room 4", attendees=2),
        booking=_booked(),
    ),
    _timed("Lunch with Paul", 24, 12.5, 13.5, PRIVATE, status=ShowAs.FREE, is_private=True),
    _timed(
        "Quarterly review",
        24,
        15,
        16,
        MAIN,
        PRIVATE,
        status=ShowAs.TENTATIVE,
        details=_details(location="Bâtiment B, 3e étage", organizer="Anna Keller", is_organizer=False, attendees=12),
    ),
    Entry(NIGHT, Interval(at(24, 22), at(25, 0)), goes_on=True),
)
AGENDA_DAYS = (
    _on(23, _timed("Design critique", 23, 13.5, 15, details=_details(join_url=JOIN, location="Online"))),
    _on(24, *TUESDAY),
    _on(
        25,
        Entry(OFF_SITE, began_before=True),
        Entry(NIGHT, Interval(at(25, 0), at(25, 6)), began_before=True),
        _timed("", 25, 14, 14.5),
    ),
    _on(26),
    _on(27),
    _on(28, _timed("Notary", 28, 11, 12, PRIVATE, booking=_booked(), certainty=Certainty.PENDING)),
)


def _nasty_agenda() -> Agenda:
    """As many rows as there can be, each with the longest of everything and every name that wants to act."""
    link = f"{JOIN}?context={'%7b%22Tid%22%3a' * 20}"
    entries = [
        _timed(
            f"{NASTY_NAMES[number % len(NASTY_NAMES)]}",
            24,
            8 + number / 4,
            9 + number / 4,
            *(replace(one, name=NASTY_NAMES[number % len(NASTY_NAMES)]) for one in (MAIN, TEAM, PRIVATE)),
            details=_details(
                location=NASTY_NAMES[(number + 1) % len(NASTY_NAMES)],
                organizer=NASTY_NAMES[(number + 2) % len(NASTY_NAMES)],
                is_organizer=False,
                join_url=link,
                web_link=f"{IN_OUTLOOK}{'A' * 250}",
            ),
            status=ShowAs.TENTATIVE,
            is_private=number % 4 == 0,
            booking=_booked(subject=MARKUP) if number % 2 else None,
        )
        for number in range(MOST_ENTRIES)
    ]
    return _agenda(
        _on(24, *entries),
        checked=NASTY_CHECKED,
        hidden=220,
        rest=(between(24, 15.5, 16),),
        about=About((MARKUP, "anna@contoso.example"), MARKUP),
    )


CONNECTED = Connected(WORK, True, True, PREFERENCES, ACCOUNTS[0].calendars)


SAMPLES: Mapping[str, Builder] = {
    "welcome": lambda t: welcome.welcome(t, name="Camille"),
    "welcome-nameless": lambda t: welcome.welcome(t),
    "welcome-nasty": lambda t: welcome.welcome(t, name=MARKUP),
    "help": lambda t: welcome.help_card(t, connected=True),
    "help-not-connected": lambda t: welcome.help_card(t, connected=False),
    "greeting": lambda t: welcome.greeting(t, name="Camille", connected=True),
    "greeting-not-connected": lambda t: welcome.greeting(t, name="", connected=False),
    "greeting-nasty": lambda t: welcome.greeting(t, name=MARKUP, connected=True),
    "not-understood": lambda t: welcome.not_understood(t, connected=True),
    "not-understood-not-connected": lambda t: welcome.not_understood(t, connected=False),
    "connect-first": welcome.connect_first,
    **{f"not-yet-{one.value}": lambda t, one=one: welcome.not_yet(t, one) for one in NotYet},  # type: ignore[misc]
    "elsewhere": lambda t: welcome.elsewhere(t, chat_url="https://teams.microsoft.com/l/chat/0/0?users=28:bot"),
    "elsewhere-without-link": welcome.elsewhere,
    "failure": lambda t: welcome.failure(t, "7F3A-91C2"),
    "stale": welcome.stale,
    "unavailable": welcome.unavailable,
    "connect": lambda t: connect.connect(t, "https://bot.example/signin/start?s=abc", first=True),
    "connect-another": lambda t: connect.connect(t, "https://bot.example/signin/start?s=abc", first=False),
    "code-wanted": lambda t: connect.code_wanted(t, username=PERSONAL.username),
    "code-wrong": lambda t: connect.code_wanted(t, refused=CodeRefused(3)),
    "code-last-attempt": lambda t: connect.code_wanted(t, refused=CodeRefused(1)),
    "code-malformed": lambda t: connect.code_wanted(t, refused=CodeRefused(malformed=True)),
    "code-nasty": lambda t: connect.code_wanted(t, username=MARKUP),
    "code-not-awaited": lambda t: connect.no_code_awaited(t, attempts_used_up=False),
    "code-used-up": lambda t: connect.no_code_awaited(t, attempts_used_up=True),
    "connected": lambda t: connect.connected(t, CONNECTED),
    "connected-another": lambda t: connect.connected(
        t, replace(CONNECTED, account=PERSONAL, is_first=False, calendars=(PRIVATE,), missing_scopes=("User.Read",))
    ),
    "connected-again": lambda t: connect.connected(t, replace(CONNECTED, is_new=False, is_first=False)),
    "connected-without-calendars": lambda t: connect.connected(
        t,
        replace(
            CONNECTED,
            calendars=(),
            calendar_failure=ReadFailure.UNAVAILABLE,
            preferences=replace(PREFERENCES, target=None),
        ),
    ),
    "connected-nasty": lambda t: connect.connected(
        t, replace(CONNECTED, account=account(3, MARKUP), missing_scopes=(MARKUP, "Calendars.Read"))
    ),
    **{
        f"not-connected-{one.value}": lambda t, one=one: connect.not_connected(t, NotConnected(one))  # type: ignore[misc]
        for one in NotConnectedReason
    },
    "not-connected-admin": lambda t: connect.not_connected(
        t,
        NotConnected(
            NotConnectedReason.CONSENT_MISSING,
            ("Calendars.ReadWrite", "Calendars.Read", "MailboxSettings.Read", "User.Read"),
            admin_needed=True,
            admin_uri="https://bot.example/signin/admin?tenant=t",
            codes=(65001, 90094),
        ),
    ),
    "not-connected-retry": lambda t: connect.not_connected(
        t,
        NotConnected(NotConnectedReason.WRONG_BROWSER, can_retry=True),
        sign_in_url="https://bot.example/signin/start?s=abc",
    ),
    "reconnect": lambda t: connect.reconnect(t, (replace(PERSONAL, health=AccountHealth.RECONNECT),)),
    "reconnect-many": lambda t: connect.reconnect(t, [account(number, f"{LONG}{number}") for number in range(1, 9)]),
    "disconnect": lambda t: connect.disconnect_chooser(t, (WORK,)),
    "disconnect-two": lambda t: connect.disconnect_chooser(t, (WORK, PERSONAL)),
    "disconnect-nasty": lambda t: connect.disconnect_chooser(t, [account(n, NASTY_NAMES[n]) for n in range(1, 9)]),
    "disconnected": lambda t: connect.disconnected(t, (WORK.username,), left=1),
    "disconnected-all": lambda t: connect.disconnected(t, (WORK.username, PERSONAL.username), left=0),
    "disconnected-nasty": lambda t: connect.disconnected(t, NASTY_NAMES, left=2),
    "nothing-to-disconnect": connect.nothing_to_disconnect,
    "settings": lambda t: settings.settings(t, settings_view()),
    "settings-first": lambda t: settings.settings(
        t,
        settings_view(
            preferences=Preferences(version=1, conflict_calendars=frozenset({MAIN.ref}), target=MAIN.ref),
            accounts=ACCOUNTS[:1],
            hours=WorkingHours(),
            hours_source=Source.ASSUMED,
            zone_source=Source.MAILBOX,
        ),
    ),
    "settings-nothing-checked": lambda t: settings.settings(
        t, settings_view(preferences=replace(PREFERENCES, conflict_calendars=frozenset()))
    ),
    "settings-overnight": lambda t: settings.settings(
        t,
        settings_view(hours=WorkingHours(start=time(22), end=time(6))),
        problems={Field.HOURS_END: FieldProblem(Problem.OVERNIGHT)},
    ),
    "settings-problems": lambda t: settings.settings(
        t,
        settings_view(),
        problems={
            Field.TARGET: FieldProblem(Problem.NOT_WRITABLE),
            Field.HOURS_END: FieldProblem(Problem.END_BEFORE_START),
            Field.WORKING_DAYS: FieldProblem(Problem.NO_WORKING_DAY),
            Field.ZONE: FieldProblem(Problem.UNKNOWN_ZONE),
            Field.MINIMUM_NOTICE: FieldProblem(Problem.OUT_OF_RANGE),
        },
    ),
    "settings-overtaken": _differences,
    "settings-overtaken-nasty": lambda t: _differences(t, MARKUP),
    "settings-overtaken-alike": lambda t: settings.settings(t, settings_view(), differences=()),
    "settings-account-failed": lambda t: settings.settings(
        t,
        settings_view(
            accounts=(
                ACCOUNTS[0],
                AccountCalendars(PERSONAL, failure=ReadFailure.RECONNECT),
                AccountCalendars(account(3, "third@contoso.example"), failure=ReadFailure.TIMED_OUT),
            )
        ),
    ),
    "settings-calendar-missing": lambda t: settings.settings(
        t,
        settings_view(
            missing=frozenset({TEAM.ref}),
            preferences=replace(PREFERENCES, conflict_calendars=PREFERENCES.conflict_calendars | {CLOSED.ref}),
        ),
    ),
    "settings-nothing-writable": lambda t: settings.settings(
        t,
        settings_view(
            accounts=(AccountCalendars(WORK, (HOLIDAYS, CLOSED)), AccountCalendars(PERSONAL)),
            preferences=replace(PREFERENCES, target=None),
        ),
    ),
    "settings-nasty": lambda t: settings.settings(t, _nasty_settings()),
    **SETTING_SAMPLES,
    **ACCOUNT_SAMPLES,
    "free-left-out": lambda t: free.free_times(t, _free(AFTERNOON, LEFT_OUT)),
    "free-ignorable": lambda t: free.free_times(t, _free(UNSURE, SOME_UNREAD)),
    "book-left-out": lambda t: booking.booking_form(t, form_of(t), TARGET, checked=LEFT_OUT),
    "connected-no-mailbox": lambda t: connect.connected(
        t, replace(CONNECTED, calendars=(), calendar_failure=ReadFailure.NO_MAILBOX)
    ),
    "zone-question": lambda t: zones.zone_question(t, NOW, mailbox="Europe/Paris", client="America/New_York"),
    "zone-question-one": lambda t: zones.zone_question(t, NOW, mailbox=None, client="Asia/Kolkata"),
    "zone-question-none": lambda t: zones.zone_question(t, NOW, mailbox=None, client=None),
    "zone-set": lambda t: zones.zone_set(t, NOW, "Europe/Paris"),
    "free": lambda t: free.free_times(t, _free(AFTERNOON)),
    "free-week": lambda t: free.free_times(t, _free(WEEK)),
    "free-assumed": lambda t: free.free_times(
        t,
        _free(
            AFTERNOON,
            assumption=Assumption(
                QuestionKind.NEXT_WEEKDAY, (Window(at(24, 0), at(25, 0)), Window(at(24, 9), at(24, 12))), "Tuesday"
            ),
        ),
    ),
    "free-unsure": lambda t: free.free_times(t, _free(UNSURE, HALF_CHECKED)),
    "free-none": lambda t: free.free_times(t, _free(EMPTY)),
    "free-no-calendar": lambda t: free.free_times(t, _free(AFTERNOON, Checked(NOW))),
    "no-conflict-calendar": free.no_conflict_calendar,
    "free-lots": lambda t: free.free_times(t, _free(LOTS)),
    "free-lots-of-pieces": lambda t: free.free_times(t, _free(CROWDED)),
    "free-nasty": lambda t: free.free_times(
        t,
        _free(
            UNSURE,
            NASTY_CHECKED,
            ask=NASTY_ASK,
            assumption=Assumption(QuestionKind.VAGUE, (Window(at(24, 9), at(25, 18)),), MARKUP),
        ),
    ),
    "check-free": lambda t: free.check(t, _check()),
    "check-busy": lambda t: free.check(
        t,
        _check(
            _reason(ReasonKind.STATUS),
            _reason(ReasonKind.STATUS, calendar=MAIN, is_private=True, status=ShowAs.TENTATIVE),
            _reason(
                ReasonKind.STATUS,
                "Off site",
                PRIVATE,
                when=DaySpan(date(2026, 11, 26), date(2026, 11, 27)),
                status=ShowAs.OUT_OF_OFFICE,
            ),
            _reason(ReasonKind.BUFFER, "Stand-up", MAIN),
            Reason(ReasonKind.OWN_BOOKING, SLOT, booking=_booked()),
        ),
    ),
    "check-rules": lambda t: free.check(t, _check(*RULES)),
    "check-every-rule": lambda t: free.check(t, _check(*(Reason(kind) for kind in ReasonKind))),
    "check-unknown": lambda t: free.check(t, _check(checked=HALF_CHECKED, alternatives=())),
    "check-nasty": lambda t: free.check(
        t,
        _check(
            *(_reason(ReasonKind.STATUS, name, replace(TEAM, name=name)) for name in NASTY_NAMES),
            checked=NASTY_CHECKED,
            ask=NASTY_ASK,
        ),
    ),
    "check-why": lambda t: free.check(
        t,
        _check(
            _reason(ReasonKind.STATUS),
            _reason(ReasonKind.STATUS, "Dentist", PRIVATE, is_private=True, status=ShowAs.TENTATIVE),
            _reason(ReasonKind.BUFFER, "Stand-up", MAIN, when=between(26, 14, 14.75)),
            Reason(ReasonKind.WORKING_HOURS),
            ask=Ask(Intent.WHY),
        ),
    ),
    "check-since": lambda t: free.check(t, _check(since=Since(Outdated.BOOKINGS, NOW, NOW + timedelta(minutes=9)))),
    "why": lambda t: why.why(t, _why(WHY_DAY)),
    "why-days": lambda t: why.why(t, _why(WHY_DAY, WHY_EMPTY_DAY, more=True)),
    "why-free": lambda t: why.why(t, _why(WHY_FREE_DAY)),
    "why-unsure": lambda t: why.why(
        t,
        _why(
            replace(WHY_DAY, free=(), short=(), unknown=(between(26, 9, 10), between(26, 15.75, 17))),
            checked=HALF_CHECKED,
        ),
    ),
    "why-nasty": lambda t: why.why(
        t,
        _why(
            replace(
                WHY_DAY,
                causes=tuple(
                    _cause(_reason(ReasonKind.STATUS, name, replace(TEAM, name=name), event_id=str(number)))
                    for number, name in enumerate(NASTY_NAMES * 2)
                ),
            ),
            checked=NASTY_CHECKED,
            ask=NASTY_ASK,
        ),
    ),
    "free-since": lambda t: free.free_times(
        t, _free(AFTERNOON, since=Since(Outdated.SETTINGS, NOW - timedelta(days=1), NOW))
    ),
    "free-far": lambda t: free.free_times(
        t,
        _free(
            (
                *AFTERNOON,
                *(FreeDay(date(2026, 11, day), empty=EmptyDay.NOT_A_WORKING_DAY) for day in (28, 29)),
                FreeDay(date(2026, 11, 30), empty=EmptyDay.FULL),
            ),
            more=True,
        ),
    ),
    "question-am-pm": lambda t: free.question(
        t,
        ASK,
        Question(QuestionKind.AM_PM, (Window(at(24, 7), at(24, 7, 30)), Window(at(24, 19), at(24, 19, 30))), "at 7"),
    ),
    "question-days": lambda t: free.question(
        t,
        ASK,
        Question(QuestionKind.DAY_MONTH_ORDER, (Window(at(3, 0), at(4, 0)), Window(at(11, 0), at(18, 0))), "3/11"),
    ),
    **{
        f"question-{one.value}": lambda t, one=one: free.question(t, ASK, Question(one, words="at 7"))  # type: ignore[misc]
        for one in QuestionKind
    },
    "question-nasty": lambda t: free.question(
        t, NASTY_ASK, Question(QuestionKind.UNREAD, tuple(Window(at(24, 9), at(26, 18)) for _ in range(9)), MARKUP)
    ),
    "book": lambda t: booking.booking_form(t, form_of(t), TARGET),
    "book-choose": lambda t: booking.booking_form(
        t, form_of(t, invitees_text="Anna, ben@contoso.example"), TARGET, starts=NEXT
    ),
    "book-warned": lambda t: booking.booking_form(
        t, form_of(t), replace(TARGET, offers_teams_link=False), warnings=RULES
    ),
    "book-problems": lambda t: booking.booking_form(t, _problems(t, "anna@contoso"), TARGET),
    "book-nasty": lambda t: booking.booking_form(
        t,
        replace(_problems(t, MARKUP), subject=MARKUP, location=UNBROKEN[:255], note=MARKUP * 30),
        TargetView(MARKUP, LONG),
        warnings=[_reason(ReasonKind.BUFFER, MARKUP)],
    ),
    "book-unread": lambda t: booking.booking_form(t, form_of(t), TARGET, unread=HALF_CHECKED.unreadable),
    "book-unchecked": lambda t: booking.booking_form(t, form_of(t), TARGET, unchecked=True),
    "book-target-changed": lambda t: booking.booking_form(
        t, form_of(t, problems={Field.TARGET: FieldProblem(Problem.TARGET_CHANGED)}), TARGET
    ),
    "book-every-problem": lambda t: booking.booking_form(
        t, form_of(t, problems=dict(zip(Field, (FieldProblem(one, "5") for one in Problem), strict=False))), TARGET
    ),
    "taken": lambda t: booking.slot_taken(t, form_of(t, interval=SLOT), TARGET, [_reason(ReasonKind.STATUS)], NEXT),
    "taken-no-alternatives": lambda t: booking.slot_taken(t, form_of(t), TARGET, [], ()),
    "in-progress": lambda t: booking.in_progress(t, "Budget", SLOT),
    "confirmed": lambda t: booking.confirmed(t, _booked(), TARGET),
    "confirmed-plain": lambda t: booking.confirmed(
        t,
        replace(_booked(invitees=(), location="", note="", teams_link=False), event=None),
        replace(TARGET, account=""),
    ),
    "confirmed-nasty": lambda t: booking.confirmed(t, _nasty_booked(), TargetView(MARKUP, LONG)),
    "pending": lambda t: booking.pending(t, "Budget", SLOT),
    "given-up": lambda t: booking.given_up(t, "Budget", SLOT),
    "pending-nasty": lambda t: booking.pending(t, MARKUP, Interval(at(24, 22), at(25, 2))),
    "not-booked": lambda t: booking.not_booked(t, "Budget", SLOT, reference="7F3A-91C2"),
    **{
        f"not-booked-{one.value}": lambda t, one=one: booking.not_booked(t, "Budget", SLOT, why=one)  # type: ignore[misc]
        for one in FailureKind
    },
    "not-booked-nasty": lambda t: booking.not_booked(t, MARKUP, SLOT),
    **{
        f"target-{one.value}": lambda t, one=one: booking.target_unavailable(  # type: ignore[misc]
            t, one, calendar="Project Atlas", account=WORK.username, account_id=1
        )
        for one in TargetProblem
    },
    "target-nasty": lambda t: booking.target_unavailable(t, TargetProblem.GONE, calendar=MARKUP, account=MARKUP),
    "target-nameless": lambda t: booking.target_unavailable(t, TargetProblem.GONE),
    "discarded": booking.discarded,
    "agenda": lambda t: agenda.agenda(t, _agenda(_on(24, *TUESDAY)), AGENDA_ASK),
    "agenda-week": lambda t: agenda.agenda(
        t, _agenda(*AGENDA_DAYS, rest=(Interval(at(29, 0), at(30, 0)),)), AGENDA_ASK
    ),
    "agenda-afternoon": lambda t: agenda.agenda(
        t, _agenda(_on(24, TUESDAY[4]), windows=(between(24, 12, 18),)), AGENDA_ASK
    ),
    "agenda-assumed": lambda t: agenda.agenda(
        t,
        _agenda(_on(24, TUESDAY[1]), about=About(("Anna",), "budget")),
        AGENDA_ASK,
        Assumption(QuestionKind.NEXT_WEEKDAY, (Window(at(24, 0), at(25, 0)),), "Tuesday"),
    ),
    "agenda-nothing": lambda t: agenda.agenda(t, _agenda(_on(24)), AGENDA_ASK),
    "agenda-none-such": lambda t: agenda.agenda(t, _agenda(_on(24), about=About(("Anna",))), AGENDA_ASK),
    "agenda-incomplete": lambda t: agenda.agenda(
        t,
        _agenda(
            _on(24, TUESDAY[1], _timed("Budget", 24, 10, 10.5, booking=_booked(), certainty=Certainty.UNCHECKED)),
            _on(25),
            checked=HALF_CHECKED,
        ),
        AGENDA_ASK,
    ),
    "agenda-unknown": lambda t: agenda.agenda(t, _agenda(_on(24), checked=HALF_CHECKED), AGENDA_ASK),
    "agenda-too-far": lambda t: agenda.agenda(t, Agenda(WHO, (), (), Checked(NOW)), AGENDA_ASK),
    "agenda-no-calendar": agenda.no_calendar,
    "agenda-nasty": lambda t: agenda.agenda(
        t, _nasty_agenda(), NASTY_ASK, Assumption(QuestionKind.VAGUE, (Window(at(24, 9), at(25, 18)),), MARKUP)
    ),
    "next": lambda t: next_meeting.next_meeting(
        t, _next(_timed("Budget", 23, 14.5, 15, details=_details(join_url=JOIN, location="Room 4")).meeting), NEXT_ASK
    ),
    "next-later-today": lambda t: next_meeting.next_meeting(
        t, _next(_timed("Budget", 23, 17, 18, TEAM, booking=_booked()).meeting), NEXT_ASK
    ),
    "next-tomorrow": lambda t: next_meeting.next_meeting(
        t, _next(TUESDAY[1].meeting, current=(AGENDA_DAYS[0].entries[0].meeting,)), NEXT_ASK
    ),
    "next-later": lambda t: next_meeting.next_meeting(t, _next(NIGHT, _timed("Party", 24, 22, 23).meeting), NEXT_ASK),
    "next-none": lambda t: next_meeting.next_meeting(t, _next(), NEXT_ASK),
    "next-unknown": lambda t: next_meeting.next_meeting(t, _next(checked=HALF_CHECKED), NEXT_ASK),
    "next-nasty": lambda t: next_meeting.next_meeting(
        t,
        _next(*(one.meeting for one in _nasty_agenda().days[0].entries[:5]), checked=NASTY_CHECKED),
        NASTY_ASK,
    ),
    **CHANGE_SAMPLES,
    **NOTICE_SAMPLES,
}
"""Name of a state -> its card in the texts given."""


def texts(language: str) -> Texts:
    """The texts that samples are made with: Paris time."""
    return Texts(language, PARIS)

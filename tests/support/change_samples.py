"""The cards that move and cancel meetings, in every state; see :mod:`tests.support.cards`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.availability import Reason, ReasonKind
from bot.bookings.booking_outcome import FailureKind
from bot.conversation import CardJson
from bot.language.request import Intent, Window
from bot.mailboxes.live import Checked
from bot.model import (
    AccountId,
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    ChangeKind,
    Interval,
    Invitee,
    PersonId,
    ReadFailure,
    ShowAs,
    WrittenEvent,
)
from dialogs.ask import Ask
from dialogs.cards import cancel, change, chooser, move
from dialogs.cards.cancel import End, Ended
from dialogs.cards.fields import Field, FieldProblem, Problem
from dialogs.cards.views import ForeignMeeting, TargetView
from dialogs.forms.change import CancelForm, MoveForm
from dialogs.texts import Texts

Builder = Callable[[Texts], CardJson]

PARIS = ZoneInfo("Europe/Paris")
MARKUP = "**bold** _it_ [click](https://evil.example) `code` <b>b</b> {{DATE(2026-01-01T00:00:00Z)}}"
LONG = "Réunion de préparation du comité de pilotage transverse – suivi budgétaire et décisions à prendre 🗓️📌"
UNBROKEN = "Quarterly_Budget_Review_" * 10
TARGET = TargetView("Project Atlas", "camille@contoso.example", offers_teams_link=True)
NASTY_TARGET = TargetView(MARKUP, LONG)
ATLAS = Calendar(CalendarRef(AccountId(1), "atlas"), "Project Atlas")
UNREAD = (
    CalendarReading(replace(ATLAS, name="Private"), failure=ReadFailure.RECONNECT),
    CalendarReading(replace(ATLAS, name="Ben Okafor"), failure=ReadFailure.TIMED_OUT),
)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def between(day: int, start: tuple[int, int], end: tuple[int, int], month: int = 11) -> Interval:
    return Interval(at(day, *start, month=month), at(day, *end, month=month))


THURSDAY = between(26, (15, 0), (15, 30))
FRIDAY = between(27, (10, 0), (10, 30))
FREE = (between(27, (10, 0), (10, 30)), between(27, (11, 30), (12, 0)), between(30, (9, 0), (9, 30)))
MANY = tuple(between(day, (hour, 0), (hour, 30)) for day in range(24, 28) for hour in range(9, 17))
NIGHT = Interval(at(26, 23, 30), at(27, 1))
DST_NIGHT = Interval(at(25, 1, 30, month=10), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
"""From 01:30 to the second 02:30 of the night in which the clocks go back in Paris: two hours."""


def booked(
    subject: str = "Budget", when: Interval = THURSDAY, invitees: int = 2, number: int = 1, **fields: object
) -> Booking:
    names = ["anna", "ben", "chloe", "dmitri"] + [f"{'long_' * 6}{one}" for one in range(40)]
    draft = BookingDraft(
        key=f"key-{number}",
        interval=when,
        target=ATLAS.ref,
        zone="Europe/Paris",
        subject=subject,
        invitees=tuple(Invitee(f"{name}@contoso.example") for name in names[:invitees]),
        teams_link=True,
    )
    event = WrittenEvent(
        f"immutable-{number}",
        when,
        subject,
        join_url="https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc",
        web_link=f"https://outlook.office365.com/owa/?itemid=immutable-{number}",
    )
    made = Booking(
        UUID(f"7e3f0c1a-1111-4222-8333-{number:012d}"),
        PersonId(1),
        draft,
        BookingState.CONFIRMED,
        event=event,
        version=3,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # the fields of a booking, by name


BOOKED = booked()
ALONE = booked("Focus time", between(26, (9, 0), (10, 0)), invitees=0, number=2)
CROWDED = booked(LONG, NIGHT, invitees=30, number=3)
NASTY = booked(MARKUP, invitees=30, number=4)
GONE = replace(BOOKED, state=BookingState.CANCELLED)
MORNING = (
    booked("Stand-up", between(30, (9, 0), (9, 15)), number=5),
    booked(LONG, between(30, (9, 30), (10, 30)), invitees=30, number=6),
    booked("1:1 with Ben", between(30, (11, 0), (11, 30)), invitees=1, number=7),
)
DAY = tuple(booked(f"Interview {n}", between(30, (8 + n, 0), (8 + n, 45)), invitees=1, number=10 + n) for n in range(9))
OTHERS = (
    ForeignMeeting("Dentist", between(30, (10, 30), (11, 0)), "https://outlook.office365.com/owa/?itemid=x"),
    ForeignMeeting("", None, ""),
)


def moving(booking: Booking = BOOKED, to: Interval = FRIDAY, *, is_asked: bool = True) -> Booking:
    asked = BookingChange(ChangeKind.MOVE, at(23, 9), at(23, 10), interval=to, is_asked=is_asked)
    return replace(booking, change=asked)


def reason(subject: str = "Budget review", kind: ReasonKind = ReasonKind.STATUS) -> Reason:
    block = BusyBlock(ATLAS.ref, between(27, (9, 30), (10, 30)), ShowAs.BUSY, subject=subject)
    return Reason(kind, between(27, (9, 30), (10, 30)), ATLAS, block)


RULES = (Reason(ReasonKind.WORKING_HOURS), Reason(ReasonKind.NOTICE))
CANCEL_ASK = Ask(Intent.CANCEL)
MOVE_ASK = Ask(Intent.RESCHEDULE, (Window(FRIDAY.start, FRIDAY.end),))
NASTY_ASK = Ask(Intent.CANCEL, (), timedelta(minutes=30), (MARKUP,), MARKUP)
LONG_MESSAGE = CancelForm("x" * 1000, {Field.MESSAGE: FieldProblem(Problem.TOO_LONG, "1000")})


def form(t: Texts, booking: Booking = BOOKED, to: Interval | None = FRIDAY, **fields: object) -> MoveForm:
    made = move.new_move(t, booking, to)
    return replace(made, **fields)  # type: ignore[arg-type]  # the fields of a form, by name


def _move(t: Texts, booking: Booking = BOOKED, to: Interval | None = FRIDAY, **more: object) -> CardJson:
    return move.move_form(t, booking, TARGET, form(t, booking, to), **more)  # type: ignore[arg-type]


def _problems(t: Texts) -> CardJson:
    found = {Field.CLOCK: FieldProblem(Problem.PAST), Field.DURATION: FieldProblem(Problem.BAD_DURATION)}
    return move.move_form(t, BOOKED, TARGET, form(t, problems=found))


CHANGE_SAMPLES: Mapping[str, Builder] = {
    "move": lambda t: _move(t),
    "move-alone": lambda t: _move(t, ALONE),
    "move-choose": lambda t: _move(t, to=None, starts=FREE),
    "move-choose-many": lambda t: _move(t, to=None, starts=MANY),
    "move-other-time": lambda t: _move(t, to=None),
    "move-nothing-free": lambda t: _move(t, to=None, nothing_free=True),
    "move-unchecked": lambda t: _move(t, unchecked=True),
    "move-warned": lambda t: _move(t, warnings=RULES),
    "move-busy": lambda t: _move(t, busy=[reason()], starts=FREE),
    "move-busy-no-alternatives": lambda t: _move(t, busy=[reason()]),
    "move-taken": lambda t: _move(t, busy=[reason()], starts=FREE, taken=True),
    "move-unread": lambda t: _move(t, unread=UNREAD),
    "move-problems": _problems,
    "move-unchanged": lambda t: move.move_form(
        t, BOOKED, TARGET, form(t, problems={Field.CLOCK: FieldProblem(Problem.UNCHANGED)})
    ),
    "move-crowded-night": lambda t: _move(t, CROWDED, Interval(at(27, 23, 30), at(28, 1))),
    "move-dst-night": lambda t: _move(t, to=DST_NIGHT),
    "move-nasty": lambda t: move.move_form(
        t, NASTY, NASTY_TARGET, form(t, NASTY), busy=[reason(MARKUP)], unread=UNREAD, warnings=[reason(MARKUP)]
    ),
    "moved": lambda t: change.moved(t, booked(when=FRIDAY), TARGET, was=THURSDAY),
    "moved-repeated": lambda t: change.moved(t, booked(when=FRIDAY), TARGET),
    "moved-crowded-night": lambda t: change.moved(t, CROWDED, TARGET, was=THURSDAY),
    "moved-nasty": lambda t: change.moved(t, NASTY, NASTY_TARGET, was=NIGHT),
    "cancel": lambda t: cancel.cancel_form(t, BOOKED, TARGET),
    "cancel-alone": lambda t: cancel.cancel_form(t, ALONE, TARGET),
    "cancel-crowded": lambda t: cancel.cancel_form(t, CROWDED, TARGET),
    "cancel-message-too-long": lambda t: cancel.cancel_form(t, BOOKED, TARGET, LONG_MESSAGE),
    "cancel-nasty": lambda t: cancel.cancel_form(t, NASTY, NASTY_TARGET, CancelForm(MARKUP)),
    "cancel-several": lambda t: cancel.cancel_several(t, MORNING, OTHERS),
    "cancel-several-alone": lambda t: cancel.cancel_several(t, (ALONE, replace(ALONE, id=BOOKED.id))),
    "cancel-many": lambda t: cancel.cancel_several(t, DAY, more=3),
    "cancel-several-too-long": lambda t: cancel.cancel_several(t, MORNING, form=LONG_MESSAGE),
    "cancel-several-nasty": lambda t: cancel.cancel_several(
        t, (NASTY, CROWDED), (ForeignMeeting(MARKUP, NIGHT), ForeignMeeting(UNBROKEN, None))
    ),
    "cancelled": lambda t: change.cancelled(t, GONE, had_invitees=True),
    "cancelled-alone": lambda t: change.cancelled(t, GONE),
    "cancelled-in-outlook": lambda t: change.cancelled(t, GONE, by_outlook=True),
    "cancelled-before": lambda t: change.cancelled(t, GONE, repeated=True),
    "cancelled-several": lambda t: cancel.cancelled_several(t, [Ended(one, End.DONE) for one in MORNING]),
    "cancelled-some": lambda t: cancel.cancelled_several(
        t, [Ended(one, end) for one, end in zip(DAY, End, strict=False)]
    ),
    "cancelled-nasty": lambda t: cancel.cancelled_several(t, [Ended(NASTY, End.FAILED), Ended(CROWDED, End.PENDING)]),
    "change-move-pending": lambda t: change.change_pending(t, moving(), ChangeKind.MOVE),
    "change-cancel-pending": lambda t: change.change_pending(t, BOOKED, ChangeKind.CANCEL),
    "change-pending-nasty": lambda t: change.change_pending(t, moving(NASTY, NIGHT), ChangeKind.MOVE),
    "change-in-progress": lambda t: change.change_in_progress(t, moving()),
    "overtaken": lambda t: change.overtaken(t, BOOKED, TARGET),
    "overtaken-cancelled": lambda t: change.overtaken(t, GONE, TARGET),
    "overtaken-nasty": lambda t: change.overtaken(t, NASTY, NASTY_TARGET),
    "standing": lambda t: change.standing(t, BOOKED, TARGET),
    "standing-kept": lambda t: change.standing(t, BOOKED, TARGET, kept=True),
    "standing-cancelled": lambda t: change.standing(t, GONE, TARGET),
    "not-organizer": lambda t: change.not_organizer(t, BOOKED),
    **{
        f"not-{'moved' if kind is ChangeKind.MOVE else 'cancelled'}-{why.value}": lambda t, kind=kind, why=why: (
            change.change_failed(  # type: ignore[misc]
                t, BOOKED, TARGET, kind, why
            )
        )
        for kind in ChangeKind
        for why in FailureKind
    },
    **{
        f"settled-{kind.value}-{'done' if done else 'not-done'}": lambda t, kind=kind, done=done: change.settled(  # type: ignore[misc]
            t, BOOKED if kind is ChangeKind.MOVE or not done else GONE, TARGET, kind=kind, done=done, was=FRIDAY
        )
        for kind in ChangeKind
        for done in (True, False)
    },
    "settled-move-given-up": lambda t: change.given_up(t, moving(), ChangeKind.MOVE),
    "settled-cancel-given-up": lambda t: change.given_up(t, BOOKED, ChangeKind.CANCEL),
    "choose-move": lambda t: chooser.choose(t, MOVE_ASK, MORNING),
    "choose-cancel": lambda t: chooser.choose(t, CANCEL_ASK, MORNING, none_fits=True),
    "choose-more": lambda t: chooser.choose(t, CANCEL_ASK, DAY),
    "choose-last": lambda t: chooser.choose(t, CANCEL_ASK, DAY, page=5),
    "choose-nasty": lambda t: chooser.choose(t, NASTY_ASK, [NASTY] * 9),
    "not-ours": lambda t: chooser.not_ours(t, OTHERS[:1]),
    "not-ours-several": lambda t: chooser.not_ours(t, (*OTHERS, replace(OTHERS[0], title="Doctor"))),
    "not-ours-nasty": lambda t: chooser.not_ours(
        t, [ForeignMeeting(one, NIGHT, "https://outlook.example/") for one in (MARKUP, UNBROKEN, LONG) * 4]
    ),
    "nothing-found": lambda t: chooser.nothing_found(t),
    "nothing-booked": lambda t: chooser.nothing_found(t, described=False),
    "nothing-found-unread": lambda t: chooser.nothing_found(t, Checked(at(23, 9), (), UNREAD)),
}

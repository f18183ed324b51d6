"""What the recipient of a notice does about it. Every button names a notice; only the recipient's own is ever found."""

from __future__ import annotations

from datetime import timedelta

from bot.bookings.booking_outcome import (
    Confirmed,
    InProgress,
    Pending,
    SlotJustTaken,
    TargetUnavailable,
    Unreadable,
)
from bot.calendar_sync.decided import (
    Adopted,
    Followed,
    FollowOutcome,
    Freed,
    FreeOutcome,
    GoneMeanwhile,
    HeldDecided,
    HeldOutcome,
    KeepOutcome,
    Kept,
    MoveBackOutcome,
    MovedBack,
    NoSuchNotice,
    NotNow,
    NotPutBack,
    NoWayBack,
    Outdated,
    PutBack,
    PutBackOutcome,
    StandsAgain,
)
from bot.calendar_sync.decisions import Decisions
from bot.civil import find_zone
from bot.conversation import CardJson, Replies
from bot.language.request import Intent
from bot.model import Booking
from bot.notices.notice import Notice, NoticeKind
from bot.ports import Bookings, Notices, People
from dialogs.ask import Ask, to_instant
from dialogs.book import BookDialog
from dialogs.cards import change as change_cards
from dialogs.cards import welcome
from dialogs.cards.fields import Field
from dialogs.cards.meeting import subject_of
from dialogs.cards.notices import decided as cards
from dialogs.cards.notices.decided import Decided, Way
from dialogs.cards.verbs import Verb
from dialogs.cards.views import TargetView
from dialogs.forms.change import read_shown
from dialogs.forms.notices import read_notice_id
from dialogs.free_time import FreeTimeDialog
from dialogs.meetings import Meetings, Ready, target_problem
from dialogs.move import MoveDialog
from dialogs.turn import CardData, Turn

_MINUTE = timedelta(minutes=1)
_ANSWERED_ALIKE = NoSuchNotice | NotNow | Outdated | StandsAgain | GoneMeanwhile


class NoticeDialog:
    def __init__(
        self,
        notices: Notices,
        bookings: Bookings,
        people: People,
        decisions: Decisions,
        meetings: Meetings,
        book: BookDialog,
        move: MoveDialog,
        free_time: FreeTimeDialog,
    ) -> None:
        self._notices = notices
        self._bookings = bookings
        self._people = people
        self._decisions = decisions
        self._meetings = meetings
        self._book = book
        self._move = move
        self._free_time = free_time

    # A meeting that ended

    async def put_back(self, turn: Turn, data: CardData) -> Replies:
        """*Put it back*: booked anew by the ordinary way, read live once more; of several, each by itself."""
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        if notice.kind is NoticeKind.HELD:
            return await self._put_back_all(ready, notice)
        turn, profile = ready.turn, ready.profile
        outcome = await self._decisions.put_back(profile, notice.id)
        match outcome:
            case PutBack():
                return await self._book.put_back(turn, profile, outcome.gone, outcome.outcome)
            case NotPutBack():
                return turn.show(cards.not_put_back(turn.texts, notice, outcome.booking, outcome.why))
            case TargetUnavailable():
                return turn.show(target_problem(turn, profile, outcome))
            case _:
                return await self._otherwise(turn, notice, outcome, Verb.NOTICE_PUT_BACK)

    async def _put_back_all(self, ready: Ready, notice: Notice) -> Replies:
        ended = []
        for booking_id in notice.details.bookings:
            booking = await self._bookings.get(ready.turn.person.id, booking_id)
            if booking is not None:
                outcome = await self._decisions.put_back(ready.profile, notice.id, booking_id)
                ended.append(Decided(booking, _way_of(outcome)))
        if not ended:
            return ready.turn.show(welcome.stale(ready.turn.texts))
        return ready.turn.show(cards.put_back_all(ready.turn.texts, notice, ended))

    async def free(self, turn: Turn, data: CardData) -> Replies:
        """*Cancel the booking* whose event is gone."""
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        outcome: FreeOutcome = await self._decisions.free(turn.person, notice.id)
        if isinstance(outcome, Freed):
            turn, _ = await self._seen(turn, outcome.booking)
            return turn.show(change_cards.freed(turn.texts, outcome.booking, repeated=outcome.repeated))
        return await self._otherwise(turn, notice, outcome, Verb.NOTICE_FREE)

    async def keep(self, turn: Turn, data: CardData) -> Replies:
        """Nothing is to be done, and nothing is asked again."""
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        outcome: KeepOutcome = await self._decisions.keep(turn.person, notice.id)
        if isinstance(outcome, Kept):
            turn, target = await self._seen(turn, outcome.booking)
            return turn.show(change_cards.standing(turn.texts, outcome.booking, target, kept=True))
        return await self._otherwise(turn, notice, outcome, Verb.NOTICE_KEEP)

    async def held_cancel(self, turn: Turn, data: CardData) -> Replies:
        return await self._held(turn, data, Verb.NOTICE_HELD_CANCEL)

    async def held_keep(self, turn: Turn, data: CardData) -> Replies:
        return await self._held(turn, data, Verb.NOTICE_HELD_KEEP)

    async def _held(self, turn: Turn, data: CardData, verb: Verb) -> Replies:
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        decide = self._decisions.apply_held if verb is Verb.NOTICE_HELD_CANCEL else self._decisions.keep_held
        outcome: HeldOutcome = await decide(turn.person, notice.id)
        if not isinstance(outcome, HeldDecided):
            return turn.show(welcome.stale(turn.texts))
        first = await self._bookings.get(turn.person.id, notice.booking_id) if notice.booking_id else None
        if first is not None:
            turn, _ = await self._seen(turn, first)
        return turn.show(cards.held_decided(turn.texts, notice, outcome, verb))

    # A meeting that was moved

    async def follow(self, turn: Turn, data: CardData) -> Replies:
        """The booking takes the time of its event."""
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        outcome: FollowOutcome = await self._decisions.follow(turn.person, notice.id)
        if isinstance(outcome, Followed):
            turn, target = await self._seen(turn, outcome.booking)
            made = change_cards.followed(turn.texts, outcome.booking, target, outcome.was, overlaps=outcome.overlaps)
            return turn.show(made)
        return await self._otherwise(turn, notice, outcome, Verb.NOTICE_FOLLOW)

    async def move_back(self, turn: Turn, data: CardData) -> Replies:
        """The event gets its former time again, read live once more."""
        notice = await self._own(turn, data)
        if notice is None or notice.booking_id is None:
            return turn.show(welcome.stale(turn.texts))
        ready = await self._meetings.ready(turn)
        if not isinstance(ready, Ready):
            return ready
        turn, profile = ready.turn, ready.profile
        outcome: MoveBackOutcome = await self._decisions.move_back(profile, notice.id)
        if not isinstance(outcome, MovedBack):
            return await self._otherwise(turn, notice, outcome, Verb.NOTICE_MOVE_BACK)
        booking = await self._bookings.get(turn.person.id, notice.booking_id)
        if booking is None:
            return turn.show(welcome.stale(turn.texts))
        return turn.show(self._move.outcome(turn, profile, booking, outcome.wanted, outcome.outcome))

    async def adopt(self, turn: Turn, data: CardData) -> Replies:
        """The meeting may stay in the calendar that it was moved to."""
        notice = await self._own(turn, data)
        if notice is None:
            return turn.show(welcome.stale(turn.texts))
        outcome = await self._decisions.adopt(turn.person, notice.id)
        if isinstance(outcome, Adopted):
            turn, target = await self._seen(turn, outcome.booking)
            name = outcome.calendar.name or notice.details.calendar_name
            return turn.show(change_cards.adopted(turn.texts, outcome.booking, target, name))
        return await self._otherwise(turn, notice, outcome, Verb.NOTICE_ADOPT)

    # Another time

    async def take_time(self, turn: Turn, data: CardData) -> Replies:
        """Move the meeting to the time that an invitee proposed: the notice's own word, and not the card's."""
        notice, shown = await self._own(turn, data), read_shown(data)
        answer = notice.details.answer if notice else None
        if answer is None or answer.proposed is None or shown is None or notice is None:
            return turn.show(welcome.stale(turn.texts))
        if shown.id != notice.booking_id:
            return turn.show(welcome.stale(turn.texts))
        to = {
            Field.START.value: to_instant(answer.proposed.start),
            Field.DURATION.value: answer.proposed.duration // _MINUTE,
        }
        return await self._move.commit(turn, shown.to_data() | to)

    async def find(self, turn: Turn, data: CardData) -> Replies:
        """Free times for a meeting like this one; who was invited finds one of their own with its host."""
        notice = await self._own(turn, data)
        booking = await self._bookings.find(notice.booking_id) if notice and notice.booking_id else None
        if booking is None:
            return turn.show(welcome.stale(turn.texts))
        return await self._free_time.answer(turn, await self._alike(turn, booking))

    async def _alike(self, turn: Turn, booking: Booking) -> Ask:
        length, subject = booking.interval.duration, subject_of(booking)
        if booking.host == turn.person.id:
            people = tuple(one.address for one in booking.draft.invitees)
            return Ask(Intent.BOOK, duration=length, people=people, subject=subject, location=booking.draft.location)
        host = await self._people.get(booking.host)
        people = (host.name,) if host and host.name else ()
        return Ask(Intent.BOOK, duration=length, people=people, subject=subject)

    # What they share

    async def _own(self, turn: Turn, data: CardData) -> Notice | None:
        notice_id = read_notice_id(data)
        return await self._notices.get(turn.person.id, notice_id) if notice_id else None

    async def _otherwise(self, turn: Turn, notice: Notice, outcome: _ANSWERED_ALIKE, verb: Verb) -> Replies:
        """Nothing was done, and what is true now."""
        if isinstance(outcome, NoSuchNotice):
            return turn.show(welcome.stale(turn.texts))
        booking = outcome.booking
        turn, target = await self._seen(turn, booking)
        return turn.show(_instead(turn, notice, outcome, target, verb))

    async def _seen(self, turn: Turn, booking: Booking) -> tuple[Turn, TargetView]:
        """The turn in the person's zone, with the calendar of the booking as far as it is known.

        Who has disconnected meanwhile still decides about bookings; then its own zone has to do.
        """
        ready = await self._meetings.ready(turn)
        if isinstance(ready, Ready):
            return ready.turn, self._meetings.target(ready.profile, booking)
        zone = find_zone(booking.draft.zone)
        return turn.in_zone(zone) if zone else turn, TargetView("", "")


def _instead(
    turn: Turn, notice: Notice, outcome: NotNow | Outdated | StandsAgain | GoneMeanwhile, target: TargetView, verb: Verb
) -> CardJson:
    t, booking = turn.texts, outcome.booking
    match outcome:
        case NotNow():
            return cards.not_now(t, notice, booking, verb)
        case StandsAgain():
            return change_cards.stands_again(t, booking, target)
        case GoneMeanwhile():
            return change_cards.gone_meanwhile(t, booking)
        case Outdated() if booking.change is not None:
            return change_cards.change_in_progress(t, booking)
        case _:
            return change_cards.overtaken(t, booking, target)


def _way_of(outcome: PutBackOutcome) -> Way:
    match outcome:
        case PutBack(outcome=Confirmed()):
            return Way.DONE
        case PutBack(outcome=Pending() | InProgress()):
            return Way.PENDING
        case PutBack(outcome=SlotJustTaken()):
            return Way.TAKEN
        case PutBack(outcome=Unreadable()) | NotNow():
            return Way.UNKNOWN
        case NotPutBack(why=NoWayBack.OVER):
            return Way.OVER
        case StandsAgain() | NotPutBack(why=NoWayBack.STANDS):
            return Way.BACK
        case Outdated():
            return Way.OUTDATED
        case _:
            return Way.FAILED

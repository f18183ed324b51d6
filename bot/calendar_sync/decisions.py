"""What a host answers to a notice: put it back, let it go, keep it, follow it or not.

The notice says which booking and what it was about; it is looked up among the host's own, so that whatever a card sends
reaches nobody else's. How the event stands is read live before anything is done: a notice may be days old.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from bot.bookings.changing import ChangeDesk
from bot.bookings.putting_back import PuttingBack, is_too_late
from bot.bookings.telling import Telling
from bot.calendar_sync.decided import (
    Adopted,
    AdoptOutcome,
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
from bot.calendar_sync.looking import Look, Looking, Unseen
from bot.calendar_sync.names import CalendarNames
from bot.errors import VersionConflict
from bot.model import (
    Account,
    Booking,
    BookingState,
    Calendar,
    GoneHow,
    Interval,
    Person,
    PersonId,
    Preferences,
    ReadFailure,
)
from bot.notices import recipients
from bot.notices.notice import Notice, NoticeKind, Source
from bot.ports import Bookings, Clock, Notices
from bot.profile import Profile

_ROUNDS = 4
_ENDED = frozenset({NoticeKind.CANCELLED, NoticeKind.LOST, NoticeKind.HELD})
_STANDING = frozenset({NoticeKind.LOST, NoticeKind.HELD})
_TO_KEEP = _STANDING | {NoticeKind.NOT_FOLLOWED, NoticeKind.ELSEWHERE, NoticeKind.ANSWERED, NoticeKind.MOVED}
_MOVED = frozenset({NoticeKind.NOT_FOLLOWED, NoticeKind.MOVED})
# What is looked at here is what Outlook shows; the host's own word decides what it means.
_BY_WORD = Preferences()

_Seen: TypeAlias = Look | Unseen


class Decisions:
    """Every method answers with what came of it and raises StoreError only; a repeated tap does nothing twice."""

    def __init__(
        self,
        notices: Notices,
        bookings: Bookings,
        looking: Looking,
        putting_back: PuttingBack,
        change_desk: ChangeDesk,
        telling: Telling,
        names: CalendarNames,
        clock: Clock,
    ) -> None:
        self._notices = notices
        self._bookings = bookings
        self._looking = looking
        self._putting_back = putting_back
        self._change_desk = change_desk
        self._telling = telling
        self._names = names
        self._clock = clock

    # A meeting that is gone

    async def put_back(self, profile: Profile, notice_id: int, booking_id: UUID | None = None) -> PutBackOutcome:
        """Book the meeting anew; of several held together, ``booking_id`` is one of the notice's.

        A booking that stands without its event ends first, since its own claim is in the way.
        """
        found = await self._of(profile.person.id, notice_id, _ENDED, booking_id)
        if found is None:
            return NoSuchNotice()
        notice, booking = found
        if made := await self._putting_back.made(booking):
            return PutBack(booking, made)
        if booking.draft.target_is_shared:
            return NotPutBack(NoWayBack.NOT_OURS, booking)
        if booking.interval.start <= self._clock.now():
            return NotPutBack(NoWayBack.OVER, booking)
        if is_too_late(notice, self._clock.now()):
            return NotPutBack(NoWayBack.TOO_LATE, booking)
        if booking.state is BookingState.CONFIRMED:
            freed = await self._free(booking, tell=False)
            if not isinstance(freed, Freed):
                return freed
            booking = freed.booking
        elif booking.state is not BookingState.CANCELLED:
            return Outdated(booking)
        elif no_way := await self._no_way_back(booking):
            return no_way
        outcome = await self._putting_back.again(profile, booking)
        return NotNow(booking, outcome) if isinstance(outcome, ReadFailure) else PutBack(booking, outcome)

    async def free(self, person: Person, notice_id: int, booking_id: UUID | None = None) -> FreeOutcome:
        """End a booking whose event is gone: its time is free again, and the guests that are known hear of it."""
        found = await self._of(person.id, notice_id, _STANDING, booking_id)
        return await self._free(found[1]) if found else NoSuchNotice()

    async def keep(self, person: Person, notice_id: int, booking_id: UUID | None = None) -> KeepOutcome:
        """Leave things as they are; of what was held, the question is answered with it."""
        found = await self._of(person.id, notice_id, _TO_KEEP, booking_id)
        if found is None:
            return NoSuchNotice()
        notice, booking = found
        if notice.kind is NoticeKind.HELD:
            return await self._keep_held(booking)
        return Kept(booking) if booking.state is BookingState.CONFIRMED else Outdated(booking)

    async def apply_held(self, person: Person, notice_id: int) -> HeldOutcome:
        """Cancel all that were held together and are still gone."""
        held = await self._held(person.id, notice_id)
        if held is None:
            return NoSuchNotice()
        decided = HeldDecided()
        for booking in held:
            outcome = await self._free(booking)
            match outcome:
                case Freed():
                    decided = replace(decided, cancelled=(*decided.cancelled, outcome.booking))
                case StandsAgain():
                    decided = replace(decided, back=(*decided.back, outcome.booking))
                case NotNow():
                    decided = replace(decided, unknown=(*decided.unknown, outcome.booking))
                case Outdated():
                    decided = replace(decided, outdated=(*decided.outdated, outcome.booking))
        return decided

    async def keep_held(self, person: Person, notice_id: int) -> HeldOutcome:
        """Keep all that were held together: they stand without their events."""
        held = await self._held(person.id, notice_id)
        if held is None:
            return NoSuchNotice()
        decided = HeldDecided()
        for booking in held:
            outcome = await self._keep_held(booking)
            if isinstance(outcome, Kept):
                decided = replace(decided, kept=(*decided.kept, outcome.booking))
            else:
                decided = replace(decided, outdated=(*decided.outdated, outcome.booking))
        return decided

    # A meeting that was moved

    async def follow(self, person: Person, notice_id: int) -> FollowOutcome:
        """The booking takes the time at which its event stands now."""
        found = await self._of(person.id, notice_id, _MOVED)
        if found is None:
            return NoSuchNotice()
        _, booking = found
        for _ in range(_ROUNDS):
            seen = await self._seen(booking)
            if not isinstance(seen, Look):
                return seen
            event, here = seen.standing.event, seen.booking
            if event is None or seen.standing.is_gone:
                return await self._gone(booking, seen)
            if event.interval == here.interval:
                return Followed(booking, here.interval, repeated=True)
            try:
                return await self._followed(here, event.interval, seen)
            except VersionConflict:
                booking = await self._bookings.get(booking.host, booking.id) or booking
        return Outdated(booking)

    async def move_back(self, profile: Profile, notice_id: int) -> MoveBackOutcome:
        """Ask Outlook to give the event its former time again, with all the checks of a move; invitees hear of it.

        The row first follows to where the event stands, so that what is moved is what is there.
        """
        found = await self._of(profile.person.id, notice_id, _MOVED)
        if found is None:
            return NoSuchNotice()
        notice, booking = found
        wanted = notice.details.was
        if wanted is None or booking.interval not in (wanted, notice.details.to):
            # It was moved once more since.
            return Outdated(booking)
        seen = await self._seen(booking)
        if not isinstance(seen, Look):
            return seen
        event = seen.standing.event
        if event is None or seen.standing.is_gone:
            return await self._gone(booking, seen)
        if event.interval != booking.interval:
            try:
                booking = await self._bookings.follow(booking, event, self._clock.now())
            except VersionConflict:
                return Outdated(await self._bookings.get(booking.host, booking.id) or booking)
        outcome = await self._change_desk.move(profile, booking.id, booking.version, wanted.start, wanted.duration)
        return MovedBack(wanted, outcome)

    async def adopt(self, person: Person, notice_id: int) -> AdoptOutcome:
        """The booking belongs to the calendar in which its event lies now, if that is the one that was asked about."""
        found = await self._of(person.id, notice_id, {NoticeKind.ELSEWHERE})
        if found is None:
            return NoSuchNotice()
        notice, booking = found
        for _ in range(_ROUNDS):
            seen = await self._seen(booking)
            if not isinstance(seen, Look):
                return seen
            event, lies_in = seen.standing.event, seen.standing.calendar
            if event is None or seen.standing.is_gone:
                return await self._gone(booking, seen)
            if lies_in is None or lies_in.calendar_id != (notice.details.calendar or lies_in).calendar_id:
                return Outdated(booking)
            calendar = await self._calendar(seen.account, notice)
            if lies_in == booking.draft.target:
                return Adopted(booking, calendar, repeated=True)
            try:
                as_recorded = replace(event, interval=booking.interval)
                adopted = await self._bookings.follow(booking, as_recorded, self._clock.now(), target=lies_in)
            except VersionConflict:
                booking = await self._bookings.get(booking.host, booking.id) or booking
                continue
            return Adopted(adopted, replace(calendar, ref=lies_in))
        return Outdated(booking)

    # Whose it is, and how it stands

    async def _of(
        self, person_id: PersonId, notice_id: int, kinds: Collection[NoticeKind], booking_id: UUID | None = None
    ) -> tuple[Notice, Booking] | None:
        """A notice of the person's own, of one of ``kinds``, with the booking of theirs that it is about."""
        notice = await self._notices.get(person_id, notice_id)
        if notice is None or notice.kind not in kinds:
            return None
        about = {notice.booking_id, *notice.details.bookings} - {None}
        wanted = booking_id or notice.booking_id
        if wanted is None or wanted not in about:
            return None
        booking = await self._bookings.get(person_id, wanted)
        return (notice, booking) if booking else None

    async def _held(self, person_id: PersonId, notice_id: int) -> list[Booking] | None:
        notice = await self._notices.get(person_id, notice_id)
        if notice is None or notice.kind is not NoticeKind.HELD:
            return None
        found = [await self._bookings.get(person_id, one) for one in notice.details.bookings]
        return [one for one in found if one is not None]

    async def _seen(self, booking: Booking) -> Look | NotNow | Outdated:
        if booking.state is not BookingState.CONFIRMED or booking.change is not None:
            return Outdated(booking)
        seen = await self._looking.look(booking, _BY_WORD)
        return NotNow(booking, seen.failure) if isinstance(seen, Unseen) else seen

    async def _gone(self, booking: Booking, seen: Look) -> GoneMeanwhile:
        """There is nothing to be moved: whoever looks at bookings does so soon, and treats it as the host wants."""
        events = [booking.event.event_id] if booking.event else []
        await self._bookings.hint(seen.account.id, events, self._clock.now())
        return GoneMeanwhile(booking, seen.standing.how_gone or GoneHow.DELETED)

    # Steps

    async def _no_way_back(self, booking: Booking) -> NotNow | NotPutBack | None:
        """Whether the event of a booking that ended was restored in Outlook, or nobody can tell that now."""
        seen = await self._looking.look(booking, _BY_WORD)
        if isinstance(seen, Unseen):
            # Of a mailbox that is connected no more the booking itself says that nothing can be written.
            return None if seen.is_homeless else NotNow(booking, seen.failure)
        return None if seen.standing.is_gone else NotPutBack(NoWayBack.STANDS, booking)

    async def _free(self, booking: Booking, *, tell: bool = True) -> Freed | StandsAgain | NotNow | Outdated:
        for _ in range(_ROUNDS):
            if booking.state is BookingState.CANCELLED:
                return Freed(booking, repeated=True)
            lost = booking.lost
            if booking.state is not BookingState.CONFIRMED or booking.change is not None:
                return Outdated(booking)
            if lost is None:
                return StandsAgain(booking)
            seen = await self._looking.look(booking, _BY_WORD)
            now = self._clock.now()
            try:
                # A mailbox that is connected no more cannot say otherwise, and its booking must not stand for ever.
                if isinstance(seen, Unseen) and not seen.is_homeless:
                    return NotNow(booking, seen.failure)
                if isinstance(seen, Look) and not seen.standing.is_gone:
                    return StandsAgain(await self._bookings.lose(booking, None, now))
                guests = await self._telling.guests_of(booking) if tell else ()
                told = recipients.cancelled(booking, lost.how, Source.CHAT, guests, tell_host=False)
                ended = await self._bookings.advance(booking, BookingState.CANCELLED, now=now, notices=told)
            except VersionConflict:
                booking = await self._bookings.get(booking.host, booking.id) or booking
                continue
            await self._telling.wake(told)
            return Freed(ended)
        return Outdated(booking)

    async def _keep_held(self, booking: Booking) -> Kept | Outdated:
        for _ in range(_ROUNDS):
            if booking.state is not BookingState.CONFIRMED or booking.lost is None:
                return Outdated(booking)
            if not booking.lost.is_held:
                return Kept(booking)
            try:
                kept = replace(booking.lost, is_held=False)
                return Kept(await self._bookings.lose(booking, kept, self._clock.now()))
            except VersionConflict:
                booking = await self._bookings.get(booking.host, booking.id) or booking
        return Outdated(booking)

    async def _followed(self, booking: Booking, to: Interval, seen: Look) -> Followed:
        event = seen.standing.event
        if event is None:
            raise ValueError("this event does not stand")
        guests = await self._telling.guests_of(booking, seen.standing)
        told = recipients.moved(booking, to, Source.CHAT, guests, tell_host=False)
        overlaps = any(one.id != booking.id for one in await self._bookings.claims(booking.host, to))
        target = booking.draft.target if seen.is_rehomed else None
        followed = await self._bookings.follow(booking, event, self._clock.now(), target=target, notices=told)
        await self._telling.wake(told)
        return Followed(followed, booking.interval, overlaps)

    async def _calendar(self, account: Account, notice: Notice) -> Calendar:
        """The calendar that the notice asked about, to name it."""
        ref = notice.details.calendar
        if ref is None:
            raise ValueError("the notice names no calendar")
        return Calendar(ref, notice.details.calendar_name or await self._names.of(account, ref))

"""The booking desk: offer a slot, commit a booking, settle what a commit left open.

A commit (1) reserves the time in the store, whose exclusion constraint is the lock, (2) reads the calendars live and
asks the availability function again, (3) marks the row *pending* and writes the event, (4) reads it back and confirms.
Nothing is locked across HTTP. The mark before the write makes every crash decidable: a row that is still *reserved* was
never written, a *pending* one is looked up in the calendar by :class:`bot.bookings.settling.Settler`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from bot.answers.free_time import alternatives_to, with_alternatives
from bot.availability import ReasonKind, State
from bot.bookings.booking_form import BookingForm, draft_of
from bot.bookings.booking_outcome import (
    Confirmed,
    Failed,
    FailureKind,
    Invalid,
    Made,
    NoOffer,
    Offer,
    Outcome,
    Pending,
    SlotJustTaken,
    TargetProblem,
    TargetUnavailable,
    Unreadable,
    outcome_of,
)
from bot.bookings.claims import claims_against, is_abandoned
from bot.bookings.homes import at_home, look_up
from bot.bookings.settling import Settler
from bot.bookings.target import TARGET_PROBLEMS, find_account, target_problem
from bot.errors import (
    AlreadyBooked,
    CalendarError,
    IdentityError,
    SlotTaken,
    StoreError,
    UnknownAccount,
    VersionConflict,
)
from bot.mailboxes.live import LiveCalendars, failure_of
from bot.model import (
    Account,
    Booking,
    BookingDraft,
    BookingState,
    Calendar,
    CalendarRef,
    Interval,
    PersonId,
    ReadFailure,
    WrittenEvent,
)
from bot.ports import Bookings, Calendars, Clock, Jobs
from bot.profile import Profile

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20
_ROUNDS = 4
_NOTHING_ACCEPTED: frozenset[ReasonKind] = frozenset()


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """``reservation``: how long a reserved row may wait for its write. ``settle_after``: when a write without an answer
    is looked up. ``wait`` and ``poll``: how long a repeated tap waits for the first one, and how often it looks.
    ``backoff``: before a change is asked for again in the same turn, ``attempts`` times in all."""

    reservation: timedelta = timedelta(minutes=2)
    settle_after: timedelta = timedelta(seconds=30)
    wait: timedelta = timedelta(seconds=5)
    poll: timedelta = timedelta(milliseconds=100)
    backoff: timedelta = timedelta(milliseconds=400)
    attempts: int = 2


class BookingDesk:
    def __init__(
        self,
        live: LiveCalendars,
        calendars: Calendars,
        bookings: Bookings,
        jobs: Jobs,
        clock: Clock,
        settler: Settler,
        *,
        times: DeskTimes | None = None,
    ) -> None:
        self._live = live
        self._calendars = calendars
        self._bookings = bookings
        self._jobs = jobs
        self._clock = clock
        self._settler = settler
        self._times = times or DeskTimes()

    async def offer(self, profile: Profile, slot: Interval) -> Offer | NoOffer:
        """What a form for ``slot`` starts from, read live; refused where the target calendar cannot take an event.

        Without conflict calendars only the host's own rules and bookings speak against it. Raises StoreError.
        """
        target = profile.preferences.target
        if target is None:
            return TargetUnavailable(TargetProblem.NONE_CHOSEN)
        account = find_account(profile, target)
        if account is None:
            return TargetUnavailable(TargetProblem.GONE, target)
        read = await self._live.read(profile, with_alternatives(slot, profile, self._clock.now()), also={target})
        if problem := target_problem(read, target):
            return problem
        calendar = read.survey.known(target)
        availability = read.availability()
        verdict = availability.check(slot)
        return Offer(
            key=uuid4().hex,
            slot=slot,
            verdict=verdict,
            alternatives=alternatives_to(slot, availability) if verdict.state is State.BUSY else (),
            target=calendar,
            account=account,
            teams_link=profile.preferences.teams_link and calendar.offers_teams_link,
            checked=read.checked,
        )

    async def commit(
        self, profile: Profile, form: BookingForm, *, accept: Collection[ReasonKind] = _NOTHING_ACCEPTED
    ) -> Outcome:
        """Book, once a key: a repeated key answers with what the first one came to.

        ``accept`` names the soft reasons that the host sets aside for this booking. A key whose booking was released
        (nothing was written) may be tried again. Raises StoreError where the store fails before anything was asked of
        the calendar.
        """
        for _ in range(_ROUNDS):
            earlier, attempt, unproved = await self._attempts(profile.person.id, form.key)
            if earlier is not None and earlier.state is not BookingState.RELEASED:
                earlier = await self._await_end(earlier)
                if earlier.state is not BookingState.RELEASED:
                    return self._outcome_of(earlier)
            elif attempt is None:
                return Failed(FailureKind.TOO_MANY_ATTEMPTS)
            elif unproved and (written := await self._written_before(profile, unproved)):
                return written
            elif outcome := await self._attempt(profile, form, attempt, frozenset(accept)):
                return outcome
        # Many requests at once, each refused in turn: the others' answers tell why.
        return Failed(FailureKind.TOO_SLOW)

    async def made(self, host: PersonId, key: str) -> Made | None:
        """What ``key`` has come to; None where nothing was, or is being, booked under it. Raises StoreError."""
        earlier, _, _ = await self._attempts(host, key)
        return None if earlier is None or earlier.state is BookingState.RELEASED else self._outcome_of(earlier)

    def name_of(self, target: CalendarRef) -> Calendar:
        """The target calendar as it was last listed, to name it where it cannot be listed now."""
        return self._live.name_of(target)

    # The steps of a commit

    async def _attempt(
        self, profile: Profile, form: BookingForm, key: str, accept: frozenset[ReasonKind]
    ) -> Outcome | None:
        """One attempt under a key that was free; None where it is to be begun anew: another request took the key
        meanwhile, or the target turned out to be another's calendar."""
        target = profile.preferences.target
        if target is None:
            return TargetUnavailable(TargetProblem.NONE_CHOSEN)
        account = find_account(profile, target)
        if account is None:
            return TargetUnavailable(TargetProblem.GONE, target)
        draft = draft_of(
            form,
            key=key,
            target=target,
            zone=profile.zone.key,
            now=self._clock.now(),
            own_addresses=(account.username,),
        )
        if not isinstance(draft, BookingDraft):
            return Invalid(draft)
        draft = replace(draft, target_is_shared=self._live.name_of(target).is_shared)
        try:
            booking = await self._reserve(profile.person.id, draft)
        except AlreadyBooked:
            return None
        except UnknownAccount:
            return TargetUnavailable(TargetProblem.GONE, target)
        if booking is None:
            return await self._taken(profile, draft)
        try:
            refusal, calendar = await self._check(profile, booking, accept)
        except Exception:
            await self._release(booking)
            raise
        if refusal is not None:
            await self._release(booking)
            return refusal
        if calendar.is_shared != draft.target_is_shared:
            # Only now it was listed: whose calendar it is decides who organises, so that the row must be right.
            await self._release(booking)
            return None
        return await self._write(account, calendar, booking)

    async def _reserve(self, host: PersonId, draft: BookingDraft) -> Booking | None:
        """Step 1. None where another claim holds the time. Raises AlreadyBooked, UnknownAccount."""
        booking = await self._try_reserve(host, draft)
        # A crashed attempt may still hold the time: settle it now rather than when the sweep comes by.
        if booking is None and await self._settle_expired(host, draft.interval):
            booking = await self._try_reserve(host, draft)
        return booking

    async def _try_reserve(self, host: PersonId, draft: BookingDraft) -> Booking | None:
        now = self._clock.now()
        try:
            return await self._bookings.reserve(host, draft, now, now + self._times.reservation)
        except SlotTaken:
            return None

    async def _settle_expired(self, host: PersonId, interval: Interval) -> bool:
        now = self._clock.now()
        expired = [claim for claim in await self._bookings.claims(host, interval) if is_abandoned(claim, now)]
        for claim in expired:
            await self._settler.settle(claim)
        return bool(expired)

    async def _check(
        self, profile: Profile, booking: Booking, accept: frozenset[ReasonKind]
    ) -> tuple[Outcome | None, Calendar]:
        """Step 2: read live, judge the target and the slot. A refusal, or None, with the target as it is listed now."""
        slot, target = booking.draft.interval, booking.draft.target
        read = await self._live.read(profile, with_alternatives(slot, profile, self._clock.now()), also={target})
        calendar = read.survey.known(target)
        if problem := target_problem(read, target):
            return problem, calendar
        earlier = claims_against(booking, read.claims)
        verdict = read.availability(claims=earlier, ignore=booking).check(slot).accepting(accept)
        match verdict.state:
            case State.BUSY:
                alternatives = alternatives_to(slot, read.availability(ignore=booking))
                return SlotJustTaken(slot, verdict.reasons, alternatives), calendar
            case State.UNKNOWN:
                return Unreadable(verdict.unreadable), calendar
            case _:
                return None, calendar

    async def _write(self, account: Account, calendar: Calendar, booking: Booking) -> Outcome:
        """Step 3. From the mark on, the row says that an event may exist, whatever happens to this process."""
        now = self._clock.now()
        try:
            booking = await self._bookings.advance(
                booking, BookingState.PENDING, now=now, settle_at=now + self._times.reservation
            )
        except VersionConflict:
            return Failed(FailureKind.TOO_SLOW, booking)
        asked = booking
        if booking.draft.teams_link and not calendar.offers_teams_link:
            asked = replace(booking, draft=replace(booking.draft, teams_link=False))
        try:
            written = await self._calendars.write(account, asked)
        except CalendarError as error:
            log.warning("booking write failed", extra=_ids(booking) | {"failure": error.failure.value})
            return await self._pend(booking) if error.outcome_unknown else await self._refused(booking, error.failure)
        except IdentityError as error:
            return await self._refused(booking, failure_of(error))
        return await self._confirm(account, calendar, booking, written)

    async def _confirm(self, account: Account, calendar: Calendar, booking: Booking, written: WrittenEvent) -> Outcome:
        """Step 4: what is told is what the calendar says now, not what was sent."""
        try:
            event = await self._calendars.read_back(account, booking.draft.target, written.event_id)
        except (CalendarError, IdentityError):
            log.warning("booking not read back", extra=_ids(booking))
            return await self._pend(booking)
        try:
            confirmed = await self._bookings.advance(
                booking, BookingState.CONFIRMED, now=self._clock.now(), event=event
            )
        except VersionConflict:
            return await self._confirmed_by_another(booking, calendar, event)
        except StoreError:
            # The event stands; the row is due and will be confirmed when the store is back.
            log.exception("booking not confirmed", extra=_ids(booking))
            return Pending(booking)
        # What becomes of the event is to be heard of from now on.
        await self._jobs.sync_account(account.id)
        return Confirmed(confirmed, calendar)

    async def _confirmed_by_another(self, booking: Booking, calendar: Calendar, event: WrittenEvent) -> Outcome:
        """The row moved while the event was written: settled by a job, or given up as this process was too slow.

        The event stands, so that the booking does too, whatever was thought of it.
        """
        current = await self._bookings.get(booking.host, booking.id)
        if current is not None and current.state is BookingState.RELEASED:
            with contextlib.suppress(VersionConflict):
                current = await self._bookings.advance(
                    current, BookingState.CONFIRMED, now=self._clock.now(), event=event
                )
        if current is None or current.state is not BookingState.CONFIRMED:
            log.error("an event stands without its booking", extra=_ids(booking))
            current = replace(current or booking, event=event)
        return Confirmed(current, calendar)

    # When a step says no

    async def _taken(self, profile: Profile, draft: BookingDraft) -> Outcome:
        slot = draft.interval
        read = await self._live.read(profile, with_alternatives(slot, profile, self._clock.now()))
        availability = read.availability()
        return SlotJustTaken(slot, availability.check(slot).reasons, alternatives_to(slot, availability))

    async def _pend(self, booking: Booking) -> Outcome:
        """The write's outcome is unknown: ask for a look soon; the row is due by itself if that cannot be stored."""
        now = self._clock.now()
        with contextlib.suppress(StoreError):
            booking = await self._bookings.advance(
                booking, BookingState.PENDING, now=now, settle_at=now + self._times.settle_after
            )
            await self._jobs.settle_booking(booking.id, delay=self._times.settle_after)
        return Pending(booking)

    async def _refused(self, booking: Booking, failure: ReadFailure) -> Outcome:
        """The calendar said no before anything was written."""
        booking = await self._release(booking)
        if failure in TARGET_PROBLEMS:
            target = booking.draft.target
            return TargetUnavailable(TARGET_PROBLEMS[failure], target, self._live.name_of(target))
        kind = {
            ReadFailure.THROTTLED: FailureKind.THROTTLED,
            ReadFailure.UNAVAILABLE: FailureKind.UNAVAILABLE,
            ReadFailure.TIMED_OUT: FailureKind.UNAVAILABLE,
        }.get(failure, FailureKind.REFUSED)
        return Failed(kind, booking, failure)

    async def _release(self, booking: Booking) -> Booking:
        """Give the time back; where the store does not take it, the row's expiry does."""
        try:
            return await self._bookings.advance(booking, BookingState.RELEASED, now=self._clock.now())
        except StoreError:
            log.warning("booking not released", extra=_ids(booking))
            return booking

    # The same key again

    async def _attempts(self, host: PersonId, key: str) -> tuple[Booking | None, str | None, list[Booking]]:
        """The latest booking made under ``key``, the key of a further attempt (None after too many), and the earlier
        ones of which nobody could tell whether they were written."""
        latest: Booking | None = None
        unproved: list[Booking] = []
        for number in range(1, MOST_ATTEMPTS + 1):
            attempt = key if number == 1 else f"{key}~{number}"
            booking = await self._bookings.by_key(host, attempt)
            if booking is None:
                return latest, attempt, unproved
            if booking.state is not BookingState.RELEASED:
                return booking, None, unproved
            if not booking.is_proved:
                unproved.append(booking)
            latest = booking
        return latest, None, unproved

    async def _written_before(self, profile: Profile, unproved: list[Booking]) -> Outcome | None:
        """An event of an earlier attempt that was given up turns up here, or is proved absent (None), or neither."""
        for booking in unproved:
            try:
                home = await at_home(booking, profile.accounts, self._calendars)
                event = await look_up(*home, self._calendars) if home else None
            except (CalendarError, IdentityError) as error:
                return Failed(FailureKind.UNPROVED, booking, failure_of(error))
            if home is None:
                return Failed(FailureKind.UNPROVED, booking)
            if event is not None:
                with contextlib.suppress(VersionConflict):
                    booking = await self._bookings.advance(
                        booking, BookingState.CONFIRMED, now=self._clock.now(), event=event
                    )
                return Confirmed(replace(booking, event=event), self._live.name_of(home[1].draft.target), repeated=True)
        return None

    async def _await_end(self, booking: Booking) -> Booking:
        """Wait briefly for a booking that another request is making; an expired reservation is settled here."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._times.wait.total_seconds()
        while booking.state in {BookingState.RESERVED, BookingState.PENDING}:
            expired = booking.expires_at is not None and booking.expires_at <= self._clock.now()
            if expired:
                return (await self._settler.settle(booking)).booking
            if loop.time() >= deadline:
                break
            await asyncio.sleep(self._times.poll.total_seconds())
            booking = await self._bookings.get(booking.host, booking.id) or booking
        return booking

    def _outcome_of(self, booking: Booking) -> Made:
        return outcome_of(booking, self._live.name_of(booking.draft.target))


def _ids(booking: Booking) -> dict[str, str | int]:
    return {"booking_id": str(booking.id), "person_id": booking.host}

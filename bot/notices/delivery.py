"""From a row to a message: at least once, in order a recipient, and never a storm.

A notice is claimed with a lease (*sending*), rendered, posted, recorded (*sent*). Whoever dies in between leaves a row
that is sent again after its lease. It is doubled only where the former attempt had been taken by Teams and that was not
recorded any more, which Teams' API leaves open: it takes no key that would tell a repetition.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol

from bot.conversation import Card, SentMessage
from bot.errors import ChannelBlocked, ChannelError, ChannelUnavailable, ConversationGone, StoreError
from bot.model import PersonId
from bot.notices.notice import Notice, NoticeState
from bot.notices.reaching import Reaching
from bot.ports import Channel, Clock, Notices, People, PreferencesStore, Renderer

log = logging.getLogger(__name__)

UNKNOWN_OUTCOME = "unknown_outcome"
MUTED = "muted"
NOTHING_TO_TELL = "nothing_to_tell"
NOT_RENDERED = "not_rendered"


class NoticeOutcome(StrEnum):
    """What is counted. ``RESENT``: a former attempt left no record. ``MAYBE_DOUBLED``: it may have been taken."""

    SENT = "sent"
    RESENT = "resent"
    MAYBE_DOUBLED = "maybe_doubled"
    LATER = "later"
    PARKED = "parked"
    DROPPED = "dropped"


class NoticeCounts(Protocol):
    def notice(self, outcome: str) -> None:
        """Count one step of one notice."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """``post`` bounds one message with everything the channel does for it; below half of ``lease``, so that the lease
    of a claim that was just checked outlasts it.

    Between tries the wait doubles from ``first_wait`` to ``longest_wait``; a notice older than ``give_up`` that was
    tried ``least_tries`` times since it last became due anew is parked.

    Raises:
        ValueError: a post may outlast its lease.
    """

    lease: timedelta = timedelta(seconds=60)
    post: timedelta = timedelta(seconds=25)
    record_again: timedelta = timedelta(seconds=1)
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=1)
    give_up: timedelta = timedelta(hours=24)
    least_tries: int = 10

    def __post_init__(self) -> None:
        if self.post * 2 >= self.lease:
            raise ValueError("a post must end in less than half of its lease")


class _Then(Enum):
    """What comes after one notice: the next one, none for now, or the same end for all that wait."""

    GO_ON = "go on"
    STOP = "stop"
    PARK_ALL = "park all"


@dataclass(frozen=True, slots=True)
class _Step:
    then: _Then
    was_sent: bool = False
    reason: str = ""


_SENT = _Step(_Then.GO_ON, was_sent=True)
_GO_ON = _Step(_Then.GO_ON)
_STOP = _Step(_Then.STOP)


class Deliverer:
    """Sends what people are to be told. May run any number of times and in any number of processes at once."""

    def __init__(
        self,
        notices: Notices,
        people: People,
        preferences: PreferencesStore,
        channel: Channel,
        renderer: Renderer,
        clock: Clock,
        *,
        times: DeliveryTimes | None = None,
        counts: NoticeCounts | None = None,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._notices = notices
        self._preferences = preferences
        self._reaching = Reaching(people, channel)
        self._renderer = renderer
        self._clock = clock
        self._times = times or DeliveryTimes()
        self._counts = counts
        self._jitter = jitter
        self._sleep = sleep

    async def deliver_due(self, limit: int = 100) -> int:
        """Send to everybody with something due; how many notices went out. Raises StoreError only for the list."""
        sent = 0
        for person_id in await self._notices.due(self._clock.now(), limit):
            try:
                sent += await self.deliver(person_id)
            except Exception:  # one person's trouble holds up nobody else; the rows stay due
                log.exception("notices not delivered", extra={"person_id": person_id})
        return sent

    async def deliver(self, person_id: PersonId) -> int:
        """Send what is due to this person, the oldest first; how many went out. Raises StoreError."""
        sent, parked_as = 0, ""
        while True:
            now = self._clock.now()
            lease_until = now + self._times.lease
            notice = await self._notices.claim(person_id, now, lease_until)
            if notice is None:
                return sent
            if parked_as:
                # Who could not be reached a moment ago is not tried again with the next one.
                await self._park(notice, parked_as)
                continue
            self._count_repetition(notice)
            step = await self._attempt(notice, lease_until)
            sent += step.was_sent
            if step.then is _Then.STOP:
                return sent
            if step.then is _Then.PARK_ALL:
                parked_as = step.reason

    async def _attempt(self, notice: Notice, lease_until: datetime) -> _Step:
        topic = notice.kind.topic
        if topic is not None and topic in (await self._preferences.load(notice.recipient)).muted:
            return await self._drop(notice, MUTED)
        try:
            card = await self._renderer.notice(notice, self._clock.now())
        except StoreError:
            raise
        except Exception:
            # A notice that cannot be made is a defect of ours; it must not hold up the others for a day.
            log.exception("a notice could not be rendered", extra=_ids(notice))
            await self._park(notice, NOT_RENDERED)
            return _GO_ON
        if card is None:
            return await self._drop(notice, NOTHING_TO_TELL)
        return await self._post(notice, card, lease_until)

    async def _post(self, notice: Notice, card: Card, lease_until: datetime) -> _Step:
        if self._clock.now() + self._times.post >= lease_until:
            # Too late: another may hold it any moment. The row is found again once its lease is over.
            log.warning("a lease ran out before the post", extra=_ids(notice))
            return _STOP
        try:
            async with asyncio.timeout(self._times.post.total_seconds()):
                message = await self._reaching.send(notice.recipient, card)
        except TimeoutError:
            return await self._unknown(notice, lease_until, None)
        except ChannelBlocked as error:
            reason = error.code or str(error.status or "blocked")
            await self._park(notice, reason)
            return _Step(_Then.PARK_ALL, reason=reason)
        except ChannelUnavailable as error:
            if error.outcome_unknown:
                return await self._unknown(notice, lease_until, error)
            return await self._later(notice, error.code or str(error.status), error.retry_after)
        except ChannelError as error:
            log.error("Teams refused a notice", extra=_ids(notice) | {"status": error.status, "code": error.code})
            reason = error.code or str(error.status or type(error).__name__)
            await self._park(notice, reason)
            return _Step(_Then.PARK_ALL, reason=reason) if isinstance(error, ConversationGone) else _GO_ON
        return await self._record(notice, message, lease_until)

    async def _record(self, notice: Notice, message: SentMessage, lease_until: datetime) -> _Step:
        """Write down at any price what Teams took: until then the notice would be sent again."""
        tried_before = False
        while True:
            now = self._clock.now()
            try:
                is_ours = await self._notices.sent(notice, message.message_id, now)
                if not is_ours and tried_before:
                    # An earlier try may have been written although its answer was lost.
                    is_ours = await self._is_recorded(notice, message)
                break
            except StoreError:
                if now + self._times.record_again >= lease_until:
                    raise
                tried_before = True
                await self._sleep(self._times.record_again.total_seconds())
        self._count(NoticeOutcome.SENT)
        if not is_ours:
            log.warning("a notice was taken over while it was sent", extra=_ids(notice))
            self._count(NoticeOutcome.MAYBE_DOUBLED)
            return _Step(_Then.STOP, was_sent=True)
        log.info("notice sent", extra=_ids(notice) | {"attempts": notice.attempts})
        return _SENT

    async def _is_recorded(self, notice: Notice, message: SentMessage) -> bool:
        row = await self._notices.get(notice.recipient, notice.id)
        is_sent = row is not None and row.state is NoticeState.SENT
        return is_sent and row is not None and row.message_id == message.message_id

    async def _unknown(self, notice: Notice, lease_until: datetime, error: ChannelUnavailable | None) -> _Step:
        """Teams may have taken it. Lost would be worse than twice, so that it is sent again, after its lease."""
        code = error.code if error else ""
        log.warning("nobody knows whether a notice was taken", extra=_ids(notice) | {"code": code})
        left = lease_until - self._clock.now()
        asked = error.retry_after if error else None
        return await self._later(notice, UNKNOWN_OUTCOME, max(left, asked or timedelta(0)))

    async def _later(self, notice: Notice, reason: str, asked: timedelta | None) -> _Step:
        now = self._clock.now()
        if now - notice.created_at >= self._times.give_up and notice.attempts >= self._times.least_tries:
            log.error("a notice is given up until its recipient shows up", extra=_ids(notice) | {"reason": reason})
            await self._park(notice, reason)
            return _Step(_Then.PARK_ALL, reason=reason)
        await self._notices.later(notice, now + self._wait(notice.attempts, asked), reason)
        self._count(NoticeOutcome.LATER)
        return _STOP

    def _wait(self, attempts: int, asked: timedelta | None) -> timedelta:
        """Never sooner than was asked for; the jitter keeps people whom one outage held up apart."""
        doubled: timedelta = self._times.first_wait * 2 ** min(max(attempts - 1, 0), 20)
        backoff: timedelta = min(doubled, self._times.longest_wait) * (0.5 + self._jitter() / 2)
        return backoff if asked is None else max(backoff, asked + backoff / 10)

    async def _park(self, notice: Notice, reason: str) -> None:
        await self._notices.park(notice, reason)
        log.info("notice parked", extra=_ids(notice) | {"reason": reason})
        self._count(NoticeOutcome.PARKED)

    async def _drop(self, notice: Notice, reason: str) -> _Step:
        await self._notices.drop(notice, reason)
        self._count(NoticeOutcome.DROPPED)
        return _GO_ON

    def _count_repetition(self, notice: Notice) -> None:
        """A claim that ended without a word (a crash), or with *unknown*, may have been taken by Teams."""
        if notice.attempts > 1 and notice.reason in {"", UNKNOWN_OUTCOME}:
            self._count(NoticeOutcome.RESENT)
            self._count(NoticeOutcome.MAYBE_DOUBLED)

    def _count(self, outcome: NoticeOutcome) -> None:
        if self._counts:
            self._counts.notice(outcome)


def _ids(notice: Notice) -> dict[str, object]:
    return {"notice_id": notice.id, "person_id": notice.recipient, "kind": notice.kind.value}

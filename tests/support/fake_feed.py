"""An in-memory feed of what happens in the fake mailboxes: subscriptions, changes, surveys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.calendar_sync.watch import Changes, Hint, Lifecycle, Subscribed, Survey
from bot.errors import CalendarError, DeltaExpired, DeltaRefused, SubscriptionRefused
from bot.model import Account, AccountId, CalendarRef, Interval, ReadFailure
from tests.support.fake_calendars import FakeCalendars

LONGEST = timedelta(minutes=10_080)


@dataclass(frozen=True, slots=True)
class FakeSubscription:
    account_id: AccountId
    calendar: CalendarRef
    client_state: str
    answered: Subscribed


class FakeFeed:
    """Its steps for ``Faults``: ``subscribe``, ``renew``, ``unsubscribe``, ``subscriptions``, ``changes``, ``survey``.

    ``live`` are the subscriptions by id. ``no_subscription``, ``no_delta``: calendars that refuse theirs.
    ``false_removals``: ids that the next ``changes`` of any calendar tells besides (Graph says ``@removed`` of what
    only left the window). What Graph would post to the bot is what :meth:`hints` gives, for the test to bring.
    """

    def __init__(self, calendars: FakeCalendars) -> None:
        self._calendars = calendars
        self.faults = calendars.faults
        self.live: dict[str, FakeSubscription] = {}
        self.no_subscription: set[CalendarRef] = set()
        self.no_delta: set[CalendarRef] = set()
        self.false_removals: set[str] = set()
        self.rounds: list[CalendarRef] = []
        self.calls: list[str] = []
        self._made = 0
        self._told = 0
        self._age = 1

    # What tests arrange

    def hints(self) -> list[Hint]:
        """Notifications about all that happened since the last call, one for each event and subscription."""
        news = self._calendars.touched[self._told :]
        self._told = len(self._calendars.touched)
        return [
            Hint(one.client_state, one.answered.id, event_id)
            for ref, event_id in dict.fromkeys(news)
            for one in self.live.values()
            if one.calendar == ref
        ]

    def lose_notifications(self) -> None:
        self._told = len(self._calendars.touched)

    def lifecycle(self, event: Lifecycle) -> list[Hint]:
        """Such a message for every subscription; *removed* ends them."""
        told = [Hint(one.client_state, one.answered.id, lifecycle=event) for one in self.live.values()]
        if event is Lifecycle.REMOVED:
            self.live.clear()
        return told

    def expire_links(self) -> None:
        """Every delta link that was given out is worth nothing any more."""
        self._age += 1

    # The port

    async def subscribe(
        self, account: Account, calendar: CalendarRef, client_state: str, until: datetime
    ) -> Subscribed:
        await self._enter("subscribe")
        listed = {one.ref: one for one in self._calendars.calendars[account.id]}
        if calendar not in listed:
            raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")
        if calendar in self.no_subscription or listed[calendar].is_shared:
            raise SubscriptionRefused(ReadFailure.FORBIDDEN, 403, "ErrorAccessDenied")
        self._made += 1
        made = Subscribed(f"subscription-{self._made}", until, f"me/calendars/{calendar.calendar_id}/events")
        self.live[made.id] = FakeSubscription(account.id, calendar, client_state, made)
        self.faults.leave("subscribe")
        return made

    async def renew(self, account: Account, subscription_id: str, until: datetime) -> Subscribed:
        await self._enter("renew")
        known = self.live.get(subscription_id)
        if known is None or known.account_id != account.id:
            raise CalendarError(ReadFailure.NOT_FOUND, 404, "ResourceNotFound")
        renewed = replace(known.answered, expires_at=until)
        self.live[subscription_id] = replace(known, answered=renewed)
        return renewed

    async def unsubscribe(self, account: Account, subscription_id: str) -> None:
        await self._enter("unsubscribe")
        self.live.pop(subscription_id, None)

    async def subscriptions(self, account: Account) -> Sequence[Subscribed]:
        await self._enter("subscriptions")
        return tuple(one.answered for one in self.live.values() if one.account_id == account.id)

    async def changes(self, account: Account, calendar: CalendarRef, window: Interval, link: str | None) -> Changes:
        await self._enter("changes")
        self._must_be_there(account, calendar)
        if calendar in self.no_delta:
            raise DeltaRefused(ReadFailure.UNAVAILABLE, 400, "ErrorInvalidRequest")
        log = self._calendars.touched
        if link is None:
            self.rounds.append(calendar)
            touched = frozenset(await self._standing_in(calendar, window))
        else:
            age, start = (int(part) for part in link.rsplit("/", 2)[1:])
            if age != self._age:
                raise DeltaExpired(ReadFailure.NOT_FOUND, 410, "syncStateNotFound")
            touched = frozenset(event_id for ref, event_id in log[start:] if ref == calendar)
        told, self.false_removals = touched | self.false_removals, set()
        return Changes(told, f"https://graph.example/delta/{self._age}/{len(log)}")

    async def survey(self, account: Account, calendar: CalendarRef, window: Interval) -> Survey:
        await self._enter("survey")
        self._must_be_there(account, calendar)
        return await self._standing_in(calendar, window)

    async def _enter(self, step: str) -> None:
        self.calls.append(step)
        await self.faults.enter(step)

    async def _standing_in(self, calendar: CalendarRef, window: Interval) -> Survey:
        return {
            event.event_id: self._calendars.standing_now(ref, event, written)
            for ref, event, written in self._calendars.events.values()
            if ref == calendar and event.interval.overlaps(window)
        }

    def _must_be_there(self, account: Account, calendar: CalendarRef) -> None:
        if failure := self._calendars.read_failures.get(calendar):
            raise CalendarError(failure)
        if calendar not in {one.ref for one in self._calendars.calendars[account.id]}:
            raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")

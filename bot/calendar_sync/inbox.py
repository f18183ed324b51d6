"""Where notifications come in: believed by their secret, stored as due times, and somebody woken up.

A notification says only *look*: what became of an event is read from Outlook by whoever attends to the mailbox.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.calendar_sync.watch import Hint, Lifecycle, Watch
from bot.errors import StoreError
from bot.model import AccountId
from bot.ports import Bookings, Clock, Jobs, Watches

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """``hints`` that were brought, how many of them were ``known``, and the accounts with something to look at."""

    hints: int
    known: int
    accounts: frozenset[AccountId] = frozenset()


@dataclass(slots=True)
class _News:
    """What one body says of one watch."""

    watch: Watch
    event_ids: set[str] = field(default_factory=set)
    lifecycle: set[Lifecycle] = field(default_factory=set)
    is_vague: bool = False


class Inbox:
    """``store`` takes a few statements however many hints there are: one for all secrets, one for all events."""

    def __init__(self, watches: Watches, bookings: Bookings, jobs: Jobs, clock: Clock) -> None:
        self._watches = watches
        self._bookings = bookings
        self._jobs = jobs
        self._clock = clock

    async def receive(self, hints: Sequence[Hint]) -> Received:
        """Store what is to be looked at, and wake whoever looks. Raises StoreError as :meth:`store`."""
        received = await self.store(hints)
        for account_id in sorted(received.accounts):
            await self.wake(account_id)
        return received

    async def store(self, hints: Sequence[Hint]) -> Received:
        """Store what is to be looked at; what nobody expects is dropped.

        Raises StoreError where something was not stored; all of it may be brought again then.
        """
        watches = await self._watches.by_states({one.client_state for one in hints}) if hints else {}
        trusted = [
            (watch, one) for one in hints if (watch := watches.get(one.client_state)) is not None and _is_of(one, watch)
        ]
        found = await self._stored(_news(trusted))
        received = Received(len(hints), len(trusted), frozenset(found))
        if received.known < received.hints:
            log.info("notifications nobody expects", extra={"count": received.hints - received.known})
        return received

    async def _stored(self, news: Sequence[_News]) -> set[AccountId]:
        """The accounts of which something is due by this."""
        now, found = self._clock.now(), set[AccountId]()
        event_ids: dict[AccountId, set[str]] = defaultdict(set)
        for one in news:
            event_ids[one.watch.account_id] |= one.event_ids
            if one.lifecycle or one.is_vague:
                await self._watches.hurry(
                    one.watch,
                    now,
                    renew=Lifecycle.REAUTHORIZE in one.lifecycle,
                    reset=Lifecycle.REMOVED in one.lifecycle,
                )
                found.add(one.watch.account_id)
        if named := {account_id: ids for account_id, ids in event_ids.items() if ids}:
            found |= await self._bookings.hint_all(named, now)
        return found

    async def wake(self, account_id: AccountId) -> None:
        """Have the account attended to; where that fails nothing is lost: the due times are stored, and the sweep
        finds them."""
        try:
            await self._jobs.sync_account(account_id)
        except StoreError:
            log.warning("nobody could be woken up", extra={"account_id": account_id})


def _is_of(hint: Hint, watch: Watch) -> bool:
    """Whether it speaks of the watch's present subscription; any, while Graph has not answered which that is."""
    known = watch.subscription_id
    return known is None or known.casefold() == hint.subscription_id.casefold()


def _news(trusted: Sequence[tuple[Watch, Hint]]) -> list[_News]:
    """Grouped by calendar."""
    found: dict[object, _News] = {}
    for watch, hint in trusted:
        news = found.setdefault(watch.calendar, _News(watch))
        if hint.lifecycle is not None:
            news.lifecycle.add(hint.lifecycle)
        elif hint.event_id:
            news.event_ids.add(hint.event_id)
        else:
            # Something in this calendar, and nobody says what.
            news.is_vague = True
    return list(found.values())

"""What this process and the store remember of mailboxes; read rarely, written only where something differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.mailboxes.memory import KnownMailbox, Sight, is_worth_keeping, learn
from bot.model import AccountId, Calendar, CalendarRef, Preferences
from bot.ports import Clock, Mailboxes

ZONE_ASKED_EVERY = timedelta(hours=6)
"""How often a mailbox is asked for its zone although the settings leave nothing open."""
_REMEMBERED = 2_000
_ROUNDS = 4


class MailboxMemory:
    """Names, zones and health of mailboxes. Raises StoreError.

    Another process may know better than this one: every change is made on the stored version, and what it was is
    asked again where that was not the one known here.
    """

    def __init__(self, mailboxes: Mailboxes, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._clock = clock
        self._known: dict[AccountId, KnownMailbox] = {}

    async def known(self, account_ids: Collection[AccountId]) -> dict[AccountId, KnownMailbox]:
        """What is remembered of each of these accounts; the store is asked for those that are new to this process."""
        if missing := [one for one in account_ids if one not in self._known]:
            await self._load(missing)
        return {one: self._known.get(one, KnownMailbox(one)) for one in account_ids}

    def calendar(self, ref: CalendarRef) -> Calendar:
        """The calendar as it was last listed, to name it; a nameless one where that is not known here."""
        known = self._known.get(ref.account_id)
        found = known.find(ref) if known else None
        return found.calendar if found else Calendar(ref, name="", can_edit=False)

    async def learn(self, seen: Sequence[Sight], preferences: Preferences | None) -> None:
        """Keep what was seen, and leave the news in it; without preferences nobody can say what is news."""
        # The rare and weighty facts are held against what the store knows, whatever this process saw last.
        if weighty := [one.account_id for one in seen if one.is_broken or one.gone]:
            await self._load(weighty)
        for sight in seen:
            await self._learn(sight, preferences)

    async def claim_zone(self, account_id: AccountId) -> bool:
        """Whether the mailbox shall be asked for its zone now: true for one caller in ``ZONE_ASKED_EVERY``."""
        now = self._clock.now()
        known = (await self.known([account_id]))[account_id]
        if known.zone_due_at is not None and known.zone_due_at > now:
            return False
        kept = await self._mailboxes.keep(replace(known, zone_due_at=now + ZONE_ASKED_EVERY))
        if kept is None:
            await self._load([account_id])
            return False
        self._remember(kept)
        return True

    async def _learn(self, sight: Sight, preferences: Preferences | None) -> None:
        chosen = preferences.conflict_calendars if preferences else frozenset()
        target = preferences.target if preferences else None
        for _ in range(_ROUNDS):
            known = (await self.known([sight.account_id]))[sight.account_id]
            if preferences is None and known.calendars is not None:
                # What differs from the known names may be news to somebody, and must not be learnt in silence.
                return
            after, news = learn(known, sight, self._clock.now(), chosen=chosen, target=target)
            if not is_worth_keeping(known, after):
                return
            if kept := await self._mailboxes.keep(after, news):
                self._remember(kept)
                return
            await self._load([sight.account_id])

    async def _load(self, account_ids: Collection[AccountId]) -> None:
        stored = await self._mailboxes.known(account_ids)
        for account_id in account_ids:
            self._remember(stored.get(account_id, KnownMailbox(account_id)))

    def _remember(self, known: KnownMailbox) -> None:
        self._known.pop(known.account_id, None)
        self._known[known.account_id] = known
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

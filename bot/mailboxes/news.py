"""What a person is told once about the connected mailboxes: calendars that went, came or changed, zones, sign-ins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.civil import find_zone, same_clock
from bot.mailboxes.memory import Fact, FactKind
from bot.model import Account, CalendarRef, Person, Preferences
from bot.ports import Accounts, Clock, Mailboxes, PreferencesStore

_OF_CALENDARS = frozenset({FactKind.GONE, FactKind.BACK, FactKind.RENAMED})


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news, as it stands now.

    ``is_conflict`` and ``is_target`` say what the calendar is to the person. A zone is ``followed`` where the person
    set none, so that all times are in it now.
    """

    fact: Fact
    account: Account
    is_conflict: bool = False
    is_target: bool = False
    followed: bool = False

    @property
    def calendar(self) -> CalendarRef:
        return self.fact.calendar


class News:
    def __init__(self, mailboxes: Mailboxes, accounts: Accounts, preferences: PreferencesStore, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._accounts = accounts
        self._preferences = preferences
        self._clock = clock

    async def take(self, person: Person) -> tuple[Item, ...]:
        """What the person was not told yet and what still matters: for exactly one caller. Raises StoreError."""
        facts = united(await self._mailboxes.take_news(person.id))
        if not facts:
            return ()
        accounts = {one.id: one for one in await self._accounts.of(person.id)}
        preferences = await self._preferences.load(person.id)
        items = (
            self._item(fact, accounts[fact.account_id], preferences) for fact in facts if fact.account_id in accounts
        )
        return tuple(item for item in items if item is not None)

    def _item(self, fact: Fact, account: Account, preferences: Preferences) -> Item | None:
        if fact.kind is FactKind.RECONNECT:
            return Item(fact, account)
        if fact.kind is FactKind.ZONE:
            said, chosen = find_zone(fact.after), find_zone(preferences.zone)
            if said is None or (chosen is not None and same_clock(said, chosen, self._clock.now())):
                return None
            return Item(fact, account, followed=chosen is None)
        is_conflict = fact.calendar in preferences.conflict_calendars
        is_target = fact.calendar == preferences.target
        return Item(fact, account, is_conflict, is_target) if is_conflict or is_target else None


def united(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts as one would tell them: of several about one thing what they come to, and nothing that was undone."""
    kept: list[Fact] = []
    for fact in facts:
        same = next((one for one in kept if _about(one) == _about(fact)), None)
        if same is None:
            kept.append(fact)
            continue
        merged = _merged(same, fact)
        kept = [one for one in kept if one != same]
        if merged is not None:
            kept.append(merged)
    return tuple(kept)


def _about(fact: Fact) -> Sequence[object]:
    kind = "calendar" if fact.kind in _OF_CALENDARS else fact.kind
    return (fact.account_id, fact.calendar_id, kind)


def _merged(first: Fact, then: Fact) -> Fact | None:
    kinds = (first.kind, then.kind)
    if kinds == (FactKind.GONE, FactKind.BACK):
        renamed = replace(then, kind=FactKind.RENAMED, before=first.before)
        return renamed if renamed.before != renamed.after else None
    if then.kind is FactKind.RENAMED and first.kind is FactKind.BACK:
        return replace(first, after=then.after)
    merged = replace(then, before=first.before)
    undone = then.kind in {FactKind.RENAMED, FactKind.ZONE} and merged.before == merged.after
    return None if undone else merged

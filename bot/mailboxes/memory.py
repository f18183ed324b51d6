"""What mailboxes last said of themselves, and what of that is news to their person.

Kept are the names of calendars, the mailbox's zone and whether the sign-in holds; never an event. News are facts that
differ from what was kept: whoever replaces the kept version leaves them, so that each is left once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.civil import find_zone, same_clock
from bot.model import AccountId, Calendar, CalendarRef


class FactKind(StrEnum):
    """``GONE``, ``BACK`` and ``RENAMED`` are said of chosen calendars, ``READ_ONLY`` of the target."""

    GONE = "gone"
    BACK = "back"
    RENAMED = "renamed"
    READ_ONLY = "read_only"
    ZONE = "zone"
    RECONNECT = "reconnect"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something new about an account; ``before`` and ``after`` are names, of the calendar or (IANA) of the zone."""

    kind: FactKind
    account_id: AccountId
    calendar_id: str = ""
    before: str = ""
    after: str = ""

    @property
    def calendar(self) -> CalendarRef:
        return CalendarRef(self.account_id, self.calendar_id)


@dataclass(frozen=True, slots=True)
class KnownCalendar:
    """A calendar as it was last listed; ``is_gone`` once it was proved not to exist any more."""

    calendar: Calendar
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class KnownMailbox:
    """``version`` counts changes (0: nothing is kept yet); ``calendars`` is None until they were listed once.

    ``zone`` is an IANA name, to be asked for again at ``zone_due_at``. ``is_broken``: the sign-in was last refused.
    """

    account_id: AccountId
    version: int = 0
    calendars: tuple[KnownCalendar, ...] | None = None
    zone: str | None = None
    zone_due_at: datetime | None = None
    is_broken: bool = False

    def find(self, ref: CalendarRef) -> KnownCalendar | None:
        return next((one for one in self.calendars or () if one.calendar.ref == ref), None)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one pass saw of an account.

    ``calendars`` is None where they could not be listed, ``gone`` are chosen ones proved not to exist. ``zone`` is what
    the mailbox said (None: nothing). ``is_broken`` is None where that cannot be told.
    """

    account_id: AccountId
    calendars: tuple[Calendar, ...] | None = None
    gone: frozenset[CalendarRef] = frozenset()
    zone: str | None = None
    is_broken: bool | None = None


def learn(
    known: KnownMailbox,
    seen: Sight,
    now: datetime,
    *,
    chosen: Collection[CalendarRef] = (),
    target: CalendarRef | None = None,
) -> tuple[KnownMailbox, tuple[Fact, ...]]:
    """What is to be kept after ``seen``, and the news in it for a person who ``chosen`` and ``target`` matter to."""
    after, news = known, list[Fact]()
    if seen.calendars is not None:
        mine = frozenset(ref for ref in (*chosen, *([target] if target else [])) if ref.account_id == known.account_id)
        calendars = tuple(_kept(known, seen.calendars, seen.gone, mine))
        news += _calendar_news(known, calendars, mine, target)
        after = replace(after, calendars=calendars)
    if zone := find_zone(seen.zone):
        old = find_zone(known.zone)
        if old is not None and not same_clock(old, zone, now):
            news.append(Fact(FactKind.ZONE, known.account_id, before=old.key, after=zone.key))
        after = replace(after, zone=zone.key)
    if seen.is_broken is not None:
        if seen.is_broken and not known.is_broken:
            news.append(Fact(FactKind.RECONNECT, known.account_id))
        after = replace(after, is_broken=seen.is_broken)
    return after, tuple(news)


def _kept(
    known: KnownMailbox, listed: Iterable[Calendar], gone: Collection[CalendarRef], mine: Collection[CalendarRef]
) -> Iterator[KnownCalendar]:
    """What is listed now, and the chosen ones that are not: a list may lack what exists, as of shared calendars."""
    now = {calendar.ref: calendar for calendar in listed}
    for ref in sorted(mine - now.keys()):
        before = known.find(ref)
        if before is not None and not before.is_gone and ref not in gone:
            yield before
        elif before is not None or ref in gone:
            nameless = Calendar(ref, name="", can_edit=False)
            yield KnownCalendar(before.calendar if before else nameless, is_gone=True)
    yield from (KnownCalendar(calendar) for calendar in now.values())


def _calendar_news(
    known: KnownMailbox,
    calendars: Sequence[KnownCalendar],
    mine: Collection[CalendarRef],
    target: CalendarRef | None,
) -> Iterator[Fact]:
    for one in calendars:
        ref, name = one.calendar.ref, one.calendar.name
        if ref not in mine:
            continue
        before = known.find(ref)
        told_gone = before is not None and before.is_gone

        def fact(kind: FactKind, old: str = "", new: str = name, ref: CalendarRef = ref) -> Fact:
            return Fact(kind, ref.account_id, ref.calendar_id, old, new)

        if one.is_gone:
            if not told_gone:
                yield fact(FactKind.GONE, name, "")
            continue
        if before is None:
            continue
        if told_gone:
            yield fact(FactKind.BACK, before.calendar.name)
        elif before.calendar.name != name:
            yield fact(FactKind.RENAMED, before.calendar.name)
        if ref == target and before.calendar.can_be_target and not one.calendar.can_be_target:
            yield fact(FactKind.READ_ONLY, before.calendar.name)


def is_worth_keeping(before: KnownMailbox, after: KnownMailbox) -> bool:
    """Whether anything differs that is kept."""
    return replace(after, version=before.version) != before

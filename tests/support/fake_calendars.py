"""In-memory mailboxes: calendars, busy blocks and the events that the bot wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.errors import CalendarError
from bot.model import (
    Account,
    AccountId,
    Booking,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    DaySpan,
    EventDetails,
    Interval,
    InviteeAnswer,
    MailboxSettings,
    ReadFailure,
    ShowAs,
    Standing,
    WrittenEvent,
)
from tests.support.fake_faults import Faults

_MARGIN = timedelta(days=2)


class FakeCalendars:
    """Its steps for ``Faults``: ``list``, ``read``, ``settings``, ``write``, ``find``, ``read_back``, ``standing``,
    ``move`` and ``cancel``. ``mails`` is what invitees were sent: ``moved`` or the message of a cancellation.

    ``touched`` is the log of what happened to events, by which :class:`FakeFeed` tells changes.

    ``list_failures`` and ``read_failures`` make one account's list or one calendar fail until they are removed.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.calendars: dict[AccountId, list[Calendar]] = defaultdict(list)
        self.blocks: dict[CalendarRef, list[BusyBlock]] = defaultdict(list)
        self.settings: dict[AccountId, MailboxSettings] = {}
        self.list_failures: dict[AccountId, ReadFailure] = {}
        self.read_failures: dict[CalendarRef, ReadFailure] = {}
        self.events: dict[str, tuple[CalendarRef, WrittenEvent, Booking]] = {}
        self.windows_read: list[tuple[CalendarRef, Interval]] = []
        self.settings_read: list[AccountId] = []
        self.mails: list[str] = []
        self.foreign: set[str] = set()
        self.series: set[str] = set()
        self.cancelled: set[str] = set()
        self.declined: set[str] = set()
        self.answers: dict[str, dict[str, InviteeAnswer]] = defaultdict(dict)
        self.uninvited: dict[str, set[str]] = defaultdict(set)
        self.touched: list[tuple[CalendarRef, str]] = []
        self._etags: dict[str, int] = defaultdict(int)
        self._made = 0
        self.faults = faults or Faults()

    # What tests arrange

    def add(
        self,
        account: Account,
        name: str,
        *,
        is_default: bool = False,
        can_edit: bool = True,
        needs_permission: bool = False,
        offers_teams_link: bool = True,
        owner_address: str = "",
    ) -> Calendar:
        """``owner_address``, of another: the calendar is shared with the account."""
        calendar = Calendar(
            CalendarRef(account.id, f"id-{account.id}-{name}"),
            name,
            owner_address=owner_address or account.username,
            is_shared=bool(owner_address) and owner_address != account.username,
            is_default=is_default,
            can_edit=can_edit,
            needs_permission=needs_permission,
            offers_teams_link=offers_teams_link,
        )
        self.calendars[account.id].append(calendar)
        return calendar

    def change(self, calendar: Calendar, **fields: object) -> Calendar:
        changed = replace(calendar, **fields)  # type: ignore[arg-type]
        own = self.calendars[calendar.ref.account_id]
        own[own.index(calendar)] = changed
        return changed

    def remove(self, calendar: Calendar) -> None:
        self.calendars[calendar.ref.account_id].remove(calendar)

    def occupy(
        self, calendar: Calendar, start: datetime, end: datetime, status: ShowAs = ShowAs.BUSY, **fields: object
    ) -> BusyBlock:
        block = BusyBlock(calendar.ref, Interval(start, end), status)
        block = replace(block, **fields)  # type: ignore[arg-type]
        self.blocks[calendar.ref].append(block)
        return block

    def occupy_days(
        self, calendar: Calendar, first: date, end: date, status: ShowAs = ShowAs.BUSY, **fields: object
    ) -> BusyBlock:
        block = replace(BusyBlock(calendar.ref, DaySpan(first, end), status), **fields)  # type: ignore[arg-type]
        self.blocks[calendar.ref].append(block)
        return block

    def events_in(self, calendar: Calendar) -> list[WrittenEvent]:
        return [event for ref, event, _ in self.events.values() if ref == calendar.ref]

    def delete_event(self, event: WrittenEvent) -> None:
        """As the host in Outlook."""
        self._touch(event)
        self.events = {key: value for key, value in self.events.items() if value[1].event_id != event.event_id}
        for blocks in self.blocks.values():
            blocks[:] = [block for block in blocks if block.event_id != event.event_id]

    def move_event(self, event: WrittenEvent, to: Interval) -> WrittenEvent:
        """As the host in Outlook; the copies in other mailboxes follow."""
        for key, (ref, kept, booking) in self.events.items():
            if kept.event_id == event.event_id:
                self.events[key] = (ref, replace(kept, interval=to), booking)
        for blocks in self.blocks.values():
            blocks[:] = [
                replace(block, when=to)
                if block.event_id == event.event_id or (event.ical_uid and block.ical_uid == event.ical_uid)
                else block
                for block in blocks
            ]
        self._touch(event)
        return replace(event, interval=to)

    def move_to_calendar(self, event: WrittenEvent, calendar: Calendar) -> None:
        """As the host in Outlook."""
        for key, (_, kept, booking) in self.events.items():
            if kept.event_id == event.event_id:
                self._touch(event)
                self.events[key] = (calendar.ref, kept, booking)
        self._touch(event)

    def made_series(self, event: WrittenEvent) -> None:
        self.series.add(event.event_id)
        self._touch(event)

    def cancel_event(self, event: WrittenEvent) -> None:
        """As its organizer: the copy stays, cancelled."""
        self.cancelled.add(event.event_id)
        self._touch(event)

    def decline_event(self, event: WrittenEvent) -> None:
        """As the host in Outlook who saves declined events."""
        self.declined.add(event.event_id)
        self._touch(event)

    def answer_event(self, event: WrittenEvent, answer: InviteeAnswer) -> None:
        """As an invitee."""
        self.answers[event.event_id][answer.invitee.address.casefold()] = answer
        self._touch(event)

    def uninvite(self, event: WrittenEvent, address: str) -> None:
        """As the host in Outlook: off the list."""
        self.uninvited[event.event_id].add(address)
        self._touch(event)

    def restore_event(self, event: WrittenEvent, booking: Booking) -> None:
        """As the host in Outlook, out of Deleted Items into the booking's calendar."""
        self.events[booking.transaction_id] = (booking.draft.target, event, booking)
        self._touch(event)

    def edit_event(self, event: WrittenEvent) -> None:
        """As the host in Outlook: something that concerns no booking, such as its body."""
        self._touch(event)

    def now_organized_by_another(self, event: WrittenEvent) -> None:
        self.foreign.add(event.event_id)

    # The port

    async def list_calendars(self, account: Account) -> Sequence[Calendar]:
        await self.faults.enter("list")
        if failure := self.list_failures.get(account.id):
            raise CalendarError(failure)
        return tuple(sorted(self.calendars[account.id], key=lambda one: not one.is_default))

    async def read(
        self, account: Account, calendar: Calendar, window: Interval, *, details: bool = False
    ) -> CalendarReading:
        await self.faults.enter("read")
        self.windows_read.append((calendar.ref, window))
        if failure := self.read_failures.get(calendar.ref):
            return CalendarReading(calendar, failure=failure)
        if calendar.ref not in {one.ref for one in self.calendars[account.id]}:
            return CalendarReading(calendar, failure=ReadFailure.NOT_FOUND)
        blocks = [block for block in self.blocks[calendar.ref] if _touches(block, window)]
        # What was not asked for is not there, as with Graph.
        shown = [replace(one, details=(one.details or EventDetails()) if details else None) for one in blocks]
        return CalendarReading(calendar, tuple(shown))

    async def mailbox_settings(self, account: Account) -> MailboxSettings:
        self.settings_read.append(account.id)
        await self.faults.enter("settings")
        return self.settings.get(account.id, MailboxSettings())

    async def write(self, account: Account, booking: Booking) -> WrittenEvent:
        await self.faults.enter("write")
        target = self._target(booking.draft.target)
        if not target.can_edit:
            raise CalendarError(ReadFailure.FORBIDDEN, 403, "ErrorAccessDenied")
        known = self.events.get(booking.transaction_id)
        event = self._create(target, booking) if known is None else known[1]
        self.faults.leave("write")
        return event

    async def find(self, account: Account, booking: Booking) -> WrittenEvent | None:
        await self.faults.enter("find")
        known = self.events.get(booking.transaction_id)
        return known[1] if known and known[0] == booking.draft.target else None

    async def read_back(self, account: Account, calendar: CalendarRef, event_id: str) -> WrittenEvent:
        await self.faults.enter("read_back")
        for ref, event, _ in self.events.values():
            if ref == calendar and event.event_id == event_id:
                return event
        raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")

    async def standing(self, account: Account, booking: Booking) -> Standing:
        await self.faults.enter("standing")
        for ref, event, written in self.events.values():
            here = ref == booking.draft.target if booking.draft.target_is_shared else ref.account_id == account.id
            if booking.event and event.event_id == booking.event.event_id and here:
                return self.standing_now(ref, event, written)
        own = {calendar.ref.calendar_id for calendar in self.calendars[account.id]}
        if booking.draft.target.calendar_id not in own:
            # The control read fails: nothing is known.
            raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")
        return Standing()

    async def move(self, account: Account, booking: Booking, to: Interval, *, etag: str = "") -> None:
        await self.faults.enter("move")
        event, attendees = self._own(account, booking)
        if etag and etag != str(self._etags[event.event_id]):
            raise CalendarError(ReadFailure.UNAVAILABLE, 412, "ErrorIrresolvableConflict")
        self.move_event(event, to)
        if attendees:
            self.mails.append("moved")
        self.faults.leave("move")

    async def cancel(self, account: Account, booking: Booking, *, has_attendees: bool, message: str) -> None:
        await self.faults.enter("cancel")
        event, attendees = self._own(account, booking)
        if has_attendees and event.event_id in self.foreign:
            raise CalendarError(ReadFailure.UNAVAILABLE, 400, "ErrorInvalidRequest")
        self.delete_event(event)
        if attendees:
            self.mails.append(message)
        self.faults.leave("cancel")

    def standing_now(self, ref: CalendarRef, event: WrittenEvent, written: Booking) -> Standing:
        return Standing(
            event=event,
            calendar=ref,
            etag=str(self._etags[event.event_id]),
            is_cancelled=event.event_id in self.cancelled,
            is_declined=event.event_id in self.declined,
            is_organizer=event.event_id not in self.foreign,
            is_series=event.event_id in self.series,
            has_attendees=bool(written.draft.invitees),
            attendees=frozenset(one.address for one in written.draft.invitees) - self.uninvited[event.event_id],
            answers=tuple(self.answers[event.event_id].values()),
        )

    def _touch(self, event: WrittenEvent) -> None:
        self._etags[event.event_id] += 1
        for ref, kept, _ in self.events.values():
            if kept.event_id == event.event_id:
                self.touched.append((ref, event.event_id))

    def _own(self, account: Account, booking: Booking) -> tuple[WrittenEvent, bool]:
        for ref, event, written in self.events.values():
            if booking.event and event.event_id == booking.event.event_id and ref.account_id == account.id:
                return event, bool(written.draft.invitees)
        raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")

    def _target(self, ref: CalendarRef) -> Calendar:
        for calendar in self.calendars[ref.account_id]:
            if calendar.ref == ref:
                return calendar
        raise CalendarError(ReadFailure.NOT_FOUND, 404, "ErrorItemNotFound")

    def _create(self, target: Calendar, booking: Booking) -> WrittenEvent:
        # Never that of an event which was deleted: an id stands for one event only.
        self._made += 1
        number = self._made
        draft = booking.draft
        has_link = draft.teams_link and target.offers_teams_link
        event = WrittenEvent(
            event_id=f"event-{number}",
            interval=draft.interval,
            subject=draft.subject,
            ical_uid=f"uid-{number}",
            join_url=f"https://teams.example/meet/{number}" if has_link else "",
        )
        self.events[booking.transaction_id] = (target.ref, event, booking)
        self._touch(event)
        self.occupy(target, draft.interval.start, draft.interval.end, event_id=event.event_id, ical_uid=event.ical_uid)
        return event


def _touches(block: BusyBlock, window: Interval) -> bool:
    if isinstance(block.when, Interval):
        return block.when.overlaps(window)
    # All-day events float: like Graph, give those of the neighbouring days too.
    first, end = (window.start - _MARGIN).date(), (window.end + _MARGIN).date()
    return block.when.first <= end and first <= block.when.end

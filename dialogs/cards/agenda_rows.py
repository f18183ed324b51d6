"""A meeting on an agenda: its time beside its title, where it is, and what can be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import IntEnum

from microsoft_teams.cards import ActionSet, CardElement, Column, ColumnSet, Container, TextBlock

from bot.answers.agenda import Entry
from bot.answers.meetings import Certainty, Meeting
from bot.civil import DAY
from bot.mailboxes.live import Checked
from bot.model import CalendarRef, DaySpan, Interval, ShowAs
from dialogs.cards.elements import reveal, strong, subtle
from dialogs.cards.links import join_link, markdown_link, outlook_link
from dialogs.cards.meeting import change_buttons
from dialogs.texts import Texts, escape_markdown, plain

_TITLE_LIMIT = 90
_LEAN_LIMIT = 50
_PLACE_LIMIT = 60
_NAME_LIMIT = 40
_TIME_WIDTH = "78px"
MOST_CHANGEABLE = 8
"""Bookings with buttons on one card; the others are changed in words or from their own cards."""

_STATUSES: Mapping[ShowAs, str] = {
    ShowAs.FREE: "status.free",
    ShowAs.TENTATIVE: "status.tentative",
    ShowAs.OUT_OF_OFFICE: "status.oof",
    ShowAs.WORKING_ELSEWHERE: "status.elsewhere",
}
_CERTAINTIES: Mapping[Certainty, str] = {
    Certainty.PENDING: "agenda.pending",
    Certainty.CHANGING: "agenda.changing",
    Certainty.UNCHECKED: "agenda.unchecked",
}


class Detail(IntEnum):
    """How much a row says: a message holds 80 KB, and thirty meetings with their links can be more."""

    LEAN = 0
    WITHOUT_LINKS = 1
    JOIN_ONLY = 2
    FULL = 3


class Rows:
    """Rows of one card; they name calendars only where there are several to tell apart."""

    def __init__(self, t: Texts, checked: Checked, detail: Detail = Detail.FULL) -> None:
        self._t = t
        self._detail = detail
        self._now = checked.at
        self._calendars = _names(checked)
        self._changeable = 0

    def row(self, entry: Entry) -> CardElement:
        """The time on the left, the meeting on the right; under a booking, what changes it, revealed by a tap."""
        return ColumnSet(
            spacing="Medium",
            columns=[
                Column(width=_TIME_WIDTH, items=self._time(entry)),
                Column(width="stretch", items=[*self._what(entry.meeting), *self._change(entry.meeting)]),
            ],
        )

    def title(self, meeting: Meeting) -> str:
        """The meeting's name for Markdown."""
        limit = _LEAN_LIMIT if self._detail is Detail.LEAN else _TITLE_LIMIT
        return escape_markdown(meeting.subject, limit) or self._nameless(meeting)

    def spoken(self, entry: Entry) -> str:
        """One entry as plain text, for what cannot draw the card; a private one without its name."""
        meeting, t = entry.meeting, self._t
        name = t("agenda.private_event") if meeting.is_private else plain(meeting.subject, 60)
        return t("agenda.spoken", time=self._clock(entry), title=name or self._nameless(meeting))

    # The time

    def _time(self, entry: Entry) -> list[CardElement]:
        if entry.when is None or entry.began_before or entry.goes_on:
            return [strong(self._clock(entry))]
        t = self._t
        return [
            strong(t.time(entry.when.start)),
            subtle(t("agenda.until_short", time=t.time(entry.when.end)), spacing="None"),
        ]

    def _clock(self, entry: Entry) -> str:
        t, when = self._t, entry.when
        if when is None:
            return t("agenda.all_day")
        if entry.began_before:
            return t("agenda.until", time=t.short_clock(when.end) if when.duration > DAY else t.time(when.end))
        return t("agenda.from", time=t.time(when.start)) if entry.goes_on else t.range(when.start, when.end)

    # The meeting

    def _what(self, meeting: Meeting) -> Iterator[CardElement]:
        yield strong(self.title(meeting))
        told = self._marks(meeting) if self._detail is Detail.LEAN else self._facts(meeting)
        facts = [fact for fact in told if fact]
        if facts:
            yield subtle(" · ".join(facts), spacing="None")
        if self._detail >= Detail.JOIN_ONLY and (links := self._links(meeting)):
            yield TextBlock(text=links, wrap=True, size="Small", spacing="None")

    def _nameless(self, meeting: Meeting) -> str:
        return self._t("agenda.private_event") if meeting.is_private else self._t("agenda.untitled")

    def _marks(self, meeting: Meeting) -> Iterator[str]:
        t = self._t
        if isinstance(meeting.when, Interval) and meeting.when.start <= self._now < meeting.when.end:
            yield f"**{t('agenda.now')}**"
        if meeting.certainty in _CERTAINTIES:
            yield f"**{t(_CERTAINTIES[meeting.certainty])}**"
        if meeting.status in _STATUSES:
            yield t(_STATUSES[meeting.status])
        if meeting.is_private:
            yield t("agenda.private")

    def _facts(self, meeting: Meeting) -> Iterator[str]:
        t, details = self._t, meeting.details
        yield from self._marks(meeting)
        yield escape_markdown(details.location, _PLACE_LIMIT)
        if not details.is_organizer and details.organizer:
            yield t("agenda.by", name=escape_markdown(details.organizer, _NAME_LIMIT))
        elif details.attendees:
            yield t.n("agenda.invited", details.attendees)
        if meeting.booking:
            yield t("agenda.booked_here")
        yield from self._where(meeting)

    def _where(self, meeting: Meeting) -> Iterator[str]:
        names = [self._calendars.get(one.ref, one.name) for one in meeting.calendars]
        if len(self._calendars) > 1 or meeting.certainty is Certainty.UNCHECKED:
            yield self._t.join(escape_markdown(name, _PLACE_LIMIT) for name in names if name)

    def _links(self, meeting: Meeting) -> str:
        t, details = self._t, meeting.details
        join = join_link(details.join_url)
        outlook = outlook_link(details.web_link) if self._detail is Detail.FULL else ""
        links = [
            markdown_link(t("agenda.join"), join) if join and self._is_not_over(meeting) else "",
            markdown_link(t("action.outlook"), outlook) if outlook else "",
        ]
        return " · ".join(link for link in links if link)

    def _is_not_over(self, meeting: Meeting) -> bool:
        return isinstance(meeting.when, DaySpan) or meeting.when.end > self._now

    def _change(self, meeting: Meeting) -> Iterator[CardElement]:
        if self._detail is Detail.LEAN or self._changeable == MOST_CHANGEABLE:
            return
        if meeting.booking is None or meeting.certainty is not Certainty.SEEN:
            return
        buttons = change_buttons(self._t, meeting.booking)
        if not buttons:
            return
        self._changeable += 1
        title, name = self._t("agenda.change"), f"change_{self._changeable}"
        yield Container(
            spacing="Small",
            items=[TextBlock(text=f"**{title}** ▾", wrap=True, size="Small")],
            select_action=reveal(title, name),
        )
        yield Container(id=name, is_visible=False, spacing="Small", items=[ActionSet(actions=buttons)])


def _names(checked: Checked) -> dict[CalendarRef, str]:
    """Every calendar that was to be read by its name, with its mailbox where two bear the same."""
    calendars = [*checked.calendars, *(one.calendar for one in checked.unreadable)]
    alike = Counter(one.name for one in calendars)
    return {
        one.ref: f"{one.name} ({one.owner_address})" if alike[one.name] > 1 and one.owner_address else one.name
        for one in calendars
    }

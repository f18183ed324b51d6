"""What is on now, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from microsoft_teams.cards import Action, CardElement

from bot.answers.agenda import Entry, NextMeeting
from bot.answers.meetings import Meeting
from bot.civil import DAY
from bot.conversation import CardJson
from bot.language.request import Intent, Window
from bot.model import Interval
from dialogs.ask import Ask
from dialogs.cards.agenda_parts import MOST_SPOKEN, about_text, ask_button, fitting, repairs, unread
from dialogs.cards.agenda_rows import Rows
from dialogs.cards.elements import actions, body, card, heading, open_url, section, subtle
from dialogs.cards.links import join_link
from dialogs.cards.wording import zone_line
from dialogs.texts import Texts

_MOST_AT_ONCE = 10
_SOON = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)


def next_meeting(t: Texts, found: NextMeeting, ask: Ask) -> CardJson:
    """What is on now with its end, and what starts next with how long until then."""
    return fitting(lambda detail: _next(t, found, ask, Rows(t, found.checked, detail)))


def _next(t: Texts, found: NextMeeting, ask: Ask, rows: Rows) -> CardJson:
    now, title = found.checked.at, _next_title(t, found)
    current = [_whole(t, one, now) for one in found.current]
    upcoming = [_whole(t, one, now) for one in found.upcoming]
    until = _until(t, found.upcoming, now)
    lines = [t("agenda.spoken", time=t("next.now"), title=rows.spoken(one)) for one in current]
    lines += [t("agenda.spoken", time=until, title=rows.spoken(one)) for one in upcoming]
    return card(
        t,
        "; ".join([title, *lines[:MOST_SPOKEN]]),
        heading(title),
        subtle(about_text(t, found.about), spacing="None") if found.about else None,
        *unread(t, found.checked),
        *_group(t("next.now"), current[:_MOST_AT_ONCE], rows),
        *_group(until, upcoming[:_MOST_AT_ONCE], rows),
        None if upcoming else body(_no_next(t, found)),
        actions(
            *_join_button(t, [*found.current, *found.upcoming]),
            *repairs(t, ask, found.checked),
            _day_button(t, found.upcoming, now),
        ),
        zone_line(t, found.checked),
    )


def _next_title(t: Texts, found: NextMeeting) -> str:
    if found.current or found.upcoming:
        return t("next.title")
    return t("agenda.title_unknown") if found.checked.unreadable else t("next.title_none")


def _no_next(t: Texts, found: NextMeeting) -> str:
    if found.checked.unreadable:
        return t("next.none_read")
    day = t.day(found.until)
    return t("next.none_such", day=day) if found.about else t("next.none", day=day)


def _group(title: str, entries: Sequence[Entry], rows: Rows) -> Iterable[CardElement]:
    if entries:
        yield section(title)
        for entry in entries:
            yield rows.row(entry)


def _whole(t: Texts, meeting: Meeting, now: datetime) -> Entry:
    """The meeting uncut; of one that passes midnight, the bound that is still to come matters."""
    when = meeting.when if isinstance(meeting.when, Interval) else None
    if when is None or _local(t, when.start).date() == _local(t, when.end - _TICK).date():
        return Entry(meeting, when)
    is_on = when.start <= now
    return Entry(meeting, when, began_before=is_on, goes_on=not is_on)


def _until(t: Texts, upcoming: Sequence[Meeting], now: datetime) -> str:
    """When the next one starts: "in 25 minutes", "tomorrow at 9:00 AM"."""
    if not upcoming or not isinstance(upcoming[0].when, Interval):
        return ""
    start = upcoming[0].when.start
    left = start - now
    if left < _SOON:
        return t("next.in", duration=t.duration(-(-left // _MINUTE) * _MINUTE))
    days = (_local(t, start).date() - _local(t, now).date()).days
    if days == 0:
        return t("next.today", time=t.time(start), duration=t.duration(left // _MINUTE * _MINUTE))
    return t("next.tomorrow", time=t.time(start)) if days == 1 else t.clock(start)


def _join_button(t: Texts, meetings: Sequence[Meeting]) -> list[Action]:
    """A button where there is one call to join; each has its link beside it too."""
    links = list(dict.fromkeys(link for one in meetings if (link := join_link(one.details.join_url))))
    return [open_url(t("action.join"), links[0], style="positive")] if len(links) == 1 else []


def _day_button(t: Texts, upcoming: Sequence[Meeting], now: datetime) -> Action:
    """The whole day on which the next one is, else today."""
    start = upcoming[0].when.start if upcoming and isinstance(upcoming[0].when, Interval) else now
    local = _local(t, start)
    midnights = (datetime.combine(day, time(0), local.tzinfo) for day in (local.date(), local.date() + DAY))
    window = Window(*midnights)
    return ask_button(t("next.whole_day", day=t.short_day(local.date())), Ask(Intent.AGENDA, (window,)))


def _local(t: Texts, when: datetime) -> datetime:
    return when.astimezone(t.zone) if t.zone else when

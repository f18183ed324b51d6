"""What somebody has on, day by day, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from microsoft_teams.cards import Action, CardElement

from bot.answers.agenda import Agenda, AgendaDay
from bot.civil import DAY, day_start, local_date
from bot.conversation import CardJson
from bot.language.request import Intent, Window
from bot.model import Interval
from dialogs.ask import Ask
from dialogs.cards.agenda_parts import MOST_SPOKEN, about_text, ask_button, fitting, repairs, unread
from dialogs.cards.agenda_rows import Rows
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    card,
    execute,
    heading,
    section,
    subtle,
)
from dialogs.cards.verbs import Verb
from dialogs.cards.views import Assumption
from dialogs.cards.wording import assumption_text, window_text, zone_line
from dialogs.texts import Texts

_MOST_ACTIONS = 6
_MINUTE = timedelta(minutes=1)


def agenda(t: Texts, found: Agenda, ask: Ask, assumption: Assumption | None = None) -> CardJson:
    """Every meeting of the days asked for; never "nothing" where a calendar could not be read."""
    return fitting(lambda detail: _agenda(t, found, ask, assumption, Rows(t, found.checked, detail)))


def no_calendar(t: Texts) -> CardJson:
    """Neither a conflict calendar nor a target is chosen: there is nothing to look at."""
    return card(
        t,
        t("no_conflicts.title"),
        banner("warning", t("no_conflicts.title"), t("agenda.no_calendar")),
        actions(execute(t("action.choose_calendars"), Verb.SETTINGS_SHOW, style="positive")),
    )


# The agenda's pieces


def _agenda(t: Texts, found: Agenda, ask: Ask, assumption: Assumption | None, rows: Rows) -> CardJson:
    title = _title(t, found)
    readings = (
        [ask_button(window_text(t, other), ask.about(other)) for other in assumption.others[:1]] if assumption else []
    )
    buttons = [*repairs(t, ask, found.checked), *_navigation(t, ask, found), *_free(t, found)]
    return card(
        t,
        _spoken(t, title, rows, found),
        heading(title),
        subtle(_days_text(t, found), spacing="None") if found.days else None,
        subtle(about_text(t, found.about), spacing="None") if found.about else None,
        *_assumed(t, assumption, readings),
        *unread(t, found.checked),
        *_days(t, rows, found),
        subtle(t.n("agenda.hidden", found.hidden), spacing="Medium") if found.hidden else None,
        actions(*buttons[: _MOST_ACTIONS - len(readings)]),
        zone_line(t, found.checked),
    )


def _title(t: Texts, found: Agenda) -> str:
    if count := len(found.meetings) + found.hidden:
        return t.n("agenda.title", count)
    if found.checked.unreadable:
        return t("agenda.title_unknown")
    if not found.days:
        return t("agenda.title_too_far")
    return t("agenda.title_none_such") if found.about else t("agenda.title_none")


def _spoken(t: Texts, title: str, rows: Rows, found: Agenda) -> str:
    """The card in one line, for notifications and screen readers."""
    if not found.days:
        return title
    several = len(found.days) > 1
    lines = [
        t("agenda.spoken", time=t.short_day(day.day), title=rows.spoken(entry)) if several else rows.spoken(entry)
        for day in found.days
        for entry in day.entries
    ]
    more = [t.n("agenda.spoken_more", len(lines) - MOST_SPOKEN)] if len(lines) > MOST_SPOKEN else []
    return "; ".join([f"{title} – {_days_text(t, found)}", *lines[:MOST_SPOKEN], *more])


def _days_text(t: Texts, found: Agenda) -> str:
    """The days shown; where a part of one day was asked for, that part."""
    first, last = found.days[0].day, found.days[-1].day
    if len(found.windows) == 1 and first == last and not found.rest:
        window = found.windows[0]
        is_rest_of_today = window.start <= found.checked.at + _MINUTE
        is_whole = window == Interval(day_start(first, found.profile.zone), day_start(first + DAY, found.profile.zone))
        if not is_whole and not is_rest_of_today:
            return window_text(t, Window(window.start, window.end))
    return _day_text(t, found, first, last)


def _days(t: Texts, rows: Rows, found: Agenda) -> Iterator[CardElement]:
    if not any(day.entries for day in found.days):
        yield body(_all_empty(t, found))
        return
    nothing = t("agenda.nothing_read") if found.checked.unreadable else t("agenda.nothing")
    for first, last, day in _runs(found.days):
        if len(found.days) > 1:
            yield section(_day_text(t, found, first, last))
        for entry in day.entries:
            yield rows.row(entry)
        if not day.entries:
            yield subtle(nothing, spacing="None")


def _all_empty(t: Texts, found: Agenda) -> str:
    if found.checked.unreadable:
        return t("agenda.none_read")
    if not found.days:
        return t("agenda.too_far")
    return t("agenda.none_such") if found.about else t("agenda.none")


def _runs(days: Sequence[AgendaDay]) -> Iterator[tuple[date, date, AgendaDay]]:
    """Days one by one, those without anything that follow each other as one."""
    run: list[AgendaDay] = []
    for day in (*days, None):
        if run and (day is None or day.entries or day.day != run[-1].day + DAY):
            yield run[0].day, run[-1].day, run[0]
            run = []
        if day is not None and day.entries:
            yield day.day, day.day, day
        elif day is not None:
            run.append(day)


def _day_text(t: Texts, found: Agenda, first: date, last: date) -> str:
    if first != last:
        return t.days(first, last)
    today = local_date(found.checked.at, found.profile.zone)
    if first == today:
        return t("agenda.today", day=t.day(first))
    return t("agenda.tomorrow", day=t.day(first)) if first == today + DAY else t.day(first)


# Buttons


def _navigation(t: Texts, ask: Ask, found: Agenda) -> Iterator[Action]:
    """As many days before and after as are shown; after a cut, what was left out comes next."""
    if not found.days:
        return
    zone, first, last = found.profile.zone, found.days[0].day, found.days[-1].day
    length = last - first + DAY
    before = Window(day_start(first - length, zone), day_start(first, zone))
    yield ask_button(t("agenda.previous", days=t.days(first - length, first - DAY, short=True)), ask.about(before))
    if found.rest:
        rest = tuple(Window(one.start, one.end) for one in found.rest)
        days = t.days(local_date(rest[0].start, zone), local_date(rest[-1].end - _MINUTE, zone), short=True)
        yield ask_button(t("agenda.more", days=days), ask.about(*rest))
    else:
        after = Window(day_start(last + DAY, zone), day_start(last + DAY + length, zone))
        yield ask_button(t("agenda.next", days=t.days(last + DAY, last + length, short=True)), ask.about(after))


def _free(t: Texts, found: Agenda) -> Iterator[Action]:
    """When is there time in the days shown."""
    if not found.days or found.days[-1].day < local_date(found.checked.at, found.profile.zone):
        return
    zone = found.profile.zone
    start = max(found.checked.at, day_start(found.days[0].day, zone))
    window = Window(start, day_start(found.days[-1].day + DAY, zone))
    yield ask_button(t("action.ask_free"), Ask(Intent.FREE, (window,)))


def _assumed(t: Texts, assumption: Assumption | None, readings: Sequence[Action]) -> Iterator[CardElement | None]:
    """What was assumed of the words, and another reading in one tap."""
    if assumption is None:
        return
    text = assumption_text(t, assumption)
    yield body(f"{text} {t('assumed.instead')}" if readings else text)
    yield actions(*readings)

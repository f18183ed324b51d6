"""What another setting would mean: free time before and after, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from microsoft_teams.cards import CardElement

from bot.answers.what_if import ChangedDay, WhatIf
from bot.conversation import CardJson
from bot.language.request import Wish
from bot.model import Interval
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    bullets,
    card,
    execute,
    heading,
    rows,
    strong,
    subtle,
    without_inputs,
)
from dialogs.cards.setting_values import ChangeView, change_lines
from dialogs.cards.verbs import Verb
from dialogs.cards.wording import reason_lines, unread_elements, zone_line
from dialogs.texts import Texts
from dialogs.wishes import wishes_data

_MOST_DAYS = 7
_MOST_REASONS = 6
_TICK = timedelta(microseconds=1)


def what_if(t: Texts, found: WhatIf, view: ChangeView, wishes: Sequence[Wish], *, overnight: bool = False) -> CardJson:
    """The difference that the change in ``view`` would make, with the button that makes it."""
    title = _title(t, found)
    return card(
        t,
        title,
        heading(title) if found.is_known else banner("warning", title, t("whatif.unknown_text")),
        bullets(change_lines(t, view)),
        subtle(t("whatif.trial")),
        *(_compared(t, found, view) if found.is_known else unread_elements(t, found.checked)),
        zone_line(t, found.checked) if found.checked.chosen else None,
        actions(
            execute(
                t("action.make_change"),
                Verb.SETTING_CHANGE,
                wishes_data(wishes, overnight=overnight),
                style="positive",
            ),
            without_inputs(execute(t("action.keep"), Verb.SETTING_KEEP)),
            without_inputs(execute(t("action.all_settings"), Verb.SETTINGS_SHOW)),
        ),
    )


def _title(t: Texts, found: WhatIf) -> str:
    """The outcome in one line, as notifications and screen readers have it."""
    if not found.is_known:
        return t("whatif.unknown_title")
    less = found.free_before - found.free_after
    if not found.days:
        return t("whatif.same_title")
    if less == timedelta(0):
        return t("whatif.shifted_title")
    return t("whatif.less_title" if less > timedelta(0) else "whatif.more_title", hours=t.hours(abs(less)))


def _compared(t: Texts, found: WhatIf, view: ChangeView) -> Iterator[CardElement | None]:
    window = found.window
    first, last = (one.astimezone(t.zone).date() for one in (window.start, window.end - _TICK))
    for preferences, key in ((view.before, "whatif.nothing_before"), (view.after, "whatif.nothing_after")):
        if not preferences.conflict_calendars:
            yield body(t(key))
    yield rows(
        [
            (t("whatif.period"), t.days(first, last)),
            (t("whatif.before"), t.hours(found.free_before)),
            (t("whatif.after"), t.hours(found.free_after)),
        ]
    )
    for day in found.days[:_MOST_DAYS]:
        yield strong(t.day(day.day))
        yield bullets(_day(t, day))
    if len(found.days) > _MOST_DAYS:
        yield body(t.n("whatif.more_days", len(found.days) - _MOST_DAYS))


def _day(t: Texts, day: ChangedDay) -> Iterator[str]:
    if day.lost:
        yield t("whatif.lost", hours=t.hours(_sum(day.lost)), times=_times(t, day.lost))
    if day.gained:
        yield t("whatif.gained", hours=t.hours(_sum(day.gained)), times=_times(t, day.gained))
    yield from reason_lines(t, day.reasons[:_MOST_REASONS])


def _times(t: Texts, spans: Iterable[Interval]) -> str:
    return t.join(_time(t, one) for one in spans)


def _time(t: Texts, span: Interval) -> str:
    """The hours of one day; midnight to midnight is all of it."""
    start, end = (one.astimezone(t.zone) for one in (span.start, span.end))
    return t("reason.all_day") if start.time() == end.time() else t.range(start, end)


def _sum(spans: Iterable[Interval]) -> timedelta:
    return sum((one.duration for one in spans), timedelta(0))

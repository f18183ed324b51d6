"""Why some days are not free: what takes each of them, what is free after all, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from microsoft_teams.cards import CardElement

from bot.answers.why import Cause, WhyDay
from bot.availability import State
from bot.conversation import CardJson
from bot.model import Interval
from dialogs.cards.answers import MOST_ACTIONS, assumed, carried, readings, repairs, since_line
from dialogs.cards.elements import Tone, actions, banner, bullets, card, execute, strong, subtle, without_inputs
from dialogs.cards.picture import Picture, picture
from dialogs.cards.remedies import remedies
from dialogs.cards.verbs import Verb
from dialogs.cards.views import WhyView
from dialogs.cards.wording import cause_lines, unread_elements, zone_line
from dialogs.texts import Texts

MOST_CAUSES = 10
"""Reasons listed for one day; the rest are counted."""


def why(t: Texts, view: WhyView) -> CardJson:
    """Day by day what takes the time, under a bar of the day."""
    title, tone = _title(t, view)
    others = repairs(t, view.ask, view.checked, view.seen)
    if any(day.free for day in view.days):
        free = {"ask": {**view.ask.to_data(), "intent": "free"}, **carried(view.seen)}
        others = [without_inputs(execute(t("why.free_times"), Verb.ASK, free)), *others]
    room = MOST_ACTIONS - len(others) - len(readings(t, view.ask, view.assumption, view.seen))
    changes = remedies(t, _causes(view.days), room, calendars=view.checked.chosen > 1, others=others)
    drawn = picture(t, view.outlines)
    days = view.days
    return card(
        t,
        _summary(t, title, days),
        banner(tone, title, t.days(days[0].day, days[-1].day) if days else ""),
        since_line(t, view.since),
        *assumed(t, view.ask, view.assumption, view.seen),
        *unread_elements(t, view.checked),
        drawn.scale,
        *[element for number, day in enumerate(days) for element in _day(t, day, days[:number], drawn, view)],
        subtle(t("free.more_days", days=len({day.day for day in days}))) if view.more else None,
        drawn.legend,
        strong(t("check.change")) if changes else None,
        actions(*changes),
        actions(*others),
        zone_line(t, view.checked),
    )


def _title(t: Texts, view: WhyView) -> tuple[str, Tone]:
    states = {state for day in view.days for state in _states(day)}
    if states == {State.FREE}:
        return t("check.free"), "good"
    if State.FREE in states:
        return t("why.partly"), "warning"
    return (t("check.unknown"), "warning") if State.UNKNOWN in states else (t("check.busy"), "attention")


def _states(day: WhyDay) -> Iterable[State]:
    if day.free or day.short:
        yield State.FREE
    if day.unknown:
        yield State.UNKNOWN
    if day.causes:
        yield State.BUSY


def _summary(t: Texts, title: str, days: Sequence[WhyDay]) -> str:
    if not days:
        return title
    return f"{title} {t.days(days[0].day, days[-1].day)}"


def _causes(days: Iterable[WhyDay]) -> list[Cause]:
    return [cause for day in days for cause in day.causes]


def _day(
    t: Texts, day: WhyDay, before: Sequence[WhyDay], drawn: Picture, view: WhyView
) -> Iterable[CardElement | None]:
    yield strong(t.day(day.day), spacing="Medium")
    if day.day not in {one.day for one in before}:
        yield drawn.bar(day.day)
    lines = cause_lines(t, day.causes)
    yield bullets(
        [
            *_stretches(t, "why.free", day.free),
            *_stretches(t, "why.short", day.short, length=t.duration(view.duration)),
            *_stretches(t, "why.unknown", day.unknown),
            *lines[:MOST_CAUSES],
            *([t.n("why.more", len(lines) - MOST_CAUSES)] if len(lines) > MOST_CAUSES else ()),
        ]
    )


def _stretches(t: Texts, key: str, spans: Sequence[Interval], **more: str) -> list[str]:
    return [t(key, spans=t.join(t.range(one.start, one.end) for one in spans), **more)] if spans else []

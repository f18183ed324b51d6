"""Samples of the cards about accounts in trouble and news of them; ``tests.support.cards`` has the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.conversation import CardJson
from bot.mailboxes.live import AccountCalendars, Checked
from bot.mailboxes.memory import Fact, FactKind
from bot.mailboxes.news import Item
from bot.model import Calendar, CalendarReading, ReadFailure
from dialogs.cards.news import news
from dialogs.cards.settings import settings
from dialogs.cards.views import SettingsView
from dialogs.texts import Texts
from tests.support.setting_samples import BASE, CLIENTS, FAMILY, HOME, HOURS, LONG, MAIN, MARKUP, PRIVATE, WORK

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)

LEFT_OUT = Checked(
    NOW,
    (MAIN, CLIENTS),
    ignored=(CalendarReading(FAMILY, failure=ReadFailure.FORBIDDEN),),
    unlisted=(HOME,),
)
"""What an answer rests on that lacks a calendar as was asked, and a list that could not be had."""

SOME_UNREAD = replace(LEFT_OUT, ignored=(), unreadable=LEFT_OUT.ignored)


def item(kind: FactKind, calendar: Calendar = CLIENTS, before: str = "", after: str = "", **more: bool) -> Item:
    account = WORK if calendar.ref.account_id == WORK.id else HOME
    fact = Fact(kind, account.id, calendar.ref.calendar_id, before or calendar.name, after or calendar.name)
    return Item(fact, account, **more)


def zone(*, followed: bool) -> Item:
    return Item(Fact(FactKind.ZONE, WORK.id, before="Europe/Paris", after="Asia/Tokyo"), WORK, followed=followed)


def _troubled(view: SettingsView) -> SettingsView:
    """One account whose list fails now and is known from before, and a calendar that is left out."""
    known = AccountCalendars(HOME, (PRIVATE, FAMILY), ReadFailure.UNAVAILABLE)
    chosen = frozenset({MAIN.ref, CLIENTS.ref, PRIVATE.ref})
    return replace(
        view,
        preferences=replace(BASE, conflict_calendars=chosen, ignored=frozenset({CLIENTS.ref})),
        accounts=(AccountCalendars(WORK, (MAIN, CLIENTS)), known),
        missing=frozenset({PRIVATE.ref, FAMILY.ref}),
    )


_VIEW = SettingsView(BASE, (), "Europe/Paris", HOURS, NOW)
_EVERYTHING = (
    item(FactKind.GONE, MAIN, MARKUP, is_conflict=True, is_target=True),
    item(FactKind.GONE, FAMILY, LONG, is_conflict=True),
    item(FactKind.RENAMED, CLIENTS, LONG, MARKUP, is_conflict=True),
    item(FactKind.BACK, PRIVATE, MARKUP, is_conflict=True),
    item(FactKind.READ_ONLY, CLIENTS, LONG, is_target=True),
    zone(followed=False),
    *(item(FactKind.GONE, CLIENTS, f"{LONG} {number}", is_conflict=True) for number in range(25)),
)

ACCOUNT_SAMPLES: Mapping[str, Callable[[Texts], CardJson]] = {
    "news-gone": lambda t: news(t, [item(FactKind.GONE, FAMILY, is_conflict=True)], NOW),
    "news-gone-target": lambda t: news(t, [item(FactKind.GONE, is_target=True)], NOW),
    "news-gone-both": lambda t: news(t, [item(FactKind.GONE, is_conflict=True, is_target=True)], NOW),
    "news-renamed": lambda t: news(t, [item(FactKind.RENAMED, CLIENTS, "Clients", "Customers", is_target=True)], NOW),
    "news-read-only": lambda t: news(t, [item(FactKind.READ_ONLY, is_target=True)], NOW),
    "news-zone": lambda t: news(t, [zone(followed=False)], NOW),
    "news-zone-followed": lambda t: news(t, [zone(followed=True)], NOW),
    "news-several": lambda t: news(
        t,
        [
            item(FactKind.RENAMED, PRIVATE, "Calendar", "Home", is_conflict=True),
            item(FactKind.BACK, FAMILY, is_conflict=True),
            item(FactKind.READ_ONLY, is_target=True),
            zone(followed=False),
        ],
        NOW,
    ),
    "news-nasty": lambda t: news(t, _EVERYTHING, NOW),
    "settings-troubled": lambda t: settings(t, _troubled(_VIEW)),
    "settings-unlisted": lambda t: settings(
        t,
        replace(
            _VIEW,
            accounts=(AccountCalendars(WORK, (MAIN, CLIENTS)), AccountCalendars(HOME, failure=ReadFailure.NO_MAILBOX)),
            missing=frozenset({CLIENTS.ref}),
            unproved=frozenset({CLIENTS.ref}),
            preferences=replace(BASE, conflict_calendars=frozenset({MAIN.ref, CLIENTS.ref})),
        ),
    ),
}

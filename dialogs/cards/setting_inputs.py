"""The inputs of the settings, setting by setting: the settings card shows them all, a small form only one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from microsoft_teams.cards import CardElement

from bot.mailboxes.live import AccountCalendars
from bot.mailboxes.mailbox_reader import LASTING
from bot.model import Calendar, Preferences, ReadFailure, WorkingHours
from bot.profile import Source
from dialogs.cards.elements import (
    body,
    bullets,
    choice,
    problem_text,
    section,
    side_by_side,
    strong,
    subtle,
    time_input,
    toggle,
)
from dialogs.cards.fields import Field, Problems, calendar_token
from dialogs.cards.lengths import LENGTHS, length_choices
from dialogs.cards.views import SettingsView
from dialogs.cards.wording import failure_text, problem_line
from dialogs.cards.zones import zone_choices
from dialogs.texts import Texts, escape_markdown, plain, soft_breaks

NO_PROBLEMS: Problems = MappingProxyType({})
_MOST_RADIOS = 8

# Calendars


def overnight_mark(hours: WorkingHours) -> str:
    """The hours (``22:00-06:00``) as the button carries them that confirms them to go on over midnight."""
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def accounts(t: Texts, view: SettingsView) -> Iterable[CardElement | None]:
    """Whether each account can still be read, and why not."""
    yield section(t("settings.accounts_title"))
    yield bullets(_health(t, listed) for listed in view.accounts)


def _health(t: Texts, listed: AccountCalendars) -> str:
    account = escape_markdown(listed.account.username, 100)
    if listed.failure is None:
        return t("settings.account_ok", account=account)
    key = "settings.account_broken" if listed.failure in LASTING else "settings.account_unlisted"
    return t(key, account=account, reason=failure_text(t, listed.failure))


def conflicts(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    yield section(t("settings.conflicts_title"))
    yield subtle(t("settings.conflicts_text"))
    yield _problem(t, Field.CONFLICTS, problems)
    for listed in view.accounts:
        yield from _account(t, view, listed)


def _account(t: Texts, view: SettingsView, listed: AccountCalendars) -> Iterable[CardElement | None]:
    username = listed.account.username
    if listed.failure is not None:
        yield strong(escape_markdown(username))
        yield body(t("settings.account_failed", reason=failure_text(t, listed.failure)), spacing="Small")
        yield from _last_known(t, view, listed)
        return
    chosen = [one for one in listed.calendars if one.ref in view.preferences.conflict_calendars]
    offered = [one for one in listed.calendars if one in chosen or (one.can_be_read and one.ref not in view.missing)]
    if offered:
        yield choice(
            f"{Field.CONFLICTS}_{listed.account.id}",
            soft_breaks(plain(username, 100)),
            [(_calendar_title(t, view, one, username), calendar_token(one.ref)) for one in offered],
            value=",".join(calendar_token(one.ref) for one in chosen),
            style="expanded",
            many=True,
        )
    else:
        yield strong(escape_markdown(username))
        yield body(t("settings.account_empty"), spacing="Small")
    closed = [
        escape_markdown(_named(t, one, username), 120)
        for one in listed.calendars
        if one.needs_permission and one not in chosen
    ]
    if closed:
        yield subtle(t("settings.needs_permission"))
        yield bullets(closed)


def _last_known(t: Texts, view: SettingsView, listed: AccountCalendars) -> Iterable[CardElement | None]:
    """What the account listed before; it cannot be chosen anew until it is listed again."""
    if not listed.calendars:
        return
    chosen = view.preferences.conflict_calendars
    names = [(one, escape_markdown(_named(t, one, listed.account.username), 120)) for one in listed.calendars]
    yield subtle(t("settings.last_known"))
    yield bullets(t("settings.known_checked", calendar=name) if one.ref in chosen else name for one, name in names)


def target(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    several = len(view.accounts) > 1
    options = [
        (_target_title(one, listed.account.username if several else ""), calendar_token(one.ref))
        for listed in view.accounts
        for one in listed.calendars
        if one.can_be_target and one.ref not in view.missing
    ]
    chosen = view.preferences.target
    value = calendar_token(chosen) if chosen else ""
    yield section(t("settings.target_title"))
    yield _problem(t, Field.TARGET, problems)
    if not options:
        yield body(t("settings.target_nothing"))
        return
    if chosen and value not in {token for _, token in options}:
        yield problem_text(t("settings.target_gone"))
        value = ""
    yield choice(
        Field.TARGET,
        t("settings.target_label"),
        options,
        value=value,
        placeholder=t("settings.target_placeholder"),
        # A dropdown cuts its lines on a phone, and the account is what tells two calendars apart.
        style="expanded" if several and len(options) <= _MOST_RADIOS else "compact",
    )


def _calendar_title(t: Texts, view: SettingsView, calendar: Calendar, username: str) -> str:
    """The calendar with what is to be known of it: above all why its time cannot be told."""
    if calendar.ref in view.unproved:
        marks = [t("settings.unlisted")]
    elif calendar.ref in view.missing:
        marks = [failure_text(t, ReadFailure.NOT_FOUND)]
    elif not calendar.can_be_read:
        marks = [failure_text(t, ReadFailure.FORBIDDEN)]
    else:
        marks = [] if calendar.can_edit else [t("settings.read_only")]
    if calendar.ref in view.preferences.ignored:
        marks.append(t("settings.left_out"))
    return soft_breaks(plain(" · ".join([_named(t, calendar, username), *marks]), 140))


def _named(t: Texts, calendar: Calendar, username: str) -> str:
    """The calendar's name, and whose it is where it is not the account's own."""
    name = calendar.name or t("settings.nameless")
    owner = calendar.owner_name or calendar.owner_address
    foreign = calendar.is_shared or (
        calendar.owner_address != "" and calendar.owner_address.casefold() != username.casefold()
    )
    if not owner or not foreign or owner.casefold() in name.casefold():
        return name
    return t("settings.owned_by", calendar=_shorten(name), owner=_shorten(owner))


def _target_title(calendar: Calendar, username: str) -> str:
    return soft_breaks(plain(f"{_shorten(calendar.name)} · {username}" if username else calendar.name, 140))


def _shorten(text: str) -> str:
    return plain(text, 50)


# Switches, hours, lengths


def statuses(t: Texts, view: SettingsView) -> Iterable[CardElement]:
    yield section(t("settings.statuses_title"))
    yield subtle(t("settings.statuses_text"))
    for name in (Field.OUT_OF_OFFICE, Field.WORKING_ELSEWHERE, Field.TENTATIVE):
        yield switch(t, view.preferences, name)


def cancellations(t: Texts, view: SettingsView) -> Iterable[CardElement]:
    yield section(t("settings.sync_title"))
    yield switch(t, view.preferences, Field.SYNC_CANCELLATIONS)
    yield switch(t, view.preferences, Field.SYNC_MOVES)


def hours(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    yield section(t("settings.hours_title"))
    if view.hours_source is Source.ASSUMED:
        yield subtle(t("settings.hours_assumed"))
    yield from zone(t, view, problems)
    yield from working_time(t, view, problems)


def zone(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    yield _problem(t, Field.ZONE, problems)
    yield choice(
        Field.ZONE,
        t("settings.zone_label"),
        zone_choices(t, view.now, view.zone),
        value=view.zone,
        placeholder=t("zone.placeholder"),
        error=t("zone.error"),
    )


def working_time(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    working = view.hours
    yield _problem(t, Field.WORKING_DAYS, problems)
    yield choice(
        Field.WORKING_DAYS,
        t("settings.days_label"),
        [(t.weekday(day), str(day)) for day in t.week()],
        value=",".join(str(day) for day in sorted(working.days)),
        style="expanded",
        many=True,
        error=t("problem.no_working_day"),
    )
    yield _problem(t, Field.HOURS_START, problems)
    yield _problem(t, Field.HOURS_END, problems)
    yield side_by_side(
        [time_input(Field.HOURS_START, t("settings.hours_from"), f"{working.start:%H:%M}", t("problem.bad_time"))],
        [time_input(Field.HOURS_END, t("settings.hours_until"), f"{working.end:%H:%M}", t("problem.bad_time"))],
    )


def meetings(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    yield section(t("settings.meetings_title"))
    yield from length(t, view, Field.DEFAULT_DURATION, problems)
    yield switch(t, view.preferences, Field.TEAMS_LINK)


def switch(t: Texts, preferences: Preferences, name: Field) -> CardElement:
    """One of the settings that are on or off."""
    switches: Mapping[Field, tuple[str, str, bool]] = {
        Field.OUT_OF_OFFICE: (t("status.oof"), t("settings.blocks"), preferences.block_out_of_office),
        Field.WORKING_ELSEWHERE: (t("status.elsewhere"), t("settings.blocks"), preferences.block_working_elsewhere),
        Field.TENTATIVE: (t("status.tentative"), t("settings.blocks"), preferences.block_tentative),
        Field.SYNC_CANCELLATIONS: (t("settings.sync_label"), t("settings.sync_on"), preferences.sync_cancellations),
        Field.SYNC_MOVES: (t("settings.moves_label"), t("settings.moves_on"), preferences.sync_moves),
        Field.TEAMS_LINK: (t("settings.teams_link_label"), t("settings.teams_link_on"), preferences.teams_link),
    }
    label, title, value = switches[name]
    return toggle(name, label, title, value=value)


def length(t: Texts, view: SettingsView, name: Field, problems: Problems) -> Iterable[CardElement | None]:
    label, current = _length_of(t, view, name)
    yield _problem(t, name, problems)
    yield choice(name, label, length_choices(t, LENGTHS[name], current), value=str(current // timedelta(minutes=1)))


def _length_of(t: Texts, view: SettingsView, name: Field) -> tuple[str, timedelta]:
    preferences = view.preferences
    values: Mapping[Field, tuple[str, timedelta]] = {
        Field.DEFAULT_DURATION: (t("settings.duration_label"), preferences.default_duration),
        Field.BUFFER_BEFORE: (t("settings.buffer_before_label"), preferences.buffer_before),
        Field.BUFFER_AFTER: (t("settings.buffer_after_label"), preferences.buffer_after),
        Field.MINIMUM_NOTICE: (t("settings.notice_label"), preferences.minimum_notice),
        Field.BOOKING_WINDOW: (t("settings.window_label"), preferences.booking_window),
    }
    return values[name]


def _problem(t: Texts, name: Field, problems: Problems) -> CardElement | None:
    found = problems.get(name)
    return problem_text(problem_line(t, found)) if found else None

"""The settings card: one form for everything a person can set, also in the states saved, refused and overtaken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from microsoft_teams.cards import CardElement

from bot.conversation import CardJson
from bot.live import AccountCalendars
from bot.model import Calendar, ReadFailure
from bot.profile import Source
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    bullets,
    card,
    choice,
    execute,
    group,
    heading,
    problem_text,
    reveal,
    section,
    side_by_side,
    strong,
    subtle,
    time_input,
    toggle,
    without_inputs,
)
from dialogs.cards.fields import Field, Problems, calendar_token
from dialogs.cards.lengths import LENGTHS, length_choices
from dialogs.cards.verbs import Verb
from dialogs.cards.views import Difference, SettingsView
from dialogs.cards.wording import failure_text, problem_line
from dialogs.cards.zones import zone_choices
from dialogs.texts import Texts, escape_markdown, plain, soft_breaks

_NONE: Problems = MappingProxyType({})
_MORE = "more_settings"
_MORE_FIELDS = (Field.BUFFER_BEFORE, Field.BUFFER_AFTER, Field.MINIMUM_NOTICE, Field.BOOKING_WINDOW)


def settings(
    t: Texts,
    view: SettingsView,
    *,
    saved_at: datetime | None = None,
    problems: Problems = _NONE,
    differences: Sequence[Difference] | None = None,
) -> CardJson:
    """Every calendar and every switch.

    ``saved_at``: what is shown was saved then. ``problems``: nothing was saved, and why, at the fields.
    ``differences``: nothing was saved because another client saved first; the card shows this client's values and
    says what differs (None: no such clash).
    """
    return card(
        t,
        _summary(t, view, saved_at, problems, differences),
        heading(t("settings.title")),
        _notice(t, view, saved_at, problems, differences),
        *_conflicts(t, view, problems),
        *_target(t, view, problems),
        *_statuses(t, view),
        *_cancellations(t, view),
        *_hours(t, view, problems),
        *_meetings(t, view, problems),
        _more(t, view, problems),
        _buttons(t, view, differences),
    )


def saved_texts(t: Texts, view: SettingsView) -> str:
    """What is in force now, in one sentence."""
    count = len(view.preferences.conflict_calendars)
    return t.n("settings.saved_summary", count, target=plain(_target_name(view) or t("settings.no_target")))


def _summary(
    t: Texts,
    view: SettingsView,
    saved_at: datetime | None,
    problems: Problems,
    differences: Sequence[Difference] | None,
) -> str:
    if differences is not None:
        return t("settings.conflict_title")
    if problems:
        return t.n("settings.problems_title", len(problems))
    return t("settings.saved_title", time=t.time(saved_at)) if saved_at else t("settings.title")


def _notice(
    t: Texts,
    view: SettingsView,
    saved_at: datetime | None,
    problems: Problems,
    differences: Sequence[Difference] | None,
) -> CardElement | None:
    if differences is not None:
        return _conflict_notice(t, differences)
    if problems:
        return banner("attention", t.n("settings.problems_title", len(problems)), t("settings.problems_text"))
    if saved_at:
        return banner("good", t("settings.saved_title", time=t.time(saved_at)), escape_markdown(saved_texts(t, view)))
    return None


def _conflict_notice(t: Texts, differences: Sequence[Difference]) -> CardElement:
    lines = bullets(
        t(
            "settings.difference",
            name=difference.name,
            theirs=escape_markdown(difference.theirs),
            yours=escape_markdown(difference.yours),
        )
        for difference in differences
    )
    made = banner("warning", t("settings.conflict_title"), t("settings.conflict_text"))
    if lines and made.items is not None:
        made.items.append(lines)
    return made


# Calendars


def _conflicts(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
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


def _target(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    several = len(view.accounts) > 1
    options = [
        (_target_title(one, listed.account.username if several else ""), calendar_token(one.ref))
        for listed in view.accounts
        for one in listed.calendars
        if one.can_be_target and one.ref not in view.missing
    ]
    target = view.preferences.target
    value = calendar_token(target) if target else ""
    yield section(t("settings.target_title"))
    yield _problem(t, Field.TARGET, problems)
    if not options:
        yield body(t("settings.target_nothing"))
        return
    if target and value not in {token for _, token in options}:
        yield problem_text(t("settings.target_gone"))
        value = ""
    yield choice(
        Field.TARGET,
        t("settings.target_label"),
        options,
        value=value,
        placeholder=t("settings.target_placeholder"),
    )


def _calendar_title(t: Texts, view: SettingsView, calendar: Calendar, username: str) -> str:
    """The calendar with what is to be known of it: above all why its time cannot be told."""
    if calendar.ref in view.missing:
        marks = [failure_text(t, ReadFailure.NOT_FOUND)]
    elif not calendar.can_be_read:
        marks = [failure_text(t, ReadFailure.FORBIDDEN)]
    else:
        marks = [] if calendar.can_edit else [t("settings.read_only")]
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


def _target_name(view: SettingsView) -> str:
    for listed in view.accounts:
        for one in listed.calendars:
            if one.ref == view.preferences.target and one.ref not in view.missing:
                return one.name
    return ""


def _shorten(text: str) -> str:
    return plain(text, 60)


# Switches, hours, lengths


def _statuses(t: Texts, view: SettingsView) -> Iterable[CardElement]:
    preferences = view.preferences
    yield section(t("settings.statuses_title"))
    yield subtle(t("settings.statuses_text"))
    yes = t("settings.blocks")
    yield toggle(Field.OUT_OF_OFFICE, t("status.oof"), yes, value=preferences.block_out_of_office)
    yield toggle(Field.WORKING_ELSEWHERE, t("status.elsewhere"), yes, value=preferences.block_working_elsewhere)
    yield toggle(Field.TENTATIVE, t("status.tentative"), yes, value=preferences.block_tentative)


def _cancellations(t: Texts, view: SettingsView) -> Iterable[CardElement]:
    yield section(t("settings.sync_title"))
    yield toggle(
        Field.SYNC_CANCELLATIONS,
        t("settings.sync_label"),
        t("settings.sync_on"),
        value=view.preferences.sync_cancellations,
    )
    yield subtle(t("settings.sync_later"))


def _hours(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    hours = view.hours
    yield section(t("settings.hours_title"))
    if view.hours_source is Source.ASSUMED:
        yield subtle(t("settings.hours_assumed"))
    yield _problem(t, Field.ZONE, problems)
    yield choice(
        Field.ZONE,
        t("settings.zone_label"),
        zone_choices(t, view.now, view.zone),
        value=view.zone,
        placeholder=t("zone.placeholder"),
        error=t("zone.error"),
    )
    yield _problem(t, Field.WORKING_DAYS, problems)
    yield choice(
        Field.WORKING_DAYS,
        t("settings.days_label"),
        [(t.weekday(day), str(day)) for day in t.week()],
        value=",".join(str(day) for day in sorted(hours.days)),
        style="expanded",
        many=True,
        error=t("problem.no_working_day"),
    )
    yield _problem(t, Field.HOURS_START, problems)
    yield _problem(t, Field.HOURS_END, problems)
    yield side_by_side(
        [time_input(Field.HOURS_START, t("settings.hours_from"), f"{hours.start:%H:%M}", t("problem.bad_time"))],
        [time_input(Field.HOURS_END, t("settings.hours_until"), f"{hours.end:%H:%M}", t("problem.bad_time"))],
    )


def _meetings(t: Texts, view: SettingsView, problems: Problems) -> Iterable[CardElement | None]:
    yield section(t("settings.meetings_title"))
    yield from _length(t, view, Field.DEFAULT_DURATION, problems)
    yield toggle(
        Field.TEAMS_LINK, t("settings.teams_link_label"), t("settings.teams_link_on"), value=view.preferences.teams_link
    )


def _more(t: Texts, view: SettingsView, problems: Problems) -> CardElement:
    """What few people change; shown at once where one of its fields has a problem."""
    fields = [element for name in _MORE_FIELDS for element in _length(t, view, name, problems)]
    return group(
        strong(t("settings.more_title")),
        *fields,
        id=_MORE,
        visible=bool(problems.keys() & set(_MORE_FIELDS)),
    )


def _length(t: Texts, view: SettingsView, name: Field, problems: Problems) -> Iterable[CardElement | None]:
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


def _buttons(t: Texts, view: SettingsView, differences: Sequence[Difference] | None) -> CardElement | None:
    shown = [listed.account.id for listed in view.accounts if listed.failure is None]
    broken = [listed.account for listed in view.accounts if listed.failure is ReadFailure.RECONNECT]
    save = t("action.save") if differences is None else t("action.save_mine")
    return actions(
        execute(save, Verb.SETTINGS_SAVE, {"version": view.preferences.version, "accounts": shown}, style="positive"),
        without_inputs(execute(t("action.discard_mine"), Verb.SETTINGS_SHOW)) if differences is not None else None,
        reveal(t("action.more_settings"), _MORE),
        *[
            without_inputs(
                execute(t("action.reconnect_account", account=plain(one.username)), Verb.CONNECT, {"account": one.id})
            )
            for one in broken[:2]
        ],
        without_inputs(execute(t("action.connect_another"), Verb.CONNECT)),
    )


def _problem(t: Texts, name: Field, problems: Problems) -> CardElement | None:
    found = problems.get(name)
    return problem_text(problem_line(t, found)) if found else None

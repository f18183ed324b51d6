"""The time zones offered in a list: one city for each clock that people live by, and the person's own."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from microsoft_teams.cards import CardElement

from bot.conversation import CardJson
from dialogs.cards.elements import actions, banner, body, card, choice, execute, heading, without_inputs
from dialogs.cards.fields import Field
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, plain

ZONES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Vancouver", "America/Denver"),
    *("America/Phoenix", "America/Mexico_City", "America/Chicago", "America/Winnipeg", "America/Regina"),
    *("America/Bogota", "America/Lima", "America/New_York", "America/Toronto", "America/Halifax", "America/Caracas"),
    *("America/La_Paz", "America/Santiago", "America/St_Johns", "America/Sao_Paulo", "America/Montevideo"),
    *("America/Argentina/Buenos_Aires", "America/Martinique", "America/Guadeloupe", "America/Cayenne"),
    *("Atlantic/Azores", "Atlantic/Cape_Verde", "Atlantic/Reykjavik", "UTC", "Europe/London", "Europe/Dublin"),
    *("Europe/Lisbon", "Africa/Casablanca", "Africa/Abidjan", "Africa/Dakar", "Africa/Algiers", "Africa/Tunis"),
    *("Africa/Lagos", "Europe/Paris", "Europe/Brussels", "Europe/Luxembourg", "Europe/Zurich", "Europe/Berlin"),
    *("Europe/Amsterdam", "Europe/Vienna", "Europe/Madrid", "Europe/Rome", "Europe/Copenhagen", "Europe/Oslo"),
    *("Europe/Stockholm", "Europe/Prague", "Europe/Warsaw", "Europe/Budapest", "Europe/Belgrade", "Europe/Athens"),
    *("Europe/Bucharest", "Europe/Sofia", "Europe/Helsinki", "Europe/Kyiv", "Africa/Cairo", "Africa/Johannesburg"),
    *("Asia/Jerusalem", "Asia/Beirut", "Europe/Istanbul", "Europe/Moscow", "Asia/Riyadh", "Africa/Nairobi"),
    *("Indian/Reunion", "Indian/Mauritius", "Asia/Tehran", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata"),
    *("Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Jakarta", "Asia/Shanghai"),
    *("Asia/Hong_Kong", "Asia/Singapore", "Asia/Manila", "Australia/Perth", "Asia/Seoul", "Asia/Tokyo"),
    *("Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Noumea", "Pacific/Auckland"),
    *("Pacific/Tahiti", "Pacific/Fiji"),
)


def zone_choices(t: Texts, now: datetime, *extra: str | None) -> list[tuple[str, str]]:
    """(title, IANA name) by city, with ``extra`` zones wherever they exist; offsets are those of ``now``."""
    names = {*ZONES, *(name for name in extra if name)}
    return sorted(((_title(t, name, now), name) for name in names), key=lambda pair: _sort_key(pair[0]))


def zone_question(t: Texts, now: datetime, *, mailbox: str | None, client: str | None) -> CardJson:
    """Whose zone counts? Asked where mailbox and Teams differ, or where neither says one (IANA names, or None)."""
    claims = [(name, key) for name, key in ((mailbox, "zone.use_mailbox"), (client, "zone.use_client")) if name]
    claimed = {name for name, _ in claims}
    buttons = [
        without_inputs(execute(t(key, zone=t.zone_name(now, name)), Verb.ZONE_CHOOSE, {Field.ZONE: name}))
        for name, key in claims
    ]
    question: list[CardElement] = [body(t("zone.differ") if len(claimed) == 2 else t("zone.unknown"))]
    if len(claimed) == 2:
        question.append(body(t("zone.why"), spacing="Small"))
    return card(
        t,
        t("zone.title"),
        heading(t("zone.title")),
        *question,
        actions(*buttons),
        choice(
            Field.ZONE,
            t("zone.other"),
            zone_choices(t, now, mailbox, client),
            placeholder=t("zone.placeholder"),
            error=t("zone.error"),
        ),
        actions(execute(t("action.use_zone"), Verb.ZONE_CHOOSE, style="positive" if not claims else "default")),
    )


def zone_set(t: Texts, now: datetime, zone: str) -> CardJson:
    """The zone was chosen; everything is read in it from now on."""
    name = plain(t.zone_name(now, zone))
    return card(
        t,
        t("zone.set_title", zone=name),
        banner("good", t("zone.set_title", zone=name), t("zone.set_text")),
        actions(
            execute(t("action.ask_free"), Verb.ASK, {"ask": {"intent": "free"}}, style="positive"),
            execute(t("action.settings"), Verb.SETTINGS_SHOW),
        ),
    )


def _title(t: Texts, name: str, now: datetime) -> str:
    country = t.zone_country(name)
    city = t.zone_name(now, name)
    return f"{city} – {country}" if country and country not in city else city


def _sort_key(title: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char))

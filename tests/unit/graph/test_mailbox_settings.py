from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tzlocal.windows_tz import win_tz

from adapters.graph.calendars import GraphCalendars
from adapters.graph.mailbox_settings import settings_of
from adapters.graph.zones import graph_name, iana_name
from bot.model import MailboxSettings, WorkingHours
from tests.unit.graph.fake_graph import CAMILLE, Answer, FakeGraph


def mailbox(zone: Any = "Romance Standard Time", **hours: Any) -> dict[str, Any]:
    usual = {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "09:00:00.0000000",
        "endTime": "17:30:00.0000000",
        "timeZone": {"name": "Romance Standard Time"},
    }
    return {"timeZone": zone, "workingHours": usual | hours}


PARIS = MailboxSettings("Europe/Paris", WorkingHours(frozenset({1, 2, 3, 4, 5}), time(9), time(17, 30)))


async def test_zone_and_hours_are_read_from_the_mailbox(graph: FakeGraph, calendars: GraphCalendars) -> None:
    graph.script = [Answer(mailbox())]
    assert await calendars.mailbox_settings(CAMILLE) == PARIS
    assert graph.asked[0].path == "/v1.0/me/mailboxSettings"


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("Romance Standard Time", "Europe/Paris"),
        ("romance standard time", "Europe/Paris"),
        ("Eastern Standard Time", "America/New_York"),
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("Middle Earth Standard Time", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_a_zone_is_named_in_iana_or_not_at_all(name: str, iana: str | None) -> None:
    assert iana_name(name) == iana
    assert settings_of({"timeZone": name}).zone == iana


def test_every_windows_zone_is_known_and_exists() -> None:
    for name in win_tz:
        iana = iana_name(name)
        assert iana is not None
        ZoneInfo(iana)


def test_a_zone_keeps_its_name_where_windows_has_none() -> None:
    assert graph_name("Europe/Paris") == "Romance Standard Time"
    assert graph_name("Antarctica/Troll") == "Antarctica/Troll"


@pytest.mark.parametrize(
    "hours",
    [
        {"timeZone": {"name": "Tokyo Standard Time"}},
        {"timeZone": {"name": "Customized Time Zone", "@odata.type": "#microsoft.graph.customTimeZone", "bias": -60}},
        {"daysOfWeek": []},
        {"daysOfWeek": ["someday"]},
        {"daysOfWeek": None},
        {"startTime": "22:00:00.0000000", "endTime": "06:00:00.0000000"},
        {"startTime": "09:00:00.0000000", "endTime": "09:00:00.0000000"},
        {"startTime": None},
        {"endTime": "late"},
    ],
)
def test_contradictory_or_impossible_hours_are_none_so_that_they_are_asked(hours: dict[str, Any]) -> None:
    assert settings_of(mailbox(**hours)) == MailboxSettings("Europe/Paris", None)


def test_hours_told_in_a_zone_with_the_same_clock_are_the_mailboxs() -> None:
    assert settings_of(mailbox(timeZone={"name": "W. Europe Standard Time"})) == PARIS
    assert settings_of(mailbox(timeZone=None)) == PARIS


def test_hours_until_midnight_are_hours() -> None:
    hours = settings_of(mailbox(endTime="00:00:00.0000000")).hours
    assert hours is not None
    assert (hours.start, hours.end) == (time(9), time(0))


@pytest.mark.parametrize("answer", [{}, {"timeZone": 5, "workingHours": "x"}, {"workingHours": {"timeZone": []}}])
def test_a_mailbox_that_says_nothing_readable_says_nothing(answer: dict[str, Any]) -> None:
    assert settings_of(answer) == MailboxSettings(None, None)

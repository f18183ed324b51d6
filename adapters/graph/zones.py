"""Windows and IANA names of time zones (Graph speaks both; the bot knows IANA only)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import tz_win, win_tz

UTC_NAMES = {"utc", "etc/utc", "gmt", "tzone://microsoft/utc"}
_IANA = {name.casefold(): name for name in available_timezones()}
_WINDOWS = {name.casefold(): iana for name, iana in win_tz.items()}


def iana_name(name: str | None) -> str | None:
    """The IANA zone of a name that Graph gave; None where it names none that exists.

    ``Customized Time Zone`` and ``tzone://Microsoft/Custom`` are a mailbox's private rules without a name (graph facts:
    Time zones), so they are None too.
    """
    if not name:
        return None
    folded = name.strip().casefold()
    if folded in UTC_NAMES:
        return "UTC"
    return _WINDOWS.get(folded) or _IANA.get(folded)


def graph_name(iana: str) -> str:
    """The name to write an event's zone with: Windows', which every Outlook shows, else the IANA name itself."""
    return tz_win.get(iana, iana)


def alike(one: str, other: str) -> bool:
    """Whether two IANA zones keep the same time in both halves of this year."""
    year = datetime.now(UTC).year
    probes = [datetime(year, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
    zones = ZoneInfo(one), ZoneInfo(other)
    return one == other or all(len({probe.astimezone(zone).utcoffset() for zone in zones}) == 1 for probe in probes)


def is_repeated(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall time of ``instant`` in ``zone`` occurs twice that day, so that it is ambiguous."""
    wall = instant.astimezone(zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()

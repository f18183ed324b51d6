"""Time-zone names as Outlook takes them: Windows or IANA."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import tz_win, win_tz

CUSTOM = "tzone://Microsoft/Custom"
_SPECIAL = {"tzone://Microsoft/Utc": "UTC"}


@lru_cache(maxsize=1024)
def find_zone(name: str) -> tzinfo | None:
    """The zone that a Windows or IANA name stands for, None where Outlook would not know it."""
    name = _SPECIAL.get(name, name)
    if name in win_tz:
        return ZoneInfo(win_tz[name])
    return ZoneInfo(name) if name and name in tz_win else None


def zone_of(name: str) -> tzinfo:
    """The zone of a name that was checked before; UTC for a mailbox whose own zone is a custom one."""
    return find_zone(name) or UTC


def windows_names() -> list[str]:
    return sorted(win_tz)


def iana_names() -> list[str]:
    return sorted(tz_win)


def to_instant(wall: datetime, zone: tzinfo) -> datetime:
    """The UTC instant of a wall time; a time that the clocks skip moves forward, one that comes twice is the first."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def to_wall(instant: datetime, zone: tzinfo) -> datetime:
    """The naive wall time of an instant in ``zone``."""
    return instant.astimezone(zone).replace(tzinfo=None)

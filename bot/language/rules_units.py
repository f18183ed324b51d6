"""What a unit of the calendar is worth, and which days this, next and last name."""

from __future__ import annotations

from bot.language import calendar_days as days
from bot.language.specs import Context, Days, Grain

LONG = {"day": 1, "week": 7}
SECONDS = {"minute": 60, "hour": 3600}


def unit_days(unit: str, offset: int, c: Context) -> Days | None:
    """This (0), next (1) or last (-1) day, week, weekend, month, year."""
    match unit:
        case "day":
            return days.one_day(days.plus(c.today, offset))
        case "week":
            return days.week(c.today, offset)
        case "weekend":
            return days.weekend(c.today, offset)
        case "month":
            return days.month(c.today.year, c.today.month + offset)
        case "year":
            return days.year_days(c.today.year + offset)
        case _:
            return None


def until(c: Context, unit: str, count: float) -> Days | None:
    """From today to the end of the day ``count`` units ahead."""
    if unit in LONG:
        last = days.plus(c.today, count * LONG[unit])
    elif unit == "month":
        last = days.months_later(c.today, int(min(count, 1200)))
    elif unit == "year":
        last = days.months_later(c.today, int(12 * min(count, 100)))
    else:
        return None
    return Days(c.today, days.plus(last, 1), Grain.DAYS)

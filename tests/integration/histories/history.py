"""What may happen to somebody's calendars in a week in which the clocks change, as values that hypothesis draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.integration.histories.minutes import Rules

Json = dict[str, Any]

CHANGES = {
    "Europe/Paris": (date(2027, 3, 28), date(2027, 10, 31)),
    "America/New_York": (date(2027, 3, 14), date(2027, 11, 7)),
    "America/Los_Angeles": (date(2027, 3, 14), date(2027, 11, 7)),
    "Asia/Kolkata": (date(2027, 3, 28), date(2027, 10, 31)),
    "Australia/Lord_Howe": (date(2027, 4, 4), date(2027, 10, 3)),
}
"""The Sundays on which clocks change, by half an hour on Lord Howe; India's do not, but events from elsewhere do."""

DAYS = 7
STATUSES = ["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"]
FAULTS: list[Json] = [
    {"status": 503}, {"status": 503, "when": "after"}, {"status": 500}, {"status": 500, "when": "after"},
    {"drop": True}, {"drop": True, "when": "after"}, {"status": 429, "retry_after": 0},
    {"status": 200, "body": "html"}, {"status": 200, "body": "html", "when": "after"},
    {"body": "broken", "when": "after"},
]  # fmt: skip
UNREADABLE: list[Json] = [{"status": 403}, {"status": 404}, {"drop": True}, {"status": 200, "body": "html"}]


@dataclass(frozen=True)
class Step:
    """Something that happens; ``which`` chooses among what is there, ``at`` is in minutes since the week began."""

    what: str
    which: int = 0
    at: int = 0
    minutes: int = 30
    fields: Json = field(default_factory=dict)
    fault: Json | None = None


@dataclass(frozen=True)
class History:
    """``calendars`` hold, one each, whether it is the second account's and whether it is checked for conflicts."""

    sunday: date
    rules: Rules
    switches: Json
    calendars: list[tuple[bool, bool]]
    target: int
    steps: list[Step]
    windows: list[tuple[int, int]]
    length: int
    checks: list[int]
    unreadable: tuple[int, Json] | None

    @property
    def start(self) -> datetime:
        """Thursday's first minute, in UTC."""
        first = datetime.combine(self.sunday - timedelta(days=3), time(0), ZoneInfo(self.rules.zone))
        return first.astimezone(UTC)

    def instant(self, minutes: int) -> datetime:
        return self.start + timedelta(minutes=minutes)


minute = st.integers(0, DAYS * 288 - 1).map(lambda fives: fives * 5)
# Most of what matters lies by day, and around the hour that is skipped or comes twice.
moment = st.one_of(
    minute,
    st.builds(
        lambda day, hour, quarter: day * 1440 + hour * 60 + quarter * 15,
        *(st.integers(0, DAYS - 1), st.integers(7, 19), st.integers(0, 3)),
    ),
    st.integers(-12, 24).map(lambda quarters: 3 * 1440 + 120 + quarters * 15),
)
length = st.sampled_from([5, 15, 30, 30, 45, 60, 90, 240, 1500])
status = st.sampled_from(STATUSES)


@st.composite
def rules(draw: st.DrawFn, zone: str) -> tuple[Rules, Json]:
    """A person's settings, for the oracle and (the switches) for the bot."""
    switches = {name: draw(st.booleans()) for name in ("tentative", "oof", "workingElsewhere")}
    begins, ends = draw(
        st.sampled_from([(9, 17), (8, 18), (0, 0), (1, 4), (7, 0), (22, 6), (2, 3), (9, 13), (0, 23)]).map(
            lambda pair: (time(pair[0], draw(st.sampled_from([0, 0, 30]))), time(pair[1]))
        )
    )
    return (
        Rules(
            zone=zone,
            days=draw(st.one_of(st.just(frozenset(range(1, 8))), st.frozensets(st.integers(1, 7), min_size=1))),
            begins=begins,
            ends=ends,
            before=draw(st.sampled_from([0, 0, 5, 15, 60])),
            after=draw(st.sampled_from([0, 0, 5, 15, 60])),
            notice=draw(st.sampled_from([0, 0, 60, 1440, 4320])),
            window=draw(st.sampled_from([60, 30, 14, 5])) * 1440,
            blocking=frozenset({"busy", "unknown", *(name for name, blocks in switches.items() if blocks)}),
        ),
        switches,
    )


@st.composite
def recurrence(draw: st.DrawFn) -> Json:
    """Graph's form, without its first day."""
    pattern = draw(
        st.sampled_from(
            [
                {"type": "daily", "interval": 1},
                {"type": "daily", "interval": 2},
                {"type": "weekly", "interval": 1, "daysOfWeek": ["saturday", "sunday", "monday"]},
                {"type": "weekly", "interval": 1, "daysOfWeek": ["friday", "sunday"], "firstDayOfWeek": "monday"},
            ]
        )
    )
    return {"pattern": pattern, "range": {"type": "numbered", "numberOfOccurrences": draw(st.integers(2, 8))}}


fault = st.none() | st.sampled_from(FAULTS)
which = st.integers(0, 40)
zones = st.sampled_from([*CHANGES, "UTC"])

steps = st.one_of(
    st.builds(
        Step, st.just("event"), which, moment, length,
        st.fixed_dictionaries(
            {"show_as": status},
            optional={
                "sensitivity": st.just("private"), "is_cancelled": st.just(True), "zone": zones,
                "organizer": st.just("boss@elsewhere.example"),
                "response": st.sampled_from(["declined", "accepted", "tentativelyAccepted", "notResponded"]),
            },
        ),
    ),
    st.builds(Step, st.just("days"), which, moment, st.integers(1, 3), st.fixed_dictionaries({"show_as": status})),
    st.builds(
        Step, st.just("series"), which, moment, length,
        st.fixed_dictionaries({"show_as": status, "recurrence": recurrence(), "zone": zones}),
    ),
    st.builds(Step, st.just("outlook moves"), which, moment, length),
    st.builds(Step, st.just("outlook deletes"), which),
    st.builds(Step, st.just("outlook changes"), which, fields=st.fixed_dictionaries({"show_as": status})),
    st.builds(Step, st.just("book"), which, moment, st.sampled_from([15, 30, 60]), fault=fault),
    st.builds(Step, st.just("book"), which, moment, st.sampled_from([15, 30, 60]), fault=fault),
    st.builds(Step, st.just("move"), which, moment, st.sampled_from([15, 30, 60]), fault=fault),
    st.builds(Step, st.just("cancel"), which, fault=fault),
    st.builds(Step, st.just("later"), which, minutes=st.integers(1, 1440)),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, zone: str) -> History:
    chosen, switches = draw(rules(zone))
    calendars = draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4))
    if not any(checked for _, checked in calendars):
        calendars[0] = (calendars[0][0], True)
    windows = st.tuples(minute, st.integers(1, 4 * 1440)).map(lambda pair: (pair[0], min(sum(pair), DAYS * 1440)))
    return History(
        sunday=draw(st.sampled_from(CHANGES[zone])),
        rules=chosen,
        switches=switches,
        calendars=calendars,
        target=draw(st.integers(0, 3)),
        steps=draw(st.lists(steps, min_size=2, max_size=12)),
        windows=draw(st.one_of(st.just([(0, DAYS * 1440)]), st.lists(windows, min_size=1, max_size=3))),
        length=draw(st.sampled_from([15, 20, 30, 45, 60, 120])),
        checks=draw(st.lists(moment, min_size=3, max_size=6)),
        unreadable=draw(st.none() | st.none() | st.tuples(st.integers(0, 3), st.sampled_from(UNREADABLE))),
    )

"""The kinds of race: who taps what at once. Each gives the taps; a race sends them all at the same instant."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from dialogs.cards.verbs import CARD_VERSION, Verb
from tests.races.stage import SOFT, Host, Stage

Json = dict[str, Any]

STEP = timedelta(minutes=15)
HALF_AN_HOUR = 30
MOST_AT_ONCE = 8
AN_HOUR = timedelta(hours=1)
STANDING = "select id::text, version from bookings where subject = %s and state = 'confirmed' and change_kind is null"


@dataclass(frozen=True)
class Tap:
    """One request; ``subject`` names the meeting it is about, and is unique in a run.

    ``start`` is where it is to be booked or, for a change, where it stands; ``to`` where a move puts it.
    """

    host: Host
    verb: str
    data: Json
    subject: str
    start: datetime
    to: datetime | None = None


@dataclass(frozen=True)
class Meeting:
    """A booking as its card shows it."""

    booked: Tap
    id: str
    version: int
    start: datetime

    def move(self, *, after: timedelta) -> Tap:
        """Its move form's button: to so long after the race's time begins."""
        to, shown = self.start + after, {"v": CARD_VERSION, "meeting": self.id, "version": self.version}
        when = {"zone": "UTC", "day": f"{to:%Y-%m-%d}", "clock": f"{to:%H:%M}", "duration": str(HALF_AN_HOUR)}
        return Tap(
            self.booked.host, Verb.MOVE, shown | when | {"accepts": SOFT}, self.booked.subject, self.booked.start, to
        )

    def cancel(self) -> Tap:
        shown = {"v": CARD_VERSION, "meeting": self.id, "version": self.version, "message": "Sorry!"}
        return Tap(self.booked.host, Verb.CANCEL, shown, self.booked.subject, self.booked.start)


@dataclass(frozen=True)
class Setting:
    """Where a race takes place: at ``start`` begins time that no other race touches; ``press`` sends a tap."""

    stage: Stage
    rng: random.Random
    name: str
    hosts: Sequence[Host]
    start: datetime
    press: Callable[[Tap], Awaitable[object]]

    async def booked(self, letter: str, *, after: timedelta = timedelta(0)) -> Meeting | None:
        """A meeting that stands before the race begins; None where it could not be booked, as a process died."""
        tap = self.form(letter, after=after)
        await self.press(tap)
        rows = await self.stage.rows(STANDING, tap.subject)
        return Meeting(tap, rows[0]["id"], rows[0]["version"], self.start) if rows else None

    def form(self, letter: str, host: Host | None = None, *, after: timedelta = timedelta(0), minutes: int = 30) -> Tap:
        host, subject = host or self.hosts[0], f"{self.name} {letter}"
        start = self.start + after
        return Tap(host, Verb.BOOK, host.filled(subject, start, minutes), subject, start)

    def some(self, low: int = 2, high: int = MOST_AT_ONCE) -> int:
        return self.rng.randint(low, high)


Kind: TypeAlias = Callable[[Setting], Awaitable[list[Tap]]]


async def same_form(at: Setting) -> list[Tap]:
    """One form, tapped again and again."""
    return [at.form("a")] * at.some()


async def same_slot(at: Setting) -> list[Tap]:
    """One slot, wanted by as many forms as taps."""
    return [at.form(letter) for letter in "abcdefgh"[: at.some()]]


async def overlapping(at: Setting) -> list[Tap]:
    """Slots of several lengths that lie across each other."""
    return [
        at.form(letter, after=STEP * at.rng.randrange(6), minutes=at.rng.choice((15, 30, 45, 60)))
        for letter in "abcdefgh"[: at.some()]
    ]


async def crowd(at: Setting) -> list[Tap]:
    """Two or three forms for one slot, each tapped more than once."""
    forms = [at.form(letter) for letter in "abc"[: at.some(2, 3)]]
    return [*forms, *at.rng.choices(forms, k=at.some(1, 5))]


async def neighbours(at: Setting) -> list[Tap]:
    """Slots that touch and do not overlap: nobody stands in anybody's way."""
    return [
        at.form(letter, after=timedelta(minutes=HALF_AN_HOUR * number))
        for number, letter in enumerate("abcde"[: at.some(2, 5)])
    ]


async def strangers(at: Setting) -> list[Tap]:
    """Several hosts at the same instant: nothing is shared, nobody stands in anybody's way."""
    return [at.form(letter, host) for letter, host in zip("abcd", at.hosts, strict=False)]


BOOKING: dict[Kind, int] = {same_form: 5, same_slot: 5, overlapping: 4, crowd: 4, neighbours: 2, strangers: 2}
EVERYBODY_WINS = frozenset({neighbours, strangers})


async def move_against_bookings(at: Setting) -> list[Tap]:
    """A meeting moves to where others are being booked."""
    meeting = await at.booked("a")
    forms = [at.form(letter, after=AN_HOUR + STEP * at.rng.choice((-1, 0, 0, 1))) for letter in "bcde"[: at.some(1, 4)]]
    return [meeting.move(after=AN_HOUR)] * at.some(1, 2) + forms if meeting else forms


async def moves_to_one_target(at: Setting) -> list[Tap]:
    """Two meetings move to the same time."""
    meetings = [await at.booked("a"), await at.booked("b", after=STEP * 2)]
    moves = [one.move(after=AN_HOUR * 2) for one in meetings if one]
    return moves + at.rng.choices(moves, k=at.some(0, 4)) if moves else []


async def swap(at: Setting) -> list[Tap]:
    """Two meetings, each to where the other is."""
    one, other = await at.booked("a"), await at.booked("b", after=AN_HOUR)
    moves = [one.move(after=AN_HOUR), other.move(after=timedelta(0))] if one and other else []
    return moves * at.some(1, 3)


async def follow_on(at: Setting) -> list[Tap]:
    """A meeting moves to where another moves away from."""
    one, other = await at.booked("a"), await at.booked("b", after=AN_HOUR)
    moves = [one.move(after=AN_HOUR), other.move(after=AN_HOUR * 2)] if one and other else []
    return moves * at.some(1, 3)


async def one_meeting_two_ways(at: Setting) -> list[Tap]:
    """One meeting, moved to several times at once, or to one again and again."""
    meeting = await at.booked("a")
    aims = [AN_HOUR, AN_HOUR * 2, STEP, timedelta(0)][: at.some(1, 4)]
    return [meeting.move(after=at.rng.choice(aims)) for _ in range(at.some())] if meeting else []


async def cancel_against_move(at: Setting) -> list[Tap]:
    """One meeting, cancelled and moved at once."""
    meeting = await at.booked("a")
    if meeting is None:
        return []
    both = [meeting.cancel(), meeting.move(after=AN_HOUR)]
    return [*both, *at.rng.choices(both, k=at.some(0, 4))]


async def cancel_against_bookings(at: Setting) -> list[Tap]:
    """A meeting is cancelled while others want its time."""
    meeting = await at.booked("a")
    forms = [at.form(letter) for letter in "bcd"[: at.some(1, 3)]]
    return [meeting.cancel()] * at.some(1, 3) + forms if meeting else forms


CHANGING: dict[Kind, int] = {
    move_against_bookings: 5,
    moves_to_one_target: 3,
    swap: 3,
    follow_on: 2,
    one_meeting_two_ways: 4,
    cancel_against_move: 4,
    cancel_against_bookings: 3,
}

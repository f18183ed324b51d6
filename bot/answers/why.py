"""Why time is not free: every reason once, the ones that nothing overrides first, each with the setting behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.availability import HARD_REASONS, Availability, Reason, ReasonKind, Segment, State, Verdict, is_event_of
from bot.intervals import Span, intervals_of, merge
from bot.language.request import Topic
from bot.model import Booking, Interval, ShowAs

SWITCHED = {
    ShowAs.TENTATIVE: Topic.TENTATIVE,
    ShowAs.OUT_OF_OFFICE: Topic.OUT_OF_OFFICE,
    ShowAs.WORKING_ELSEWHERE: Topic.WORKING_ELSEWHERE,
}
"""The statuses that block only because a switch says so."""

_TOPICS = {
    ReasonKind.WORKING_DAY: Topic.DAYS,
    ReasonKind.WORKING_HOURS: Topic.HOURS,
    ReasonKind.NOTICE: Topic.NOTICE,
    ReasonKind.BOOKING_WINDOW: Topic.WINDOW,
}
_ORDER = {
    kind: rank
    for rank, kind in enumerate(
        (
            ReasonKind.PAST,
            ReasonKind.OWN_BOOKING,
            ReasonKind.STATUS,
            ReasonKind.BUFFER,
            ReasonKind.WORKING_DAY,
            ReasonKind.WORKING_HOURS,
            ReasonKind.NOTICE,
            ReasonKind.BOOKING_WINDOW,
        )
    )
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason with the stretches of the asked time that it takes, and the settings that would take it away."""

    reason: Reason
    spans: tuple[Interval, ...] = ()
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyDay:
    """A civil day, or the asked part of it (``shown``).

    ``free`` holds the asked length; ``short`` is free too, and too short for it; ``unknown`` is time that only an
    unreadable calendar could speak against.
    """

    day: date
    shown: Interval
    free: tuple[Interval, ...] = ()
    short: tuple[Interval, ...] = ()
    unknown: tuple[Interval, ...] = ()
    causes: tuple[Cause, ...] = ()


def topic_of(reason: Reason, slot: Interval | None = None) -> Topic | None:
    """The setting that would take this reason away, beside the choice of the calendar; None where none would.

    A buffer is the one before ``slot`` where the meeting ends before it.
    """
    if reason.kind is ReasonKind.STATUS and reason.block:
        return SWITCHED.get(reason.block.status)
    if reason.kind is ReasonKind.BUFFER and reason.when and slot:
        return Topic.BUFFER_BEFORE if reason.when.end <= slot.start else Topic.BUFFER_AFTER
    return _TOPICS.get(reason.kind)


def distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each meeting once, hard reasons first.

    One meeting may be there several times: as the bot's own booking, as its event, and as a copy in another mailbox
    (same ``iCalUId``, same time). The booking names it best, then a copy that its owner may see the title of.
    """
    every = sorted(reasons, key=_rank)
    bookings = [one.booking for one in every if one.booking]
    kept: dict[Hashable, Reason] = {}
    for reason in every:
        kept.setdefault(_identity(reason, bookings), reason)
    direct = {key[1] for key in kept if isinstance(key, tuple) and key[0] != ReasonKind.BUFFER}
    return tuple(
        reason
        for key, reason in kept.items()
        if not (isinstance(key, tuple) and key[0] == ReasonKind.BUFFER and key[1] in direct)
    )


def causes_of(verdict: Verdict) -> tuple[Cause, ...]:
    """What speaks against one slot."""
    return tuple(Cause(one, topics=_topics(one, verdict.slot)) for one in distinct(verdict.reasons))


def explain(availability: Availability, day: date, shown: Interval, free: Sequence[Interval]) -> WhyDay:
    """A part of a day explained; ``free`` are its ranges that hold what was asked for."""
    segments = availability.segments(shown)
    gaps = _ranges(segments, State.FREE)
    return WhyDay(
        day,
        shown,
        free=tuple(one for part in free if (one := part.intersection(shown))),
        short=tuple(gap for gap in gaps if not any(part.overlaps(gap) for part in free)),
        unknown=_ranges(segments, State.UNKNOWN),
        causes=(*_direct(segments), *_buffers(segments)),
    )


def _direct(segments: Sequence[Segment]) -> list[Cause]:
    """What takes the time itself: hard reasons first, each kind in the order of the day."""
    spans: dict[Hashable, list[Span]] = defaultdict(list)
    reasons: dict[Hashable, Reason] = {}
    for segment in segments:
        for reason in segment.reasons:
            spans[_alike(reason)].append(_span(segment))
            reasons[_alike(reason)] = reason
    causes = [
        Cause(one, intervals_of(merge(spans[_alike(one)])), _topics(one))
        for one in distinct(one for one in reasons.values() if one.kind is not ReasonKind.BUFFER)
    ]
    return sorted(causes, key=lambda cause: (not cause.reason.is_hard, cause.spans[0].start))


def _buffers(segments: Sequence[Segment]) -> Iterator[Cause]:
    """The buffers of all meetings as one cause: only where nothing but a rule stands beside them."""
    bare = [
        (segment, next(one for one in segment.reasons if one.kind is ReasonKind.BUFFER))
        for segment in segments
        if ReasonKind.BUFFER in (kinds := {one.kind for one in segment.reasons}) and not kinds & HARD_REASONS
    ]
    if bare:
        topics = dict.fromkeys(topic for segment, reason in bare for topic in _topics(reason, segment.interval))
        spans = intervals_of(merge(_span(segment) for segment, _ in bare))
        yield Cause(Reason(ReasonKind.BUFFER), spans, tuple(topics))


def _topics(reason: Reason, slot: Interval | None = None) -> tuple[Topic, ...]:
    topic = topic_of(reason, slot)
    return (topic,) if topic else ()


def _ranges(segments: Iterable[Segment], state: State) -> tuple[Interval, ...]:
    return intervals_of(merge(_span(one) for one in segments if one.state is state))


def _span(segment: Segment) -> Span:
    return segment.interval.start, segment.interval.end


def _rank(reason: Reason) -> tuple[object, ...]:
    start = reason.when.start.timestamp() if reason.when else 0.0
    block = reason.block
    if block is None:
        return _ORDER[reason.kind], start
    # Of the copies of one meeting the one counts that no switch would let through, then the one that says most.
    return _ORDER[reason.kind], start, block.status in SWITCHED, block.is_private, not block.subject


def _alike(reason: Reason) -> Hashable:
    """What stays the same of a reason from one stretch to the next."""
    return reason.kind, reason.booking.id if reason.booking else None, reason.block


def _identity(reason: Reason, bookings: Sequence[Booking]) -> Hashable:
    """What a reason is about. A direct one and a buffer of one meeting differ in the first part only."""
    if reason.booking is None and reason.block is None:
        return reason.kind
    side = ReasonKind.BUFFER if reason.kind is ReasonKind.BUFFER else ReasonKind.STATUS
    return side, _meeting(reason, bookings)


def _meeting(reason: Reason, bookings: Sequence[Booking]) -> Hashable:
    if reason.booking:
        return reason.booking.id
    block = reason.block
    if block is None:
        return None
    if own := next((one for one in bookings if is_event_of(block, one)), None):
        return own.id
    # The occurrences of a series share their iCalUId, so the time belongs to the identity.
    return (block.ical_uid, block.when) if block.ical_uid else block

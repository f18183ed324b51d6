"""The target calendar: the chosen one or an explicit refusal, never silently another."""

from __future__ import annotations

from bot.bookings.booking_outcome import TargetProblem, TargetUnavailable, Unreadable
from bot.mailboxes.live import LiveRead
from bot.model import Account, CalendarReading, CalendarRef, ReadFailure
from bot.profile import Profile

TARGET_PROBLEMS = {
    ReadFailure.NOT_FOUND: TargetProblem.GONE,
    ReadFailure.FORBIDDEN: TargetProblem.NEEDS_PERMISSION,
    ReadFailure.RECONNECT: TargetProblem.RECONNECT,
    ReadFailure.NO_MAILBOX: TargetProblem.NO_MAILBOX,
}
"""The failures that the person must act on; any other may pass by itself."""


def target_problem(read: LiveRead, target: CalendarRef) -> TargetUnavailable | Unreadable | None:
    """Whether an event can be written there, by its list and by a live read of it."""
    calendar = read.survey.known(target)
    known = read.survey.find(target) or read.survey.remembered.get(target)
    reading = read.reading_of(target)
    failure = reading.failure if reading else read.survey.failure_of(target)
    if failure in TARGET_PROBLEMS:
        return TargetUnavailable(TARGET_PROBLEMS[failure], target, calendar)
    if failure is not None:
        return Unreadable((CalendarReading(calendar, failure=failure),))
    if known is not None and not known.can_edit:
        return TargetUnavailable(TargetProblem.READ_ONLY, target, calendar)
    return None


def find_account(profile: Profile, target: CalendarRef) -> Account | None:
    return next((account for account in profile.accounts if account.id == target.account_id), None)

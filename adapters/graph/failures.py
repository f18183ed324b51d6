"""Graph's refusals and silences, translated once into CalendarError."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from adapters.graph.answers import GraphRefusal
from bot.errors import CalendarError, IdentityUnavailable, ReconnectNeeded
from bot.model import ReadFailure

NO_MAILBOX_CODES = {"MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "MailboxNotHostedInExchangeOnline"}
NOT_FOUND_CODES = {"ErrorItemNotFound", "ErrorInvalidIdMalformed", "ErrorFolderNotFound"}
BY_STATUS = {
    401: ReadFailure.RECONNECT,
    403: ReadFailure.FORBIDDEN,
    404: ReadFailure.NOT_FOUND,
    410: ReadFailure.NOT_FOUND,
    429: ReadFailure.THROTTLED,
    408: ReadFailure.TIMED_OUT,
    504: ReadFailure.TIMED_OUT,
}
# Nothing had left this machine when these were raised.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def translated(error: Exception) -> CalendarError:
    """The CalendarError that says what ``error`` means; ``outcome_unknown`` is as for a write."""
    match error:
        case CalendarError():
            return error
        case ReconnectNeeded():
            return CalendarError(ReadFailure.RECONNECT, code=error.error)
        case IdentityUnavailable():
            return CalendarError(ReadFailure.UNAVAILABLE, status=error.status, code="identity_unavailable")
        case GraphRefusal():
            return refused(error)
        case TimeoutError():
            return CalendarError(ReadFailure.TIMED_OUT, code="deadline", outcome_unknown=True)
        case httpx.TimeoutException():
            return CalendarError(ReadFailure.TIMED_OUT, outcome_unknown=not isinstance(error, NEVER_SENT))
        case _:
            # A broken connection, or an answer that is not what Graph answers: nobody knows what was done.
            unknown = not isinstance(error, NEVER_SENT)
            return CalendarError(ReadFailure.UNAVAILABLE, code=type(error).__name__, outcome_unknown=unknown)


def refused(error: GraphRefusal) -> CalendarError:
    """The CalendarError of an answer that is no success."""
    if error.code in NO_MAILBOX_CODES:
        failure = ReadFailure.NO_MAILBOX
    elif error.code in NOT_FOUND_CODES:
        failure = ReadFailure.NOT_FOUND
    else:
        failure = BY_STATUS.get(error.status, ReadFailure.UNAVAILABLE)
    return CalendarError(
        failure,
        status=error.status,
        code=error.code,
        request_id=error.request_id,
        retry_after=_retry_after(error.headers.get("retry-after")),
        # Below 400 stands a redirect, which nobody followed.
        outcome_unknown=error.status >= 500 or error.status == 408,
    )


def _retry_after(value: str | None) -> timedelta | None:
    """Seconds or an HTTP date; anything else is no answer."""
    if not value:
        return None
    if value.strip().isdecimal():
        return timedelta(seconds=int(value.strip()[:6]))
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(timedelta(0), when - datetime.now(UTC))

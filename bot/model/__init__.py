"""The words of the domain: frozen values that the whole house shares.

Instants are timezone-aware datetimes in UTC. Civil times (a working hour, an all-day event) carry or are read in an
IANA zone. Nothing here performs I/O.
"""

from bot.model.bookings import (
    Booking,
    BookingChange,
    BookingDraft,
    BookingState,
    ChangeKind,
    GoneHow,
    Invitee,
    LostEvent,
    WrittenEvent,
)
from bot.model.calendars import (
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarRef,
    EventDetails,
    MailboxSettings,
    ReadFailure,
    WorkingHours,
)
from bot.model.people import (
    Account,
    AccountHealth,
    AccountId,
    AccountKind,
    ConversationReference,
    Person,
    PersonId,
    TeamsUser,
)
from bot.model.preferences import NoticeTopic, Preferences
from bot.model.standing import InviteeAnswer, InviteeResponse, Standing
from bot.model.time import DaySpan, Interval, ShowAs

__all__ = [
    "Account",
    "AccountHealth",
    "AccountId",
    "AccountKind",
    "Booking",
    "BookingChange",
    "BookingDraft",
    "BookingState",
    "BusyBlock",
    "Calendar",
    "CalendarReading",
    "CalendarRef",
    "ChangeKind",
    "ConversationReference",
    "DaySpan",
    "EventDetails",
    "GoneHow",
    "Interval",
    "Invitee",
    "InviteeAnswer",
    "InviteeResponse",
    "LostEvent",
    "MailboxSettings",
    "NoticeTopic",
    "Person",
    "PersonId",
    "Preferences",
    "ReadFailure",
    "ShowAs",
    "Standing",
    "TeamsUser",
    "WorkingHours",
    "WrittenEvent",
]

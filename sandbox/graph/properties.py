"""The names of the properties that the slice's types have (graph metadata)."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVENT_PROPERTIES = _names(
    """
    id categories changeKey createdDateTime lastModifiedDateTime allowNewTimeProposals attendees body bodyPreview
    cancelledOccurrences end hasAttachments hideAttendees iCalUId importance isAllDay isCancelled isDraft
    isOnlineMeeting isOrganizer isReminderOn location locations onlineMeeting onlineMeetingProvider onlineMeetingUrl
    organizer originalEndTimeZone originalStart originalStartTimeZone recurrence reminderMinutesBeforeStart
    responseRequested responseStatus sensitivity seriesMasterId showAs start subject transactionId type webLink
    extensions singleValueExtendedProperties
    """
)

CALENDAR_PROPERTIES = _names(
    """
    id allowedOnlineMeetingProviders canEdit canShare canViewPrivateItems changeKey color
    defaultOnlineMeetingProvider hexColor isDefaultCalendar isRemovable isTallyingResponses name owner
    """
)

USER_PROPERTIES = _names(
    """
    id accountEnabled businessPhones displayName givenName jobTitle mail mailboxSettings mobilePhone officeLocation
    preferredLanguage surname userPrincipalName userType otherMails proxyAddresses
    """
)

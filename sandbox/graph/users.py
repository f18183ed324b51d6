"""People and their mailboxes' settings."""

from __future__ import annotations

from sandbox.graph.access import require, require_mailbox
from sandbox.graph.call import Call, Reply, collection, context
from sandbox.graph.properties import USER_PROPERTIES
from sandbox.graph.query import read_options
from sandbox.model import PERSONAL_TENANT, Json, User
from sandbox.refusals import Refusal, access_denied
from sandbox.zones import find_zone, iana_names, windows_names

_DEFAULT = [
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName", "id",
]  # fmt: skip
_SETTINGS = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")


def _user(user: User) -> Json:
    return {
        "businessPhones": [],
        "displayName": user.name,
        "givenName": user.given,
        "jobTitle": user.job or None,
        "mail": user.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": user.language,
        "surname": user.surname,
        "userPrincipalName": user.address,
        "id": user.id,
        "accountEnabled": True,
        "userType": "Member",
        "otherMails": user.other_addresses,
        "proxyAddresses": [f"SMTP:{user.address}", *(f"smtp:{one}" for one in user.other_addresses)],
    }


def get_user(call: Call) -> Reply:
    """GET /me and /users/{id}; a personal account sees nobody else."""
    if not call.principal.has("User.Read", "User.ReadBasic.All", "User.Read.All"):
        raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    if call.delegated and not call.principal.has("User.ReadBasic.All", "User.Read.All"):
        raise Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    options = read_options(call.query, USER_PROPERTIES)
    whole = _user(call.mailbox)
    names = [name for name in whole if name in options.select] or _DEFAULT
    if "mailboxSettings" in options.select:
        whole["mailboxSettings"] = _settings(call)
        names.append("mailboxSettings")
    body = {name: whole[name] for name in names} | {"id": call.mailbox.id}
    return Reply(200, {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", **body})


def _settings(call: Call) -> Json:
    require(call, *_SETTINGS)
    require_mailbox(call)
    if call.delegated:
        raise access_denied()
    user = call.mailbox
    return {
        "archiveFolder": None,
        "timeZone": user.zone,
        "language": {"locale": user.language, "displayName": user.language},
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": "user",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all"},
        "workingHours": hours_json(user),
    }


def hours_json(user: User) -> Json:
    zone = user.hours_zone or user.zone
    named: Json = {"name": zone}
    if find_zone(zone) is None:
        named = {
            "@odata.type": "#microsoft.graph.customTimeZone",
            "name": "Customized Time Zone",
            "bias": -60,
            "standardOffset": {
                "time": "03:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday", "month": 10, "year": 0,
            },
            "daylightOffset": {
                "daylightBias": -60, "time": "02:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday", "month": 3,
                "year": 0,
            },
        }  # fmt: skip
    return {"daysOfWeek": user.days, "startTime": user.day_start, "endTime": user.day_end, "timeZone": named}


def get_settings(call: Call) -> Reply:
    return Reply(200, {"@odata.context": context(call, "mailboxSettings"), **_settings(call)})


def get_hours(call: Call) -> Reply:
    return Reply(
        200, {"@odata.context": context(call, "mailboxSettings/workingHours"), **_settings(call)["workingHours"]}
    )


def get_time_zone(call: Call) -> Reply:
    return Reply(
        200, {"@odata.context": context(call, "mailboxSettings/timeZone"), "value": _settings(call)["timeZone"]}
    )


def supported_zones(call: Call) -> Reply:
    names = iana_names() if "iana" in call.arguments.casefold() else windows_names()
    return collection(call, "timeZones", [{"alias": name, "displayName": name} for name in names])


def list_people(call: Call) -> Reply:
    """GET /me/people: the colleagues of the same tenant."""
    require(call, "People.Read", "People.Read.All")
    user = call.principal.user
    others = (
        []
        if user.tenant == PERSONAL_TENANT
        else [one for one in call.world.users.values() if one.tenant == user.tenant]
    )
    return collection(
        call,
        "people",
        [
            {
                "id": one.id,
                "displayName": one.name,
                "givenName": one.given,
                "surname": one.surname,
                "userPrincipalName": one.address,
                "scoredEmailAddresses": [{"address": one.address, "relevanceScore": 8}],
            }
            for one in others
            if one.id != user.id and one.has_mailbox and not one.is_shared
        ],
    )

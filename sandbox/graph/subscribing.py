"""What the body of a subscription may say, and which calendar its resource means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox.graph.access import is_refused
from sandbox.graph.call import Call
from sandbox.ids import MalformedId, parse_calendar_id
from sandbox.model import Calendar, Json
from sandbox.refusals import Refusal, access_denied, malformed_id, not_found, unreadable_body

SHORTEST = timedelta(minutes=45)
LONGEST = timedelta(minutes=10_080)
LONGEST_STATE = 128
CHANGE_TYPES = ("created", "updated", "deleted")
_PROPERTIES = {
    "id", "applicationid", "changetype", "clientstate", "creatorid", "encryptioncertificate",
    "encryptioncertificateid", "expirationdatetime", "includeresourcedata", "latestsupportedtlsversion",
    "lifecyclenotificationurl", "notificationqueryoptions", "notificationurl", "notificationurlappid", "resource",
}  # fmt: skip
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidRequest", message)


def read_body(body: Any) -> Json:
    """The properties of a subscription by their names in lower case. Raises Refusal."""
    if not isinstance(body, dict):
        raise unreadable_body("Empty Payload. JSON content expected.")
    found: Json = {}
    for name, value in body.items():
        if "@odata." in name:
            continue
        if name.casefold() not in _PROPERTIES:
            raise unreadable_body(f"The property '{name}' does not exist on type 'microsoft.graph.subscription'.")
        found[name.casefold()] = value
    if found.get("includeresourcedata"):
        raise invalid("Rich notifications are not supported by this service.")
    return found


def read_text(fields: Json, name: str, *, required: bool = True) -> str:
    """A text of the body, empty where it is missing and may be. Raises Refusal."""
    value = fields.get(name.casefold())
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise invalid(f"Property '{name}' is required and must be a string.")
    return value


def read_change_types(fields: Json) -> list[str]:
    """``created,updated,deleted`` or some of them. Raises Refusal."""
    kinds = [part.strip().casefold() for part in read_text(fields, "changeType").split(",")]
    if not kinds or any(kind not in CHANGE_TYPES for kind in kinds) or len(set(kinds)) != len(kinds):
        raise invalid("The changeType must be any of 'created', 'updated' and 'deleted', separated by commas.")
    return kinds


def read_address(fields: Json, name: str, *, required: bool = True) -> str:
    """An address that may be called: https, or on loopback http, as no TLS is to be had there. Raises Refusal."""
    text = read_text(fields, name, required=required)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    allowed = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not allowed or parts.fragment or parts.username or any(one.isspace() for one in text):
        raise invalid(f"The {name} must be an absolute https address.")
    return text


def read_expiry(fields: Json, now: datetime) -> datetime:
    """When the subscription ends; too short a life is made 45 minutes (graph: subscription). Raises Refusal."""
    text = read_text(fields, "expirationDateTime")
    try:
        expires = datetime.fromisoformat(text)
    except ValueError:
        expires = None
    if expires is None or expires.tzinfo is None:
        raise unreadable_body("Cannot convert the literal to the expected type 'Edm.DateTimeOffset'.")
    if expires <= now:
        raise invalid("Subscription expirationDateTime must be in the future.")
    if expires > now + LONGEST:
        raise invalid(f"Subscription expiration can only be {int(LONGEST.total_seconds() / 60)} minutes in the future.")
    return max(expires, now + SHORTEST)


def read_state(fields: Json) -> str:
    state = read_text(fields, "clientState", required=False)
    if len(state) > LONGEST_STATE:
        raise invalid(f"The clientState must not be longer than {LONGEST_STATE} characters.")
    return state


def find_calendar(call: Call, resource: str) -> Calendar:
    """The calendar whose events a resource means: of ``.../events`` the default one (docs issues 6595, 21978).

    Raises:
        Refusal: it is none that can be subscribed to, not the caller's own, or there is none.
    """
    parts = [unquote(part) for part in resource.removeprefix("/").split("/")]
    match [part.casefold() for part in parts]:
        case ["me", *rest]:
            owner, rest_parts = call.principal.user, parts[1:]
        case ["users", name, *rest]:
            found = call.world.user_by(name)
            if found is None or found.tenant != call.principal.user.tenant:
                raise Refusal(404, "ErrorInvalidUser", f"The requested user '{name[:80]}' is invalid.")
            owner, rest_parts = found, parts[2:]
        case _:
            raise unsupported(resource)
    in_calendar = len(rest) == 3 and rest[0] == "calendars" and rest[2] == "events"
    if rest != ["events"] and not in_calendar:
        raise unsupported(resource)
    if owner.id != call.principal.user.id:
        raise access_denied()
    if not in_calendar:
        default = call.world.default_calendar(owner.id)
        if default is None:
            raise not_found()
        return default
    if is_refused(call.world.switches["calendar_subscriptions"], owner):
        raise unsupported(resource)
    try:
        entry = call.world.calendars.get(parse_calendar_id(rest_parts[1]))
    except MalformedId:
        raise malformed_id() from None
    if entry is None or entry.mailbox != owner.id:
        raise not_found()
    if entry.source:
        # No .Shared scope subscribes to what belongs to another mailbox.
        raise access_denied()
    return entry


def unsupported(resource: str) -> Refusal:
    reason = f"The value '{resource[:200]}' of parameter 'Resource' is not supported."
    message = f"Operation: Create; Exception: [Status Code: BadRequest; Reason: {reason}]"
    return Refusal(400, "ExtensionError", message)

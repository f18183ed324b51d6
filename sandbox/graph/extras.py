"""Small neighbours: open extensions, id translation and rooms."""

from __future__ import annotations

from sandbox.graph.access import READ, WRITE, find, require
from sandbox.graph.call import Call, Reply, collection, context
from sandbox.graph.expand import extension_json
from sandbox.ids import MalformedId, event_id, parse_event_id
from sandbox.keeping import keep
from sandbox.model import PERSONAL_TENANT
from sandbox.occurrences import occurrence
from sandbox.refusals import Refusal, access_denied, not_found, unreadable_body

_PREFIX = "Microsoft.OutlookServices.OpenTypeExtension."
_FORMATS = {"restId": False, "restImmutableEntryId": True}


def add_extension(call: Call) -> Reply:
    """POST .../events/{id}/extensions."""
    require(call, *WRITE)
    found = find(call, write=True)
    if not isinstance(call.body, dict) or not isinstance(call.body.get("extensionName"), str):
        raise unreadable_body("An open extension needs its extensionName.")
    name = call.body["extensionName"]
    body = {key: value for key, value in call.body.items() if not key.startswith("@odata.")}
    found.record.extensions = found.record.extensions | {name: body}
    keep(call.world, found.record)
    return Reply(201, {"@odata.context": context(call, "events/extensions/$entity"), **extension_json(name, body)})


def get_extension(call: Call) -> Reply:
    require(call, *READ)
    name = call.ids["extension"].removeprefix(_PREFIX)
    body = find(call).record.extensions.get(name)
    if body is None:
        raise not_found()
    return Reply(200, {"@odata.context": context(call, "events/extensions/$entity"), **extension_json(name, body)})


def translate_ids(call: Call) -> Reply:
    """POST /me/translateExchangeIds between restId and restImmutableEntryId."""
    require(call, *READ, "User.Read")
    body = {name.casefold(): value for name, value in (call.body or {}).items()} if isinstance(call.body, dict) else {}
    ids, source, target = body.get("inputids"), body.get("sourceidtype"), body.get("targetidtype")
    if not isinstance(ids, list) or len(ids) > 1000 or source not in _FORMATS or target not in _FORMATS:
        raise Refusal(
            400, "ErrorInvalidParameter", "inputIds (at most 1000), sourceIdType and targetIdType are needed."
        )
    found = []
    for text in ids:
        try:
            wanted = parse_event_id(str(text))
        except MalformedId:
            wanted = None
        record = call.world.events.get(wanted.key) if wanted else None
        event = occurrence(record, wanted.original) if record and wanted and wanted.original else record
        if event is None or event.mailbox != call.mailbox.id:
            error = {"code": "ErrorInvalidIdMalformed", "message": "Id is malformed."}
            found.append({"sourceId": text, "errorDetails": error})
        else:
            found.append({"sourceId": text, "targetId": event_id(event, immutable=_FORMATS[target])})
    return collection(call, "translateExchangeIds", found)


def list_rooms(call: Call) -> Reply:
    """GET /places/microsoft.graph.room: for work accounts, with a permission that an administrator grants."""
    if call.principal.user.tenant == PERSONAL_TENANT or not call.principal.has("Place.Read.All"):
        raise access_denied()
    rooms = [("Salle Turing", 8), ("Salle Curie", 6)]
    value = [
        {
            "id": f"00000000-0000-4000-8000-00000000000{number}",
            "displayName": name,
            "emailAddress": f"room{number}@contoso.example",
            "capacity": capacity,
            "bookingType": "standard",
        }
        for number, (name, capacity) in enumerate(rooms, 1)
    ]
    return collection(call, "places/microsoft.graph.room", value)

"""The orders of the control API: people, calendars, events, acts, tokens and policies."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import actions, calendars
from sandbox.control.errors import BadOrder
from sandbox.graph.recurring import read_recurrence
from sandbox.graph.render import calendar_json
from sandbox.identity import issue
from sandbox.identity.registry import CLIENTS, PERMISSIONS, grant, read_scopes
from sandbox.identity.signing import KeyRing
from sandbox.keeping import keep
from sandbox.model import GRAPH_AUDIENCE, Json, User
from sandbox.world import DEFAULT_SWITCHES, World

_EVENT_FIELDS = {
    "body", "body_type", "show_as", "sensitivity", "importance", "is_all_day", "is_cancelled", "response",
    "categories", "tags", "transaction_id", "response_requested", "allow_proposals", "hide_attendees",
}  # fmt: skip
_DONE: Json = {"done": True}


def moment(text: Any) -> datetime:
    """An ISO instant; without an offset it is UTC."""
    value = datetime.fromisoformat(str(text))
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _only(body: Json, *allowed: str) -> None:
    if unknown := body.keys() - set(allowed):
        raise BadOrder(f"unknown fields: {', '.join(sorted(unknown))}")


def _need(body: Json, name: str) -> Any:
    if name not in body:
        raise BadOrder(f"{name!r} is missing")
    return body[name]


# Looking


def calendars_of(world: World, query: Json) -> list[Json]:
    """Graph's JSON of a person's calendars."""
    user = actions.get_user(world, _need(query, "user"))
    return [calendar_json(world, entry) for entry in world.calendars_of(user.id)]


def events_of(world: World, query: Json) -> list[Json]:
    """The kept events (singles and masters), deleted ones too, narrowed by what the query names."""
    found = list(world.events.values())
    if "user" in query:
        user = actions.get_user(world, query["user"])
        if "calendar" in query:
            entry = actions.get_calendar(world, query["user"], query["calendar"])
            found = world.events_in(actions.real_calendar(world, entry).key)
        else:
            found = [one for one in found if one.mailbox == user.id]
    rows = [actions.truth(world, one) for one in found]
    for name in ("subject", "transaction_id", "ical_uid", "id"):
        if name in query:
            rows = [row for row in rows if row[name] == query[name]]
    if "tag" in query:
        rows = [row for row in rows if query["tag"] in row["tags"].values()]
    if query.get("deleted", "") == "false":
        rows = [row for row in rows if not row["deleted"]]
    return rows


def occurrences_of(world: World, query: Json) -> list[Json]:
    """What touches ``start``..``end`` in a person's calendars, series expanded."""
    names = [query["calendar"]] if "calendar" in query else None
    start, end = moment(_need(query, "start")), moment(_need(query, "end"))
    return [asdict(row) for row in actions.list_occurrences(world, _need(query, "user"), start, end, names)]


# Changing


def calendar(world: World, body: Json) -> Json:
    """``op``: create, change (name, can_edit, color, providers, can_view_private), delete, share, unshare or lend."""
    op, user = body.get("op", "create"), _need(body, "user")
    options = {
        name: body[name] for name in ("color", "can_edit", "providers", "can_view_private", "group") if name in body
    }
    if op == "create":
        _only(body, "op", "user", "name", *options)
        entry = calendars.create(world, actions.get_user(world, user), _need(body, "name"), **options)
        return calendar_json(world, entry)
    if op == "lend":
        return _lend(world, body)
    entry = actions.get_calendar(world, user, body.get("calendar", ""))
    if op == "unshare":
        _only(body, "op", "user", "calendar", "to", "listed")
        to = actions.get_user(world, _need(body, "to"))
        calendars.unshare(world, entry, to, listed=bool(body.get("listed", False)))
        return _DONE
    if op == "share":
        _only(body, "op", "user", "calendar", "to", "name", *options)
        to = actions.get_user(world, _need(body, "to"))
        named = {"name": body["name"]} if "name" in body else {}
        shared = calendars.share(world, entry, to, can_edit=options.pop("can_edit", False), **named, **options)
        return calendar_json(world, shared)
    if op == "change":
        _only(body, "op", "user", "calendar", "name", *options)
        calendars.change(world, entry, **options, **({"name": body["name"]} if "name" in body else {}))
        return calendar_json(world, entry)
    if op == "delete":
        _only(body, "op", "user", "calendar")
        calendars.delete(world, entry)
        return _DONE
    raise BadOrder("op is create, change, delete, share, unshare or lend")


def _lend(world: World, body: Json) -> Json:
    """Make a calendar of ``user``'s and share it with ``to`` for writing, all at once.

    Without ``name`` it is the owner's default calendar. An owner whom nobody knows becomes a shared mailbox of the
    tenant of ``to``, called ``owner_name``. Answers with the calendar as both see it.
    """
    _only(body, "op", "user", "owner_name", "name", "to", "can_edit", "can_view_private", "color", "listed_as")
    to, address = actions.get_user(world, _need(body, "to")), str(body["user"])
    owner = world.user_by(address) or calendars.shared_mailbox(world, address, body.get("owner_name", address), to)
    name = body.get("name", "")
    real = calendars.by_name(world, owner.id, name) if name else world.default_calendar(owner.id)
    if real is None:
        real = calendars.create(world, owner, name)
    entry = calendars.share(
        world,
        real,
        to,
        can_edit=bool(body.get("can_edit", True)),
        can_view_private=bool(body.get("can_view_private", True)),
        color=body.get("color", real.color),
        name=body.get("listed_as", name or owner.name),
        group="People's calendars",
    )
    return {"owner": asdict(owner), "calendar": calendar_json(world, entry), "original": calendar_json(world, real)}


def user(world: World, body: Json) -> Json:
    """Change a person's mailbox: zone, hours, has_mailbox, save_declined and the other fields of a user.

    With ``op`` *create* a new person of ``tenant`` with one calendar; ``user`` is then the object id.
    """
    if body.get("op") == "create":
        return _new_user(world, body)
    found = actions.get_user(world, _need(body, "user"))
    _only(body, "user", *({item.name for item in fields(User)} - {"id", "tenant"}))
    for name, value in body.items():
        if name != "user":
            setattr(found, name, value)
    world.put(found)
    return asdict(found)


def _new_user(world: World, body: Json) -> Json:
    names = ("user", "tenant", "address", "name")
    _only(body, "op", *names, "zone", "language")
    object_id, tenant, address, name = (str(_need(body, field)) for field in names)
    if tenant not in world.tenants or world.user_by(object_id) or world.user_by(address):
        raise BadOrder("there is no such tenant, or that person is known already")
    zone, language = body.get("zone", "UTC"), body.get("language", "en-US")
    made = User(object_id, tenant, address, name, zone=zone, language=language)
    world.put(made)
    calendars.create(world, made, "Calendar", is_default=True, removable=False)
    return asdict(made)


def event(world: World, body: Json) -> Json:
    """Create an event in any calendar, read-only ones too; ``organizer`` makes it an invitation from outside."""
    _only(
        body, "user", "calendar", "start", "end", "zone", "subject", "attendees", "location", "online", "organizer",
        "recurrence", *_EVENT_FIELDS,
    )  # fmt: skip
    values = {name: body[name] for name in _EVENT_FIELDS if name in body}
    if body.get("recurrence"):
        values["recurrence"] = read_recurrence(body["recurrence"])
    for name in ("zone", "subject", "attendees", "location", "online"):
        if name in body:
            values[name] = body[name]
    values |= {name: datetime.fromisoformat(_need(body, name)) for name in ("start", "end")}
    late = {name: values.pop(name) for name in ("is_cancelled", "response") if name in values}
    where = (_need(body, "user"), body.get("calendar", ""))
    if "organizer" in body:
        made = actions.put_foreign_event(world, *where, organizer=body["organizer"], **values)
    else:
        made = actions.create_event(world, *where, as_owner=True, **values)
    if late:
        for name, value in late.items():
            setattr(made, name, value)
        keep(world, made)
    return actions.truth(world, made)


_ANSWERS = {"accept": "accepted", "decline": "declined", "tentative": "tentativelyAccepted"}


def act(world: World, body: Json) -> Json:
    """What a person does in Outlook to an event: see ``do``."""
    do, event_id = _need(body, "do"), _own_copy(world, body)
    comment = str(body.get("comment", ""))
    if do == "delete":
        actions.delete_event(world, event_id)
    elif do == "cancel":
        actions.cancel_event(world, event_id, comment=comment)
    elif do == "move":
        return actions.truth(world, actions.move_event(world, event_id, *_span(body)))
    elif do == "move_to_calendar":
        moved = actions.move_to_calendar(world, event_id, _need(body, "user"), _need(body, "calendar"))
        return actions.truth(world, moved)
    elif do == "change":
        changes = {name: value for name, value in body.items() if name in _EVENT_FIELDS | {"subject"}}
        return actions.truth(world, actions.change_event(world, event_id, **changes))
    elif do == "recur":
        rule = body.get("recurrence")
        made = actions.make_recurring(world, event_id, read_recurrence(rule) if rule else rule)
        return actions.truth(world, made)
    elif do in _ANSWERS or do == "propose":
        as_answer = body.get("as", "tentative") if do == "propose" else do
        if as_answer not in _ANSWERS or (do == "propose" and as_answer == "accept"):
            raise BadOrder("as is tentative or decline")
        actions.answer_event(
            world,
            event_id,
            _ANSWERS[as_answer],
            send=body.get("send", True),
            save_declined=body.get("save_declined"),
            comment=comment,
            proposed=_span(body) if do == "propose" else None,
        )
    else:
        raise BadOrder(
            "do is delete, cancel, move, move_to_calendar, change, recur, accept, decline, tentative or propose"
        )
    return _DONE


def _span(body: Json) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(_need(body, "start")), datetime.fromisoformat(_need(body, "end"))


def _own_copy(world: World, body: Json) -> str:
    """The event meant by ``event``; with ``user`` that person's own copy of the same meeting.

    Who has no copy of their own but may write in the calendar where it lies acts there.
    """
    text: str = _need(body, "event")
    if "user" not in body:
        return text
    record, original = actions.find_event(world, text)
    user_id = actions.get_user(world, body["user"]).id
    if record.mailbox == user_id:
        return text
    for copy in world.copies(record.ical_uid):
        if copy.mailbox == user_id and not copy.deleted:
            return actions.id_of(copy, original)
    if not record.deleted and actions.may_edit(world, record, body["user"]):
        return text
    raise LookupError(f"{body['user']} has no copy of that event")


# Tokens and policies


def revoke(world: World, body: Json) -> Json:
    """Revoke a person's tokens: ``access`` and ``refresh`` (both by default); ``as`` is revoked or expired."""
    _only(body, "user", "access", "refresh", "as")
    who = actions.get_user(world, _need(body, "user"))
    how = body.get("as", "revoked")
    if how not in {"revoked", "expired"}:
        raise BadOrder("as is revoked or expired")
    count = 0
    if body.get("access", True):
        for token in [one for one in world.access_tokens.values() if one.user == who.id]:
            token.revoked = how == "revoked" or token.revoked
            token.expires = min(token.expires, world.clock.now()) if how == "expired" else token.expires
            world.put(token)
            count += 1
    if body.get("refresh", True):
        for refresh in [one for one in world.refresh_tokens.values() if one.user == who.id]:
            refresh.revoked = how
            world.put(refresh)
            count += 1
    return {"revoked": count}


def issue_token(world: World, keys: KeyRing, body: Json) -> Json:
    """An access token without the pages: for Graph, or for an ``audience`` such as ``api://botid-x/creneau-sandbox``."""
    _only(body, "user", "scopes", "audience", "expires_in", "client", "consent")
    who = actions.get_user(world, _need(body, "user"))
    client = body.get("client", "creneau-sandbox")
    scopes = read_scopes(" ".join(body.get("scopes", ["User.Read", "MailboxSettings.Read", "Calendars.ReadWrite"])))
    if body.get("consent", True):
        grant(world, client, who.tenant, who.id, scopes)
    life = timedelta(seconds=body.get("expires_in", issue.ACCESS_LIFE.total_seconds()))
    audience = body.get("audience", GRAPH_AUDIENCE)
    token = issue.access_token(world, keys, client, who, scopes, audience=audience, life=life)
    return {"access_token": token.token, "expires_in": int(life.total_seconds()), "scope": " ".join(token.scopes)}


def policy(world: World, body: Json) -> Json:
    """Switch a tenant's policies, grants, and those behaviours of the real service that nobody confirmed."""
    tenant_names = {"user_consent", "mfa_required", "access_blocked"}
    _only(body, "tenant", "grants", *tenant_names, *DEFAULT_SWITCHES)
    tenant = world.tenants.get(body.get("tenant", "")) or next(iter(world.tenants.values()))
    for name in tenant_names & body.keys():
        setattr(tenant, name, bool(body[name]))
    world.put(tenant)
    for name in DEFAULT_SWITCHES.keys() & body.keys():
        world.switches[name] = body[name]
    if "grants" in body:
        _set_grants(world, tenant.id, body["grants"])
    return asdict(tenant) | {"switches": world.switches}


def _set_grants(world: World, tenant: str, grants: dict[str, list[str]]) -> None:
    """``{"*": [...]}`` is an administrator's grant, an address a user's; an empty list takes the grant away."""
    client = next(iter(CLIENTS))
    for who, scopes in grants.items():
        if unknown := set(scopes) - PERMISSIONS.keys():
            raise BadOrder(f"unknown scopes: {', '.join(sorted(unknown))}")
        found = None if who == "*" else actions.get_user(world, who)
        key = f"{client}|{found.tenant if found else tenant}|{found.id if found else '*'}"
        if old := world.grants.get(key):
            world.remove(old)
        if scopes:
            grant(world, client, found.tenant if found else tenant, found.id if found else "*", scopes)

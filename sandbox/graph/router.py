"""Paths to handlers, in every form that Graph accepts them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import unquote

from sandbox.graph import calendars, delta, events, extras, schedule, users
from sandbox.graph.call import Call, Reply
from sandbox.refusals import Refusal

Handler = Callable[[Call], Reply | Awaitable[Reply]]

# "~" stands for /me and for /users/{user}.
_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "~", users.get_user),
    ("GET", "~/mailboxsettings", users.get_settings),
    ("GET", "~/mailboxsettings/workinghours", users.get_hours),
    ("GET", "~/mailboxsettings/timezone", users.get_time_zone),
    ("GET", "~/outlook/supportedtimezones", users.supported_zones),
    ("GET", "~/people", users.list_people),
    ("GET", "~/calendars", calendars.list_calendars),
    ("POST", "~/calendars", calendars.create_calendar),
    ("GET", "~/calendars/{calendar}", calendars.get_calendar),
    ("PATCH", "~/calendars/{calendar}", calendars.update_calendar),
    ("DELETE", "~/calendars/{calendar}", calendars.delete_calendar),
    ("GET", "~/calendar", calendars.default_calendar),
    ("GET", "~/calendargroups", calendars.list_groups),
    ("GET", "~/calendargroups/{group}/calendars", calendars.list_group_calendars),
    ("GET", "~/calendarview", events.list_view),
    ("GET", "~/calendarview/delta", delta.get_delta),
    ("POST", "~/calendar/getschedule", schedule.get_schedule),
    ("POST", "~/events/{event}/extensions", extras.add_extension),
    ("GET", "~/events/{event}/extensions/{extension}", extras.get_extension),
    ("POST", "~/translateexchangeids", extras.translate_ids),
    ("GET", "places/room", extras.list_rooms),
]
for _root in ("~", "~/calendar", "~/calendars/{calendar}"):
    if _root != "~":
        _ROUTES.append(("GET", f"{_root}/calendarview", events.list_view))
        _ROUTES.append(("GET", f"{_root}/calendarview/delta", delta.get_delta))
    _ROUTES += [
        ("GET", f"{_root}/events", events.list_events),
        ("POST", f"{_root}/events", events.create_event),
        ("GET", f"{_root}/events/{{event}}", events.get_event),
        ("PATCH", f"{_root}/events/{{event}}", events.update_event),
        ("DELETE", f"{_root}/events/{{event}}", events.delete_event),
        ("GET", f"{_root}/events/{{event}}/calendar", events.event_calendar),
        ("GET", f"{_root}/events/{{event}}/instances", events.list_instances),
        ("POST", f"{_root}/events/{{event}}/cancel", events.cancel_event),
        ("POST", f"{_root}/events/{{event}}/accept", events.accept_event),
        ("POST", f"{_root}/events/{{event}}/decline", events.decline_event),
        ("POST", f"{_root}/events/{{event}}/tentativelyaccept", events.tentatively_accept_event),
    ]

_FUNCTION = re.compile(r"(?:microsoft\.graph\.|graph\.)?([A-Za-z$][\w$]*)(?:\((.*)\))?")


class Router:
    """Finds the handler of a method and path, and the ids in the path."""

    def __init__(self, routes: list[tuple[str, str, Handler]]) -> None:
        self._by_length: dict[int, list[tuple[str, tuple[str, ...], Handler]]] = {}
        for method, pattern, handler in routes:
            forms = [pattern.replace("~", root) for root in ("me", "users/{user}")] if "~" in pattern else [pattern]
            for form in forms:
                parts = tuple(form.split("/"))
                self._by_length.setdefault(len(parts), []).append((method, parts, handler))

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str], str]:
        """The handler, the path's ids and a function's arguments.

        Raises:
            Refusal: nothing lies at that path, or not by that method.
        """
        raw = [unquote(part) for part in path.strip("/").split("/")]
        allowed = False
        for wanted, pattern, handler in self._by_length.get(len(raw), []):
            match = _match(pattern, raw)
            if match is None:
                continue
            if wanted == method:
                return handler, match[0], match[1]
            allowed = True
        if allowed:
            raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
        raise Refusal(400, "BadRequest", f"Resource not found for the segment '{raw[-1][:60]}'.")


def _match(pattern: tuple[str, ...], raw: list[str]) -> tuple[dict[str, str], str] | None:
    ids: dict[str, str] = {}
    arguments = ""
    for wanted, part in zip(pattern, raw, strict=True):
        if wanted[0] == "{":
            ids[wanted[1:-1]] = part
            continue
        function = _FUNCTION.fullmatch(part)
        if not function or function[1].casefold() != wanted:
            return None
        arguments = function[2] or arguments
    return ids, arguments


def graph_router(more: Iterable[tuple[str, str, Handler]] = ()) -> Router:
    """Graph's paths, with those of ``more``."""
    return Router([*_ROUTES, *more])

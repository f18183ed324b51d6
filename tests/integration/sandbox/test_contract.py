"""Every kind of answer of the sandbox against the OpenAPI slice, and proof that the checker can fail."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.integration.sandbox.conftest import Graph
from tests.support.contracts import GraphContract
from tests.support.sandbox import ANNA, BASE_SCOPES, CAMILLE, Sandbox

WEEKS = {"startDateTime": "2026-11-16T00:00:00Z", "endDateTime": "2026-12-28T00:00:00Z"}


def test_all_the_demos_answers_hold(
    sandbox: Sandbox, graph_as: Callable[..., Graph], graph_contract: GraphContract
) -> None:
    sandbox.reset("demo")
    graph = graph_as(CAMILLE, *BASE_SCOPES, "Calendars.ReadWrite.Shared", "People.Read", "Place.Read.All")
    body: dict[str, Any] = {
        "subject": "Point",
        "start": {"dateTime": "2026-12-08T11:00:00", "timeZone": "Europe/Paris"},
        "end": {"dateTime": "2026-12-08T12:00:00", "timeZone": "Europe/Paris"},
        "attendees": [{"emailAddress": {"address": ANNA}}],
        "isOnlineMeeting": True,
    }
    schedule = {
        "Schedules": [ANNA, "nobody@contoso.example"],
        "StartTime": body["start"],
        "EndTime": {"dateTime": "2026-12-09T11:00:00", "timeZone": "UTC"},
    }
    calendars = graph("GET", "/me/calendars").json()["value"]
    for calendar in calendars:
        path = f"/me/calendars/{calendar['id']}"
        assert graph("GET", path).status_code == 200
        assert graph("GET", f"{path}/calendarView", **WEEKS, _top=200).status_code == 200
        assert graph("GET", f"{path}/events", _top=50).status_code == 200
    made = graph("POST", "/me/events", body).json()["id"]
    for method, path, sent in (
        ("GET", "/me", None),
        ("GET", "/me/mailboxSettings", None),
        ("GET", "/me/mailboxSettings/workingHours", None),
        ("GET", "/me/mailboxSettings/timeZone", None),
        ("GET", "/me/outlook/supportedTimeZones()", None),
        ("GET", "/me/outlook/supportedTimeZones(TimeZoneStandard='Iana')", None),
        ("GET", "/me/calendarGroups", None),
        ("GET", "/me/people", None),
        ("GET", "/places/graph.room", None),
        ("GET", "/me/calendar", None),
        ("GET", "/users/anna@contoso.example/calendars", None),
        ("POST", "/me/calendar/getSchedule", schedule),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/me"}]}),
        ("POST", "/me/translateExchangeIds", {
            "InputIds": [made, "x"], "SourceIdType": "restId", "TargetIdType": "restImmutableEntryId",
        }),
        ("POST", f"/me/events/{made}/extensions", {"extensionName": "example.note", "colour": "red"}),
        ("GET", f"/me/events/{made}/extensions/example.note", None),
        ("PATCH", f"/me/events/{made}", {"subject": "Autre"}),
        ("GET", f"/me/events/{made}/calendar", None),
        ("POST", f"/me/events/{made}/cancel", {"Comment": ""}),
        ("GET", f"/me/events/{made}", None),
    ):  # fmt: skip
        assert graph(method, path, sent).status_code < 500
    graph("GET", "/me/calendarView/delta()", **WEEKS)
    assert graph_contract.check(sandbox.requests("graph")) > 40


def test_the_checker_sees_what_is_wrong(sandbox: Sandbox, graph: Graph, graph_contract: GraphContract) -> None:
    graph("GET", "/me/calendarView", **WEEKS)
    graph("GET", "/me/calendars")
    view, calendars = sandbox.requests("graph")
    assert graph_contract.check([view, calendars]) == 2

    def broken(exchange: dict[str, Any], **change: Any) -> list[str]:
        return graph_contract.problems({**copy.deepcopy(exchange), **change})

    assert broken(view, path="/v1.0/me/calendarView?startDateTime=2026-12-01")
    assert broken(view, path=view["path"] + "&$flavour=1")
    assert broken(view, path="/v1.0/me/diary")
    assert broken(view, status=202)
    assert broken(view, answer={"items": []})
    assert broken(calendars, answer={"value": [{"id": 7}]})
    assert broken(calendars, answer={"value": [{"id": "7", "colour": "red"}]})
    assert broken(calendars, status=404, answer={"message": "no error object"})
    assert broken(calendars, method="POST", status=201, body={"nmae": "x"})

"""Calendars, their views, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.sandbox.conftest import Graph
from tests.support.sandbox import ADMIN, ANNA, BASE_SCOPES, BEN, CAMILLE, CAMILLE_AT_HOME, Sandbox

PARIS = 'outlook.timezone="Romance Standard Time"'
WEEK = {"startDateTime": "2026-12-07T00:00:00Z", "endDateTime": "2026-12-14T00:00:00Z"}


def everything(graph: Graph, path: str, **query: Any) -> tuple[list[dict[str, Any]], int]:
    """All the pages, and how many there were."""
    answer = graph("GET", path, **query).json()
    found, pages = list(answer["value"]), 1
    while link := answer.get("@odata.nextLink"):
        assert link.startswith("http://127.0.0.1:")
        answer = graph("GET", link).json()
        found += answer["value"]
        pages += 1
    return found, pages


def weekly(start: str, *days: str, **span: Any) -> dict[str, Any]:
    return {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": list(days), "firstDayOfWeek": "monday"},
        "range": {"type": "noEnd", "startDate": start, **span},
    }


class TestListing:
    def test_pages_hold_ten_and_lead_on_by_absolute_links(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.reset("paging")
        graph.http.headers["Authorization"] = f"Bearer {sandbox.token()}"
        found, pages = everything(graph, "/me/calendars")
        assert (len(found), pages) == (23, 3)
        assert len({one["id"] for one in found}) == 23
        assert found[0]["isDefaultCalendar"] is True
        assert everything(graph, "/me/calendars", _top=20, _select="name")[1] == 2

    @pytest.mark.parametrize("query", [{"_top": 0}, {"_top": 1001}, {"_top": "x"}, {"_skip": -1}, {"_flavour": 1}])
    def test_senseless_options_are_refused(self, graph: Graph, query: dict[str, Any]) -> None:
        assert graph("GET", "/me/calendars", **query).status_code == 400
        assert graph("GET", "/me/calendarView", **WEEK, **query).status_code == 400

    def test_a_calendar_is_made_renamed_and_deleted(self, graph: Graph) -> None:
        made = graph("POST", "/me/calendars", {"name": "Chorale"})
        assert made.status_code == 201
        path = f"/me/calendars/{made.json()['id']}"
        assert graph("PATCH", path, {"name": "Chœur"}).json()["name"] == "Chœur"
        assert graph("DELETE", path).status_code == 204
        assert graph("GET", path).json()["error"]["code"] == "ErrorItemNotFound"

    def test_the_default_calendar_stays(self, graph: Graph, sandbox: Sandbox) -> None:
        assert graph("DELETE", f"/me/calendars/{sandbox.calendar_id('Calendar')}").status_code == 400


class TestViews:
    def test_a_window_is_needed_and_has_limits(self, graph: Graph) -> None:
        for query, code in (
            ({}, "ErrorInvalidParameter"),
            ({"startDateTime": "2026-12-07"}, "ErrorInvalidParameter"),
            ({"startDateTime": "next week", "endDateTime": "2026-12-07"}, "ErrorInvalidParameter"),
            ({"startDateTime": "2026-12-07", "endDateTime": "2026-12-07"}, "ErrorInvalidParameter"),
            ({"startDateTime": "2026-01-01", "endDateTime": "2031-01-01"}, "ErrorInvalidRequest"),
        ):
            refused = graph("GET", "/me/calendarView", **query)
            assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)

    def test_the_window_is_read_by_its_own_offset_and_names_any_case(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event(datetime(2026, 12, 7, 22, 30, tzinfo=UTC), datetime(2026, 12, 7, 23, 30, tzinfo=UTC))
        query = {"startdatetime": "2026-12-08T00:00:00+01:00", "EndDateTime": "2026-12-09T00:00:00+01:00"}
        assert len(graph("GET", "/me/calendarView", **query).json()["value"]) == 1
        query = {"startDateTime": "2026-12-08T00:00:00", "endDateTime": "2026-12-09T00:00:00"}
        assert graph("GET", "/me/calendarView", **query, prefer=PARIS).json()["value"] == []

    def test_touching_the_window_is_not_enough(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event(datetime(2026, 12, 6, 23, tzinfo=UTC), datetime(2026, 12, 7, 0, tzinfo=UTC))
        sandbox.add_event(datetime(2026, 12, 14, 0, tzinfo=UTC), datetime(2026, 12, 14, 1, tzinfo=UTC))
        assert graph("GET", "/me/calendarView", **WEEK).json()["value"] == []

    def test_an_all_day_event_floats_and_is_matched_as_utc_days(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event("2026-12-08T00:00:00", "2026-12-09T00:00:00", is_all_day=True)
        for prefer, zone in ((PARIS, "Romance Standard Time"), ("", "UTC")):
            [found] = graph("GET", "/me/calendarView", **WEEK, prefer=prefer).json()["value"]
            assert found["start"] == {"dateTime": "2026-12-08T00:00:00.0000000", "timeZone": zone}
        # The host's own day in Paris begins at 23:00 UTC, and ends before the UTC day does.
        day = {"startDateTime": "2026-12-08T23:30:00Z", "endDateTime": "2026-12-09T22:00:00Z"}
        assert len(graph("GET", "/me/calendarView", **day).json()["value"]) == 1
        early = {"startDateTime": "2026-12-07T23:00:00Z", "endDateTime": "2026-12-07T23:59:00Z"}
        assert graph("GET", "/me/calendarView", **early).json()["value"] == []

    def test_a_series_is_expanded_over_the_change_of_clocks(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event(
            "2026-10-23T09:00:00", "2026-10-23T10:00:00", recurrence=weekly("2026-10-23", "friday"), subject="Point"
        )
        query = {"startDateTime": "2026-10-20T00:00:00Z", "endDateTime": "2026-11-01T00:00:00Z"}
        found = graph("GET", "/me/calendarView", **query).json()["value"]
        assert [one["start"]["dateTime"][:16] for one in found] == ["2026-10-23T07:00", "2026-10-30T08:00"]
        assert {one["type"] for one in found} == {"occurrence"}
        [master] = graph("GET", "/me/events").json()["value"]
        assert master["type"] == "seriesMaster"
        assert {one["seriesMasterId"] for one in found} == {master["id"]}

    def test_exceptions_move_vanish_and_change(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event(
            "2026-12-07T09:00:00",
            "2026-12-07T10:00:00",
            recurrence=weekly("2026-12-07", "monday", "wednesday", "friday"),
        )
        first, second, third = graph("GET", "/me/calendarView", **WEEK).json()["value"]
        times = {
            "start": {"dateTime": "2026-12-08T15:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-12-08T16:00:00", "timeZone": "UTC"},
        }
        moved = graph("PATCH", f"/me/events/{first['id']}", times).json()
        assert (moved["type"], moved["id"]) == ("exception", first["id"])
        assert graph("DELETE", f"/me/events/{second['id']}").status_code == 204
        assert graph("PATCH", f"/me/events/{third['id']}", {"showAs": "free"}).status_code == 200
        found = graph("GET", "/me/calendarView", **WEEK).json()["value"]
        assert [(one["start"]["dateTime"][:13], one["showAs"]) for one in found] == [
            ("2026-12-08T15", "busy"),
            ("2026-12-11T08", "free"),
        ]
        assert found[0]["originalStart"].startswith("2026-12-07T08:00")
        assert graph("GET", f"/me/events/{second['id']}").status_code == 404

    def test_an_occurrence_cannot_cross_its_neighbour(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_event(
            "2026-12-07T09:00:00", "2026-12-07T10:00:00", recurrence=weekly("2026-12-07", "monday", "wednesday")
        )
        first = graph("GET", "/me/calendarView", **WEEK).json()["value"][0]
        times = {
            "start": {"dateTime": "2026-12-10T15:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-12-10T16:00:00", "timeZone": "UTC"},
        }
        refused = graph("PATCH", f"/me/events/{first['id']}", times)
        assert refused.json()["error"]["code"] == "ErrorOccurrenceCrossingBoundary"

    def test_views_page_by_ten_and_order_by_start(self, graph: Graph, sandbox: Sandbox) -> None:
        for hour in reversed(range(1, 13)):
            sandbox.add_event(datetime(2026, 12, 8, hour, tzinfo=UTC), datetime(2026, 12, 8, hour, 30, tzinfo=UTC))
        found, pages = everything(graph, "/me/calendarView", **WEEK, _orderby="start/dateTime", _select="start")
        starts = [one["start"]["dateTime"] for one in found]
        assert (len(starts), pages, starts == sorted(starts)) == (12, 2, True)
        found, pages = everything(graph, "/me/calendarView", **WEEK, _top=5, _orderby="start/dateTime desc")
        assert (pages, found[0]["start"]["dateTime"][11:13]) == (3, "12")


class TestSharing:
    SHARED = (*BASE_SCOPES, "Calendars.ReadWrite.Shared")

    def test_a_shared_calendar_is_listed_but_read_only_with_its_scope(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        sandbox.share_calendar(ANNA, "", CAMILLE, name="Anna")
        sandbox.add_event("2026-12-08T09:00:00", "2026-12-08T10:00:00", user=ANNA, subject="Design")
        sandbox.add_event(
            "2026-12-08T11:00:00", "2026-12-08T12:00:00", user=ANNA, subject="Arzt", sensitivity="private"
        )
        plain, shared = graph_as(), graph_as(CAMILLE, *self.SHARED)
        listed = next(one for one in plain("GET", "/me/calendars").json()["value"] if one["name"] == "Anna")
        assert listed["owner"]["address"] == ANNA
        assert listed["canEdit"] is False
        path = f"/me/calendars/{listed['id']}"
        for read in (f"{path}/calendarView", "/users/anna@contoso.example/calendar/calendarView"):
            refused = plain("GET", read, **WEEK)
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "ErrorAccessDenied")
            found = shared("GET", read, **WEEK).json()["value"]
            assert [one["subject"] for one in found] == ["Design", "Private Appointment"]
        body = {key: {"dateTime": "2026-12-08T11:00:00", "timeZone": "UTC"} for key in ("start", "end")}
        assert shared("POST", f"{path}/events", body).status_code == 403
        assert shared("GET", "/users/ben@contoso.example/calendar/calendarView", **WEEK).status_code == 403

    def test_in_an_editable_shared_calendar_the_owner_organises(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        sandbox.add_calendar("Équipe", BEN)
        entry = sandbox.share_calendar(BEN, "Équipe", CAMILLE, can_edit=True)
        body = {
            "subject": "Sprint",
            "start": {"dateTime": "2026-12-08T09:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-12-08T10:00:00", "timeZone": "UTC"},
            "attendees": [{"emailAddress": {"address": CAMILLE}}],
        }
        path = f"/me/calendars/{entry['id']}/events"
        assert graph_as()("POST", path, body).status_code == 403
        made = graph_as(CAMILLE, *self.SHARED)("POST", path, body).json()
        assert made["organizer"]["emailAddress"]["address"] == BEN
        assert made["isOrganizer"] is True
        [copy] = sandbox.events(CAMILLE)
        assert (copy["calendar"], copy["is_organizer"], copy["organizer"]) == ("Calendar", False, BEN)

    def test_a_read_only_calendar_refuses_every_write(self, graph: Graph, sandbox: Sandbox) -> None:
        calendar = sandbox.add_calendar("Birthdays", can_edit=False)["id"]
        made = sandbox.add_event("2026-12-08T09:00:00", "2026-12-08T10:00:00", calendar="Birthdays")["id"]
        body = {key: {"dateTime": "2026-12-08T11:00:00", "timeZone": "UTC"} for key in ("start", "end")}
        for response in (
            graph("POST", f"/me/calendars/{calendar}/events", body),
            graph("PATCH", f"/me/events/{made}", {"subject": "x"}),
            graph("DELETE", f"/me/calendars/{calendar}/events/{made}"),
        ):
            assert (response.status_code, response.json()["error"]["code"]) == (403, "ErrorAccessDenied")
        assert sandbox.events()[0]["deleted"] is False

    def test_a_calendar_that_its_owner_deleted_is_gone(self, graph_as: Callable[..., Graph], sandbox: Sandbox) -> None:
        sandbox.add_calendar("Équipe", BEN)
        entry = sandbox.share_calendar(BEN, "Équipe", CAMILLE)
        sandbox.delete_calendar("Équipe", BEN)
        answer = graph_as(CAMILLE, *self.SHARED)("GET", f"/me/calendars/{entry['id']}/calendarView", **WEEK)
        assert answer.json()["error"]["code"] == "ErrorItemNotFound"


class TestPeople:
    def test_me_and_the_mailbox_settings(self, graph: Graph) -> None:
        assert graph("GET", "/me").json()["mail"] == CAMILLE
        settings = graph("GET", "/me/mailboxSettings").json()
        assert settings["timeZone"] == "Romance Standard Time"
        assert settings["workingHours"]["endTime"] == "17:30:00.0000000"
        assert graph("GET", "/me/mailboxSettings/timeZone").json()["value"] == "Romance Standard Time"

    def test_a_custom_zone_is_described_not_named(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.change_user(zone="tzone://Microsoft/Custom")
        settings = graph("GET", "/me/mailboxSettings").json()
        assert settings["timeZone"] == "tzone://Microsoft/Custom"
        assert settings["workingHours"]["timeZone"]["@odata.type"] == "#microsoft.graph.customTimeZone"

    def test_somebody_without_a_mailbox_has_no_calendars(self, graph_as: Callable[..., Graph]) -> None:
        admin = graph_as(ADMIN)
        assert admin("GET", "/me").status_code == 200
        for path in ("/me/calendars", "/me/mailboxSettings"):
            refused = admin("GET", path)
            assert (refused.status_code, refused.json()["error"]["code"]) == (404, "MailboxNotEnabledForRESTAPI")

    def test_each_resource_needs_its_scope(self, graph_as: Callable[..., Graph]) -> None:
        reader = graph_as(CAMILLE, "Calendars.Read")
        assert reader("GET", "/me/calendars").status_code == 200
        for method, path, body in (
            ("GET", "/me", None),
            ("GET", "/me/mailboxSettings", None),
            ("POST", "/me/calendars", {"name": "x"}),
            ("GET", "/me/people", None),
        ):
            assert reader(method, path, body).status_code == 403
        assert graph_as(CAMILLE, "User.Read")("GET", "/me/calendars").json()["error"]["code"] == "ErrorAccessDenied"

    def test_schedules_are_for_work_accounts_and_show_others_only_times(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        sandbox.add_event("2026-12-08T09:00:00", "2026-12-08T10:00:00", user=ANNA, subject="Design")
        sandbox.add_event("2026-12-09T00:00:00", "2026-12-10T00:00:00", user=ANNA, is_all_day=True, show_as="oof")
        sandbox.add_event("2026-12-08T10:00:00", "2026-12-08T11:00:00", user=ANNA, show_as="workingElsewhere")
        body = {
            "Schedules": [ANNA, "nobody@contoso.example"],
            "StartTime": {"dateTime": "2026-12-08T08:00:00", "timeZone": "UTC"},
            "EndTime": {"dateTime": "2026-12-08T11:00:00", "timeZone": "UTC"},
            "AvailabilityViewInterval": 60,
        }
        anna, nobody = graph_as()("POST", "/me/calendar/getSchedule", body).json()["value"]
        assert anna["availabilityView"] == "200"
        assert [one["status"] for one in anna["scheduleItems"]] == ["busy", "workingElsewhere"]
        assert "subject" not in anna["scheduleItems"][0]
        assert nobody["error"]["responseCode"] == "5016"
        assert graph_as(CAMILLE_AT_HOME)("POST", "/me/calendar/getSchedule", body).status_code == 403
        body["EndTime"] = {"dateTime": "2027-12-08T11:00:00", "timeZone": "UTC"}
        refused = graph_as()("POST", "/me/calendar/getSchedule", body)
        assert refused.json()["error"]["code"] == "ErrorTimeIntervalTooBig"

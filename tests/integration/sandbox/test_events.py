"""Events over plain HTTP: what Graph does, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.sandbox.conftest import Graph
from tests.support.sandbox import ANNA, BEN, CAMILLE, CAMILLE_AT_HOME, Sandbox

PARIS = "Romance Standard Time"
IMMUTABLE = 'IdType="ImmutableId"'
TAG = "String {11111111-2222-3333-4444-555555555555} Name BookingId"


def event(start: str = "2026-12-01T10:00:00", end: str = "2026-12-01T11:00:00", **more: Any) -> dict[str, Any]:
    return {
        "subject": "Point",
        "start": {"dateTime": start, "timeZone": PARIS},
        "end": {"dateTime": end, "timeZone": PARIS},
        **more,
    }


def attendee(address: str) -> dict[str, Any]:
    return {"emailAddress": {"address": address}, "type": "required"}


class TestCreating:
    def test_an_event_is_written_and_read_back_in_the_zone_asked_for(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event(), prefer='outlook.timezone="Eastern Standard Time"')
        assert made.status_code == 201
        assert made.headers["Preference-Applied"] == 'outlook.timezone="Eastern Standard Time"'
        assert made.json()["start"] == {"dateTime": "2026-12-01T04:00:00.0000000", "timeZone": "Eastern Standard Time"}
        read = graph("GET", f"/me/events/{made.json()['id']}").json()
        assert read["start"] == {"dateTime": "2026-12-01T09:00:00.0000000", "timeZone": "UTC"}
        assert read["originalStartTimeZone"] == PARIS
        assert (read["showAs"], read["isOrganizer"], read["type"]) == ("busy", True, "singleInstance")

    @pytest.mark.parametrize("zone", ["Middle/Earth", "", "romance"])
    def test_an_unknown_zone_is_refused_in_the_body_and_in_the_header(self, graph: Graph, zone: str) -> None:
        body = event()
        body["start"]["timeZone"] = zone
        refused = graph("POST", "/me/events", body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "TimeZoneNotSupportedException")
        if zone:
            refused = graph("GET", "/me/calendars", prefer=f'outlook.timezone="{zone}"')
            assert refused.json()["error"]["code"] == "TimeZoneNotSupportedException"

    def test_iana_names_are_taken_and_given_back_as_asked(self, graph: Graph) -> None:
        body = event()
        body["start"]["timeZone"] = body["end"]["timeZone"] = "Europe/Paris"
        made = graph("POST", "/me/events", body, prefer='outlook.timezone="Asia/Tokyo"').json()
        assert made["start"] == {"dateTime": "2026-12-01T18:00:00.0000000", "timeZone": "Asia/Tokyo"}

    @pytest.mark.parametrize(
        "change",
        [
            {"start": None},
            {"start": {"dateTime": "tomorrow", "timeZone": PARIS}},
            {"start": {"dateTime": "2026-13-01T10:00:00", "timeZone": PARIS}},
            {"start": {"dateTime": "2026-12-01", "timeZone": PARIS}},
            {"start": {"dateTime": "2026-12-01T12:00:00", "timeZone": PARIS}},
            {"isAllDay": True},
            {"isAllDay": "yes"},
            {"showAs": "asleep"},
            {"subjct": "a misspelling"},
            {"attendees": [{"emailAddress": {"address": "no address"}}]},
            {"attendees": "anna"},
            {"body": {"contentType": "markdown", "content": "x"}},
            {"subject": "x" * 256},
            {"singleValueExtendedProperties": [{"id": "BookingId", "value": "x"}]},
            {"recurrence": {"pattern": {"type": "weekly", "interval": 1}, "range": {"type": "noEnd"}}},
        ],
    )
    def test_a_body_that_makes_no_sense_is_refused_and_writes_nothing(
        self, graph: Graph, sandbox: Sandbox, change: dict[str, Any]
    ) -> None:
        refused = graph("POST", "/me/events", {**event(), **change})
        assert refused.status_code == 400
        assert {"code", "message", "innerError"} <= refused.json()["error"].keys()
        assert sandbox.events() == []

    def test_a_body_that_is_no_json_or_of_another_type_is_refused(self, graph: Graph) -> None:
        url = f"{graph.base}/me/events"
        assert graph.http.post(url, data="{", headers={"Content-Type": "application/json"}).status_code == 400
        assert graph.http.post(url, data="{}", headers={"Content-Type": "text/plain"}).status_code == 415

    def test_a_repeated_transaction_id_gives_the_first_event(self, graph: Graph, sandbox: Sandbox) -> None:
        calendar = sandbox.add_calendar("Clients")["id"]
        first = graph("POST", f"/me/calendars/{calendar}/events", event(transactionId="t-1"))
        second = graph("POST", f"/me/calendars/{calendar}/events", event(transactionId="t-1", subject="Other"))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] == second.json()["id"]
        assert [one["transaction_id"] for one in sandbox.events()] == ["t-1"]

    def test_a_tag_is_not_echoed_but_found_and_read(self, graph: Graph) -> None:
        tag = {"id": TAG, "value": "Booking-7"}
        made = graph("POST", "/me/events", event(singleValueExtendedProperties=[tag]))
        graph("POST", "/me/events", event())
        assert "singleValueExtendedProperties" not in made.json()
        wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{TAG}' and ep/value eq 'booking-7')"
        found = graph("GET", "/me/events", _filter=wanted).json()["value"]
        assert [one["id"] for one in found] == [made.json()["id"]]
        assert graph("GET", "/me/events", _filter=wanted.replace("BookingId", "bookingid")).json()["value"] == []
        expand = f"singleValueExtendedProperties($filter=id eq '{TAG}')"
        read = graph("GET", f"/me/events/{made.json()['id']}", _expand=expand).json()
        assert read["singleValueExtendedProperties"] == [tag]

    def test_a_teams_link_comes_only_where_the_calendar_offers_it(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        wish = event(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
        made = graph_as()("POST", "/me/events", wish).json()
        assert made["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")
        bare = sandbox.add_calendar("Famille", providers=[])["id"]
        for response in (
            graph_as()("POST", "/me/events", {**wish, "onlineMeetingProvider": "skypeForBusiness"}),
            graph_as()("POST", f"/me/calendars/{bare}/events", wish),
            graph_as(CAMILLE_AT_HOME)("POST", "/me/events", wish),
        ):
            assert response.status_code == 201
            assert (response.json()["isOnlineMeeting"], response.json()["onlineMeeting"]) == (False, None)

    def test_a_body_written_without_the_link_ends_the_online_meeting(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event(isOnlineMeeting=True)).json()
        link = made["onlineMeeting"]["joinUrl"]
        for content, kept in (("See you", False), (f"See you at {link}", True)):
            one = graph("POST", "/me/events", event(isOnlineMeeting=True)).json() if not kept else made
            path = f"/me/events/{one['id']}"
            assert graph("PATCH", path, {"subject": "New"}).json()["onlineMeeting"]
            body = {"contentType": "text", "content": content}
            assert (graph("PATCH", path, {"body": body}).json()["onlineMeeting"] is not None) is kept


class TestReading:
    def test_select_keeps_what_was_asked(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event(isOnlineMeeting=True)).json()
        read = graph("GET", f"/me/events/{made['id']}", _select="subject,onlineMeeting").json()
        assert read.keys() == {"@odata.context", "@odata.etag", "id", "subject"}
        read = graph("GET", f"/me/events/{made['id']}", _select="isOnlineMeeting,onlineMeeting").json()
        assert read["onlineMeeting"]
        assert graph("GET", f"/me/events/{made['id']}", _select="title").status_code == 400

    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("subject eq 'a'", 1),
            ("startswith(subject,'A') or subject eq 'b'", 2),
            ("not (subject eq 'a') and isAllDay eq false", 2),
            ("start/dateTime ge '2026-12-02T00:00:00'", 2),
            ("start/dateTime ge '2026-12-02' and end/dateTime le '2026-12-02T23:00:00Z'", 1),
            ("lastModifiedDateTime gt 2020-01-01T00:00:00Z", 3),
            ("contains(subject,'''')", 0),
        ],
    )
    def test_filters(self, graph: Graph, text: str, count: int) -> None:
        for day, subject in enumerate("abc", 1):
            graph("POST", "/me/events", event(f"2026-12-0{day}T10:00:00", f"2026-12-0{day}T11:00:00", subject=subject))
        assert len(graph("GET", "/me/events", _filter=text).json()["value"]) == count

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("subject = 'a'", "BadRequest"),
            ("subject eq", "BadRequest"),
            ("(subject eq 'a'", "BadRequest"),
            ("title eq 'a'", "RequestBroker--ParseUri"),
            ("transactionId eq 'a'", "ErrorInvalidProperty"),
            ("recurrence eq null", "ErrorInvalidProperty"),
            ("start/dateTime ge 'soon'", "BadRequest"),
        ],
    )
    def test_filters_that_outlook_refuses(self, graph: Graph, text: str, code: str) -> None:
        refused = graph("GET", "/me/events", _filter=text)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)

    def test_ids_have_two_forms_and_a_move_changes_one(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.add_calendar("Clients")
        made = graph("POST", "/me/events", event()).json()["id"]
        lasting = graph("GET", f"/me/events/{made}", prefer=IMMUTABLE).json()["id"]
        assert made != lasting
        sandbox.act("move_to_calendar", lasting, user=CAMILLE, calendar="Clients")
        assert graph("GET", f"/me/events/{made}").status_code == 404
        moved = graph("GET", f"/me/events/{lasting}", prefer=IMMUTABLE).json()
        assert moved["id"] == lasting
        assert graph("GET", f"/me/events/{lasting}/calendar").json()["name"] == "Clients"
        assert graph("GET", f"/me/events/{lasting.swapcase()}").status_code in {400, 404}
        assert graph("GET", "/me/events/nonsense").json()["error"]["code"] == "ErrorInvalidIdMalformed"

    def test_an_event_is_not_found_under_another_calendar_or_by_another_person(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        other = sandbox.add_calendar("Clients")["id"]
        made = graph_as()("POST", "/me/events", event()).json()["id"]
        assert graph_as()("GET", f"/me/calendars/{other}/events/{made}").status_code == 404
        assert graph_as(ANNA)("GET", f"/me/events/{made}").json()["error"]["code"] == "ErrorItemNotFound"

    def test_the_body_comes_as_text_where_asked(self, graph: Graph) -> None:
        body = {"contentType": "html", "content": "<p>Caf&eacute; &amp; th\u00e9</p>"}
        made = graph("POST", "/me/events", event(body=body)).json()["id"]
        read = graph("GET", f"/me/events/{made}", prefer='outlook.body-content-type="text"').json()
        assert read["body"] == {"contentType": "text", "content": "Café & thé"}


class TestChanging:
    def test_a_patch_changes_what_it_names_and_the_change_key(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event(location={"displayName": "Salle Turing"})).json()
        changed = graph("PATCH", f"/me/events/{made['id']}", {"subject": "Nouveau", "showAs": "oof"}).json()
        assert (changed["subject"], changed["showAs"]) == ("Nouveau", "oof")
        assert changed["location"]["displayName"] == "Salle Turing"
        assert changed["changeKey"] != made["changeKey"]
        assert changed["id"] == made["id"]

    def test_a_stale_etag_is_refused(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event()).json()
        graph("PATCH", f"/me/events/{made['id']}", {"subject": "Nouveau"})
        stale = {"If-Match": made["@odata.etag"]}
        refused = graph.http.delete(f"{graph.base}/me/events/{made['id']}", headers=stale)
        assert (refused.status_code, refused.json()["error"]["code"]) == (412, "ErrorIrresolvableConflict")

    def test_an_end_moved_before_the_start_is_refused(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event()).json()["id"]
        end = {"end": {"dateTime": "2026-12-01T09:00:00", "timeZone": PARIS}}
        assert graph("PATCH", f"/me/events/{made}", end).status_code == 400

    def test_deleting_twice_is_not_found(self, graph: Graph) -> None:
        made = graph("POST", "/me/events", event()).json()["id"]
        assert graph("DELETE", f"/me/events/{made}").status_code == 204
        again = graph("DELETE", f"/me/events/{made}")
        assert (again.status_code, again.json()["error"]["code"]) == (404, "ErrorItemNotFound")

    @pytest.mark.parametrize("readable", [False, True])
    def test_a_deleted_event_by_its_immutable_id_both_ways(
        self, graph: Graph, sandbox: Sandbox, readable: bool
    ) -> None:
        sandbox.policy(deleted_readable=readable)
        made = graph("POST", "/me/events", event(), prefer=IMMUTABLE).json()["id"]
        calendar = sandbox.calendar_id("Calendar")
        graph("DELETE", f"/me/events/{made}")
        assert graph("GET", f"/me/events/{made}").status_code == (200 if readable else 404)
        assert graph("GET", f"/me/calendars/{calendar}/events/{made}").status_code == 404
        assert graph("GET", f"/me/events/{made}/calendar").status_code == 404


class TestMeetings:
    def invite(self, graph: Graph, *addresses: str, **more: Any) -> dict[str, Any]:
        made = graph("POST", "/me/events", event(attendees=[attendee(one) for one in addresses], **more))
        assert made.status_code == 201
        body: dict[str, Any] = made.json()
        return body

    def copy(self, sandbox: Sandbox, user: str) -> dict[str, Any]:
        return next(one for one in sandbox.events(user) if not one["deleted"])

    def test_attendees_get_a_tentative_copy_of_the_same_meeting(self, graph: Graph, sandbox: Sandbox) -> None:
        made = self.invite(graph, ANNA, "someone@elsewhere.example", transactionId="t")
        copy = self.copy(sandbox, ANNA)
        assert copy["ical_uid"] == made["iCalUId"]
        assert (copy["response"], copy["show_as"], copy["is_organizer"]) == ("notResponded", "tentative", False)
        assert (copy["transaction_id"], copy["tags"]) == ("", {})
        assert copy["organizer"] == CAMILLE

    def test_an_answer_reaches_the_organizer(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        made = self.invite(graph, ANNA, BEN)
        copy = self.copy(sandbox, ANNA)
        anna = graph_as(ANNA)
        assert (
            anna("POST", f"/me/events/{copy['id']}/accept", {"Comment": "ok", "SendResponse": True}).status_code == 202
        )
        attendees = graph("GET", f"/me/events/{made['id']}").json()["attendees"]
        assert [one["status"]["response"] for one in attendees] == ["accepted", "none"]
        assert anna("GET", f"/me/events/{copy['id']}").json()["responseStatus"]["response"] == "accepted"

    @pytest.mark.parametrize("saved", [False, True])
    def test_a_declined_meeting_goes_or_stays_as_free(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox, saved: bool
    ) -> None:
        sandbox.change_user(ANNA, save_declined=saved)
        made = self.invite(graph, ANNA)
        copy = self.copy(sandbox, ANNA)
        anna = graph_as(ANNA)
        assert anna("POST", f"/me/events/{copy['id']}/decline", {}).status_code == 202
        read = anna("GET", f"/me/events/{copy['id']}")
        if saved:
            assert (read.json()["responseStatus"]["response"], read.json()["showAs"]) == ("declined", "free")
        else:
            assert read.status_code == 404
        attendees = graph("GET", f"/me/events/{made['id']}").json()["attendees"]
        assert attendees[0]["status"]["response"] == "declined"

    def test_the_organizer_cannot_answer_and_an_attendee_cannot_cancel(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        made = self.invite(graph, ANNA)
        for action in ("accept", "decline", "tentativelyAccept"):
            refused = graph("POST", f"/me/events/{made['id']}/{action}", {"sendResponse": False})
            assert (refused.status_code, refused.json()["error"]["code"]) == (400, "ErrorInvalidRequest")
        copy = self.copy(sandbox, ANNA)
        refused = graph_as(ANNA)("POST", f"/me/events/{copy['id']}/cancel", {"Comment": "no"})
        assert "organizer to cancel" in refused.json()["error"]["message"]

    @pytest.mark.parametrize("how", ["delete", "cancel"])
    def test_an_organizers_end_leaves_a_cancelled_copy(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox, how: str
    ) -> None:
        made = self.invite(graph, ANNA)["id"]
        if how == "delete":
            assert graph("DELETE", f"/me/events/{made}").status_code == 204
        else:
            assert graph("POST", f"/me/events/{made}/cancel", {"Comment": "désolée"}).status_code == 202
        copy = self.copy(sandbox, ANNA)
        read = graph_as(ANNA)("GET", f"/me/events/{copy['id']}").json()
        assert (read["isCancelled"], read["showAs"], read["subject"]) == (True, "free", "Canceled: Point")
        assert graph("GET", f"/me/events/{made}").status_code == 404

    def test_a_new_time_asks_for_a_new_answer(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        made = self.invite(graph, ANNA)["id"]
        copy = self.copy(sandbox, ANNA)["id"]
        graph_as(ANNA)("POST", f"/me/events/{copy}/accept", {})
        times = {
            "start": {"dateTime": "2026-12-02T10:00:00", "timeZone": PARIS},
            "end": {"dateTime": "2026-12-02T11:00:00", "timeZone": PARIS},
        }
        graph("PATCH", f"/me/events/{made}", times)
        after = self.copy(sandbox, ANNA)
        assert (after["local_start"], after["response"]) == ("2026-12-02T10:00:00", "notResponded")

    def test_a_patch_by_an_attendee_stays_in_the_own_copy(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        made = self.invite(graph, ANNA)["id"]
        graph_as(ANNA)("PATCH", f"/me/events/{self.copy(sandbox, ANNA)['id']}", {"subject": "Mine"})
        assert graph("GET", f"/me/events/{made}").json()["subject"] == "Point"

    def test_attendees_are_added_and_removed(self, graph: Graph, sandbox: Sandbox) -> None:
        made = self.invite(graph, ANNA)["id"]
        graph("PATCH", f"/me/events/{made}", {"attendees": [attendee(BEN)]})
        assert self.copy(sandbox, BEN)["response"] == "notResponded"
        assert self.copy(sandbox, ANNA)["is_cancelled"] is True

    def test_who_was_invited_before_keeps_the_answer(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        made = self.invite(graph, ANNA)["id"]
        graph_as(ANNA)("POST", f"/me/events/{self.copy(sandbox, ANNA)['id']}/accept", {})
        changed = graph("PATCH", f"/me/events/{made}", {"attendees": [attendee(ANNA), attendee(BEN)]}).json()
        assert [one["status"]["response"] for one in changed["attendees"]] == ["accepted", "none"]
        assert self.copy(sandbox, ANNA)["response"] == "accepted"

    def test_proposing_a_time_needs_a_response_and_leave(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        self.invite(graph, ANNA, allowNewTimeProposals=False)
        copy = self.copy(sandbox, ANNA)["id"]
        slot = {key: {"dateTime": "2026-12-02T10:00:00", "timeZone": PARIS} for key in ("start", "end")}
        refused = graph_as(ANNA)("POST", f"/me/events/{copy}/decline", {"proposedNewTime": slot})
        assert refused.json()["error"]["code"] == "ErrorInvalidParameter"

    def test_an_answer_that_nobody_asked_for_cannot_be_sent(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        self.invite(graph, ANNA, responseRequested=False)
        copy = self.copy(sandbox, ANNA)["id"]
        anna = graph_as(ANNA)
        assert anna("POST", f"/me/events/{copy}/accept", {}).status_code == 400
        assert anna("POST", f"/me/events/{copy}/accept", {"SendResponse": False}).status_code == 202
